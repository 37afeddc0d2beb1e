"""What stands together on a record's page: units holding a part, and the records linked with it that a list shows.

Each comes with how far it has got: how many are done, and how many are in which state.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from flask import url_for

from liaison.access import Scope, may_see
from liaison.definitions import View
from liaison.engine import Facts, Mechanism, Record

from .. import show, visit
from . import columns
from .room import Room, room_of

FEW = 5
"""More units than these holding a part stand in a table of their own."""
_FOLDED = 30
"""A longer list of linked records is folded until somebody opens it."""


def progress(mechanism: Mechanism, records: Sequence[Record]) -> dict[str, Any] | None:
    """How far several records have got, as `progress` draws it; None for one or none."""
    if len(records) < 2:
        return None
    counted = Counter(show.state_title(mechanism, one) for one in records)
    return {
        "done": sum(one.done for one in records),
        "of": len(records),
        "states": [{"label": title, "count": count} for title, count in counted.items()],
    }


def parts(reader: show.Reader, given: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The assignments of the record, part by part: title, the `entries`, their progress, whether they are `many`, and
    the rows of a table of them, in which those from whom something is still to come stand first."""
    by_part: dict[str, list[dict[str, Any]]] = {}
    for one in given:
        by_part.setdefault(one["part"], []).append(one)
    return [
        {
            "title": title,
            "entries": entries,
            "rows": [{"cells": one} for one in sorted(entries, key=_done)],
            "many": len(entries) > FEW,
            "progress": progress(
                reader.mechanism, [one["record"] for one in entries if "record" in one and not one["ended"]]
            ),
        }
        for title, entries in by_part.items()
    ]


def _done(entry: dict[str, Any]) -> bool:
    """Whether nothing more is to come from who holds a part."""
    return bool(entry["ended"]) or ("record" in entry and entry["record"].done)


def lists(opened: visit.Opened) -> list[dict[str, Any]]:
    """The lists that the mechanism has stand on pages of this type, with the records linked: title, heads and rows of
    `table`, the `ids` of the records, and their progress. What this person may not see is left out."""
    here = opened.family.record
    standing = visit.standings().get(here.installation)
    if standing is None:
        return []
    room = room_of(standing.installed)
    found = []
    for view in room.mechanism.definition.views.values():
        if view.beside is None or view.beside.type != here.type:
            continue
        scope = visit.reach().get(here.installation, Scope())
        linked = opened.family.linked.get(view.beside.relation, ())
        some = [one for one in linked if one.installation == here.installation and may_see(scope, one.seen)]
        if some:
            found.append(_list(room, view, some))
    return found


def _list(room: Room, view: View, some: Sequence[Record]) -> dict[str, Any]:
    shown = columns.of_view(room, view)
    grouped = view.order[0] if len(view.order) > 1 else ""
    head = next((one for one in shown if one.path == grouped), None)
    columns.learn(room, some, shown)
    drawn = [(record, columns.cells(room, record, shown)) for record in _in_order(room, view, some)]
    unlit = all(cells.get(columns.LIGHT) is None for _, cells in drawn)
    shown = [one for one in shown if one is not head and not (unlit and one.path == columns.LIGHT)]
    return {
        "key": view.key,
        "title": view.title,
        "heads": [{"key": one.path, "title": one.title, "kind": one.kind, "fact": one.fact} for one in shown],
        "rows": [
            {"href": url_for(".record", record=record.id), "cells": cells, "group": _said(head, cells)}
            for record, cells in drawn
        ],
        "ids": {one.id for one in some},
        "progress": progress(room.mechanism, some),
        "folded": len(some) > _FOLDED,
    }


def _said(head: columns.Column | None, cells: dict[str, Any]) -> str:
    """The value by which rows stand together, in words."""
    if head is None:
        return ""
    value = cells[head.path]
    known = visit.sentence("desk.group_blank") if value is None or value == "" else value
    return visit.sentence("desk.group", title=head.title, value=known)


def _in_order(room: Room, view: View, some: Sequence[Record]) -> list[Record]:
    """The records as the list orders them; what holds nothing there comes last."""
    listed = list(some)
    for path in reversed(view.order):
        key, down = path.removeprefix("-"), path.startswith("-")
        worth = {one.id: Facts(room.mechanism, one, room.now)[key] for one in listed}
        known = sorted(
            (one for one in listed if worth[one.id] is not None), key=lambda one: worth[one.id], reverse=down
        )
        listed = [*known, *(one for one in listed if worth[one.id] is None)]
    return listed
