"""Batches carried on, some rows at a time: tried without a trace, then written.

Some rows are one transaction: killed in the middle of it, nothing of them is there, and they are done again. The
command of a row has a key of its own, and a record begun by it an id made of that, so that nothing is done twice.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select, true
from sqlalchemy.exc import DBAPIError

from liaison.access import Actor
from liaison.engine import Command, Record, Refusal, StaleError, alike, run
from liaison.texts import Message

from . import tables as t
from .act import AGAIN
from .batches import (
    CHECKED,
    CHECKING,
    DONE,
    GOOD,
    REFUSED,
    WAITING,
    WRITING,
    WRONG,
    Batch,
    BatchRow,
    Said,
    batch_rows,
    change_batch,
    found_batches,
    keep_rows,
)
from .codec import pack
from .database import Database
from .filters import UnfilterableError
from .sql_world import SqlWorld
from .unwritten import Rehearsal

log = logging.getLogger(__name__)

_ROWS = 25
"""Rows of one transaction: others wait for its end."""
_OTHERS = 0.01
"""Seconds between two of them, in which others have their turn."""
_LOOKED_AT = 20
"""Earlier records, or rows of one batch, that a row is compared with."""


def carry_on(database: Database, now: datetime, seconds: float, batch: str = "") -> bool:
    """Carry on with this batch, or with all that are not finished, for about so many seconds; whether something is
    left to do. Several at once do no harm: each takes a batch that no other is at."""
    until = time.monotonic() + seconds
    while _some_rows(database, now, batch):
        if time.monotonic() >= until:
            return True
        time.sleep(_OTHERS)
    return False


def _some_rows(database: Database, now: datetime, wanted: str) -> bool:
    """Some rows of one batch; False where there is nothing to do."""
    at = ""
    try:
        with database.write() as connection:
            at = _next(connection, wanted)
            if at:
                _carried(connection, database, at, now, _ROWS)
    except Exception:
        if not at:
            raise
        log.exception("some rows of batch %s could not be done together", at)
        _alone(database, at, now)
    return bool(at)


def _alone(database: Database, batch: str, now: datetime) -> None:
    """One row by itself, after several together could not be done: what is at fault is said of it, and the others go
    on. Where the database is at fault, the batch stops."""
    try:
        with database.write() as connection:
            if _next(connection, batch):
                _carried(connection, database, batch, now, 1)
    except (DBAPIError, StaleError) as error:
        if isinstance(error, StaleError) or getattr(error.orig, "sqlstate", None) in AGAIN:
            return  # crossed by others: another time
        log.exception("batch %s has stopped", batch)
        why = Message("store.batch_stopped", {"error": type(error).__name__})
        with database.write() as connection:
            change_batch(connection, batch, stopped=[pack(why)])
    except Exception as error:
        log.exception("a row of batch %s could not be done", batch)
        why = Message("store.batch_row_failed", {"error": type(error).__name__})
        with database.write() as connection:
            for one in found_batches(connection, t.Batch.id == batch):
                before, after = (WAITING, WRONG) if one.state == CHECKING else (GOOD, REFUSED)
                rows = batch_rows(connection, batch, [before], limit=1)
                keep_rows(connection, batch, [replace(row, state=after, wrong=(Said("", why),)) for row in rows])


def _next(connection: Connection, wanted: str) -> str:
    """The batch that has waited longest, or the one wanted, and that no other is at; locked. Empty: there is none."""
    going = t.Batch.state.in_((CHECKING, WRITING))
    asked = select(t.Batch.id, t.Batch.stopped).where(going, t.Batch.id == wanted if wanted else true())
    for one in connection.execute(asked.order_by(t.Batch.created_at)).all():
        mine = select(t.Batch.id).where(t.Batch.id == one.id, going).with_for_update(skip_locked=True)
        if not one.stopped and connection.execute(mine).first() is not None:
            return str(one.id)
    return ""


def _carried(connection: Connection, database: Database, id_: str, now: datetime, most: int) -> None:
    """The next rows of a batch, or its next state where there are none."""
    [batch] = found_batches(connection, t.Batch.id == id_)
    if not batch.acts and not database.shelf.installed(connection, batch.installation).in_force:
        change_batch(connection, id_, stopped=[pack(Message("store.batch_not_in_force"))])
        return
    writes = batch.state == WRITING
    rows = batch_rows(connection, id_, [GOOD if writes else WAITING], limit=most)
    if rows:
        turn = _written if writes else _tried
        keep_rows(connection, id_, [turn(connection, database, batch, row, now) for row in rows])
    elif writes:
        change_batch(connection, id_, state=DONE, finished_at=now)
    else:
        keep_rows(connection, id_, _repeated(connection, database, batch, now))
        change_batch(connection, id_, state=CHECKED)


def _written(connection: Connection, database: Database, batch: Batch, row: BatchRow, now: datetime) -> BatchRow:
    """A row after its command was given in earnest."""
    result = run(SqlWorld(connection, database.shelf, writes=True), command_of(batch, row), now)
    if not result:
        return replace(row, state=REFUSED, wrong=_said(result.refusal))
    return replace(row, state=DONE, record=result.record, number=result.number or row.number)


def _tried(connection: Connection, database: Database, batch: Batch, row: BatchRow, now: datetime) -> BatchRow:
    """A row after a rehearsal of its command."""
    world = Rehearsal(connection, database.shelf)
    result = run(world, command_of(batch, row), now)
    if not result:
        return replace(row, state=WRONG, wrong=_said(result.refusal))
    found = () if batch.acts else _alike_on_file(world, batch, result.after, now)
    return replace(row, state=GOOD, wrong=(), alike=found)


def command_of(batch: Batch, row: BatchRow) -> Command:
    """The command of a row."""
    return Command(
        batch.action,
        Actor(batch.person, batch.name),
        batch.key(row.position),
        record=row.record if batch.acts else "",
        type="" if batch.acts else batch.type,
        installation="" if batch.acts else batch.installation,
        values=row.values,
        reason=str(batch.given.get("reason", "")),
        files=tuple(batch.given.get("files", ())),
        expected=row.expected if batch.acts else None,
    )


def _said(refusal: Refusal | None) -> tuple[Said, ...]:
    if refusal is None:
        return ()
    problems = tuple(Said(problem.field, problem.message) for problem in refusal.problems)
    return problems or (Said("", refusal.message),)


# ── What a row may repeat ────────────────────────────────────────────────────────────────────────────────────────


def _alike_on_file(world: Rehearsal, batch: Batch, record: Record, now: datetime) -> tuple[Message, ...]:
    """Earlier records that a row may repeat, among those its person may see."""
    likeness = world.mechanism(batch.installation).record_type(batch.type).likeness
    if likeness is None or not likeness.same:
        return ()
    same = {"and": [{"==": [{"var": key}, record.values.get(key)]} for key in likeness.same]}
    if any(record.values.get(key) is None for key in likeness.same):
        return ()
    around = world.surroundings(batch.installation, now.date())
    try:
        earlier = around.records.found(batch.type, same, Actor(batch.person, batch.name), _LOOKED_AT)
    except UnfilterableError:
        return ()
    return tuple(
        Message("store.batch_alike", {"number": one.record.number, "percent": round(one.nearness * 100)})
        for one in alike(likeness, record.values, earlier, now)[:1]
    )


def _repeated(connection: Connection, database: Database, batch: Batch, now: datetime) -> Iterator[BatchRow]:
    """The good rows of a spreadsheet that are the same as a row above them, or may repeat it."""
    if batch.acts:
        return
    mechanism = Rehearsal(connection, database.shelf).mechanism(batch.installation)
    likeness = mechanism.record_type(batch.type).likeness
    whole: dict[str, int] = {}
    above: dict[str, list[Record]] = defaultdict(list)
    for row in batch_rows(connection, batch.id, [GOOD]):
        first = whole.setdefault(repr(sorted(row.values.items())), row.position)
        if first != row.position:
            yield replace(row, alike=(*row.alike, Message("store.batch_same_row", {"line": first})))
            continue
        if likeness is None:
            continue
        group = above[repr([row.values.get(key) for key in likeness.same or likeness.near])]
        found = alike(likeness, row.values, group[-_LOOKED_AT:], now)
        if found:
            said = Message("store.batch_alike_row", {"line": int(found[0].record.number)})
            yield replace(row, alike=(*row.alike, said))
        group.append(
            Record(str(row.position), batch.type, batch.installation, number=str(row.position), values=row.values,
                   created_at=now)
        )  # fmt: skip
