"""Records on an older version in SQL: which there are, the preview, moving them, and what the tables hold then."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from harness.versions import FIRST, second_version
from liaison.access import Actor, Scope
from liaison.definitions import read_package
from liaison.engine import Command, Unmapped
from liaison.store import (
    Wanted,
    act,
    add_file,
    files,
    hold,
    install,
    move_records,
    older_records,
    preview_moves,
    publish,
    put_in_force,
    records,
    states_to_map,
    sweep_files,
    verify,
)
from liaison.store import tables as t

KEEPER = Actor("keeper", "示例管理员")
TO_REVIEW = {"matter": {"checking": "review"}}


class Versions:
    """A few matters begun on the first version, and the second in force."""

    def __init__(self, place: Any) -> None:
        self.place, self.database, self.now = place, place.database, place.now
        with self.database.write() as connection:
            self.installation = install(
                connection, "district", publish(connection, read_package(FIRST), "seed", self.now), "seed", self.now
            )
            hold(connection, self.installation, "office", "office", "")
            self.file = add_file(
                connection, "district", "材料.pdf", "application/pdf", b"%PDF-1.4 example", "office", self.now
            ).id
        self._count = 0
        self.matters = [self.begin(n) for n in range(4)]
        self.do(self.matters[1], "check")
        self.do(self.matters[2], "close")
        with self.database.write() as connection:
            digest = publish(connection, second_version(), "seed", self.now)
            install(connection, "district", digest, "seed", self.now)

    def begin(self, n: int) -> str:
        values = {"subject": f"示例事项{n}", "amount": "12", "size": "很大", "remark": "旧备注", "grade": "a",
                  "papers": [self.file] if n == 0 else []}  # fmt: skip
        command = Command("begin", self.place.office, f"begin/{n}", type="matter", installation=self.installation,
                          values=values, files=(self.file,))  # fmt: skip
        result = act(self.database, command, self.now)
        assert result, result.refusal
        return result.record

    def do(self, record: str, action: str) -> Any:
        self._count += 1
        result = act(self.database, Command(action, self.place.office, f"{action}/{self._count}", record), self.now)
        assert result, result.refusal
        return result

    def older(self) -> list[str]:
        with self.database.read() as connection:
            return [one.id for one in older_records(connection, self.installation)[0]]

    def move(self, some: list[str], states: Any = TO_REVIEW) -> list[tuple[str, Any]]:
        return move_records(self.database, self.installation, some, states, KEEPER, self.now)

    def row(self, record: str) -> Any:
        with self.database.read() as connection:
            return connection.execute(select(t.Record.__table__).where(t.Record.id == record)).one()

    def indexed(self, record: str) -> dict[str, Any]:
        with self.database.read() as connection:
            rows = connection.execute(
                select(t.RecordValue.key, t.RecordValue.text).where(t.RecordValue.record_id == record)
            )
            return dict(rows.all())


@pytest.fixture
def versions(place: Any) -> Versions:
    return Versions(place)


def test_open_records_are_left_behind_and_those_that_are_done_stay(versions: Versions) -> None:
    first, checking, _closed, last = versions.matters
    assert versions.older() == [first, checking, last]
    with versions.database.read() as connection:
        page, total = older_records(connection, versions.installation, offset=1, limit=1)
    assert (total, [(one.id, one.number, one.state, one.version) for one in page]) == (
        3, [(checking, "V-2026-002", "checking", "1.0.0")]
    )  # fmt: skip
    assert states_to_map(versions.database, versions.database.shelf, versions.installation) == {
        Unmapped("matter", "checking", "核查"): 1
    }


def test_the_same_version_put_in_force_again_leaves_nothing_behind(versions: Versions) -> None:
    versions.move(versions.older())
    with versions.database.write() as connection:
        digest = publish(connection, second_version(), "seed", versions.now)
        install(connection, "district", digest, "seed", versions.now)
    assert versions.older() == []


def test_previews_are_read_in_bulk(versions: Versions) -> None:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    def asked(some: list[str]) -> int:
        statements.clear()
        found = preview_moves(
            versions.database, versions.database.shelf, versions.installation, some, TO_REVIEW, versions.now
        )
        assert [one.record.id for one in found] == some
        return len(statements)

    asked(versions.older())
    event.listen(versions.database.engine, "before_cursor_execute", note)
    assert asked(versions.older()) == asked(versions.older()[:1])
    event.remove(versions.database.engine, "before_cursor_execute", note)


def test_what_stands_and_what_was_moved_is_said_for_each(versions: Versions) -> None:
    first, checking, _closed, last = versions.matters
    said = versions.move(versions.older(), {})
    assert [(id_, bool(result)) for id_, result in said] == [(first, True), (checking, False), (last, True)]
    assert said[1][1].refusal.code == "engine.move.not_possible"
    assert versions.older() == [checking]
    assert [bool(result) for _, result in versions.move(versions.older())] == [True], "what is left, with its state"
    assert versions.older() == []


def test_broken_off_it_goes_on_where_it_stopped(versions: Versions) -> None:
    first, checking, _closed, last = versions.matters
    versions.move([first, checking])
    again = versions.move([first, checking, last])
    assert [(bool(result), result.repeated) for _, result in again] == [(True, True), (True, True), (True, False)]
    assert versions.row(first).revision == 2, "moved once"


def test_columns_and_search_follow_the_new_version(versions: Versions) -> None:
    first = versions.matters[0]
    assert (versions.row(first).category, versions.indexed(first)) == (None, {"subject": "示例事项0"})
    versions.move([first])
    assert (versions.row(first).category, versions.indexed(first)) == ("a", {"subject": "示例事项0", "grade": "a"})
    with versions.database.read() as connection:
        edition = connection.execute(
            select(t.Installation.edition_id).where(t.Installation.id == versions.installation)
        )
        assert versions.row(first).edition_id == edition.scalar_one()
        reach = {versions.installation: Scope(types=frozenset({"matter"}))}
        wanted = Wanted(versions.installation, "matter", search="旧备注")
        found = records(connection, versions.database.shelf, reach, wanted, versions.now)
    assert first not in [one.id for one in found.records], "the new version has no such field"
    assert len(found.records) == 3


def test_a_file_the_new_version_has_no_field_for_is_kept(versions: Versions) -> None:
    versions.move([versions.matters[0]])
    with versions.database.write() as connection:
        sweep_files(connection, versions.now + timedelta(days=30))
    with versions.database.read() as connection:
        assert set(files(connection, [versions.file])) == {versions.file}


def test_the_audit_chain_holds(versions: Versions) -> None:
    versions.move(versions.older())
    assert verify(versions.database, "district") == []


def test_nothing_is_moved_to_what_is_not_in_force(versions: Versions) -> None:
    with versions.database.write() as connection:
        put_in_force(connection, versions.installation, False, versions.now)
    [(_, result)] = versions.move(versions.older()[:1])
    assert result.refusal.code == "engine.move.not_in_force"
    with pytest.raises(KeyError):
        preview_moves(
            versions.database, versions.database.shelf, versions.installation, versions.older(), {}, versions.now
        )


def test_clocks_ring_by_the_version_the_record_is_on(versions: Versions) -> None:
    """The reply is due within ten workdays on the first version, within five on the second."""
    first, _checking, _closed, last = versions.matters
    versions.move([first])

    def due(record: str) -> datetime:
        found: datetime = versions.row(record).due_at
        return found

    assert due(first) < due(last)
