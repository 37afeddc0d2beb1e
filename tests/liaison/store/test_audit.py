"""The audit chain finds what was done behind the system's back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, text, update

from liaison.definitions import read_package, to_zip
from liaison.store import access_log, add_file, checkpoint, log, verify
from liaison.store import tables as t


def codes(place: Any) -> list[str]:
    return [problem.message.code for problem in verify(place.database)]


@pytest.fixture
def audited(place: Any) -> Any:
    """A few matters with a checkpoint in between: one has a file, in one a suggestion was changed, and the log has a
    few lines, one of them of no organisation."""
    with place.database.write() as connection:
        place.file = add_file(connection, "district", "合同.pdf", "pdf", b"as brought", "office", place.now).id
        log(connection, "unmask", "office", place.now, organisation="district", detail={"field": "contact_phone"})
        log(connection, "sign_in_refused", "", place.now, address="192.0.2.1", detail={"login": "nobody"})
    place.matter = place.assigned(files=(place.file,), evidence=[place.file])
    place.overridden = _overridden(place)
    assert checkpoint(place.database, place.now) == 2, "the district, and the city for the line of no organisation"
    assert checkpoint(place.database, place.now) == 0
    place.late = place.submit().record
    return place


def _overridden(place: Any) -> str:
    """A matter that was suggested to be a key one, and is assigned as a general one; its id."""
    id_ = str(place.submit(category="C").record)
    assert place.do(id_, "accept")
    asked = {"level": "general", "subject": "续贷", "lead_unit": "economy", "support_units": []}
    assert place.do(id_, "assign", values=asked, reason="情况简单")
    with place.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(t.Override)).scalar() == 1
    return id_


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


def _otherwise(connection: Any) -> bytes:
    """The zip of the mechanism with one letter of one file changed."""
    kept = dict(read_package(connection.execute(select(t.MechanismVersion.files)).scalar_one()).files)
    path = next(iter(kept))
    return to_zip({**kept, path: kept[path].replace(b"e", b"a", 1)})


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
    "the bytes of a file": (
        _tamper(lambda c, p: c.execute(update(t.FileBlob).values(data=b"otherwise"))),
        "store.file_changed",
    ),
    "the files of a mechanism": (
        _tamper(lambda c, p: c.execute(update(t.MechanismVersion).values(files=_otherwise(c)))),
        "store.mechanism_changed",
    ),
    "no mechanism any more": (
        _tamper(lambda c, p: c.execute(update(t.MechanismVersion).values(files=b"otherwise"))),
        "store.mechanism_changed",
    ),
    "another file in its place": (
        _tamper(
            lambda c, p: c.execute(
                update(t.File)
                .where(t.File.id == p.file)
                .values(sha256=add_file(c, "district", "a", "pdf", b"other", "office", p.now).sha256)
            )
        ),
        "store.record_changed",
    ),
    "what a file is called": (
        _tamper(lambda c, p: c.execute(update(t.File).values(name="别的.pdf"))),
        "store.record_changed",
    ),
    "a file gone": (
        _tamper(lambda c, p: (c.execute(delete(t.FileUse)), c.execute(delete(t.File)), c.execute(delete(t.FileBlob)))),
        "store.record_changed",
    ),
    "a reason in the override ledger": (
        _tamper(lambda c, p: c.execute(update(t.Override).values(reason="另一个理由"))),
        "store.record_changed",
    ),
    "a line of the override ledger gone": (
        _tamper(lambda c, p: c.execute(delete(t.Override))),
        "store.record_changed",
    ),
    "a line of the override ledger too many": (
        _tamper(lambda c, p: c.execute(insert(t.Override).values({**_line(c), "record_id": p.matter}))),
        "store.record_changed",
    ),
    "who looked": (
        _tamper(lambda c, p: c.execute(update(t.AccessLog).values(person="economy"))),
        "store.log_changed",
    ),
    "who tried to sign in": (
        _tamper(
            lambda c, p: c.execute(
                update(t.AccessLog).where(t.AccessLog.organisation_id.is_(None)).values(address="192.0.2.9")
            )
        ),
        "store.log_changed",
    ),
    "a look forgotten": (
        _tamper(lambda c, p: c.execute(delete(t.AccessLog).where(t.AccessLog.what == "unmask"))),
        "store.log_gone",
    ),
    "a look put in afterwards": (
        _tamper(
            lambda c, p: c.execute(
                insert(t.AccessLog).values(
                    id=0, organisation_id="city", at=p.now, what="unmask", person="office", address="", detail={}
                )
            )
        ),
        "store.log_added",
    ),
    "what a checkpoint says of the log": (
        _tamper(lambda c, p: c.execute(update(t.AuditCheckpoint).values(log_hash="0" * 64))),
        "store.checkpoint_broken",
    ),
    "a checkpoint": (
        _tamper(lambda c, p: c.execute(update(t.AuditCheckpoint).values(hash="0" * 64))),
        "store.checkpoint_broken",
    ),
}


def _line(connection: Any) -> dict[str, Any]:
    """The line of the override ledger, to be doubled."""
    row = dict(connection.execute(select(t.Override.__table__)).one()._mapping)
    del row["id"]
    return row


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
    with audited.database.engine.connect() as connection:
        if audited.database.sqlite:
            raw = connection.connection.dbapi_connection
            raw.execute("PRAGMA foreign_keys=OFF")
            raw.execute("DELETE FROM record WHERE id = ?", (audited.late,))
            raw.execute("PRAGMA foreign_keys=ON")
        else:  # only the owner of the tables gets so far: the keys are taken off first
            keys = connection.execute(
                text("SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE confrelid = 'record'::regclass")
            ).all()
            for table, name in keys:
                connection.execute(text(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"'))
            connection.execute(text("DELETE FROM record WHERE id = :id"), {"id": audited.late})
            connection.commit()
    assert codes(audited) == ["store.record_gone"] * 2


def test_a_tail_cut_off_cleanly_is_missed(audited: Any) -> None:
    """The record put back as it was, and everything that came after gone: only the checkpoint can tell."""
    id_ = audited.submit().record
    with audited.database.read() as connection:
        before = dict(connection.execute(select(t.Record.__table__).where(t.Record.id == id_)).one()._mapping)
    assert audited.do(id_, "return", reason="请补充")
    with audited.database.write() as connection:
        connection.execute(delete(t.Event).where(t.Event.record_id == id_, t.Event.seq > before["revision"]))
        connection.execute(update(t.Record).where(t.Record.id == id_).values(before))
    assert codes(audited) == [], "nothing tells as long as no checkpoint covers it"
    assert audited.do(id_, "return", reason="请补充")
    assert checkpoint(audited.database, audited.now) == 1
    with audited.database.write() as connection:
        connection.execute(delete(t.Event).where(t.Event.record_id == id_, t.Event.seq > before["revision"]))
        connection.execute(update(t.Record).where(t.Record.id == id_).values(before))
    assert codes(audited) == ["store.events_gone"]


def test_a_record_written_before_files_and_ledger_were_covered_is_sound(audited: Any) -> None:
    """A site that was there before revision 0002: its records carry the hash of that time until they are touched."""
    from liaison.store import loading
    from liaison.store.codec import bare_hash, event_hash

    with audited.database.write() as connection:
        kept = loading.load(connection, [audited.late])[audited.late]
        row = dict(
            connection.execute(select(t.Event.__table__).where(t.Event.record_id == audited.late, t.Event.seq == 1))
            .one()
            ._mapping
        )
        row["content"] = bare_hash(kept.record, kept.edition)
        connection.execute(
            update(t.Event).where(t.Event.id == row["id"]).values(content=row["content"], hash=event_hash(row))
        )
    assert codes(audited) == []
    assert audited.do(audited.late, "return", reason="请补充")
    assert codes(audited) == []
    with audited.database.write() as connection:
        connection.execute(update(t.Record).where(t.Record.id == audited.late).values(state="archived"))
    assert codes(audited) == ["store.record_changed"]


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
