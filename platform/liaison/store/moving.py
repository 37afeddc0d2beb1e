"""Records on versions that are no longer in force: which there are, what moving them would change, and moving them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select
from sqlalchemy.orm import aliased

from liaison.access import Actor
from liaison.engine import Command, Move, Refusal, Result, StaleError, States, Unmapped, move, move_command
from liaison.texts import Message

from . import tables as t
from .act import act
from .database import Database
from .shelf import Shelf
from .sql_world import SqlWorld

_AT_ONCE = 50
"""Records loaded together for a preview."""


@dataclass(frozen=True, slots=True)
class Older:
    """A record that stands on its own, is not done, and is on an older version than the one in force. What it is about
    is not for whoever keeps the mechanism."""

    id: str
    number: str
    type: str
    state: str
    edition: int
    version: str
    since: datetime


def older_records(
    connection: Connection, installation: str, *, offset: int = 0, limit: int = 50
) -> tuple[list[Older], int]:
    """A page of them, the oldest first, and how many there are. Those that are done stay on the version they ended
    on."""
    here = _left_behind(connection, installation)
    rows = connection.execute(
        select(
            t.Record.id, func.coalesce(t.Record.number, ""), t.Record.type, t.Record.state, t.Record.edition_id,
            t.MechanismVersion.version, t.Record.since,
        )
        .join(t.Edition, t.Edition.id == t.Record.edition_id)
        .join(t.MechanismVersion, t.MechanismVersion.digest == t.Edition.digest)
        .where(here)
        .order_by(t.Record.ordinal)
        .offset(offset)
        .limit(limit)
    )  # fmt: skip
    total = connection.execute(select(func.count()).select_from(t.Record).where(here)).scalar_one()
    return [Older(*row) for row in rows], total


def states_to_map(database: Database, shelf: Shelf, installation: str) -> Mapping[Unmapped, int]:
    """The states of those records, and of what stands under them, that the version in force has no more → how many are
    in it; called as on `shelf`. KeyError: nothing is in force there."""
    counted: Counter[Unmapped] = Counter()
    with database.read() as connection:
        world = SqlWorld(connection, shelf)
        new = world.mechanism(installation).definition.lifecycles
        for type_, state, edition, count in _states(connection, _left_behind(connection, installation)):
            if type_ not in new or state in new[type_].states:
                continue
            known = shelf.mechanism(connection, edition).definition.lifecycles[type_].states
            counted[Unmapped(type_, state, known[state].title if state in known else state)] += count
    return counted


def preview_moves(
    database: Database, shelf: Shelf, installation: str, records: Sequence[str], states: States, now: datetime
) -> list[Move]:
    """What moving these records to the version in force would change, in their order, said as on `shelf`. Nothing is
    written. KeyError: nothing is in force there."""
    found: list[Move] = []
    for first in range(0, len(records), _AT_ONCE):
        some = records[first : first + _AT_ONCE]
        with database.read() as connection:
            world = SqlWorld(connection, shelf)
            new, around = world.mechanism(installation), world.surroundings(installation, now.date())
            families = world.families(some)
            found += [
                move(world.mechanism(installation, id_), new, families[id_], around, now, states)
                for id_ in some
                if id_ in families
            ]
    return found


def move_records(
    database: Database, installation: str, records: Collection[str], states: States, by: Actor, now: datetime
) -> list[tuple[str, Result]]:
    """Move these records to the version in force, each with everything under it in a transaction of its own; what came
    of each. Done again, or again after it broke off, it moves what is left: none is moved twice."""
    with database.read() as connection:
        edition = database.shelf.installed(connection, installation).edition
    return [
        (record, _moved(database, move_command(record, states, by, f"move/{edition}/{record}"), now))
        for record in records
    ]


def _moved(database: Database, command: Command, now: datetime) -> Result:
    try:
        return act(database, command, now)
    except StaleError as error:
        params = {"by": error.by, "what": error.event, "at": error.at or ""}
        return Result(refusal=Refusal(Message("engine.stale", params), command=command.key))


def _left_behind(connection: Connection, installation: str) -> ColumnElement[bool]:
    """Records that stand on their own, are not done and are on an edition that differs from the one in force."""
    editions = connection.execute(
        select(t.Edition.id, t.Edition.digest, t.Edition.answers, t.Installation.edition_id)
        .join(t.Installation, t.Installation.id == t.Edition.installation_id)
        .where(t.Edition.installation_id == installation)
    ).all()
    present = next(((one.digest, one.answers) for one in editions if one.id == one.edition_id), None)
    others = [one.id for one in editions if (one.digest, one.answers) != present]
    return t.Record.edition_id.in_(others) & t.Record.done.is_(False) & t.Record.parent_id.is_(None)


def _states(connection: Connection, here: ColumnElement[bool]) -> list[tuple[str, str, int, int]]:
    """(type, state, edition, how many) of those records, and of what stands under them."""
    child = aliased(t.Record)
    own = select(t.Record.type, t.Record.state, t.Record.edition_id, func.count()).where(here)
    under = select(child.type, child.state, child.edition_id, func.count()).where(here)
    under = under.join_from(child, t.Record, child.parent_id == t.Record.id)
    rows = list(connection.execute(own.group_by(t.Record.type, t.Record.state, t.Record.edition_id)))
    rows += connection.execute(under.group_by(child.type, child.state, child.edition_id))
    return [(type_, state, edition, count) for type_, state, edition, count in rows]
