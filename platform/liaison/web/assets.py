"""Static files under an address that changes with their content, so that browsers may keep them for a year."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, url_for

_STATIC = Path(__file__).with_name("static")
_FOLDER = str(_STATIC)


def init_app(app: Flask) -> None:
    """Give the templates `asset("liaison.css")`; answer such an address as immutable."""
    app.jinja_env.globals["asset"] = asset
    app.after_request(_keep)


def asset(name: str) -> str:
    """The address of `static/<name>`, marked with the digest of its content. OSError when there is no such file."""
    changed = os.stat(f"{_FOLDER}/{name}").st_mtime_ns
    return _address(name, changed, request.script_root)


@cache
def _address(name: str, _changed: int, _root: str) -> str:
    digest = hashlib.sha256((_STATIC / name).read_bytes()).hexdigest()[:12]
    return url_for("static", filename=name, v=digest)


def _keep(response: Response) -> Response:
    if request.endpoint == "static" and "v" in request.args and response.status_code == 200:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
