"""Files handed out under names that tell what they are: what is in them, of whom, of which day."""

from __future__ import annotations

import re
from io import BytesIO

from flask import Response, send_file

_NO_NAME = re.compile(r'[\x00-\x1f\x7f"*/:<>?\\|]+')
"""What some system or other takes for something else in the name of a file."""
_LONGEST = 120


def file_name(ending: str, *said: str) -> str:
    """The name of a file, of what is said about it: 台账-20260820.xlsx."""  # zh: an example
    told = "-".join(filter(None, (" ".join(_NO_NAME.sub(" ", one).split()) for one in said)))
    return f"{told[:_LONGEST].strip(' .-')}.{ending}"


def handed_out(data: bytes, mimetype: str, name: str) -> Response:
    """The answer that is a file of this name, whatever letters are in it (RFC 6266)."""
    return send_file(BytesIO(data), mimetype=mimetype, as_attachment=True, download_name=name)
