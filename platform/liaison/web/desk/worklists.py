"""The work lists: what is mine to do now, what I began, what I worked on, what I was told of; and the search."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from liaison.definitions import Json
from liaison.engine import Family, Record, held_back, hidden_fields, learn_titles, possible, title_of
from liaison.forms import mask
from liaison.store import Page, SqlWorld, Wanted, by_number, inbox, records
from liaison.texts import Message

from .. import permissions, show, visit
from ..exporting import List, hand_out
from ..language import lang
from . import blueprint, columns, objects, owed, pressing, turn
from .asked import ROWS, number_asked, pages
from .frame import page
from .room import Room, here, room_of, way_in, ways_in_rows

_LOOKED_THROUGH = 500
"""The newest records of a type in which one's own steps are looked for."""
_EXPORTED = 2_000
"""Records of each type in the file of a list."""
_TOLD = 500
"""Notices looked through for what one was told of."""

Drawn = dict[str, Any]
"""A head or a row as `table` draws it."""


@dataclass(frozen=True)
class Row:
    """A record in a list, with those of its assignments that are this person's to do."""

    record: Record
    children: tuple[Record, ...] = ()


@dataclass(frozen=True)
class Found:
    """Rows of a list, how many there are, and whether there are more."""

    rows: Sequence[Row]
    total: int
    more: bool = False


@blueprint.get("/")
@permissions.opens_to(permissions.DESK)
def todo() -> ResponseReturnValue:
    """What waits for me, what runs out first on top; my unit's assignments stand under their matter. Nothing waits for
    who only reads: on to the ledgers."""
    if not visit.standings()[visit.desk().id].posts:
        return redirect(url_for(".ledgers"))
    return _list("todo", pressing=pressing.section(here()))


@blueprint.get("/started")
@permissions.opens_to(permissions.DESK)
def started() -> ResponseReturnValue:
    """What I reported, the newest first."""
    return _list("started")


@blueprint.get("/handled")
@permissions.opens_to(permissions.DESK)
def handled() -> ResponseReturnValue:
    """What I took a step in, or what my units have or had a part in, among the newest records."""
    return _list("handled")


@blueprint.get("/copied")
@permissions.opens_to(permissions.DESK)
def copied() -> ResponseReturnValue:
    """What I was told of and is not mine to do."""
    return _list("copied")


@blueprint.get("/<any(todo, started, handled, copied):name>/file")
@permissions.opens_to(permissions.DESK)
def list_file(name: str) -> ResponseReturnValue:
    """A work list as a file, whole."""
    room = here()
    heads, drawn = _table(room, _FOUND[name](room, _EXPORTED).rows, steps=name == "todo")
    return hand_out(
        List(
            visit.sentence(f"desk.list_{name}"),
            room.installed.organisation,
            columns.sheet_heads(heads),
            [[columns.sheet_row(heads, row["cells"]) for row in drawn]],
            {"installation": room.installed.id, "list": name},
        )
    )


@blueprint.get("/search")
@permissions.opens_to(permissions.DESK)
def search() -> ResponseReturnValue:
    """By number, telephone or words, in every mechanism on this person's desk. A whole number leads to its record."""
    query = request.args.get("q", "").strip()[:80]
    if not query:
        return page("desk/search.html", found=[], served=[])
    with visit.database().read() as connection:
        numbered = by_number(connection, query)
    served = objects.found(here(), query)
    rooms = [room_of(one) for one in visit.desks()]
    ours = [id_ for id_, installation in numbered if installation in {room.installed.id for room in rooms}]
    found: list[Drawn] = []
    for room in rooms:
        for type_ in room.types:
            listed = _records(room, Wanted(room.installed.id, type_.key, search=query), limit=ROWS)
            if listed.records:
                rows = [Row(record) for record in listed.records]
                heads, drawn = _table(room, rows)
                found.append({"title": room.installed.title, "type": type_.title, "heads": heads, "rows": drawn,
                              "total": listed.total, "more": listed.total > len(rows)})  # fmt: skip
                if ours and [record.id for record in listed.records] == ours:
                    return redirect(url_for(".record", record=ours[0]))
    return page("desk/search.html", query=query, found=found, served=served)


# ── What each list holds ─────────────────────────────────────────────────────────────────────────────────────────


def _todo(room: Room, _limit: int) -> Found:
    rows = [Row(record, tuple(children)) for record, children in turn.mine(room)]
    rows.sort(key=lambda row: _runs_out(room, row))
    return Found(rows, len(rows), len(rows) >= turn.AT_ONCE)


def _started(room: Room, limit: int) -> Found:
    return _under(room, {"==": [{"var": "record.reporter"}, room.actor.id]}, limit)


