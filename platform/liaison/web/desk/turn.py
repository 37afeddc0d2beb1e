"""Whose turn it is: what waits for the person at the desk, as a list and as the number beside its name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from flask import g
from sqlalchemy import Connection

from liaison.definitions import Json
from liaison.engine import Record
from liaison.store import soonest

from .. import visit
from .room import Room

AT_ONCE = 200
"""Work of one person that is put in order of what runs out first; beyond, the list says that there is more."""

Turn = Sequence[tuple[Record, Sequence[Record]]]
"""Records whose next step is this person's, each with what stands under it for this person to act on or see to."""


def mine(room: Room) -> Turn:
    """Everything that is this person's turn, in a number of queries that depends on the record types alone; asked once
    in a request, by the list and by the navigation around it."""
    known: dict[str, Turn] = g.setdefault("_desk_turns", {})
    if room.installed.id not in known:
        with visit.database().read() as connection:
            known[room.installed.id] = _mine(room, connection)
    return known[room.installed.id]


def _mine(room: Room, connection: Connection) -> Turn:
    children = _children(room, connection)
    turn: list[tuple[Record, Sequence[Record]]] = []
    for type_ in room.types:
        ways = room.my_turn(type_.key)
        if children:
            ways.append({"in": [{"var": "record.id"}, list(children)]})
        still = _standing_still(room, connection, type_.key)
        ways += [
            {"and": [{"in": [{"var": "record.state"}, sorted(origins)]}, {"in": [{"var": "record.id"}, list(under)]}]}
            for under, origins in still
            if under
        ]
        for record in _soonest(room, connection, type_.key, ways):
            stuck = [one for under, origins in still if record.state in origins for one in under.get(record.id, ())]
            turn.append((record, (*children.get(record.id, ()), *stuck)))
    return turn


def _children(room: Room, connection: Connection) -> Mapping[str, Sequence[Record]]:
    """What stands under records and is this person's turn, by the record."""
    types = (type_ for type_ in room.mechanism.definition.record_types.values() if type_.child)
    return _by_parent(one for type_ in types for one in _soonest(room, connection, type_.key, room.my_turn(type_.key)))


def _standing_still(
    room: Room, connection: Connection, type_: str
) -> list[tuple[Mapping[str, Sequence[Record]], frozenset[str]]]:
    """What stands still under records of a type for this person to see to (an objection, say), by the record; and the
    states of the record in which that can be done."""
    return [
        (_by_parent(_soonest(room, connection, child, [{"==": [{"var": "record.state"}, state]}])), origins)
        for child, state, origins in room.to_remedy(type_)
    ]


def _by_parent(children: Iterable[Record]) -> Mapping[str, Sequence[Record]]:
    found: dict[str, list[Record]] = {}
    for one in children:
        found.setdefault(one.parent, []).append(one)
    return found


def _soonest(room: Room, connection: Connection, type_: str, ways: Sequence[Json]) -> Sequence[Record]:
    """What is due first; what does not fit into `AT_ONCE` is what is due last."""
    return soonest(connection, visit.shelf(), visit.reach(), room.installed.id, type_, ways, limit=AT_ONCE)
