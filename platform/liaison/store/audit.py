"""The audit chain: is everything that was written still there, and as it was written?

Each event carries the hash of the one before it in its record, the last one of a command a hash of the whole record
with its files and its lines of the override ledger. A checkpoint covers every event and every line of the access log of
an organisation since the checkpoint before, so that a record or a tail that is gone is missed. The bytes of a file and
of a mechanism are known by their own hash. Somebody who can rewrite the whole database can rewrite the chain too:
whoever wants to be sure keeps the last checkpoint's hash somewhere else. What the chain covers and what not:
docs/adr/0007.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, func, insert, or_, select, text

from liaison.definitions import read_package
from liaison.texts import Message

from . import loading
from . import tables as t
from .codec import Beside, access_hash, bare_hash, content_hash, event_hash
from .database import Database

_CHUNK = 500
_BEGINNING = -(2**63)
"""Below every id there can be: what is put in before the first row is seen too."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as it was written. `record` is empty where an organisation as a whole is concerned,
    `organisation` too where all are."""

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
            # Ids are given before the commit: wait for those who write, or a row could slip in below `upto`.
            connection.execute(text("LOCK TABLE event, access_log IN SHARE MODE"))
        made = 0
        for organisation, parent in _organisations(connection):
            last = connection.execute(
                select(t.AuditCheckpoint.upto, t.AuditCheckpoint.log_upto, t.AuditCheckpoint.hash)
                .where(t.AuditCheckpoint.organisation_id == organisation)
                .order_by(t.AuditCheckpoint.upto.desc(), t.AuditCheckpoint.log_upto.desc())
                .limit(1)
            ).first()
            since, log_since, before = last or (_BEGINNING, _BEGINNING, "")
            lines = _digest("", _lines(connection, organisation, parent, log_since), upto=log_since)
            events = _digest(before, _events(connection, organisation, since), lines.hash, upto=since)
            if not events.count and not lines.count:
                continue
            connection.execute(
                insert(t.AuditCheckpoint).values(
                    organisation_id=organisation, upto=events.upto, count=events.count, hash=events.hash,
                    log_upto=lines.upto, log_count=lines.count, log_hash=lines.hash, at=now,
                )
            )  # fmt: skip
            made += 1
        return made


def verify(database: Database, organisation: str | None = None) -> list[Problem]:
    """Everything that is not as it was written, in one organisation, or in all with the mechanisms they share; empty
    means sound."""
    with database.read() as connection:
        return list(_verify(connection, organisation))


def _verify(connection: Connection, only: str | None) -> Iterator[Problem]:
    if only is None:
        yield from _mechanisms(connection)
    for organisation, parent in _organisations(connection):
        if only in (None, organisation):
            yield from _checkpoints(connection, organisation, parent)
            yield from _records(connection, organisation)
            yield from _without_record(connection, organisation)
            yield from _files(connection, organisation)


def _organisations(connection: Connection) -> Sequence[Row[str, str | None]]:
    return connection.execute(select(t.Organisation.id, t.Organisation.parent_id).order_by(t.Organisation.path)).all()


def _checkpoints(connection: Connection, organisation: str, parent: str | None) -> Iterator[Problem]:
    since, log_since, before = _BEGINNING, _BEGINNING, ""
    made = connection.execute(
        select(t.AuditCheckpoint.__table__)
        .where(t.AuditCheckpoint.organisation_id == organisation)
        .order_by(t.AuditCheckpoint.upto, t.AuditCheckpoint.log_upto)
    ).mappings()
    for row in made.all():
        lines = _digest("", _lines(connection, organisation, parent, log_since, row["log_upto"]))
        more = lines.count - row["log_count"]
        if more:
            code = "store.log_gone" if more < 0 else "store.log_added"
            yield Problem(organisation, "", Message(code, {"count": abs(more), "at": row["at"]}))
        elif lines.hash != row["log_hash"]:
            yield Problem(organisation, "", Message("store.log_changed", {"at": row["at"]}))
        events = _digest(before, _events(connection, organisation, since, row["upto"]), row["log_hash"])
        gone = row["count"] - events.count
        if gone > 0:
            yield Problem(organisation, "", Message("store.events_gone", {"count": gone, "at": row["at"]}))
        elif events.hash != row["hash"]:
            yield Problem(organisation, "", Message("store.checkpoint_broken", {"at": row["at"]}))
        since, log_since, before = row["upto"], row["log_upto"], row["hash"]


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
        beside = loading.beside(connection, kept)
        events = connection.execute(
            select(t.Event.__table__).where(t.Event.record_id.in_(kept)).order_by(t.Event.record_id, t.Event.seq)
        )
        chains = {
            record: [row._mapping for row in chain] for record, chain in groupby(events, lambda row: row.record_id)
        }
        for id_, one in kept.items():
            broken = _chain(chains.get(id_, []), one, beside[id_])
            if broken is not None:
                yield Problem(organisation, id_, broken)


def _chain(chain: list[RowMapping], kept: loading.Kept, beside: Beside) -> Message | None:
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
    as_left = (content_hash(kept.record, kept.edition, beside), bare_hash(kept.record, kept.edition))
    if chain[-1]["content"] not in as_left:
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


def _files(connection: Connection, organisation: str) -> Iterator[Problem]:
    """Files whose bytes are no longer those they are known by."""
    named = connection.execute(
        select(t.File.sha256, func.min(t.File.name))
        .where(t.File.organisation_id == organisation)
        .group_by(t.File.sha256)
    ).all()
    for sha256, name in named:  # one at a time: a file may be large
        data = connection.execute(select(t.FileBlob.data).where(t.FileBlob.sha256 == sha256)).scalar()
        if data is None or hashlib.sha256(data).hexdigest() != sha256:
            yield Problem(organisation, "", Message("store.file_changed", {"name": name}))


def _mechanisms(connection: Connection) -> Iterator[Problem]:
    """Versions whose files are no longer those that were published: whoever restores them does not look."""
    version = t.MechanismVersion
    for digest, title, number in connection.execute(select(version.digest, version.title, version.version)).all():
        kept = connection.execute(select(version.files).where(version.digest == digest)).scalar_one()
        if read_package(kept).digest != digest:
            yield Problem("", "", Message("store.mechanism_changed", {"title": title, "version": number}))


@dataclass(frozen=True, slots=True)
class _Digest:
    """What a checkpoint says of a stretch of rows: how many, the id of the last, one hash over all."""

    count: int
    upto: int
    hash: str


def _digest(before: str, rows: Iterable[tuple[int, str]], after: str = "", *, upto: int = 0) -> _Digest:
    """The digest of (id, hash) of each row, between what came before and what comes after; no hash for nothing.
    `upto`: the last id before, where there is no row."""
    total = hashlib.sha256(before.encode())
    count = 0
    for id_, hash_ in rows:
        count, upto = count + 1, id_
        total.update(hash_.encode())
    total.update(after.encode())
    return _Digest(count, upto, total.hexdigest() if count or before or after else "")


def _events(
    connection: Connection, organisation: str, since: int, upto: int | None = None
) -> Iterator[tuple[int, str]]:
    statement = select(t.Event.id, t.Event.hash).where(t.Event.organisation_id == organisation, t.Event.id > since)
    if upto is not None:
        statement = statement.where(t.Event.id <= upto)
    for row in connection.execute(statement.order_by(t.Event.id).execution_options(yield_per=10_000)):
        yield row.id, row.hash


def _lines(
    connection: Connection, organisation: str, parent: str | None, since: int, upto: int | None = None
) -> Iterator[tuple[int, str]]:
    """The lines of the access log, at the root of the tree also those of no organisation."""
    of = t.AccessLog.organisation_id == organisation
    statement = select(t.AccessLog.__table__).where(
        or_(of, t.AccessLog.organisation_id.is_(None)) if parent is None else of, t.AccessLog.id > since
    )
    if upto is not None:
        statement = statement.where(t.AccessLog.id <= upto)
    for row in connection.execute(statement.order_by(t.AccessLog.id).execution_options(yield_per=10_000)):
        yield row.id, access_hash(row._mapping)
