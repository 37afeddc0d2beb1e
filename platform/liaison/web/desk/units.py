"""Boards of units: what is theirs, what runs out, the first to run out on top; counts with lights for who sees all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from liaison.calendars import days_left
from liaison.engine import hidden_fields, learn_titles, title_of, within_day
from liaison.forms import mask
from liaison.store import Board, OnBoard, Page, Shine, hands_of, on_hand

from .. import permissions, show, visit
from ..language import lang
from . import blueprint
from .asked import ROWS, number_asked, pages
from .frame import page
from .objects import links
from .room import Room, here

SHINES: tuple[Shine, ...] = ("overdue", "soon", "in_time", "none")
"""In the order of what needs looking at."""
_PARTNERS = 12
"""Partners of a unit that its board names."""


@blueprint.get("/units")
@permissions.opens_to(permissions.DESK)
def units() -> ResponseReturnValue:
    """All units with what they have on their hands, for who sees everything; else one's own and those one reads."""
    room = here()
    listed = room.boards
    if len(listed) == 1 and not room.sees_boards:
        return redirect(url_for(".unit", unit=listed[0]))
    with visit.database().read() as connection:
        found = on_hand(connection, _board(room), None if room.sees_boards else listed)
    busy = sorted((unit for unit in listed if unit in found), key=lambda unit: _urgency(found[unit]))
    most = max((sum(found[unit].values()) for unit in busy), default=0)
    return page(
        "desk/units.html",
        current="units",
        shines=SHINES,
        rows=[_row(room, unit, found[unit], most) for unit in busy],
        whole=_counts(found),
        idle=[room.around.today.unit_title(unit) for unit in listed if unit not in found],
    )


@blueprint.get("/units/<unit>")
@permissions.opens_to(permissions.DESK)
def unit(unit: str) -> ResponseReturnValue:
    """One unit's board."""
    room = here()
    if unit not in room.around.today.roster.units:
        abort(404)
    if unit not in room.boards:
        abort(403)
    asked = request.args.get("light", "")
    shine = next((one for one in SHINES if one == asked), None)
    number = number_asked()
    with visit.database().read() as connection:
        counts = on_hand(connection, _board(room), [unit]).get(unit, {})
        listed = hands_of(connection, _board(room), unit, shine, offset=(number - 1) * ROWS, limit=ROWS)
    total = counts.get(shine, 0) if shine else sum(counts.values())
    learn_titles(room.around, ((room.mechanism, one.record) for one in listed))
    found = Page(tuple(one.record for one in listed), total, False)
    return page(
        "desk/unit.html",
        current="units",
        title=room.around.today.unit_title(unit),
        tiles=_tiles(unit, counts, shine),
        heads=_heads(),
        rows=[
            {"id": one.record.id, "href": url_for(".record", record=one.record.id), "cells": _cells(room, unit, one)}
            for one in listed
        ],
        total=sum(counts.values()),
        pages=pages(number, found, lambda to: url_for(".unit", unit=unit, light=shine, page=to)),
        partners=_partners(room, unit),
        all_href=url_for(".units") if len(room.boards) > 1 else "",
    )


def _partners(room: Room, unit: str) -> list[dict[str, Any]]:
    """Whom the unit is joined with today, matching by matching: the first of them, and the way to the others."""
    today = room.around.today
    found = [(one, keys) for one in today.roster.matchings.values() if (keys := today.partners(one.key, unit))]
    ways = links(room, (key for _, keys in found for key in keys[:_PARTNERS]))
    drawn = []
    for one, keys in found:
        value = [ways[key] for key in keys[:_PARTNERS]]
        if len(keys) > _PARTNERS:
            said = visit.sentence("desk.matching_more", count=len(keys) - _PARTNERS)
            value.append({"label": said, "href": url_for(".matching", matching=one.key)})
        drawn.append({"label": one.title, "value": value, "kind": "links"})
    return drawn


def _board(room: Room) -> Board:
    terms = room.mechanism.definition.terms.values()
    soon = {term.key: show.soon_until(term, room.around, room.now) for term in terms if show.ours(term)}
    types = [one.key for one in room.types]
    shared = {term.key: term.owed_by.key for term in terms if term.owed_by.kind == "part" and not term.part}
    return Board(room.installed.id, visit.reach()[room.installed.id], types, soon, room.now, shared)


def _urgency(counts: Mapping[Shine, int]) -> tuple[int, ...]:
    return tuple(-counts.get(shine, 0) for shine in SHINES)


def _counts(found: Mapping[str, Mapping[Shine, int]]) -> dict[str, int]:
    return {shine: sum(counts.get(shine, 0) for counts in found.values()) for shine in SHINES}


def _row(room: Room, unit: str, counts: Mapping[Shine, int], most: int) -> dict[str, Any]:
    parts, start = [], 0.0
    for shine in SHINES:
        width = round(100 * counts.get(shine, 0) / most, 1)
        parts.append({"shine": shine, "x": round(start, 1), "width": width})
        start += width
    return {
        "title": room.around.today.unit_title(unit),
        "href": url_for(".unit", unit=unit),
        "total": sum(counts.values()),
        "cells": [
            {"shine": shine, "count": counts.get(shine, 0), "href": url_for(".unit", unit=unit, light=shine)}
            for shine in SHINES
        ],
        "bar": parts,
    }


def _tiles(unit: str, counts: Mapping[Shine, int], chosen: Shine | None) -> list[dict[str, Any]]:
    whole = {
        "title": visit.sentence("desk.on_hand"),
        "count": sum(counts.values()),
        "href": url_for(".unit", unit=unit),
        "current": chosen is None,
        "shine": "",
    }
    return [
        whole,
        *(
            {
                "title": visit.sentence(f"desk.shine_{shine}"),
                "count": counts.get(shine, 0),
                "href": url_for(".unit", unit=unit, light=shine),
                "current": chosen == shine,
                "shine": shine,
            }
            for shine in SHINES
        ),
    ]


def _heads() -> list[dict[str, Any]]:
    def head(key: str, kind: str = "text", fact: bool = False) -> dict[str, Any]:
        return {"key": key, "title": visit.sentence(f"desk.column_{key}"), "kind": kind, "fact": fact}

    return [
        head("number"),
        head("light", "light", True),
        head("due_day", "until", True),
        head("title", "title", True),
        head("term"),
        head("applicant"),
        head("parts", "text", True),
        head("state"),
    ]


def _cells(room: Room, unit: str, one: OnBoard) -> dict[str, Any]:
    record = one.record
    hidden = hidden_fields(room.mechanism, record, room.actor, room.around)
    type_ = room.mechanism.record_type(record.type)
    applicant = type_.facets.get("applicant", "")
    known = room.mechanism.fields[record.type].get(applicant)
    parts = [
        held.part for held in record.parts if held.unit == unit and held.ended is None and held.part in type_.parts
    ]
    light = None
    if one.due_day is not None:
        left = abs(days_left(room.now, one.due_day))
        light = {"state": one.shine, "days": left if one.shine != "in_time" else None}
    return {
        "number": record.number or type_.title,
        "light": light,
        "due_day": (within_day(one.due) if one.due else None) or one.due_day,
        "title": title_of(room.mechanism, record, room.around.names, hidden, lang()),
        "term": room.mechanism.definition.terms[one.term].title if one.term in room.mechanism.definition.terms else "",
        "applicant": mask(known, record.values.get(applicant), room.around.names, lang())
        if known is not None and applicant not in hidden
        else "",
        "parts": show.listed(type_.parts[part].title for part in dict.fromkeys(parts)),
        "state": show.state_title(room.mechanism, record),
    }
