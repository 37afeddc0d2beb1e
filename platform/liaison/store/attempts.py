"""Wrong tries at something secret, counted so that guessing takes for ever and whoever knows it is not shut out.

What is counted is a *subject*: a login, an address, an address with a number. It need not exist: a login nobody has is
counted like any other, so that neither the answer nor the time it takes tells which there are. Subjects are kept as
hashes: people type passwords into the wrong field.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, case, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from . import tables as t

WINDOW = timedelta(days=1)
"""Wrong tries are forgotten a day after the first of them."""


@dataclass(frozen=True, slots=True)
class Patience:
    """After every `free` wrong tries one waits: `first`, then each time twice as long, at most `most`."""

    free: int
    first: timedelta
    most: timedelta

    def pause(self, failed: int) -> timedelta | None:
        """How long to wait after so many wrong tries; None: not at all."""
        if failed % self.free:
            return None
        doubled: int = 2 ** min(failed // self.free - 1, 20)
        return min(self.first * doubled, self.most)


def subject(kind: str, *who: str) -> str:
    """The name under which the tries of somebody are counted."""
    return hashlib.sha256("\0".join((kind, *who)).encode()).hexdigest()


def held(connection: Connection, subjects: Collection[str], now: datetime) -> Mapping[str, datetime]:
    """Which of the subjects have to wait, and until when."""
    rows = connection.execute(
        select(t.Attempt.subject, t.Attempt.until).where(t.Attempt.subject.in_(subjects), t.Attempt.until > now)
    )
    return {row.subject: row.until for row in rows}


def wrong(connection: Connection, subject: str, patience: Patience, now: datetime) -> datetime | None:
    """Count one more wrong try; until when there can be no other, or None. Counted in SQL: two at once are two."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    over = t.Attempt.since <= now - WINDOW
    first = dialect.insert(t.Attempt).values(subject=subject, failed=1, since=now)
    counted = first.on_conflict_do_update(
        index_elements=["subject"],
        set_={
            "failed": case((over, 1), else_=t.Attempt.failed + 1),
            "since": case((over, first.excluded.since), else_=t.Attempt.since),
        },
    ).returning(t.Attempt.failed)
    pause = patience.pause(connection.execute(counted).scalar_one())
    if pause is None:
        return None
    connection.execute(update(t.Attempt).where(t.Attempt.subject == subject).values(until=now + pause))
    return now + pause


def forget(connection: Connection, subject: str) -> None:
    """The right one was given, or somebody vouched for it: begin to count anew."""
    connection.execute(delete(t.Attempt).where(t.Attempt.subject == subject))


def sweep_attempts(connection: Connection, now: datetime) -> int:
    """Remove what is forgotten anyway; how many."""
    over = (t.Attempt.since <= now - WINDOW) & (func.coalesce(t.Attempt.until, t.Attempt.since) <= now)
    return connection.execute(delete(t.Attempt).where(over)).rowcount
