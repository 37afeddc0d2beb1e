"""Files: uploaded one by one while a form is filled in, downloaded by whoever may read the field that names them.

What a file is, its content says; the name is only kept. A download is an attachment, except for pictures.
"""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

from flask import Blueprint, abort, jsonify, request, send_file
from flask.typing import ResponseReturnValue

from liaison.forms import check_upload, sniff
from liaison.store import add_file, content, files, log, named_by, space
from liaison.texts import Message

from . import limits, permissions, show, visit
from .typed import plain

blueprint = Blueprint("files", __name__)

PICTURES = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}
"""What may be shown in a page: types that hold no script. Content type by what `sniff` says."""
_TYPES = {
    **PICTURES,
    "pdf": "application/pdf",
    "txt": "text/plain",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_MEGABYTE = 1024 * 1024
A_DAY = 200 * _MEGABYTE
"""Bytes one person or browser may bring in a day."""


@blueprint.post("/files/<installation>/<type_>/<field>")
@permissions.opens_to(permissions.PUBLIC)
def upload(installation: str, type_: str, field: str) -> ResponseReturnValue:
    """Take one file for a file field of a record type: 201 {id, name, size}, or 422 {code, title, hint}."""
    limits.limit(limits.UPLOAD)
    found = visit.standings().get(installation)
    if found is None or "file" not in request.files:
        abort(400)
    with visit.database().read() as connection:
        shelf = visit.shelf()
        installed = shelf.installed(connection, installation)
        known = shelf.mechanism(connection, installed.edition).fields.get(type_, {}).get(field)
        brought = space(connection, visit.owner(), visit.now() - timedelta(days=1))
    if known is None or known.kind != "file":
        abort(404)
    sent = request.files["file"]
    name = " ".join(plain(sent.filename or "").replace("\\", "/").rpartition("/")[2].split())[-200:]
    data = sent.read()
    problems = check_upload(known, name, data)
    if not problems and brought + len(data) > A_DAY:
        problems = [Message("accounts.too_many_bytes", {"most": A_DAY // _MEGABYTE})]
    if not problems and visit.me() is None and limits.over(limits.BROUGHT, len(data)):
        problems = [Message("accounts.too_many_bytes_here", {"most": limits.BROUGHT.times // _MEGABYTE})]
    if problems:
        title = visit.spoken(problems[0])
        return jsonify(code=problems[0].code, title=title, hint=visit.advice(problems[0])), 422
    with visit.database().write() as connection:
        kept = add_file(connection, installed.organisation, name, sniff(data) or "", data, visit.owner(), visit.now())
    return jsonify(id=kept.id, name=kept.name, size=kept.size), 201


def _closed() -> ResponseReturnValue | None:
    file = (request.view_args or {})["file"]
    with visit.database().read() as connection:
        known = files(connection, [file]).get(file)
        records = named_by(connection, file)
    if known is None:
        abort(404)
    open_to_me = any(_names(record, file) for record in records) if records else known.owner == visit.owner()
    return None if open_to_me else permissions.turned_away()


def _names(record: str, file: str) -> bool:
    """Whether a record names the file where this visitor may read it: the section of its field decides, not the
    record. As long as no record names it, it is its owner's."""
    opened = visit.look_at(record)
    return isinstance(opened, visit.Opened) and file in show.open_files(opened)


@blueprint.get("/files/<file>")
@permissions.opens_to(permissions.Rule("file", _closed))
def download(file: str) -> ResponseReturnValue:
    """The bytes, under the name they came with."""
    with visit.database().write() as connection:
        found = files(connection, [file])[file]
        data = content(connection, file)
        account = visit.me()
        log(
            connection, "download", account.person if account else "", visit.now(),
            organisation=account.organisation if account else None, address=visit.address(), detail={"file": file},
        )  # fmt: skip
    answer = send_file(
        BytesIO(data),
        mimetype=_TYPES.get(found.type, "application/octet-stream"),
        as_attachment=found.type not in PICTURES,
        download_name=found.name or file,
    )
    # Whatever it holds, a browser must not run it.
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
