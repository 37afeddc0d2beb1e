"""Ledgers: the definition's views with lights, search, filters, columns one chooses, and a file of what is listed."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from io import BytesIO, StringIO
from typing import Any

from flask import abort, redirect, request, send_file, session, url_for
from flask.typing import ResponseReturnValue

from liaison.definitions import View
from liaison.engine import Record
from liaison.store import log, records

from .. import permissions, visit
from . import blueprint, columns
from .asked import ROWS, Asked
from .frame import page
from .room import Room, here

_CHOSEN = "columns"
_MOST_CHOSEN = 12
"""Lists whose columns a session remembers: the cookie has room for about that many."""
_CHUNK, _MOST_EXPORTED = 500, 20_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula at the beginning of a cell."""


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
    shown = _view(room, view)
    asked = Asked.of(room, shown)
    chosen = columns.of_view(room, shown, _chosen(room, view))
    with visit.database().read() as connection:
        found = records(
            connection, visit.database().shelf, visit.reach(), asked.wanted, room.now, facts=room.facts,
            offset=(asked.number - 1) * ROWS, limit=ROWS,
        )  # fmt: skip
    columns.learn(room, found.records, chosen)
    offered = columns.known(room, shown.of).values()
    shown_paths = {one.path for one in chosen}
    return page(
        "desk/ledger.html",
        current="ledgers",
        query=asked.search,
        view=shown,
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
        offered=[{"key": one.path, "title": one.title, "shown": one.path in shown_paths} for one in offered],
        pages=asked.pages(found),
    )


@blueprint.post("/ledgers/<view>/columns")
@permissions.opens_to(permissions.DESK)
def choose_columns(view: str) -> ResponseReturnValue:
    """Keep the columns chosen for this browser; none chosen means the ledger's own again."""
    room = here()
    offered = columns.known(room, _view(room, view).of)
    picked = [path for path in request.form.getlist("column") if path in offered]
    kept = {name: paths for name, paths in session.get(_CHOSEN, {}).items() if name != _name(room, view)}
    if picked:
        kept[_name(room, view)] = picked
    session[_CHOSEN] = dict(list(kept.items())[-_MOST_CHOSEN:])
    kept_address: dict[str, Any] = request.args.to_dict()
    return redirect(url_for(".ledger", **{**kept_address, "view": view}), 303)


@blueprint.get("/ledgers/<view>/file")
@permissions.opens_to(permissions.DESK)
def export(view: str) -> ResponseReturnValue:
    """What is listed as a CSV file that spreadsheets open as it is: personal data masked, and logged who took it."""
    room = here()
    shown = _view(room, view)
    asked = Asked.of(room, shown)
    chosen = columns.of_view(room, shown, _chosen(room, view))
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([one.title for one in chosen])
    count = 0
    for some in _all(asked):
        columns.learn(room, some, chosen)
        for record in some:
            cells = columns.cells(room, record, chosen)
            writer.writerow([_harmless(columns.written(one, cells[one.path])) for one in chosen])
            count += 1
    with visit.database().write() as connection:
        log(
            connection, "export", room.actor.id, room.now, organisation=room.installed.organisation,
            address=visit.address(), detail={"installation": room.installed.id, "view": view, "count": count},
        )  # fmt: skip
    body = BytesIO(("\ufeff" + out.getvalue()).encode())
    name = f"{shown.title}-{room.now:%Y%m%d}.csv"
    return send_file(body, mimetype="text/csv; charset=utf-8", as_attachment=True, download_name=name)


def _all(asked: Asked) -> Iterator[Sequence[Record]]:
    """Every record of the list, many at once, from one state of the database."""
    with visit.database().read() as connection:
        for offset in range(0, _MOST_EXPORTED, _CHUNK):
            found = records(
                connection, visit.database().shelf, visit.reach(), asked.wanted, asked.room.now,
                facts=asked.room.facts, offset=offset, limit=_CHUNK,
            ).records  # fmt: skip
            yield found
            if len(found) < _CHUNK:
                return


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _view(room: Room, key: str) -> View:
    found = room.mechanism.definition.views.get(key)
    if found is None:
        abort(404)
    return found


def _chosen(room: Room, view: str) -> list[str]:
    return list(session.get(_CHOSEN, {}).get(_name(room, view), ()))


def _name(room: Room, view: str) -> str:
    return f"{room.installed.key}.{view}"
