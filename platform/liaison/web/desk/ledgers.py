"""Ledgers: the definition's views with lights, search, filters, columns one chooses, and a file of what is listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from liaison.definitions import View
from liaison.store import MOST_SAVED, forget_list, records, save_list, saved_lists

from .. import permissions, visit
from ..exporting import MOST, List, hand_out
from ..sheets import Head
from . import blueprint, columns, own_columns
from .asked import ROWS, Asked
from .frame import nav_of, page
from .room import Room, here, ways_in_rows

_LONGEST = 40
"""Characters of the name of a saved list."""
_CHUNK = 500
"""Rows of a file read at once."""


@blueprint.get("/ledgers")
@permissions.opens_to(permissions.DESK)
def ledgers() -> ResponseReturnValue:
    """On to the first ledger."""
    views = here().views
    if not views:
        return page("desk/no_ledgers.html", current="ledgers")
    return redirect(url_for(".ledger", view=views[0].key))


@blueprint.get("/ledgers/<view>")
@permissions.opens_to(permissions.DESK)
def ledger(view: str) -> ResponseReturnValue:
    """One ledger, as its address asks for it."""
    room = here()
    shown = view_of(room, view)
    asked = Asked.of(room, shown)
    chosen = columns.of_view(room, shown, own_columns.of(room, view))
    with visit.database().read() as connection:
        found = records(
            connection, visit.shelf(), visit.reach(), asked.wanted, room.now, facts=room.facts,
            offset=(asked.number - 1) * ROWS, limit=ROWS,
        )  # fmt: skip
        saved = saved_lists(connection, visit.actor().id, room.installed.id, view)
    columns.learn(room, found.records, chosen)
    offered = columns.known(room, shown.of).values()
    shown_paths = {one.path for one in chosen}
    return page(
        "desk/ledger.html",
        current=nav_of(shown),
        query=asked.search,
        view=shown,
        saved=[
            {
                "title": one.title,
                "href": _address(view, one.asked),
                "drop": url_for(".forget", view=view, saved=one.id),
                "current": one.asked == asked.said,
            }
            for one in saved
        ],
        asked=asked,
        tabs=[
            {"title": one.title, "href": url_for(".ledger", view=one.key), "current": one.key == view}
            for one in room.views
        ],
        heads=asked.heads(chosen),
        rows=[
            {"href": url_for(".record", record=one.id), "id": one.id, "cells": columns.cells(room, one, chosen)}
            for one in found.records
        ],
        together=[
            {"key": one.key, "title": one.title, "href": asked.address(".together", action=one.key)}
            for one in room.together(shown.of)
            if any(record.state in one.origins for record in found.records)
        ],
        brings=ways_in_rows(room, shown.of),
        offered=[{"key": one.path, "title": one.title, "shown": one.path in shown_paths} for one in offered],
        pages=asked.pages(found),
    )


@blueprint.post("/ledgers/<view>/columns")
@permissions.opens_to(permissions.DESK)
def choose_columns(view: str) -> ResponseReturnValue:
    """Keep the columns chosen for this browser; none chosen means the ledger's own again."""
    room = here()
    shown = view_of(room, view)
    offered = columns.known(room, shown.of)
    own_columns.keep(room, view, (path for path in request.form.getlist("column") if path in offered))
    return redirect(Asked.of(room, shown).address(), 303)


@blueprint.post("/ledgers/<view>/saved")
@permissions.opens_to(permissions.DESK)
def save(view: str) -> ResponseReturnValue:
    """Keep what this list is asked for under a name."""
    room = here()
    asked = Asked.of(room, view_of(room, view))
    title = " ".join(request.form.get("title", "").split())[:_LONGEST] or asked.in_words[:_LONGEST]
    if not asked.said or not title:
        abort(400)
    with visit.database().write() as connection:
        kept = save_list(connection, visit.actor().id, room.installed.id, view, title, asked.said)
    if kept:
        flash(visit.sentence("desk.saved_kept", title=title), "success")
    else:
        flash(visit.sentence("desk.saved_enough", most=MOST_SAVED), "warning")
    return redirect(asked.address(), 303)


@blueprint.post("/ledgers/<view>/saved/<int:saved>/forget")
@permissions.opens_to(permissions.DESK)
def forget(view: str, saved: int) -> ResponseReturnValue:
    """Drop a saved list of one's own."""
    view_of(here(), view)
    with visit.database().write() as connection:
        forget_list(connection, visit.actor().id, saved)
    return redirect(url_for(".ledger", view=view), 303)


@blueprint.get("/ledgers/<view>/file")
@permissions.opens_to(permissions.DESK)
def export(view: str) -> ResponseReturnValue:
    """What is listed as a file: personal data masked, and logged who took it."""
    room = here()
    shown = view_of(room, view)
    chosen = columns.of_view(room, shown, own_columns.of(room, view))
    return hand_out(
        List(
            shown.title,
            room.installed.organisation,
            [Head(one.title, one.kind) for one in chosen],
            _rows(room, Asked.of(room, shown), chosen),
            {"installation": room.installed.id, "view": view},
        )
    )


def _rows(room: Room, asked: Asked, chosen: Sequence[columns.Column]) -> Iterator[list[list[Any]]]:
    """Every row of the list, many at once, from one state of the database; one more than a file holds says that there
    are more."""
    with visit.database().read() as connection:
        for offset in range(0, MOST + 1, _CHUNK):
            found = records(
                connection, visit.shelf(), visit.reach(), asked.wanted, room.now, facts=room.facts,
                offset=offset, limit=_CHUNK,
            ).records  # fmt: skip
            columns.learn(room, found, chosen)
            drawn = (columns.cells(room, record, chosen) for record in found)
            yield [[columns.kept(one, cells[one.path]) for one in chosen] for cells in drawn]
            if len(found) < _CHUNK:
                return


def _address(view: str, asked: Mapping[str, str]) -> str:
    """A ledger as something asks for it."""
    kept: dict[str, Any] = {**asked, "view": view}
    return url_for(".ledger", **kept)


def view_of(room: Room, key: str) -> View:
    """A ledger of this mechanism. 404: there is none."""
    found = room.mechanism.definition.views.get(key)
    if found is None:
        abort(404)
    return found
