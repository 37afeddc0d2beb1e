"""Records begun many at once: the workbook to be filled in, and the file that comes back."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from liaison.store import batches_of, begin_batch, log
from liaison.texts import Message

from .. import permissions, visit
from ..downloads import file_name, handed_out
from ..sheets import FORMATS
from ..typed import plain
from . import batches, blueprint
from .frame import page
from .room import here
from .spreadsheet import Spreadsheet

_LONGEST = 120
"""Characters of the name of a file."""


@blueprint.route("/new/<type_>/rows", methods=["GET", "POST"])
@permissions.opens_to(permissions.DESK)
def bring(type_: str) -> ResponseReturnValue:
    """Bring a file: whatever cannot be read as a whole is said here; row by row it is tried on a page of its own."""
    asked = _asked(type_)
    if request.method == "GET":
        return _page(asked, ())
    sent = request.files.get("file")
    data = sent.read() if sent is not None else b""
    if not data:
        return _page(asked, [Message("desk.batch.no_file")]), 422
    found = asked.understood(data)
    if found.faults:
        return _page(asked, found.faults), 422
    assert sent is not None
    name = plain(sent.filename or "").replace("\\", "/").rpartition("/")[2][-_LONGEST:]
    room = asked.room
    with visit.database().write() as connection:
        begun = begin_batch(
            connection, room.installed.id, asked.type, asked.action.key, room.actor.id, name, found.rows, room.now,
            digest=hashlib.sha256(data).hexdigest(), columns=found.columns,
        )  # fmt: skip
        log(
            connection, "rows_brought", room.actor.id, room.now, organisation=room.installed.organisation,
            address=visit.address(), detail={"batch": begun, "rows": len(found.rows)},
        )  # fmt: skip
    if found.lacks:
        flash(visit.sentence("desk.batch.lacks", columns=list(found.lacks)), "warning")
    return redirect(batches.carried_on(begun), 303)


@blueprint.get("/new/<type_>/rows/template")
@permissions.opens_to(permissions.DESK)
def template(type_: str) -> ResponseReturnValue:
    """The workbook to be filled in."""
    asked = _asked(type_)
    name = file_name("xlsx", asked.title, visit.sentence("desk.batch.template"))
    return handed_out(asked.workbook(), FORMATS["xlsx"], name)


def _asked(type_: str) -> Spreadsheet:
    """What this request is about. 404: no such type at this desk; 403: not this person's to bring."""
    room, wanted = here(), request.args.get("action")
    if type_ not in {one.key for one in room.types}:
        abort(404)
    bulk = [one for one in room.starts(type_) if one.bulk and wanted in (None, one.key)]
    if not bulk:
        abort(403)
    return Spreadsheet(room, type_, bulk[0])


def _page(asked: Spreadsheet, faults: Any) -> str:
    room, action = asked.room, request.args.get("action")
    with visit.database().read() as connection:
        mine = batches_of(connection, room.actor.id, room.installed.id)
    mine = [one for one in mine if one.type == asked.type and one.action == asked.action.key]
    return page(
        "desk/bring.html",
        title=visit.sentence("desk.batch.bring", what=asked.title),
        action_url=url_for(".bring", type_=asked.type, action=action),
        template_url=url_for(".template", type_=asked.type, action=action),
        columns=[{"title": one.title, "needed": one.required} for one in asked.columns],
        faults=[{"text": visit.spoken(one), "advice": visit.advice(one)} for one in faults],
        mine=batches.listed(room, mine),
    )
