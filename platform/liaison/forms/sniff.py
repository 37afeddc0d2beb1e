"""What a file is, by its first bytes and not by its name."""

from __future__ import annotations

import io
import zipfile

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"BM", "bmp"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"ID3", "mp3"),
)
_OFFICE = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"), ("OFD.xml", "ofd"))
TYPES = (
    "pdf", "ofd", "png", "jpg", "gif", "bmp", "webp", "heic", "tiff", "docx", "xlsx", "pptx", "doc", "xls", "ppt",
    "wps", "txt", "csv", "zip", "rar", "7z", "mp3", "mp4",
)  # fmt: skip
"""The types a file field may accept."""
ALIKE = {"jpeg": "jpg", "tif": "tiff", "et": "xls", "dps": "ppt"}
_LEGACY = frozenset({"doc", "xls", "ppt", "wps"})


def sniff(data: bytes) -> str | None:
    """The type of a file by its content: one of TYPES, `ole` for an older office file, None when unknown.

    Bytes that read as UTF-8 or GB 18030 text without control characters are `txt`.
    """
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "ole"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "webp"
    if data[4:8] == b"ftyp":
        return "heic" if data[8:11] in (b"hei", b"mif", b"hev") else "mp4"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _inside_zip(data)
    return "txt" if data and _reads_as_text(data) else None


def fits(sniffed: str | None, claimed: str) -> bool:
    """Whether content of type `sniffed` may carry the name ending `claimed` (canonical, without dot)."""
    if sniffed == "ole":
        return claimed in _LEGACY
    return sniffed == claimed or (sniffed == "txt" and claimed == "csv")


def _inside_zip(data: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return None
    for start, kind in _OFFICE:
        if any(name.startswith(start) for name in names):
            return kind
    return "zip"


def _reads_as_text(data: bytes) -> bool:
    if any(byte < 32 and byte not in b"\t\n\r\f" for byte in data):
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
