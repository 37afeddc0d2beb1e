"""Carry out commands: the one way in for everything that changes a record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError, OperationalError

from liaison.engine import Command, Result, StaleError, ring_command, run

from . import tables as t
from .database import Database
from .sql_world import SqlWorld

_TRIES = 4
_AGAIN = {"40001", "40P01"}
"""PostgreSQL: could not serialise, deadlock."""


Also = Callable[[Connection, Result], None]
"""What belongs to a command and is no record: it is done in the same transaction, once the command is carried out."""


def act(database: Database, command: Command, now: datetime, also: Also | None = None) -> Result:
    """Carry out `command` at `now` (aware) in one transaction, committed when this returns a Result that is true.
    `also` is called within it with a result that is true.

    Trying again is safe, because nothing was written and the key lets a command be carried out only once: it is done
    after a deadlock, when the same key came in twice at once, and, for a command that takes the record as it is
    (`expected` None), when somebody else was first. With `expected`, the engine refuses with `engine.stale`."""
    for left in reversed(range(_TRIES)):
        try:
            with database.write() as connection:
                result = run(SqlWorld(connection, database.shelf, writes=True), command, now)
                if also is not None and result:
                    also(connection, result)
                return result
        except IntegrityError:
            if not left or not _known(database, command.key):
                raise
        except OperationalError as error:
            if not left or getattr(error.orig, "sqlstate", None) not in _AGAIN:
                raise
        except StaleError:
            if not left or command.expected is not None:
                raise
    raise AssertionError("the last try returns or raises")


def ring_due(database: Database, now: datetime, limit: int = 100) -> list[Result]:
    """Let the clocks that are due ring, record by record, each in a transaction of its own; the results in that order.

    Several workers may do this at once: each takes what no other is at."""
    done: list[str] = []
    results: list[Result] = []
    crossed = 0
    while len(results) < limit:
        try:
            with database.write() as connection:
                record = connection.execute(
                    select(t.Record.id)
                    .join(t.Clock, t.Clock.record_id == t.Record.id)
                    .where(t.Clock.next_ring <= now, t.Record.id.not_in(done))
                    .order_by(t.Clock.next_ring, t.Record.id)
                    .limit(1)
                    .with_for_update(of=t.Record, skip_locked=True)
                ).scalar()
                if record is None:
                    break
                world = SqlWorld(connection, database.shelf, writes=True)
                result = run(world, ring_command(record, now), now)
        except OperationalError as error:
            crossed += 1
            if crossed == _TRIES or getattr(error.orig, "sqlstate", None) not in _AGAIN:
                raise
        else:
            done.append(record)
            results.append(result)
    return results


def _known(database: Database, key: str) -> bool:
    with database.read() as connection:
        return SqlWorld(connection, database.shelf).done(key) is not None
