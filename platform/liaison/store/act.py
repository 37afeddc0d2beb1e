"""Carry out commands: the one way in for everything that changes a record."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, or_, select
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from liaison.engine import Command, Refusal, Result, StaleError, ring_command, run
from liaison.texts import Message

from . import tables as t
from .database import Database
from .files import TooLargeError
from .parking import free, park
from .sql_world import SqlWorld

log = logging.getLogger(__name__)

_TRIES = 4
AGAIN = {"40001", "40P01"}
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
            if not left or getattr(error.orig, "sqlstate", None) not in AGAIN:
                raise
        except StaleError:
            if not left or command.expected is not None:
                raise
        except TooLargeError as error:
            return Result(refusal=Refusal(error.message, command=command.key))
    raise AssertionError("the last try returns or raises")


def ring_due(database: Database, now: datetime, limit: int = 100) -> list[Result]:
    """Let the clocks that are due ring, record by record, each in a transaction of its own, until `limit` have rung or
    nothing is left; the results in that order.

    A record that cannot ring keeps no other from it: it is gone past with a refusal, stays due, and is let alone for a
    while (`parking`). Several workers may do this at once: each takes what no other is at."""
    tried: list[str] = []
    results: list[Result] = []
    crossed = rung = 0
    while rung < limit:
        command: Command | None = None
        why: Message | None
        try:
            with database.write() as connection:
                found = connection.execute(
                    select(t.Record.id, t.Record.revision, t.Parked.failed)
                    .join(t.Clock, t.Clock.record_id == t.Record.id)
                    .outerjoin(t.Parked, t.Parked.record_id == t.Record.id)
                    .where(
                        t.Clock.next_ring <= now,
                        t.Record.id.not_in(tried),
                        or_(t.Parked.next_try.is_(None), t.Parked.next_try <= now),
                    )
                    .order_by(t.Clock.next_ring, t.Record.id)
                    .limit(1)
                    .with_for_update(of=t.Record, skip_locked=True)
                ).first()
                if found is None:
                    break
                command = ring_command(found.id, found.revision)
                result = run(SqlWorld(connection, database.shelf, writes=True), command, now)
                if result and found.failed:
                    free(connection, command.record)
        except OperationalError as error:
            crossed += 1
            if crossed == _TRIES or getattr(error.orig, "sqlstate", None) not in AGAIN:
                raise
            continue
        except Exception as error:
            if command is None or isinstance(error, ProgrammingError):  # the database is at fault, not the record
                raise
            log.exception("the clocks of record %s could not ring", command.record)
            result = _could_not(command, error)
            why = Message("store.ring_failed", {"error": type(error).__name__})
        else:
            why = result.refusal.message if result.refusal else None
        tried.append(command.record)
        if why is not None:
            with database.write() as connection:
                park(connection, command.record, why, now)
        if result.outcomes or not result:  # else another worker has just let it ring
            results.append(result)
            rung += bool(result)
    return results


def _could_not(command: Command, error: Exception) -> Result:
    why = Message("store.could_not_ring", {"record": command.record, "error": f"{type(error).__name__}: {error}"})
    return Result(refusal=Refusal(why, command=command.key))


def _known(database: Database, key: str) -> bool:
    with database.read() as connection:
        return SqlWorld(connection, database.shelf).done(key) is not None
