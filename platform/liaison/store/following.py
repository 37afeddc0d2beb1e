"""One record as people follow it: its timeline, its number and query code."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, or_, select, update

from liaison.engine import Event, Record
from liaison.texts import Message

from . import attempts, loading
from . import tables as t
from .attempts import Patience
from .codec import event_from
from .database import Database

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Nothing that is read for something else over the telephone."""
CODE_LENGTH = 10
PATIENCE = Patience(free=5, first=timedelta(minutes=1), most=timedelta(days=1))
"""With an address that gives wrong codes for one number."""
ADDRESS = Patience(free=20, first=timedelta(minutes=15), most=timedelta(days=1))
"""With an address that gives wrong codes, whatever the numbers: a whole office may stand behind it."""


def timeline(connection: Connection, record: str) -> tuple[Event, ...]:
    """Everything that happened to a record and its children, in the order it was recorded."""
    family = select(t.Record.id).where(or_(t.Record.id == record, t.Record.parent_id == record))
    rows = connection.execute(select(t.Event.__table__).where(t.Event.record_id.in_(family)).order_by(t.Event.id))
    return tuple(event_from(row._mapping) for row in rows)


def record_of(connection: Connection, record: str) -> Record | None:
    """The record alone; None where there is none of that id."""
    found = loading.load(connection, [record]).get(record)
    return found.record if found else None


def give_code(connection: Connection, record: str, now: datetime) -> str:
    """A query code for a record, in place of the one it had: shown once, kept only as a hash."""
    code = "".join(secrets.choice(_ALPHABET) for _ in range(CODE_LENGTH))
    values = {"hash": _hash(record, code), "created_at": now}
    if not connection.execute(update(t.RecordCode).where(t.RecordCode.record_id == record).values(values)).rowcount:
        connection.execute(insert(t.RecordCode).values(record_id=record, **values))
    return code


def by_code(database: Database, number: str, code: str, address: str, now: datetime) -> str | Message:
    """The record with this number and query code, or why not: `store.wrong_code` (which of the two was wrong is not
    said), `store.code_held`.

    Wrong tries are counted for `address`, and for it with the number: they keep waiting whoever tries, nobody else.
    The code has 49 bits, so that many addresses together gain nothing."""
    number, code = number.strip().upper(), code.strip().upper()
    everything, this = attempts.subject("address", address), attempts.subject("code", address, number)
    with database.write() as connection:
        held = attempts.held(connection, [everything, this], now)
        if held:
            return Message("store.code_held", {"until": max(held.values())})
        rows = connection.execute(
            select(t.RecordCode.record_id, t.RecordCode.hash)
            .join(t.Record, t.Record.id == t.RecordCode.record_id)
            .where(t.Record.number == number)
        )
        for record, hash_ in rows:
            if hmac.compare_digest(hash_, _hash(record, code)):
                # The address keeps its count: with a code of one's own one must not go on guessing another's.
                attempts.forget(connection, this)
                return str(record)
        untils = [
            until
            for subject, patience in ((everything, ADDRESS), (this, PATIENCE))
            if (until := attempts.wrong(connection, subject, patience, now)) is not None
        ]
    return Message("store.code_held", {"until": max(untils)}) if untils else Message("store.wrong_code")


def _hash(record: str, code: str) -> str:
    # The code is random and tries are counted, so a plain hash is enough; the id keeps equal codes apart.
    return hashlib.sha256(f"{record}/{code}".encode()).hexdigest()
