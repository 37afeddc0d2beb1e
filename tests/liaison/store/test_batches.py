"""Batches: killed in the middle nothing is lost or doubled; what fails is said of its row; rows are kept a while."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from liaison.calendars import ZONE
from liaison.definitions import read_package
from liaison.engine import Command, Mechanism
from liaison.store import (
    Batch,
    BatchRow,
    Database,
    add_organisation,
    add_person,
    batch_of,
    batch_rows,
    batch_work,
    batches_of,
    begin_batch,
    carry_on,
    hold,
    install,
    publish,
    resume_batch,
    sweep_batches,
    upgrade,
    write_batch,
)
from liaison.store import tables as t

NOW = datetime(2026, 8, 20, 10, 0, tzinfo=ZONE)
ROWS = 75
GOES_ON = """
import sys
from datetime import datetime
from liaison.store import Database, carry_on
while carry_on(Database(sys.argv[1]), datetime.fromisoformat(sys.argv[2]), 1):
    pass
"""


def fill(url: str) -> None:
    """The survey in force, and somebody who enters it."""
    database = Database(url)
    upgrade(database.engine)
    with database.write() as connection:
        add_organisation(connection, "district", "示例区", NOW)
        here = install(connection, "district", publish(connection, read_package("longgang"), "seed", NOW), "seed", NOW)
        add_person(connection, "district", "示例工作人员", id_="office")
        hold(connection, here, "office", "office_staff", "federation", first_day=date(2026, 1, 1))
    database.close()


@dataclass
class Held:
    """A database with a batch of `ROWS` rows."""

    url: str
    database: Database
    id: str

    @property
    def batch(self) -> Batch:
        with self.database.read() as connection:
            found = batch_of(connection, self.id, "office")
        assert found is not None
        return found

    @property
    def rows(self) -> list[BatchRow]:
        with self.database.read() as connection:
            return batch_rows(connection, self.id)

    @property
    def records(self) -> dict[str, str]:
        """Record → number."""
        with self.database.read() as connection:
            return {one.id: one.number for one in connection.execute(select(t.Record.id, t.Record.number))}

    def write(self) -> None:
        while carry_on(self.database, NOW, 60, self.id):
            pass
        with self.database.write() as connection:
            assert write_batch(connection, self.id)


@pytest.fixture
def held(database_like: Callable[[Callable[[str], object]], str]) -> Iterator[Held]:
    url = database_like(fill)
    database = Database(url)
    given = {"contact_name": "示例联系人", "contact_phone": "13800138000", "trouble": "no"}
    rows = [BatchRow(n, {**given, "company": f"示例{n}公司"}) for n in range(2, ROWS + 2)]
    with database.write() as connection:
        here = connection.execute(select(t.Installation.id)).scalar_one()
        id_ = begin_batch(connection, here, "difficulty", "enter", "office", "x.xlsx", rows, NOW, digest="0" * 64)
    yield Held(url, database, id_)
    database.close()


def test_killed_in_the_middle_nothing_is_lost_or_doubled(held: Held) -> None:
    held.write()
    for share in (0, ROWS // 3):
        going = subprocess.Popen([sys.executable, "-c", GOES_ON, held.url, NOW.isoformat()])
        try:
            until = time.monotonic() + 60
            while held.batch.counts.get("done", 0) <= share and going.poll() is None and time.monotonic() < until:
                time.sleep(0.005)
        finally:
            os.kill(going.pid, signal.SIGKILL)
            going.wait()
        assert len(held.records) == held.batch.counts["done"], "a row says it is done when its record is there"
    while carry_on(held.database, NOW, 60):
        pass
    assert held.batch.state == "done"
    assert held.batch.counts == {"done": ROWS}
    assert {row.record: row.number for row in held.rows} == held.records
    assert sorted(held.records.values()) == [f"KN-2026-{n:05}" for n in range(1, ROWS + 1)]
    with held.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(t.CommandDone)).scalar_one() == ROWS


def test_several_at_once_do_no_harm(held: Held) -> None:
    held.write()
    with ThreadPoolExecutor(3) as several:
        for _ in range(3):
            several.submit(carry_on, held.database, NOW, 60)
    while carry_on(held.database, NOW, 60):
        pass
    assert held.batch.counts == {"done": ROWS}
    assert sorted(held.records.values()) == [f"KN-2026-{n:05}" for n in range(1, ROWS + 1)]


def test_what_fails_is_said_of_its_row_and_holds_up_no_other(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    decide = batch_work.run

    def failing(world: object, command: Command, now: datetime) -> object:
        if command.key.endswith("/7"):
            raise ArithmeticError
        return decide(world, command, now)  # type: ignore[arg-type]

    monkeypatch.setattr(batch_work, "run", failing)
    held.write()
    assert held.batch.counts == {"good": ROWS - 1, "wrong": 1}
    [row] = [one for one in held.rows if one.wrong]
    assert (row.position, row.wrong[0].message.code) == (7, "store.batch_row_failed")
    while carry_on(held.database, NOW, 60):
        pass
    assert held.batch.counts == {"done": ROWS - 1, "wrong": 1}


def test_where_the_database_is_at_fault_the_batch_stops_and_goes_on(
    held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    held.write()
    with monkeypatch.context() as patched:

        def away(*_: object) -> Mechanism:
            with held.database.read() as connection:
                connection.exec_driver_sql("SELECT * FROM no_such_table")
            raise AssertionError

        patched.setattr(batch_work, "run", away)
        assert not carry_on(held.database, NOW, 60)
    assert held.batch.stopped is not None
    assert held.batch.counts == {"good": ROWS}
    with held.database.write() as connection:
        resume_batch(connection, held.id)
    while carry_on(held.database, NOW, 60):
        pass
    assert held.batch.counts == {"done": ROWS}


def test_rows_are_kept_for_a_while_and_that_they_were_brought_for_ever(held: Held) -> None:
    held.write()
    later = NOW + timedelta(days=31)
    with held.database.write() as connection:
        assert sweep_batches(connection, later) == 0, "one that is being written is left alone"
    while carry_on(held.database, NOW, 60):
        pass
    with held.database.write() as connection:
        assert sweep_batches(connection, later) == 1
        here = held.batch.installation
        assert [(one.state, one.size, one.digest) for one in batches_of(connection, "office", here)] == [
            ("done", 0, "0" * 64)
        ]
