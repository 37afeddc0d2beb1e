"""One record as people follow it: its timeline, its number and query code."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, or_, select, update

from liaison.engine import Event, Record

from . import loading
from . import tables as t
from .codec import event_from
from .database import Database

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Nothing that is read for something else over the telephone."""
CODE_LENGTH = 10
_TRIES, _LOCKED = 5, timedelta(minutes=15)


def timeline(connection: Connection, record: str) -> tuple[Event, ...]:
    """Everything that happened to a record and its children, in the order it was recorded."""
    children = select(t.Record.id).where(t.Record.parent_id == record)
    rows = connection.execute(
        select(t.Event.__table__)
        .where(or_(t.Event.record_id == record, t.Event.record_id.in_(children)))
        .order_by(t.Event.id)
    )
    return tuple(event_from(row._mapping) for row in rows)


def record_of(connection: Connection, record: str) -> Record | None:
    """The record alone; None where there is none of that id."""
    found = loading.load(connection, [record]).get(record)
    return found.record if found else None


def give_code(connection: Connection, record: str, now: datetime) -> str:
    """A query code for a record, in place of the one it had: shown once, kept only as a hash."""
    code = "".join(secrets.choice(_ALPHABET) for _ in range(CODE_LENGTH))
    values = {"hash": _hash(record, code), "failed": 0, "locked_until": None, "created_at": now}
    if not connection.execute(update(t.RecordCode).where(t.RecordCode.record_id == record).values(values)).rowcount:
        connection.execute(insert(t.RecordCode).values(record_id=record, **values))
    return code


def by_code(database: Database, number: str, code: str, now: datetime) -> str | None:
    """The record with this number and query code; None where they do not belong together, and for a quarter of an
    hour after five wrong codes for a number, whatever the code."""
    with database.write() as connection:
        rows = connection.execute(
            select(t.RecordCode)
            .join(t.Record, t.Record.id == t.RecordCode.record_id)
            .where(t.Record.number == number.strip().upper())
            .with_for_update()
        ).all()
        for row in rows:
            if row.locked_until is not None and now < row.locked_until:
                continue
            if hmac.compare_digest(row.hash, _hash(row.record_id, code.strip().upper())):
                _tried(connection, row.record_id, 0, None)
                return str(row.record_id)
            failed = row.failed + 1
            locked = failed >= _TRIES
            _tried(connection, row.record_id, 0 if locked else failed, now + _LOCKED if locked else None)
    return None


def _tried(connection: Connection, record: str, failed: int, locked_until: datetime | None) -> None:
    connection.execute(
        update(t.RecordCode).where(t.RecordCode.record_id == record).values(failed=failed, locked_until=locked_until)
    )


def _hash(record: str, code: str) -> str:
    # The code is random and tries are counted, so a plain hash is enough; the id keeps equal codes apart.
    return hashlib.sha256(f"{record}/{code}".encode()).hexdigest()
