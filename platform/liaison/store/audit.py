"""The audit chain: is everything that was written still there, and as it was written?

Each event carries the hash of the one before it in its record, the last one of a command a hash of the whole record.
A checkpoint covers every event of an organisation since the checkpoint before, so that a record or a tail that is
gone is missed. Somebody who can rewrite the whole database can rewrite the chain too: whoever wants to be sure keeps
the last checkpoint's hash somewhere else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, text

from liaison.texts import Message

from . import loading
from . import tables as t
from .codec import content_hash, event_hash
from .database import Database

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as it was written. `record` is empty where an organisation as a whole is concerned."""

    organisation: str
    record: str
    message: Message


@dataclass(frozen=True, slots=True)
class Access:
    """One line of the access log."""

    at: datetime
    what: str
    person: str
    address: str
    record: str | None
    detail: Mapping[str, Any]


def log(
    connection: Connection,
    what: str,
    person: str,
    now: datetime,
    *,
    organisation: str | None = None,
    record: str | None = None,
    address: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Note that somebody signed in, looked behind a mask, exported, downloaded, changed a grant…"""
    connection.execute(
        insert(t.AccessLog).values(
            organisation_id=organisation, at=now, what=what, person=person, address=address, record_id=record,
            detail=dict(detail or {}),
        )
    )  # fmt: skip


def access_log(connection: Connection, organisation: str, *, offset: int = 0, limit: int = 100) -> list[Access]:
    """The access log of an organisation, the newest first."""
    rows = connection.execute(
        select(
            t.AccessLog.at, t.AccessLog.what, t.AccessLog.person, t.AccessLog.address, t.AccessLog.record_id,
            t.AccessLog.detail,
        )
        .where(t.AccessLog.organisation_id == organisation)
        .order_by(t.AccessLog.at.desc(), t.AccessLog.id.desc())
        .offset(offset)
        .limit(limit)
    )  # fmt: skip
    return [Access(*row) for row in rows]


def checkpoint(database: Database, now: datetime) -> int:
    """Cover what was written since the last checkpoint of each organisation; how many checkpoints that took."""
    with database.write() as connection:
        if not database.sqlite:
            # Ids are given before the commit: wait for those who write, or an event could slip in below `upto`.
            connection.execute(text("LOCK TABLE event IN SHARE MODE"))
        newest = connection.execute(
            select(t.Event.organisation_id, func.max(t.Event.id)).group_by(t.Event.organisation_id)
        ).all()
        made = 0
        for organisation, upto in newest:
            last = connection.execute(
                select(t.AuditCheckpoint.upto, t.AuditCheckpoint.hash)
                .where(t.AuditCheckpoint.organisation_id == organisation)
                .order_by(t.AuditCheckpoint.upto.desc())
                .limit(1)
            ).first()
            since, before = last or (0, "")
            if upto == since:
                continue
            count, hash_ = _covering(before, _hashes(connection, organisation, since, upto))
            connection.execute(
                insert(t.AuditCheckpoint).values(
                    organisation_id=organisation, upto=upto, count=count, hash=hash_, at=now
                )
            )
            made += 1
        return made


def verify(database: Database, organisation: str | None = None) -> list[Problem]:
    """Everything that is not as it was written, in one organisation or in all; empty means sound."""
    with database.read() as connection:
        return list(_verify(connection, organisation))


def _verify(connection: Connection, organisation: str | None) -> Iterator[Problem]:
    organisations = [organisation] if organisation else connection.execute(select(t.Organisation.id)).scalars().all()
    for one in organisations:
        yield from _checkpoints(connection, one)
        yield from _records(connection, one)
        yield from _without_record(connection, one)


def _checkpoints(connection: Connection, organisation: str) -> Iterator[Problem]:
    since, before = 0, ""
    for upto, count, hash_, at in connection.execute(
        select(t.AuditCheckpoint.upto, t.AuditCheckpoint.count, t.AuditCheckpoint.hash, t.AuditCheckpoint.at)
        .where(t.AuditCheckpoint.organisation_id == organisation)
        .order_by(t.AuditCheckpoint.upto)
    ).all():
        found, expected = _covering(before, _hashes(connection, organisation, since, upto))
        if found < count:
            yield Problem(organisation, "", Message("store.events_gone", {"count": count - found, "at": at}))
        elif expected != hash_:
            yield Problem(organisation, "", Message("store.checkpoint_broken", {"at": at}))
        since, before = upto, hash_


def _records(connection: Connection, organisation: str) -> Iterator[Problem]:
    last = 0
    while True:
        rows = loading.rows_where(
            connection, (t.Record.organisation_id == organisation) & (t.Record.ordinal > last), limit=_CHUNK
        )
        if not rows:
            return
        last = rows[-1]["ordinal"]
        kept = loading.loaded(connection, rows)
        events = connection.execute(
            select(t.Event.__table__).where(t.Event.record_id.in_(kept)).order_by(t.Event.record_id, t.Event.seq)
        )
        chains = {
            record: [row._mapping for row in chain] for record, chain in groupby(events, lambda row: row.record_id)
        }
        for id_, one in kept.items():
            broken = _chain(chains.get(id_, []), one)
            if broken is not None:
                yield Problem(organisation, id_, broken)


def _chain(chain: list[RowMapping], kept: loading.Kept) -> Message | None:
    """The first thing wrong with the events of a record, or None."""
    number = kept.record.number or kept.record.id
    before = ""
    for seq, row in enumerate(chain, start=1):
        if row["seq"] != seq or row["previous"] != before:
            return Message("store.event_gone", {"number": number, "seq": seq})
        if event_hash(row) != row["hash"]:
            return Message("store.event_changed", {"number": number, "seq": seq, "at": row["recorded"]})
        before = row["hash"]
    if not chain or len(chain) != kept.record.revision:
        return Message("store.event_gone", {"number": number, "seq": len(chain) + 1})
    if chain[-1]["content"] != content_hash(kept.record, kept.edition):
        return Message("store.record_changed", {"number": number})
    return None


def _without_record(connection: Connection, organisation: str) -> Iterator[Problem]:
    """What was carried out, or happened, to records that are no longer there."""
    for table in (t.CommandDone, t.Event):
        gone = connection.execute(
            select(table.record_id)
            .where(table.organisation_id == organisation, table.record_id.not_in(select(t.Record.id)))
            .distinct()
        ).scalars()
        for record in gone:
            yield Problem(organisation, record, Message("store.record_gone", {"record": record}))


def _hashes(connection: Connection, organisation: str, since: int, upto: int) -> Iterable[str]:
    return connection.execute(
        select(t.Event.hash)
        .where(t.Event.organisation_id == organisation, t.Event.id > since, t.Event.id <= upto)
        .order_by(t.Event.id)
        .execution_options(yield_per=10_000)
    ).scalars()


def _covering(before: str, hashes: Iterable[str]) -> tuple[int, str]:
    total = hashlib.sha256(before.encode())
    count = 0
    for count, hash_ in enumerate(hashes, start=1):  # noqa: B007 - the last count is what is wanted
        total.update(hash_.encode())
    return count, total.hexdigest()
