"""Drawn signatures: PNG data URLs as pictures that can be put on a paper."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Iterator

_HEAD = "data:image/png;base64,"
_LARGEST = 4_000
"""Pixels of a side: nobody signs larger."""
_BEGINNING = b"\x89PNG\r\n\x1a\n"
_BYTES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Colour type → samples of a pixel."""


def png_of(url: str) -> bytes | None:
    """The picture, whole and of a size one can put on paper; None where it is not.

    A visitor sends these: one broken picture must not keep a form from being printed."""
    data = base64.b64decode(url.removeprefix(_HEAD))
    try:
        chunks = list(_chunks(data))
        width, height, depth, colour, _compression, _filter, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
        row = -(-width * depth * _BYTES[colour] // 8) + 1
        pixels = zlib.decompressobj().decompress(
            b"".join(body for kind, body in chunks if kind == b"IDAT"), row * height
        )
    except (struct.error, zlib.error, KeyError, IndexError):
        return None
    whole = chunks[-1][0] == b"IEND" and not interlaced and len(pixels) == row * height
    return data if whole and 0 < width <= _LARGEST and 0 < height <= _LARGEST else None


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and body of each chunk whose checksum is right. struct.error: the picture breaks off."""
    at = len(_BEGINNING)
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body, check = data[at + 8 : at + 8 + length], data[at + 8 + length : at + 12 + length]
        if struct.unpack(">I", check)[0] != zlib.crc32(kind + body):
            raise struct.error("a checksum is wrong")
        yield kind, body
        at += 12 + length
