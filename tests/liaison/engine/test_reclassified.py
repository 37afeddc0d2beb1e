"""Reclassification 改判 and terms that repeat, alike on every world. The stage's day is Monday 2 March 2026."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from liaison.calendars import ZONE
from liaison.engine import ClockState


def day(number: int, hour: int = 9) -> datetime:
    return datetime(2026, 3, number, hour, 0, tzinfo=ZONE)


@pytest.fixture
def scene(stage):
    return stage("reclassified")


def of(scene, matter, term):
    return [clock for clock in scene.record(matter).clocks if clock.term == term]


def test_a_clock_whose_term_no_longer_applies_is_replaced(scene):
    matter = scene.begin(level="low").record
    assert scene.do(matter, "grade", at=day(4), level="high")
    [low] = of(scene, matter, "low")
    assert (low.state, low.ended_at, low.next_ring) == (ClockState.REPLACED, day(4), None)
    assert low.due_day == date(2026, 3, 16), "it stays on file with its date"
    assert scene.record(matter).clock("low") is None


def test_a_replaced_clock_is_neither_met_nor_overdue(scene):
    matter = scene.begin(level="low").record
    scene.do(matter, "grade", at=day(4), level="high")
    [low] = of(scene, matter, "low")
    assert not low.overdue(day(30))
    scene.do(matter, "close", at=day(30))
    assert of(scene, matter, "low")[0].state is ClockState.REPLACED


def test_the_new_clock_counts_from_the_anchor_or_from_the_change(scene):
    matter = scene.begin(level="low").record
    scene.do(matter, "grade", at=day(4), level="high")
    assert [clock.due_day for clock in of(scene, matter, "high")] == [date(2026, 3, 9)]
    assert [clock.due_day for clock in of(scene, matter, "high_now")] == [date(2026, 3, 11)]


def test_grading_alike_again_changes_no_clock(scene):
    matter = scene.begin(level="low").record
    before = scene.record(matter).clocks
    scene.do(matter, "grade", at=day(4), level="low")
    assert scene.record(matter).clocks == before


def test_back_again_the_old_clock_stays_replaced_and_a_new_one_runs(scene):
    matter = scene.begin(level="low").record
    scene.do(matter, "grade", at=day(4), level="high")
    scene.do(matter, "grade", at=day(5), level="low")
    assert [clock.state for clock in of(scene, matter, "low")] == [ClockState.REPLACED, ClockState.RUNNING]
    assert [clock.state for clock in of(scene, matter, "high")] == [ClockState.REPLACED]


def test_a_repeating_term_begins_again_with_each_stop(scene):
    matter = scene.begin(level="low").record
    scene.do(matter, "report", at=day(6))
    scene.do(matter, "report", at=day(17))
    assert [(clock.state, clock.due_day) for clock in of(scene, matter, "progress")] == [
        (ClockState.MET, date(2026, 3, 9)),
        (ClockState.LATE, date(2026, 3, 13)),
        (ClockState.RUNNING, date(2026, 3, 24)),
    ]
    scene.do(matter, "close", at=day(18))
    assert of(scene, matter, "progress")[-1].state is ClockState.ENDED


def test_a_replaced_assignment_says_so(scene):
    matter = scene.begin(level="low").record
    scene.do(matter, "assign", lead_unit="north")
    first = scene.held(matter, "lead", "north")
    assert scene.do(matter, "swap", lead_unit="south")
    assert scene.record(first).state == "replaced"
    assert scene.record(scene.held(matter, "lead", "south")).state == "assigned"