def _handled(room: Room, _limit: int) -> Found:
    rows = [
        Row(record)
        for type_ in room.types
        for record in _records(room, Wanted(room.installed.id, type_.key), limit=_LOOKED_THROUGH).records
        if room.actor.id in record.took.values() or record.seen.units & {*room.units, room.actor.id}
    ]
    return Found(rows, len(rows))


def _copied(room: Room, limit: int) -> Found:
    mine = {record.id for record, _ in turn.mine(room)}
    with visit.database().read() as connection:
        told = inbox(connection, room.actor.id, visit.units(), limit=_TOLD)
    ids = [one.record for one in told if one.installation == room.installed.id and one.record not in mine]
    return _under(room, {"in": [{"var": "record.id"}, list(dict.fromkeys(ids))]} if ids else False, limit)


def _under(room: Room, expr: Json, limit: int) -> Found:
    """The first `limit` records of all types that stand on their own, under a condition, the newest first."""
    found: list[Record] = []
    total, more = 0, False
    for type_ in room.types:
        listed = _records(room, Wanted(room.installed.id, type_.key, (expr,)), limit=limit)
        found += listed.records
        total, more = total + listed.total, more or listed.more
    found.sort(key=lambda record: record.created_at or room.now, reverse=True)
    return Found([Row(record) for record in found[:limit]], total, more)


_FOUND: Mapping[str, Callable[[Room, int], Found]] = {
    "todo": _todo,
    "started": _started,
    "handled": _handled,
    "copied": _copied,
}


# ── What is mine ─────────────────────────────────────────────────────────────────────────────────────────────────


def _runs_out(room: Room, row: Row) -> tuple[bool, float, float, str]:
    """What runs out first on top; without a clock what has waited longest."""
    clock = show.nearest(room.mechanism, [row.record, *row.children])
    since = row.record.since.timestamp() if row.record.since else 0.0
    return (clock is None, clock.due.timestamp() if clock else 0.0, since, row.record.number)


def _linked(room: Room, rows: Iterable[Row]) -> Mapping[str, Family]:
    """The records of which the next step asks what is linked with them, with that; asked at once."""

    def asks(record: Record) -> bool:
        guards = (one.guard for one in show.steps(room.mechanism, record.type, record.state) if one.guard is not None)
        return any(path.startswith("linked.") for guard in guards for path in room.mechanism.reads(guard))

    ids = [row.record.id for row in rows if asks(row.record)]
    if not ids:
        return {}
    with visit.database().read() as connection:
        return SqlWorld(connection, visit.shelf()).families(ids)


def _steps(room: Room, row: Row, linked: Mapping[str, Family]) -> dict[str, str] | None:
    """What this person is to do with it, as a chip; where that waits for something else, what cannot be done yet."""
    families = [(record, linked.get(record.id, family)) for record, family in _families(row)]
    doable = {
        record.id: possible(room.mechanism, family, room.actor, room.around, room.now) for record, family in families
    }
    titles = [
        action.title for record, _ in families for action in show.carrying(room.mechanism, record, doable[record.id])
    ]
    titles += [
        action.title
        for child in row.children
        if child.state in show.stuck(room.mechanism, child.type)
        for action in show.remedies(room.mechanism, row.record.type, child.type, child.state)
        if action in doable[row.record.id]
    ]
    if titles:
        return {"label": show.listed(dict.fromkeys(titles)), "tone": "primary"}
    record, family = families[0]
    steps = show.steps(room.mechanism, record.type, record.state)
    held = held_back(room.mechanism, family, room.actor, room.around, room.now)
    waits = [action.title for action, _ in held if action in steps]
    return {"label": visit.sentence("desk.step_waits", action=show.listed(waits))} if waits else None


def _families(row: Row) -> Iterable[tuple[Record, Family]]:
    yield row.record, Family(row.record, row.children)
    for child in row.children:
        yield child, Family(child, parent=row.record)


# ── Lists ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _records(room: Room, wanted: Wanted, limit: int) -> Page:
    with visit.database().read() as connection:
        return records(connection, visit.shelf(), visit.reach(), wanted, room.now, facts=room.facts, limit=limit)


def _list(name: str, **more: Any) -> str:
    room, number = here(), number_asked()
    found = _FOUND[name](room, number * ROWS)
    rows = found.rows[(number - 1) * ROWS : number * ROWS]
    heads, drawn = _table(room, rows, steps=name == "todo")
    return page(
        "desk/worklist.html",
        current=name,
        title=visit.sentence(f"desk.list_{name}"),
        empty=Message(f"desk.empty_{name}"),
        heads=heads,
        rows=drawn,
        pages=pages(number, Page((), found.total, found.more), lambda to: url_for(f".{name}", page=to), rows=len(rows)),
        file=lambda ending: url_for(".list_file", name=name, **{"as": ending}),
        starts=_starts(room),
        owed=_owed(room) if name == "todo" and number == 1 else None,
        **more,
    )


