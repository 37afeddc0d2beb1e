"""Documents that effects ordered: those still to be made, and those of a record that are there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from . import tables as t


@dataclass(frozen=True, slots=True)
class Ordered:
    """A document to be made for a record. `attempts`: how often it failed."""

    id: int
    record: str
    organisation: str
    document: str
    key: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A document of a record. `state`: pending, made, failed; `file` is there once it is made."""

    id: int
    document: str
    state: str
    file: str | None
    created_at: datetime


def ordered(connection: Connection, now: datetime, limit: int = 50) -> list[Ordered]:
    """Documents whose turn it is. On PostgreSQL they are locked until the transaction ends, and other workers pass."""
    rows = connection.execute(
        select(t.Paper.id, t.Paper.record_id, t.Paper.organisation_id, t.Paper.document, t.Paper.key, t.Paper.attempts)
        .where(t.Paper.state == "pending", t.Paper.next_try <= now)
        .order_by(t.Paper.next_try, t.Paper.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [Ordered(*row) for row in rows]


def take(connection: Connection, papers: Collection[int], until: datetime) -> None:
    """Nobody else makes these documents before `until`: whoever died over them has lost them to the next by then."""
    if papers:
        connection.execute(update(t.Paper).where(t.Paper.id.in_(papers)).values(next_try=until))


def made(connection: Connection, paper: int, file: str) -> None:
    """The document is there. Of one that was made before, the first file stays."""
    pending = update(t.Paper).where(t.Paper.id == paper, t.Paper.state == "pending")
    connection.execute(pending.values(state="made", file_id=file, attempts=t.Paper.attempts + 1, error=""))


def not_made(connection: Connection, paper: int, error: str, next_try: datetime | None) -> None:
    """It could not be made: try again at `next_try`, or give up where that is None."""
    values: dict[str, Any] = {"error": error, "attempts": t.Paper.attempts + 1}
    values |= {"state": "failed"} if next_try is None else {"next_try": next_try}
    connection.execute(update(t.Paper).where(t.Paper.id == paper, t.Paper.state == "pending").values(values))


def papers(connection: Connection, record: str) -> list[Kept]:
    """The documents of a record, in the order in which they were ordered."""
    rows = connection.execute(
        select(t.Paper.id, t.Paper.document, t.Paper.state, t.Paper.file_id, t.Paper.created_at)
        .where(t.Paper.record_id == record)
        .order_by(t.Paper.id)
    )
    return [Kept(*row) for row in rows]
