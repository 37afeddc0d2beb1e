"""What presses on units: terms others owe that have run out or soon will, for who oversees them, with the urging at
hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, url_for
from flask.typing import ResponseReturnValue

from liaison.definitions import Action, Term, Who, read_who
from liaison.engine import Clock, Family, Record, hidden_fields, learn_titles, possible, title_of
from liaison.store import Page, Pressing, SqlWorld, pressing

from .. import permissions, show, visit
from ..exporting import List, hand_out
from ..language import lang
from . import blueprint, columns
from .asked import ROWS, number_asked, pages
from .frame import page
from .room import Room, here

_MOST = 200
FIRST = 8
"""Rows that stand below one's own work; the rest has a page of its own."""

Drawn = dict[str, Any]


def found(room: Room) -> Sequence[Pressing]:
    """What presses, asked once in a request; nothing for who oversees no record type."""
    known: dict[str, Sequence[Pressing]] = g.setdefault("_desk_pressing", {})
    if room.installed.id not in known:
        terms = room.mechanism.definition.terms.values()
        soon = {term.key: show.soon_until(term, room.around, room.now) for term in terms if show.ours(term)}
        scope = visit.reach()[room.installed.id]
        with visit.database().read() as connection:
            known[room.installed.id] = pressing(connection, room.installed.id, scope, room.units, soon, limit=_MOST)
    return known[room.installed.id]


@dataclass(frozen=True)
class Section:
    """The list as a section of a page."""

    overdue: int
    soon: int
    heads: list[Drawn]
    rows: list[Drawn]
    more: bool


def section(room: Room, first: int = FIRST, offset: int = 0) -> Section:
    """Some of what presses, counted and drawn."""
    all_ = found(room)
    overdue = sum(1 for one in all_ if one.due < room.now)
    rows = _rows(room, all_[offset : offset + first])
    return Section(overdue, len(all_) - overdue, _heads(), rows, len(all_) > first)


@blueprint.get("/pressing")
@permissions.opens_to(permissions.DESK)
def pressing_list() -> str:
    """All of it, a page at a time."""
    room, number = here(), number_asked()
    shown = section(room, ROWS, (number - 1) * ROWS)
    total = shown.overdue + shown.soon
    listed = Page((), total, total >= _MOST)
    foot = pages(number, listed, lambda to: url_for(".pressing_list", page=to), rows=len(shown.rows))
    return page("desk/pressing.html", current="todo", shown=shown, pages=foot, file=_file_url)


def _file_url(ending: str) -> str:
    asked: dict[str, Any] = {"as": ending}
    return url_for(".pressing_file", **asked)


@blueprint.get("/pressing/file")
@permissions.opens_to(permissions.DESK)
def pressing_file() -> ResponseReturnValue:
    """All of it as a file."""
    room = here()
    heads = _heads()
    return hand_out(
        List(
            visit.sentence("desk.pressing"),
            room.installed.organisation,
            columns.sheet_heads(heads),
            [[columns.sheet_row(heads, row["cells"]) for row in _rows(room, found(room))]],
            {"installation": room.installed.id, "list": "pressing"},
        )
    )


# ── Rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _heads() -> list[Drawn]:
    return [
        {"key": "number", "title": visit.sentence("desk.column_number")},
        {"key": "light", "title": visit.sentence("desk.column_light"), "kind": "light", "fact": True},
        {"key": "due", "title": visit.sentence("desk.column_due_day"), "kind": "until"},
        {"key": "who", "title": visit.sentence("desk.column_owed_by"), "fact": True},
        {"key": "term", "title": visit.sentence("desk.column_owed"), "fact": True},
        {"key": "title", "title": visit.sentence("desk.column_title"), "kind": "title", "fact": True},
        {"key": "state", "title": visit.sentence("desk.column_state")},
        {"key": "urge", "title": visit.sentence("desk.column_act"), "kind": "links", "fact": True},
    ]


def _rows(room: Room, some: Sequence[Pressing]) -> list[Drawn]:
    with visit.database().read() as connection:
        families = SqlWorld(connection, visit.shelf()).families({one.record for one in some})
    learn_titles(room.around, ((room.mechanism, family.record) for family in families.values()))
    drawn = []
    for one in some:
        family = families[one.record]
        held = next(record for record in (family.record, *family.children) if record.id == one.on)
        clock = held.clock(one.term)
        if clock is not None:
            drawn.append({"id": one.record, "href": url_for(".record", record=one.record),
                          "cells": _cells(room, family, held, clock)})  # fmt: skip
    return drawn


def _cells(room: Room, family: Family, held: Record, clock: Clock) -> Mapping[str, Any]:
    record = family.record
    hidden = hidden_fields(room.mechanism, record, room.actor, room.around)
    term = room.mechanism.definition.terms.get(clock.term)
    return {
        "number": record.number or room.mechanism.record_type(record.type).title,
        "light": show.lamp(room.mechanism, clock, room.around, room.now),
        "due": clock.until,
        "who": show.listed(dict.fromkeys(room.around.today.unit_title(one.unit) for one in clock.owed_by if one.unit))
        or show.called(room.around, clock.owed_by),
        "term": term.title if term else clock.title,
        "title": title_of(room.mechanism, record, room.around.names, hidden, lang()),
        "state": show.state_title(room.mechanism, held),
        "urge": [
            {"title": action.title, "href": url_for(".act", record=record.id, action=action.key)}
            for action in possible(room.mechanism, family, room.actor, room.around, room.now)
            if term is not None and urges(action, term)
        ],
    }


def urges(action: Action, term: Term) -> bool:
    """Whether an action does nothing but tell those who owe a term: it leads to no state and sends them a notice."""
    debtor = ("part", term.part) if term.part else (term.owed_by.kind, term.owed_by.key)
    told = (who for effect in action.effects if effect.kind == "notify" for who in _told(effect.body))
    return not action.to and not action.asks and debtor in {(who.kind, who.key) for who in told}


def _told(body: Mapping[str, Any]) -> Iterable[Who]:
    return (read_who(who) for who in body["to"])
