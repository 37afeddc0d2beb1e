"""What stands in the way of a mechanism being in force: slots nobody has answered, posts too few or too many hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from liaison.definitions import Loaded, load, read_package
from liaison.roster import unheld
from liaison.texts import Message

from .installing import InForce, files_of
from .shelf import Shelf

_OPEN = "definitions.slot_open"


def obstacles(connection: Connection, shelf: Shelf, installed: InForce, day: date) -> list[Message]:
    """What an installation lacks on `day`."""
    loaded = load(read_package(files_of(connection, installed.digest)), installed.answers)
    return _obstacles(connection, shelf, installed, day, loaded)


def would_lack(
    connection: Connection,
    shelf: Shelf,
    installed: InForce,
    day: date,
    digest: str,
    answers: Mapping[str, Any],
) -> list[Message]:
    """What a version with these answers would lack in the place of the one that is set up, and that one does not:
    while a mechanism is in force, nothing may go out of order by a new version. KeyError: no such version."""
    known = obstacles(connection, shelf, installed, day)
    loaded = load(read_package(files_of(connection, digest)), answers)
    return [one for one in _obstacles(connection, shelf, installed, day, loaded) if one not in known]


def _obstacles(connection: Connection, shelf: Shelf, installed: InForce, day: date, loaded: Loaded) -> list[Message]:
    roster = shelf.today(connection, shelf.installed(connection, installed.id), day).roster
    definition = loaded.definition
    if definition is not None:
        units = {**definition.roster.units, **roster.units}
        roster = replace(roster, posts=definition.roster.posts, units=units)
    unanswered = [finding.message for finding in loaded.findings if finding.code == _OPEN]
    return [*unanswered, *unheld(roster, day)]
