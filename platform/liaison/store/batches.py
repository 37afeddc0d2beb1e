"""Batches: many commands that one person gives at once, kept row by row.

For each row of a spreadsheet a record is begun, or one action is taken on many records. Every row is tried first; what
then happens to which is the person's to say. `batch_work` does the trying and the writing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, insert, select, update

from liaison.texts import Message

from . import tables as t
from .codec import pack, unpack
from .ids import new_id

MOST_ROWS = 10_000
"""Rows of one batch."""
KEPT = timedelta(days=30)
"""How long the rows of a batch are kept. That it was, and of which file, stays on."""
ASKING, CHECKING, CHECKED, WRITING, DONE = "asking", "checking", "checked", "writing", "done"
WAITING, GOOD, WRONG, REFUSED = "waiting", "good", "wrong", "refused"
"""States of rows, beside `DONE`."""
_ONE_ROW = update(t.BatchRow).where(
    t.BatchRow.batch_id == bindparam("_batch"), t.BatchRow.position == bindparam("_position")
)
_CHANGES = ("record_id", "expected", "number", "cells", "values", "wrong", "alike", "state")
_KEEP = _ONE_ROW.values({name: bindparam(name) for name in _CHANGES})
_GIVE = _ONE_ROW.where(t.BatchRow.state != DONE).values(values=bindparam("values"), state=WAITING, wrong=[], alike=[])
"""Statements made once, for many rows at a time."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is wrong with a row: the field, where it is one, and the sentence."""

    field: str
    message: Message


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One command. `position`: the line of the spreadsheet, or the place in the list. `record` is acted on (taken as
    it was at revision `expected`), or was begun. `cells` are what the spreadsheet said, or what the record has by
    itself, on file or suggested; `values` what the command is given; `alike`: what it may repeat, which keeps nobody
    from it."""

    position: int
    values: Mapping[str, Any] = field(default_factory=dict)
    cells: Mapping[str, Any] = field(default_factory=dict)
    record: str = ""
    expected: int | None = None
    wrong: tuple[Said, ...] = ()
    alike: tuple[Message, ...] = ()
    number: str = ""
    state: str = WAITING


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch without its rows. `counts`: state → rows in it. `stopped`: why it does not go on by itself."""

    id: str
    organisation: str
    installation: str
    type: str
    action: str
    person: str
    name: str
    title: str
    digest: str
    given: Mapping[str, Any]
    state: str
    stopped: Message | None
    created_at: datetime
    finished_at: datetime | None
    counts: Mapping[str, int]

    @property
    def size(self) -> int:
        """How many rows it has."""
        return sum(self.counts.values())

    @property
    def acts(self) -> bool:
        """Whether it acts on records that are there, rather than begin some."""
        return not self.digest

    def key(self, position: int) -> str:
        """What the command of a row is known by, so that it is carried out once."""
        return f"batch/{self.id}/{position}"


