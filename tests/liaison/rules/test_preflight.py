"""A new table is tried in a process of its own."""

from __future__ import annotations

import random
import sys

import pytest
from naive_rules import TYPES, meets, table

from harness.engine import with_durable_rules
from liaison.rules import ColumnType, Table, preflight
from liaison.rules.preflight import _outcome, _run, records, try_out
from liaison.texts import say

pytestmark = with_durable_rules


@pytest.fixture(scope="module")
def given() -> Table:
    return table(random.Random(3), 70)


def test_a_sound_table_passes(given: Table) -> None:
    assert preflight(given, TYPES) == []
    assert try_out(given, TYPES)["asked"] > 2_000


def test_the_records_reach_nearly_every_row() -> None:
    reached: set[str] = set()
    lot = random.Random(8)
    rows = 0
    for _ in range(5):
        one = table(lot, 20)
        rows += len(one.rows)
        reached |= {f"{id(one)}{key}" for each in records(one, TYPES, 500) for key in meets(one, TYPES, each)}
    assert len(reached) > 0.7 * rows  # some rows contradict themselves


def test_the_records_are_the_same_each_time(given: Table) -> None:
    assert list(records(given, TYPES, 50)) == list(records(given, TYPES, 50))


def test_a_table_that_takes_too_long_is_stopped(given: Table) -> None:
    (finding,) = preflight(given, TYPES, "rules/x/tables/t.json", seconds=0.01)
    assert finding.code == "rules.preflight_timeout"
    assert "0.01" in say(finding.message)


def test_a_crash_is_a_finding(given: Table) -> None:
    done = _run([sys.executable, "-c", "import os; os.abort()"], b"", 20)
    (finding,) = _outcome(given, done, 20, "")
    assert finding.code == "rules.preflight_crash"
    assert say(finding.message, "en")


def test_a_disagreement_is_a_finding(given: Table) -> None:
    done = _run([sys.executable, "-c", """print('{"asked": 3, "inputs": {"word": "A"}}')"""], b"", 20)
    (finding,) = _outcome(given, done, 20, "")
    assert finding.code == "rules.preflight_disagreed"
    assert "word = A" in say(finding.message)


def test_types_travel_to_the_process() -> None:
    types = {**TYPES, "money": ColumnType("number", decimals=3, nullable=False)}
    assert preflight(table(random.Random(4), 10), types) == []
