"""Commands against a real database: numbers, two at once, a process that dies."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from harness.cast import report
from liaison.access import GUEST
from liaison.calendars import ZONE
from liaison.engine import Command
from liaison.store import Database, act, give_code, lookup, ring_due, timeline, verify
from liaison.store import tables as t
from liaison.texts import Message

# A process of its own that submits matters and says each number once it is acknowledged.
INTAKE = """
import sys
from datetime import datetime
from liaison.access import GUEST
from liaison.calendars import ZONE
from liaison.engine import Command
from liaison.store import Database, act
url, installation, name, count = sys.argv[1:]
database = Database(url)
now = datetime(2026, 8, 20, 10, 0, tzinfo=ZONE)
values = {"reporting_unit": "商会", "company": "示例公司", "category": "B", "problem": "道路破损",
          "submitted_on": "2026-08-20", "contact_name": "张三", "contact_phone": "13800138000"}
for i in range(int(count)):
    command = Command("submit", GUEST, f"{name}/{i}", type="matter", installation=installation, values=values)
    print(act(database, command, now).number, flush=True)
"""
PROCESSES, SUBMISSIONS = 8, 2_000


def _intake(place: Any, name: str, count: int) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-c", INTAKE, place.url, place.installation, name, str(count)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_eight_processes_never_give_a_number_twice(place: Any) -> None:
    processes = [_intake(place, f"p{i}", SUBMISSIONS // PROCESSES) for i in range(PROCESSES)]
    numbers: list[str] = []
    for process in processes:
        out, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
        numbers += out.split()
    assert len(numbers) == len(set(numbers)) == SUBMISSIONS
    assert {int(number.rsplit("-", 1)[1]) for number in numbers} == set(range(1, SUBMISSIONS + 1))


def test_a_killed_process_loses_nothing_it_acknowledged(place: Any) -> None:
    process = _intake(place, "killed", 100_000)
    assert process.stdout is not None
    acknowledged = [process.stdout.readline().strip() for _ in range(40)]
    os.kill(process.pid, signal.SIGKILL)
    acknowledged += process.communicate()[0].split()
    # The last line may have been cut off while it was written.
    whole = [number for number in acknowledged if re.fullmatch(r"SDMQ-2026-\d{4,}", number)]
    assert len(whole) >= 40
    with place.database.read() as connection:
        kept = set(connection.execute(select(t.Record.number)).scalars())
        halves = connection.execute(
            select(func.count()).select_from(t.Record).where(t.Record.id.not_in(select(t.Event.record_id)))
        ).scalar_one()
    assert set(whole) <= kept
    assert halves == 0
    assert None not in kept


def test_serials_begin_again_with_the_year_in_shanghai(place: Any) -> None:
    eve = datetime(2026, 12, 31, 23, 59, tzinfo=ZONE)
    assert place.submit(now=eve).number == "SDMQ-2026-0001"
    assert place.submit(now=eve + timedelta(minutes=1)).number == "SDMQ-2027-0001"
    assert place.submit(now=eve).number == "SDMQ-2026-0002"


def test_a_refused_command_takes_no_number(place: Any) -> None:
    command = Command("submit", GUEST, "bad", type="matter", installation=place.installation, values={})
    result = act(place.database, command, place.now)
    assert result.refusal is not None
    assert place.submit().number == "SDMQ-2026-0001"


def test_the_same_command_twice_is_one_matter(place: Any) -> None:
    first, second = place.submit("draft-1"), place.submit("draft-1")
    assert (second.repeated, second.record, second.number) == (True, first.record, first.number)
    with ThreadPoolExecutor(6) as pool:
        found = {result.record for result in pool.map(lambda _: place.submit("draft-2"), range(6))}
    assert len(found) == 1
    assert place.submit("draft-3").number == "SDMQ-2026-0003"


def test_of_two_people_at_one_record_one_wins(place: Any) -> None:
    id_ = place.submit().record
    seen = place.record(id_).revision

    def accept(_: int) -> Any:
        return place.do(id_, "accept", expected=seen)

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(accept, range(2)))
    assert sorted(map(bool, results)) == [False, True]
    refusal = next(result.refusal for result in results if not result)
    assert refusal.code == "engine.stale"
    assert (refusal.message.params["by"], refusal.message.params["what"]) == ("李办", "受理")
    assert place.record(id_).revision == seen + 1


def test_two_replies_at_once_both_reach_the_parent(place: Any) -> None:
    """What depends on both children is decided by the second, which must see the first."""
    id_ = place.assigned()
    with place.database.read() as connection:
        children = connection.execute(select(t.Record.id).where(t.Record.parent_id == id_)).scalars().all()
    assert len(children) == 2
    actors = {"economy": place.economy, "housing_water": type(place.economy)("housing", "赵住建")}

    def sign(child: str) -> Any:
        unit = place.record(child).holders("holder")[0]
        return place.do(child, "sign", actors[unit], values={"person": "某人", "phone": "0757-22221111"})

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(sign, children))
    assert all(results), [result.refusal for result in results]
    assert {place.record(child).state for child in children} == {"signed"}
    with place.database.read() as connection:
        assert [one.seq for one in timeline(connection, id_) if one.record == id_] == list(
            range(1, place.record(id_).revision + 1)
        )


def test_a_submission_costs_few_statements(place: Any) -> None:
    place.submit()  # warms the shelf
    statements = [one for one in place.statements(place.submit) if not one.startswith("BEGIN")]
    assert len(statements) <= 11, "\n".join(statements)


def test_clocks_ring_once_though_several_workers_look(place: Any) -> None:
    ids = [place.assigned() for _ in range(3)]
    later = place.now + timedelta(days=60)
    databases = [Database(place.url) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        rung = [result for results in pool.map(lambda one: ring_due(one, later), databases) for result in results]
    for database in databases:
        database.close()
    assert all(rung)
    assert {result.record for result in rung} >= set(ids)
    assert len({result.record for result in rung}) == len(rung)
    assert ring_due(place.database, later) == []


def test_a_record_that_cannot_ring_keeps_no_other_from_it(place: Any, caplog: Any) -> None:
    broken, sound = place.assigned(), place.assigned()
    later = place.now + timedelta(days=60)
    with place.database.write() as connection:
        connection.execute(
            update(t.Clock)
            .where(t.Clock.record_id == broken, t.Clock.next_ring.is_not(None))
            .values(term=t.Clock.term + "_gone", next_ring=place.now)
        )
    first, second = ring_due(place.database, later, limit=1)
    assert first.refusal is not None
    assert first.refusal.code == "store.could_not_ring"
    assert first.refusal.message.params["record"] == broken
    assert second
    assert ring_due(place.database, later) == []
    assert {record for record in (broken, sound) if "passed" in _keys(place, record)} == {sound}
    assert "KeyError" in caplog.text


def test_a_record_that_cannot_ring_is_let_alone_for_longer_and_longer(place: Any) -> None:
    broken = place.assigned()
    later = place.now + timedelta(days=60)
    with place.database.write() as connection:
        connection.execute(
            update(t.Clock)
            .where(t.Clock.record_id == broken, t.Clock.next_ring.is_not(None))
            .values(term=t.Clock.term + "_gone", next_ring=place.now)
        )
    tried = []
    for minutes in range(400):
        if ring_due(place.database, later + timedelta(minutes=minutes)):
            tried.append(minutes)
    assert tried == [0, 1, 6, 21, 81, 321]
    with place.database.read() as connection:
        [stuck] = lookup.parked(connection, [place.installation])
    assert (stuck.record, stuck.failed, stuck.since) == (broken, 6, later)
    assert stuck.next_try == later + timedelta(minutes=321 + 720)
    assert stuck.why == Message("store.ring_failed", {"error": "KeyError"})
    with place.database.write() as connection:
        connection.execute(
            update(t.Clock)
            .where(t.Clock.record_id == broken, t.Clock.term.endswith("_gone"))
            .values(term=func.replace(t.Clock.term, "_gone", ""))
        )
    assert ring_due(place.database, stuck.next_try - timedelta(minutes=1)) == []
    [rung] = ring_due(place.database, stuck.next_try)
    assert rung
    with place.database.read() as connection:
        assert lookup.parked(connection, [place.installation]) == []
    assert verify(place.database) == []


def _keys(place: Any, record: str) -> list[str]:
    with place.database.read() as connection:
        return [event.key for event in timeline(connection, record)]


def test_intake_is_not_slow(place: Any) -> None:
    """Not a benchmark: a submission that takes a second is a fault on any machine."""
    place.submit()
    began = time.perf_counter()
    for _ in range(20):
        place.submit()
    assert time.perf_counter() - began < 20


def test_what_belongs_to_a_command_is_written_with_it_or_not_at_all(place: Any) -> None:
    command = Command("submit", GUEST, "with/1", type="matter", installation=place.installation, values=report())
    now = datetime(2026, 8, 20, 10, 0, tzinfo=ZONE)

    def code(connection: Any, result: Any) -> None:
        give_code(connection, result.record, now)

    def fail(connection: Any, result: Any) -> None:
        code(connection, result)
        raise RuntimeError("it did not come to the end")

    with pytest.raises(RuntimeError):
        act(place.database, command, now, fail)
    with place.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(t.Record)).scalar() == 0
    made = act(place.database, command, now, code)
    with place.database.read() as connection:
        assert connection.execute(select(t.RecordCode.record_id)).scalars().all() == [made.record]
