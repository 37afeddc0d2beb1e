"""Which columns of a list somebody chose: kept for this browser."""

from __future__ import annotations

from collections.abc import Iterable

from flask import session

from .room import Room

_COLUMNS = "columns"
_MOST = 12
"""Lists whose columns a session remembers: the cookie has room for about that many."""


def of(room: Room, view: str) -> list[str]:
    """The columns chosen for a list; none: its own."""
    return list(session.get(_COLUMNS, {}).get(_name(room, view), ()))


def keep(room: Room, view: str, picked: Iterable[str]) -> None:
    """Keep the columns chosen for a list; none chosen means its own again."""
    kept = {name: paths for name, paths in session.get(_COLUMNS, {}).items() if name != _name(room, view)}
    if columns := list(picked):
        kept[_name(room, view)] = columns
    session[_COLUMNS] = dict(list(kept.items())[-_MOST:])


def _name(room: Room, view: str) -> str:
    return f"{room.installed.key}.{view}"