def _owed(room: Room) -> dict[str, Any] | None:
    """What this person owes for periods and has not done, as a list of its own above the records."""
    mine = owed.mine(room)
    if not mine:
        return None
    heads = [
        {"key": "what", "title": visit.sentence("desk.duty_what"), "kind": "title", "fact": True},
        {"key": "light", "title": visit.sentence("desk.column_light"), "kind": "light", "fact": True},
        {"key": "period", "title": visit.sentence("desk.duty_period")},
        {"key": "due", "title": visit.sentence("desk.column_due_day"), "kind": "date", "fact": True},
        {"key": "counted", "title": visit.sentence("desk.duty_counted")},
        {"key": "owner", "title": visit.sentence("desk.duty_owner")},
    ]
    rows = [
        {
            "id": one.id,
            "href": url_for(".duty", duty=one.id),
            "cells": {
                "what": room.mechanism.definition.duties[one.duty].title,
                "light": owed.lamp(room, one, standing),
                "period": visit.spoken(one.period.message),
                "due": one.due,
                "counted": owed.counted(one, standing),
                "owner": owed.title(room, one),
            },
        }
        for one, standing in mine
    ]
    return {"heads": heads, "rows": rows}


def _table(room: Room, rows: Sequence[Row], *, steps: bool = False) -> tuple[list[Drawn], list[Drawn]]:
    """Heads and rows of a list over all types: number, light, what it is, who, what to do, where it stands."""
    heads: list[Drawn] = [
        {"key": "number", "title": visit.sentence("desk.column_number")},
        {"key": "light", "title": visit.sentence("desk.column_light"), "kind": "light", "fact": True},
        {"key": "due", "title": visit.sentence("desk.column_due_day"), "kind": "until"},
        {"key": "title", "title": visit.sentence("desk.column_title"), "kind": "title", "fact": True},
        {"key": "applicant", "title": visit.sentence("desk.column_applicant")},
        {"key": "lead_unit", "title": visit.sentence("desk.column_lead_unit")},
        {"key": "state", "title": visit.sentence("desk.column_state"), "fact": not steps},
    ]
    if steps:
        heads.insert(3, {"key": "steps", "title": visit.sentence("desk.column_steps"), "kind": "chip", "fact": True})
    linked = _linked(room, rows) if steps else {}
    learn_titles(room.around, ((room.mechanism, row.record) for row in rows))
    drawn: list[Drawn] = [
        {
            "id": row.record.id,
            "href": url_for(".record", record=row.record.id),
            "cells": _cells(room, row) | ({"steps": _steps(room, row, linked)} if steps else {}),
        }
        for row in rows
    ]
    return heads, drawn


def _cells(room: Room, row: Row) -> dict[str, Any]:
    record = row.record
    hidden = hidden_fields(room.mechanism, record, room.actor, room.around)
    clock = show.nearest(room.mechanism, [record, *row.children])
    applicant, lead_unit = (_facet(room, record, facet, hidden) for facet in ("applicant", "lead_unit"))
    # What has no number goes by what it is and whose: a phone shows no other column of that.
    unnumbered = " · ".join(filter(None, (room.mechanism.record_type(record.type).title, lead_unit or applicant)))
    return {
        "number": record.number or unnumbered,
        "light": columns.light(room, [record, *row.children]),
        "due": clock.until if clock else None,
        "title": title_of(room.mechanism, record, room.around.names, hidden, lang()),
        "applicant": applicant,
        "lead_unit": lead_unit,
        "state": show.state_title(room.mechanism, record),
    }


def _facet(room: Room, record: Record, facet: str, hidden: frozenset[str]) -> str:
    """A facet as it reads; nothing where the type has none or this person may not read it."""
    key = room.mechanism.record_type(record.type).facets.get(facet, "")
    known = room.mechanism.fields[record.type].get(key)
    return (
        mask(known, record.values.get(key), room.around.names, lang())
        if known is not None and key not in hidden
        else ""
    )


def _starts(room: Room) -> list[dict[str, str]]:
    """What this person may begin here."""
    return [
        {
            "title": way_in(room.mechanism, one.key, action),
            "href": url_for(".begin", type_=one.key, action=action.key if at else None),
        }
        for one in room.types
        for at, action in enumerate(room.starts(one.key))
    ] + [way for one in room.types for way in ways_in_rows(room, one.key)]
