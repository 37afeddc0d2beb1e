"""What is due happens, once, however many look."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from liaison.calendars import ZONE
from liaison.jobs import Owed, Ticker, owe, ring, settle
from liaison.store import Database, add_file, begin_draft, inbox, verify


def _reminders(running: Any) -> list[str]:
    with running.database.read() as connection:
        return [one.record for one in inbox(connection, "economy", {}) if one.template == "reply_due"]


def test_a_tick_rings_what_is_due_and_nothing_else(running: Any) -> None:
    record = running.assigned()
    assert ring(running.database, running.now).rung == 0
    running.now = datetime(2026, 9, 17, 9, 0, tzinfo=ZONE)
    assert ring(running.database, running.now).rung == 1
    assert _reminders(running) == [record]
    assert ring(running.database, running.now).rung == 0


def test_a_tick_that_comes_late_rings_everything(running: Any) -> None:
    records = {running.assigned() for _ in range(3)}
    running.wait(days=90)
    assert ring(running.database, running.now).rung == 3
    assert set(_reminders(running)) == records
    assert ring(running.database, running.now).rung == 0


def test_two_tickers_at_once_do_no_harm(running: Any) -> None:
    records = [running.assigned() for _ in range(6)]
    running.wait(days=29)
    databases = [Database(running.url), Database(running.url)]
    rung: list[int] = []
    start = threading.Barrier(2)

    def run(database: Database) -> None:
        start.wait()
        rung.append(ring(database, running.now).rung)

    threads = [threading.Thread(target=run, args=(database,)) for database in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for database in databases:
        database.close()
    assert sum(rung) == 6
    assert sorted(_reminders(running)) == sorted(records), "each was told once"
    assert verify(running.database) == []


def test_a_tick_opens_what_is_owed_once_and_looks_when_it_is_due(running: Any) -> None:
    opened = owe(running.database, running.now)
    assert opened.opened > 0
    assert owe(running.database, running.now) == Owed()
    running.wait(days=92)
    later = owe(running.database, running.now)
    assert later.opened > 0
    assert later.looked > 0
    assert later.refused == 0
    assert owe(running.database, running.now) == Owed()


def test_settling_sweeps_and_covers_the_chain(running: Any) -> None:
    running.submit()
    with running.database.write() as connection:
        begin_draft(connection, running.installation, "matter", "submit", "somebody", running.now)
        add_file(connection, "district", "a.txt", "txt", b"nobody names it", "somebody", running.now)
    first = settle(running.database, running.now)
    assert (first.drafts, first.files, first.checkpoints) == (0, 0, 1)
    running.wait(days=31)
    second = settle(running.database, running.now)
    assert (second.drafts, second.files, second.checkpoints) == (1, 1, 0)


def test_settling_lets_the_database_take_stock(running: Any) -> None:
    """PostgreSQL sees to it by itself."""
    running.assigned()
    settle(running.database, running.now)
    if running.database.sqlite:
        with running.database.read() as connection:
            known = connection.exec_driver_sql("SELECT DISTINCT tbl FROM sqlite_stat1").scalars().all()
        assert {"record", "record_part", "event"} <= set(known)


def test_the_ticker_ticks_until_it_is_stopped(running: Any) -> None:
    record = running.assigned()
    with _ticking(running):
        running.now = datetime(2026, 9, 17, 9, 0, tzinfo=ZONE)
        _wait(lambda: _reminders(running))
    assert _reminders(running) == [record]
    assert not any(thread.name == "ticker" for thread in threading.enumerate())


def test_the_ticker_outlives_what_goes_wrong(running: Any, caplog: Any) -> None:
    record = running.assigned()
    running.now = datetime(2026, 9, 17, 9, 0, tzinfo=ZONE)
    _rename(running, "outbox", "gone")
    with _ticking(running):
        _wait(lambda: caplog.records)
        _rename(running, "gone", "outbox")
        _wait(lambda: _reminders(running))
    assert "could not be done" in caplog.text
    assert _reminders(running) == [record]


def test_what_cannot_be_settled_keeps_no_clock_from_ringing(running: Any, caplog: Any) -> None:
    record = running.assigned()
    running.now = datetime(2026, 9, 17, 9, 0, tzinfo=ZONE)
    _rename(running, "draft", "gone")
    with _ticking(running):
        _wait(lambda: caplog.records and _reminders(running))
    assert "could not be done" in caplog.text
    assert _reminders(running) == [record]


@contextmanager
def _ticking(running: Any) -> Iterator[None]:
    ticker = Ticker(running.database, lambda: running.now, period=timedelta(milliseconds=20))
    ticker.start()
    try:
        yield
    finally:
        ticker.stop()


def _wait(until: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not until() and time.monotonic() < deadline:
        time.sleep(0.02)


def _rename(running: Any, table: str, to: str) -> None:
    with running.database.write() as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO {to}"))
