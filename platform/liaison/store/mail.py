"""Notices after the commit: the inbox people read, and the outbox that jobs work through."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, false, func, or_, select, update

from liaison.roster import Responsible

from . import tables as t
from .codec import responsible_from, unpack

Units = Mapping[str, Collection[str]]
"""Installation → the units somebody acts for there."""


@dataclass(frozen=True, slots=True)
class Received:
    """A notice in an inbox, to be rendered from the template of the record's mechanism with `data`; about what is owed
    for a period (`duty`) with that of the version in force. One of `record` and `duty` is empty."""

    id: int
    record: str
    duty: str
    installation: str
    template: str
    data: Mapping[str, Any]
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A notice to be sent. `key` goes with it, so that whoever receives it twice can tell."""

    id: int
    record: str
    duty: str
    key: str
    template: str
    to: tuple[Responsible, ...]
    data: Mapping[str, Any]
    attempts: int


def inbox(
    connection: Connection, person: str, units: Units, *, unread: bool = False, offset: int = 0, limit: int = 50
) -> list[Received]:
    """What was told to a person, or to units in which nobody could be named, the newest first."""
    statement = (
        select(
            t.Notice.id,
            t.Notice.record_id,
            t.Notice.duty_id,
            t.Notice.installation_id,
            t.Notice.template,
            t.Notice.data,
            t.Notice.created_at,
            t.Notice.read_at,
        )
        .where(_for(person, units))
        .order_by(t.Notice.id.desc())
        .offset(offset)
        .limit(limit)
    )
    if unread:
        statement = statement.where(t.Notice.read_at.is_(None))
    return [
        Received(
            row.id,
            row.record_id or "",
            row.duty_id or "",
            row.installation_id,
            row.template,
            unpack(row.data),
            row.created_at,
            row.read_at,
        )
        for row in connection.execute(statement)
    ]


def unread(connection: Connection, person: str, units: Units) -> int:
    """How many notices wait; 100 means at least that many."""
    some = select(t.Notice.id).where(_for(person, units), t.Notice.read_at.is_(None)).limit(100).subquery()
    return connection.execute(select(func.count()).select_from(some)).scalar_one()


def mark_read(
    connection: Connection, person: str, units: Units, now: datetime, notices: Collection[int] | None = None
) -> None:
    """Mark notices as read, all or some; those of others stay as they are."""
    statement = update(t.Notice).where(_for(person, units), t.Notice.read_at.is_(None)).values(read_at=now)
    connection.execute(statement if notices is None else statement.where(t.Notice.id.in_(notices)))


def _for(person: str, units: Units) -> ColumnElement[bool]:
    here = [
        (t.Notice.installation_id == installation) & t.Notice.unit.in_(keys)
        for installation, keys in units.items()
        if keys
    ]
    return or_(t.Notice.person == person if person else false(), *here)


def outgoing(connection: Connection, now: datetime, limit: int = 50) -> list[Outgoing]:
    """Notices whose turn it is. On PostgreSQL they are locked until the transaction ends, and other workers pass."""
    rows = connection.execute(
        select(t.Outbox)
        .where(t.Outbox.state == "pending", t.Outbox.next_try <= now)
        .order_by(t.Outbox.next_try, t.Outbox.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [
        Outgoing(
            row.id,
            row.record_id or "",
            row.duty_id or "",
            row.key,
            row.template,
            responsible_from(row.to),
            unpack(row.data),
            row.attempts,
        )
        for row in rows
    ]


def claim(connection: Connection, notices: Collection[int], until: datetime) -> None:
    """Nobody else takes these notices before `until`: whoever died over them has lost them to the next by then. It is
    no try to send them."""
    if notices:
        connection.execute(update(t.Outbox).where(t.Outbox.id.in_(notices)).values(next_try=until))


def sent(connection: Connection, id_: int, now: datetime) -> None:
    """It is out."""
    connection.execute(
        update(t.Outbox)
        .where(t.Outbox.id == id_)
        .values(state="sent", sent_at=now, attempts=t.Outbox.attempts + 1, error="")
    )


def not_sent(connection: Connection, id_: int, error: str, next_try: datetime | None) -> None:
    """It could not be sent: try again at `next_try`, or give up where that is None."""
    values: dict[str, Any] = {"error": error, "attempts": t.Outbox.attempts + 1}
    values |= {"state": "failed"} if next_try is None else {"next_try": next_try}
    connection.execute(update(t.Outbox).where(t.Outbox.id == id_).values(values))
