"""What one was told, in every mechanism; opening a notice marks it as read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from liaison.messages import letters
from liaison.store import Page, Received, inbox, mark_read
from liaison.texts import Message

from .. import permissions, visit
from ..typed import whole
from . import blueprint
from .asked import ROWS, pages
from .frame import page

_MOST = 1_000


@blueprint.get("/notices")
@permissions.opens_to(permissions.DESK)
def notices() -> ResponseReturnValue:
    """The newest first, a page at a time."""
    number = min(max(whole(request.args.get("page", ""), 1), 1), _MOST // ROWS)
    only_unread = "unread" in request.args
    with visit.database().read() as connection:
        # One more than a page holds says whether there is another.
        found = inbox(
            connection, visit.actor().id, visit.units(), unread=only_unread, offset=(number - 1) * ROWS, limit=ROWS + 1
        )
        texts = _texts(connection, found[:ROWS])
    shown = [
        {
            "title": texts[one.id][0],
            "text": texts[one.id][1],
            "href": url_for(".open_notice", notice=one.id, record=one.record)
            if one.record
            else url_for(".open_notice_of_duty", notice=one.id, duty=one.duty),
            "at": one.created_at,
            "unread": one.read_at is None,
        }
        for one in found[:ROWS]
    ]
    total = (number - 1) * ROWS + len(found)
    foot = pages(
        number, Page((), total, False), lambda to: url_for(".notices", page=to, **_kept(only_unread)), rows=len(shown)
    )
    return page("desk/notices.html", notices=shown, pages=foot, only_unread=only_unread)


@blueprint.get("/notices/<int:notice>/<record>")
@permissions.opens_to(permissions.DESK)
def open_notice(notice: int, record: str) -> ResponseReturnValue:
    """Mark a notice as read and go on to its record."""
    _read(notice)
    return redirect(url_for(".record", record=record))


@blueprint.get("/notices/<int:notice>/duties/<duty>")
@permissions.opens_to(permissions.DESK)
def open_notice_of_duty(notice: int, duty: str) -> ResponseReturnValue:
    """Mark a notice as read and go on to what is owed."""
    _read(notice)
    return redirect(url_for(".duty", duty=duty))


def _read(notice: int) -> None:
    with visit.database().write() as connection:
        mark_read(connection, visit.actor().id, visit.units(), visit.now(), [notice])


@blueprint.post("/notices")
@permissions.opens_to(permissions.DESK)
def read_all() -> ResponseReturnValue:
    """Mark everything as read."""
    if "all" not in request.form:
        abort(400)
    with visit.database().write() as connection:
        mark_read(connection, visit.actor().id, visit.units(), visit.now())
    return redirect(url_for(".notices"), 303)


def _kept(only_unread: bool) -> dict[str, Any]:
    return {"unread": "1"} if only_unread else {}


def _texts(connection: Connection, found: list[Received]) -> dict[int, tuple[str, str]]:
    """Title and text of each."""
    said = [replace(one, data={key: _said(value) for key, value in one.data.items()}) for one in found]
    made = letters(connection, visit.database().shelf, said)
    return {id_: (letter.title, letter.text) for id_, letter in made.items()}


def _said(value: object) -> str:
    return visit.spoken(value) if isinstance(value, Message) else str(value)