def begin_batch(
    connection: Connection,
    installation: str,
    type_: str,
    action: str,
    person: str,
    title: str,
    rows: Iterable[BatchRow],
    now: datetime,
    *,
    digest: str = "",
    state: str = CHECKING,
    columns: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Keep a new batch; its id. `digest`, `columns`: of the file, field → the letter of its column. KeyError: no such
    installation."""
    found = select(t.Installation.organisation_id).where(t.Installation.id == installation)
    organisation = connection.execute(found).scalar()
    if organisation is None:
        raise KeyError(installation)
    id_ = new_id()
    connection.execute(
        insert(t.Batch).values(
            id=id_, organisation_id=organisation, installation_id=installation, type=type_, action=action,
            person_id=person, title=title, digest=digest,
            given={"columns": dict(columns)}, state=state, stopped=[], created_at=now,
        )
    )  # fmt: skip
    connection.execute(insert(t.BatchRow), [_row(id_, one) for one in rows])
    return id_


def give_batch(
    connection: Connection,
    batch: Batch,
    rows: Iterable[tuple[int, Mapping[str, Any]]],
    *,
    values: Mapping[str, Any],
    reason: str,
    files: Sequence[str],
) -> None:
    """What the action asks for was filled in: once for all, and from it the values of each row. It is tried anew."""
    given_to = [{"_batch": batch.id, "_position": place, "values": dict(row_values)} for place, row_values in rows]
    connection.execute(_GIVE, given_to)
    given = {"values": dict(values), "reason": reason, "files": list(files)}
    change_batch(connection, batch.id, given=given, state=CHECKING, stopped=[])


def write_batch(connection: Connection, batch: str) -> bool:
    """Go on to write what was found good. False: it is not where it could."""
    where = (t.Batch.id == batch, t.Batch.state == CHECKED)
    return bool(connection.execute(update(t.Batch).where(*where).values(state=WRITING)).rowcount)


def ask_again(connection: Connection, batch: str) -> None:
    """Back to what the action asks for."""
    where = (t.Batch.id == batch, t.Batch.state.in_((ASKING, CHECKING, CHECKED)))
    connection.execute(update(t.Batch).where(*where).values(state=ASKING))


def resume_batch(connection: Connection, batch: str) -> None:
    """Let a batch go on that had stopped."""
    change_batch(connection, batch, stopped=[])


def drop_batch(connection: Connection, batch: str) -> bool:
    """Throw away a batch of which nothing was written; whether it was one."""
    own = select(t.Batch.id).where(t.Batch.id == batch, t.Batch.state.in_((ASKING, CHECKING, CHECKED)))
    if connection.execute(own.with_for_update()).scalar() is None:
        return False
    connection.execute(delete(t.BatchRow).where(t.BatchRow.batch_id == batch))
    connection.execute(delete(t.Batch).where(t.Batch.id == batch))
    return True


def batch_of(connection: Connection, id_: str, person: str) -> Batch | None:
    """A batch of a person; those of others are not theirs to see."""
    return next(iter(found_batches(connection, t.Batch.id == id_, t.Batch.person_id == person)), None)


def batches_of(connection: Connection, person: str, installation: str, limit: int = 20) -> list[Batch]:
    """The batches of a person in an installation, the newest first."""
    return found_batches(connection, t.Batch.person_id == person, t.Batch.installation_id == installation, limit=limit)


def brought_before(connection: Connection, batch: Batch) -> Batch | None:
    """The batch in which the same file was brought for the same action before and written, whoever did it."""
    if not batch.digest:
        return None
    same = (t.Batch.installation_id == batch.installation, t.Batch.action == batch.action)
    other = (t.Batch.digest == batch.digest, t.Batch.id != batch.id, t.Batch.state.in_((WRITING, DONE)))
    return next(iter(found_batches(connection, *same, *other, limit=1)), None)


def batch_rows(
    connection: Connection, batch: str, states: Sequence[str] = (), *, limit: int | None = None
) -> list[BatchRow]:
    """The rows of a batch in these states, of none all, in their order."""
    asked = select(t.BatchRow.__table__).where(t.BatchRow.batch_id == batch).order_by(t.BatchRow.position).limit(limit)
    if states:
        asked = asked.where(t.BatchRow.state.in_(states))
    return [
        BatchRow(
            row.position, row.values, row.cells, row.record_id, row.expected,
            tuple(Said(one["field"], unpack(one["said"])) for one in row.wrong), tuple(map(unpack, row.alike)),
            row.number, row.state,
        )
        for row in connection.execute(asked)
    ]  # fmt: skip


def keep_rows(connection: Connection, batch: str, rows: Iterable[BatchRow]) -> None:
    """What became of rows that are there."""
    kept = [{**_row(batch, one), "_batch": batch, "_position": one.position} for one in rows]
    if kept:
        connection.execute(_KEEP, kept)


def sweep_batches(connection: Connection, now: datetime) -> int:
    """Forget the rows of batches older than `KEPT`, and those batches whole of which nothing was written; how many
    batches that is."""
    old = t.Batch.created_at <= now - KEPT
    of_old = t.BatchRow.batch_id.in_(select(t.Batch.id).where(old, t.Batch.state != WRITING))
    gone = connection.execute(select(func.count(func.distinct(t.BatchRow.batch_id))).where(of_old)).scalar_one()
    connection.execute(delete(t.BatchRow).where(of_old))
    connection.execute(delete(t.Batch).where(old, t.Batch.state.not_in((WRITING, DONE))))
    return gone


def found_batches(connection: Connection, *where: ColumnElement[bool], limit: int | None = None) -> list[Batch]:
    """The batches under some conditions, the newest first."""
    asked = (
        select(t.Batch.__table__, t.Person.name)
        .join(t.Person, t.Person.id == t.Batch.person_id)
        .where(*where)
        .order_by(t.Batch.created_at.desc(), t.Batch.id)
        .limit(limit)
    )
    rows = connection.execute(asked).all()
    counts: dict[str, dict[str, int]] = {row.id: {} for row in rows}
    counted = (
        select(t.BatchRow.batch_id, t.BatchRow.state, func.count())
        .where(t.BatchRow.batch_id.in_(counts))
        .group_by(t.BatchRow.batch_id, t.BatchRow.state)
    )
    for id_, state, count in connection.execute(counted):
        counts[id_][state] = count
    return [
        Batch(
            row.id, row.organisation_id, row.installation_id, row.type, row.action, row.person_id, row.name, row.title,
            row.digest, row.given, row.state, unpack(row.stopped[0]) if row.stopped else None, row.created_at,
            row.finished_at, counts[row.id],
        )
        for row in rows
    ]  # fmt: skip


def change_batch(connection: Connection, batch: str, **values: Any) -> None:
    """Change columns of a batch."""
    connection.execute(update(t.Batch).where(t.Batch.id == batch).values(**values))


def _row(batch: str, one: BatchRow) -> dict[str, Any]:
    return {
        "batch_id": batch,
        "position": one.position,
        "record_id": one.record,
        "expected": one.expected,
        "number": one.number,
        "cells": dict(one.cells),
        "values": dict(one.values),
        "wrong": [{"field": said.field, "said": pack(said.message)} for said in one.wrong],
        "alike": [pack(message) for message in one.alike],
        "state": one.state,
    }
