"""The audit chain finds what was done behind the system's back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, text, update

from liaison.store import access_log, checkpoint, log, verify
from liaison.store import tables as t


def codes(place: Any) -> list[str]:
    return [problem.message.code for problem in verify(place.database)]


@pytest.fixture
def audited(place: Any) -> Any:
    """A few matters with a checkpoint in between."""
    place.matter = place.assigned()
    place.submit()
    assert checkpoint(place.database, place.now) == 1
    assert checkpoint(place.database, place.now) == 0
    place.late = place.submit().record
    return place


def test_what_is_as_it_was_written_is_sound(audited: Any) -> None:
    assert codes(audited) == []
    assert checkpoint(audited.database, audited.now) == 1
    assert codes(audited) == []
    assert verify(audited.database, "district") == []


def _tamper(change: Callable[[Any, Any], Any]) -> Callable[[Any], None]:
    def work(place: Any) -> None:
        with place.database.write() as connection:
            change(connection, place)

    return work


TAMPERINGS: dict[str, tuple[Callable[[Any], None], str]] = {
    "a value": (
        _tamper(lambda c, p: c.execute(update(t.Record).where(t.Record.id == p.matter).values(values={"a": 1}))),
        "store.record_changed",
    ),
    "a state": (
        _tamper(lambda c, p: c.execute(update(t.Record).where(t.Record.id == p.late).values(state="archived"))),
        "store.record_changed",
    ),
    "a number": (
        _tamper(lambda c, p: c.execute(update(t.Record).where(t.Record.id == p.late).values(number="X-1"))),
        "store.record_changed",
    ),
    "a due date": (
        _tamper(lambda c, p: c.execute(update(t.Clock).where(t.Clock.record_id == p.matter).values(due=p.now))),
        "store.record_changed",
    ),
    "a part": (
        _tamper(lambda c, p: c.execute(delete(t.RecordPart).where(t.RecordPart.record_id == p.matter))),
        "store.record_changed",
    ),
    "who did it": (
        _tamper(lambda c, p: c.execute(update(t.Event).where(t.Event.seq == 1).values(actor_name="别人"))),
        "store.event_changed",
    ),
    "an event gone": (
        _tamper(lambda c, p: c.execute(delete(t.Event).where(t.Event.record_id == p.matter, t.Event.seq == 2))),
        "store.event_gone",
    ),
    "a tail gone": (
        _tamper(lambda c, p: c.execute(delete(t.Event).where(t.Event.record_id == p.matter, t.Event.seq > 2))),
        "store.event_gone",
    ),
    "all events gone": (
        _tamper(
            lambda c, p: (
                c.execute(delete(t.Event).where(t.Event.record_id == p.late)),
                c.execute(update(t.Record).where(t.Record.id == p.late).values(revision=0)),
            )
        ),
        "store.event_gone",
    ),
    "a checkpoint": (
        _tamper(lambda c, p: c.execute(update(t.AuditCheckpoint).values(hash="0" * 64))),
        "store.checkpoint_broken",
    ),
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_tampering_is_found(audited: Any, what: str) -> None:
    tamper, expected = TAMPERINGS[what]
    tamper(audited)
    assert expected in codes(audited)


def _erase(place: Any, record: str, *, traces: bool) -> None:
    with place.database.write() as connection:
        if place.database.sqlite:
            connection.execute(text("PRAGMA defer_foreign_keys=ON"))
        ids = [
            record,
            *connection.execute(text("SELECT id FROM record WHERE parent_id = :id"), {"id": record}).scalars(),
        ]
        tables: list[Any] = [t.RecordPart, t.RecordValue, t.Clock, t.Outbox, t.Notice, t.Override, t.Paper]
        tables += [t.CommandDone, t.Event] if not traces else []
        for table in tables:
            connection.execute(delete(table).where(table.record_id.in_(ids)))
        if traces:
            return
        connection.execute(delete(t.Record).where(t.Record.id.in_(ids), t.Record.parent_id.is_not(None)))
        connection.execute(delete(t.Record).where(t.Record.id == record))


def test_a_record_erased_with_all_its_traces_is_missed(audited: Any) -> None:
    _erase(audited, audited.matter, traces=False)
    assert codes(audited) == ["store.events_gone"]


def test_a_record_erased_without_its_traces_is_missed(audited: Any) -> None:
    if not audited.database.sqlite:
        pytest.skip("PostgreSQL itself keeps a record whose events are there")
    with audited.database.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("DELETE FROM record WHERE id = ?", (audited.late,))
        raw.execute("PRAGMA foreign_keys=ON")
    assert codes(audited) == ["store.record_gone"] * 2


def test_a_rewritten_chain_breaks_the_checkpoint(audited: Any) -> None:
    """Somebody who computes the hashes anew is still caught by the checkpoint."""
    from liaison.store.codec import event_hash

    with audited.database.write() as connection:
        rows = connection.execute(
            t.Event.__table__.select().where(t.Event.record_id == audited.matter).order_by(t.Event.seq)
        ).all()
        before = ""
        for row in rows:
            changed = {**row._mapping, "actor_name": "别人", "previous": before}
            before = event_hash(changed)
            connection.execute(
                update(t.Event)
                .where(t.Event.id == row.id)
                .values(actor_name="别人", previous=changed["previous"], hash=before)
            )
    assert codes(audited) == ["store.checkpoint_broken"]


def test_the_access_log_keeps_who_looked(place: Any) -> None:
    with place.database.write() as connection:
        log(connection, "unmask", "office", place.now, organisation="district", record="r", detail={"field": "phone"})
    with place.database.read() as connection:
        (line,) = access_log(connection, "district")
    assert (line.what, line.person, line.at, line.detail) == ("unmask", "office", place.now, {"field": "phone"})
