"""Those a mechanism serves, as the person at the desk may see them: the register, the records that name one, the way to
its page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import g, url_for

from liaison.access import Objects, objects_of
from liaison.definitions import Action, Json, Naming, namings
from liaison.store import Entry, register

from .. import show, visit
from . import columns
from .room import Room, way_in

_FOUND = 8
"""Entries that the search over everything shows."""


def sight(room: Room) -> Objects:
    """Which entries of the directory this person may see here: all, for who sees every record of the types that name
    them, or, where none does, every record there is. Worked out once in a request."""
    known: dict[str, Objects] = g.setdefault("_desk_objects", {})
    if room.installed.id not in known:
        types = [one.key for one in room.types]
        naming = [key for key in types if any(one.by == "id" for one in namings(room.mechanism.definition, key))]
        known[room.installed.id] = objects_of(visit.reach()[room.installed.id], naming or types, room.around.today)
    return known[room.installed.id]


def register_of(room: Room) -> register.Register:
    """The register of a mechanism, of this person; worked out once in a request."""
    known: dict[str, register.Register] = g.setdefault("_desk_registers", {})
    if room.installed.id not in known:
        known[room.installed.id] = register.Register(
            room.installed.id,
            room.installed.organisation,
            room.mechanism,
            room.served,
            {one.key: _readable(room, one.key) for one in room.types},
            visit.reach()[room.installed.id],
            sight(room),
            room.now,
        )
    return known[room.installed.id]


def _readable(room: Room, type_: str) -> tuple[Naming, ...]:
    fields = columns.open_fields(room, type_)
    return tuple(one for one in namings(room.mechanism.definition, type_) if one.path in fields)


def seen(room: Room, ids: Collection[str]) -> Mapping[str, Entry]:
    """Those of some entries that this person may see, by id."""
    if not room.served or not ids:
        return {}
    with visit.database().read() as connection:
        return register.seen(connection, register_of(room), ids)


def found(room: Room, words: str) -> list[Entry]:
    """The first of those that this person may see and that are found by these words."""
    if not room.served:
        return []
    with visit.database().read() as connection:
        return register.find(connection, register_of(room), register.Sought(words), limit=_FOUND)[0]


# ── The records that name one ────────────────────────────────────────────────────────────────────────────────────


def naming(room: Room, type_: str, entry: Entry) -> Json | None:
    """The records of a type that name an entry, as a filter; None where they cannot, or where it would tell what a
    record does not show."""
    fields = room.mechanism.fields[type_]
    ways: list[Json] = [
        {"in": [entry.id, {"var": one.path}]} if fields[one.path].many else {"==": [{"var": one.path}, said]}
        for one in register_of(room).namings[type_]
        if entry.kind in one.kinds and (said := getattr(entry, one.by))
    ]
    return {"or": ways} if ways else None


@dataclass(frozen=True)
class WayIn:
    """A way to begin a record about somebody: its title, where, and whether it is the usual one of its type."""

    title: str
    href: str


def ways_in(room: Room, entry: Entry) -> list[WayIn]:
    """What this person may begin that names an entry from the start."""
    return [
        WayIn(
            way_in(room.mechanism, one.key, action),
            url_for("desk.begin", type_=one.key, action=action.key, object=entry.id),
        )
        for one in room.types
        for action in room.starts(one.key)
        if filled_in(room, one.key, action, entry)
    ]


def filled_in(room: Room, type_: str, action: Action, entry: Entry) -> dict[str, Any]:
    """What an action that begins a record asks for and an entry says already: who it is."""
    fields, definition = room.mechanism.fields[type_], room.mechanism.definition
    asked = {
        control.field.key
        for asks in action.asks
        for control in room.mechanism.forms[asks.form].within(asks.section, asks.without)
    }
    said = {
        one.path: getattr(entry, one.by)
        for one in namings(definition, type_)
        if one.path in asked and entry.kind in one.kinds
    }
    return {path: [value] if fields[path].many else value for path, value in said.items() if value}


# ── Ways to where somebody stands ────────────────────────────────────────────────────────────────────────────────


def called(room: Room, key: str) -> str:
    """What a unit, a person or an entry of the directory is called."""
    known = show.holder(room.around, key)
    return known if known != key else room.around.names("party", key) or key


def links(room: Room, keys: Iterable[str]) -> dict[str, dict[str, str]]:
    """Units, people and entries of the directory, as `sheet` draws ways to them: those this person may open lead
    there. In two queries at most."""
    asked = list(dict.fromkeys(keys))
    others = [key for key in asked if show.holder(room.around, key) == key]
    room.around.learn_parties(others)
    open_ = seen(room, others)
    return {key: {"label": called(room, key), "href": _address(room, key, open_)} for key in asked}


def _address(room: Room, key: str, open_: Collection[str]) -> str:
    if key in open_:
        return url_for("desk.object", party=key)
    boards = any(one.parts for one in room.types)
    return url_for("desk.unit", unit=key) if boards and key in room.boards else ""
