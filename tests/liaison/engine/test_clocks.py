"""Clocks: they start, stop, pause, move, ring and end, alike on every world.

The stage's day is Monday 2 March 2026; the ten workdays of *answer* end on Monday the 16th.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from liaison.access import SYSTEM
from liaison.calendars import ZONE
from liaison.engine import ClockState, Command, Outcome, ring_command


def day(number: int, month: int = 3, hour: int = 9) -> datetime:
    return datetime(2026, month, number, hour, 0, tzinfo=ZONE)


@pytest.fixture
def clocks(stage):
    return stage("clocks")


@pytest.fixture
def matter(clocks):
    record = clocks.begin().record
    assert clocks.do(record, "assign", lead_unit="north")
    return record


def clock(clocks, matter, term="answer"):
    found = clocks.record(matter).clock(term)
    assert found is not None
    return found


def rung(clocks, matter, at):
    """The rings of the matter itself: its assignment has a clock of its own."""
    return [result for result in clocks.ring(at) if result.record == matter]


def test_a_clock_starts_at_its_event(clocks):
    record = clocks.begin().record
    assert clocks.record(record).clock("answer") is None
    clocks.do(record, "assign", lead_unit="north")
    found = clock(clocks, record)
    assert (found.state, found.due_day, found.original_due) == (ClockState.RUNNING, date(2026, 3, 16), found.due)
    assert found.certain
    assert {one.person for one in found.owed_by} == {"north"}
    assert found.why[0].code == "engine.counts_from"
    assert len(found.why) == 1 + 4, "two weekends are passed over"


@pytest.mark.parametrize(
    ("at", "state"), [(day(16, hour=23), ClockState.MET), (day(17, hour=0), ClockState.LATE)], ids=["in time", "late"]
)
def test_a_clock_is_met_or_late(clocks, matter, at, state):
    clocks.do(matter, "answer", at=at)
    found = clock(clocks, matter)
    assert (found.state, found.ended_at, found.next_ring) == (state, at, None)


def test_what_still_runs_ends_with_the_record(clocks, matter):
    clocks.do(matter, "drop", at=day(5))
    assert clock(clocks, matter).state is ClockState.ENDED
    assert rung(clocks, matter, day(1, 12)) == []


def test_what_was_overdue_when_the_record_ended_stays_late(clocks, matter):
    clocks.do(matter, "drop", at=day(20))
    assert clock(clocks, matter).state is ClockState.LATE


def test_a_state_suspends_and_resumes(clocks, matter):
    clocks.do(matter, "pause", at=day(4))
    assert clock(clocks, matter).state is ClockState.SUSPENDED
    assert clock(clocks, matter).next_ring is None
    clocks.ring(day(8))
    assert clocks.told() == []
    clocks.do(matter, "go_on", at=day(9))
    found = clock(clocks, matter)
    assert (found.state, found.due_day) == (ClockState.RUNNING, date(2026, 3, 19)), "three workdays did not count"
    assert found.original_due.date() == date(2026, 3, 16)
    assert "engine.moved_from" in [why.code for why in found.why]


def test_an_effect_suspends_and_resumes(clocks, matter):
    clocks.do(matter, "hold", at=day(4))
    clocks.do(matter, "hold", at=day(5))
    assert len(clock(clocks, matter).pauses) == 1, "it stands already"
    clocks.do(matter, "release", at=day(9))
    assert clock(clocks, matter).due_day == date(2026, 3, 19)


def test_an_extension_goes_from_the_due_day_and_only_as_often_as_allowed(clocks, matter):
    assert clocks.do(matter, "extend", at=day(10))
    found = clock(clocks, matter)
    assert (found.due_day, found.extensions) == (date(2026, 3, 23), 1)
    assert clocks.do(matter, "extend", at=day(11)).refusal.code == "engine.extended_enough"
    assert clock(clocks, matter).due_day == date(2026, 3, 23)


def test_an_extension_until_a_day(clocks, matter):
    assert clocks.do(matter, "extend_until", at=day(10), new_day="2026-03-27")
    assert clock(clocks, matter).due_day == date(2026, 3, 27)
    assert clocks.do(matter, "answer", at=day(27, hour=22))
    assert clock(clocks, matter).state is ClockState.MET


def test_the_same_event_again_counts_anew(clocks, matter):
    clocks.do(matter, "assign", at=day(5), lead_unit="north")
    found = clock(clocks, matter)
    assert (found.due_day, found.count) == (date(2026, 3, 19), 0)
    assert len([one for one in clocks.record(matter).clocks if one.term == "answer"]) == 1


def test_another_round_replaces_what_runs(clocks, matter):
    clocks.do(matter, "again", at=day(5))
    clocks.do(matter, "assign", at=day(6), lead_unit="north")
    old, new = (one for one in clocks.record(matter).clocks if one.term == "answer")
    assert (old.state, old.round, old.due_day) == (ClockState.REPLACED, 1, date(2026, 3, 16))
    assert (new.state, new.round, new.due_day) == (ClockState.RUNNING, 2, date(2026, 3, 20))
    assert not old.overdue(day(1, 12)), "replaced counts neither as met nor as overdue"


def test_reminders_ring_before_and_after(clocks, matter):
    assert rung(clocks, matter, day(11, hour=23)) == []
    clocks.ring(day(12, hour=0))
    assert clocks.told() == [("soon", ("north",))]
    clocks.ring(day(12, hour=1))
    assert len(clocks.told()) == 1, "once"
    clocks.ring(day(17, hour=0))
    assert clocks.keys(matter)[-1] == "passed"
    clocks.ring(day(18))
    assert clocks.told() == [("soon", ("north",)), ("late", ("office",))]
    assert clocks.record(matter).state == "assigned"


def test_no_reminder_for_what_is_done(clocks, matter):
    clocks.do(matter, "answer", at=day(10))
    clocks.ring(day(30))
    assert clocks.told() == []


def test_ringing_twice_does_nothing_twice(clocks, matter):
    assert len(rung(clocks, matter, day(12))) == 1
    events = clocks.keys(matter)
    assert rung(clocks, matter, day(12)) == []
    assert clocks.keys(matter) == events


def test_a_term_counts_from_a_field_and_moves_with_it(clocks):
    record = clocks.begin(met_on="2026-03-10", until_day="2026-03-20").record
    assert clock(clocks, record, "agreed").due_day == date(2026, 3, 20)
    assert clock(clocks, record, "before_meeting").due_day == date(2026, 3, 5), "three workdays before, backward"
    clocks.do(record, "move", met_on="2026-03-12", until_day="2026-03-24")
    assert clock(clocks, record, "agreed").due_day == date(2026, 3, 24)
    assert clock(clocks, record, "before_meeting").due_day == date(2026, 3, 9)
    assert clock(clocks, record, "before_meeting").original_due.date() == date(2026, 3, 5)


def test_a_term_waits_for_its_field(clocks):
    record = clocks.begin().record
    assert clocks.record(record).clock("agreed") is None
    clocks.do(record, "move", met_on="2026-03-10", until_day="2026-03-20")
    assert clock(clocks, record, "agreed").due_day == date(2026, 3, 20)


def test_a_term_counts_from_the_end_of_another(clocks, matter):
    assert clock(clocks, matter, "rating").due_day == date(2026, 3, 23)
    clocks.do(matter, "extend", at=day(10))
    assert clock(clocks, matter, "rating").due_day == date(2026, 3, 30)


def test_a_cap_holds_a_term_back(clocks, matter):
    assert clock(clocks, matter, "capped").due_day == date(2026, 3, 16), "14 days, not 30 workdays"
    said = [one.code for one in clock(clocks, matter, "capped").why]
    assert said[:2] == ["engine.counts_from", "engine.capped"], "the date says that it is the cap's"


def test_a_clock_started_by_hand(clocks):
    record = clocks.begin().record
    assert clocks.record(record).clock("hand") is None
    clocks.do(record, "start_hand", at=day(3))
    clocks.do(record, "start_hand", at=day(4))
    [found] = [one for one in clocks.record(record).clocks if one.term == "hand"]
    assert found.due_day == date(2026, 3, 6), "one that runs is left alone"


def test_a_term_on_an_assignment_runs_there(clocks, matter):
    held = clocks.held(matter, "lead", "north")
    assert clocks.record(matter).clock("signing") is None
    found = clock(clocks, held, "signing")
    assert found.due_day == date(2026, 3, 4)
    assert {one.person for one in found.owed_by} == {"north"}
    clocks.do(held, "sign", who="north", at=day(4), person="示例专人", phone="0757-22221111")
    assert clock(clocks, held, "signing").state is ClockState.MET


def test_several_records_ring_in_the_order_of_their_clocks(clocks):
    later = clocks.begin(at=day(3)).record
    clocks.do(later, "start_hand", at=day(3))
    sooner = clocks.begin(at=day(3)).record
    clocks.do(sooner, "start_hand", at=day(2))
    assert [result.record for result in clocks.ring(day(9))] == [sooner, later]


def test_a_late_ring_says_when_the_term_passed(clocks, matter):
    clocks.ring(day(30))
    event = clocks.events(matter)[-1]
    passed = [why for why in event.why if why.code == "engine.passed"]
    assert {why.params["day"] for why in passed} >= {date(2026, 3, 16)}
    assert event.recorded == day(30)


def test_time_does_not_run_between_worlds(clocks, matter):
    """The clock that comes back is the clock that was written."""
    before = clock(clocks, matter)
    clocks.do(matter, "start_hand", at=clocks.now + timedelta(hours=1))
    assert clock(clocks, matter) == before


def test_an_extension_outlives_a_pause(clocks, matter):
    clocks.do(matter, "extend", at=day(10))
    clocks.do(matter, "hold", at=day(11))
    clocks.do(matter, "release", at=day(13))
    found = clock(clocks, matter)
    assert (found.due_day, found.extensions) == (date(2026, 3, 25), 1), "the 23rd, and two workdays that did not count"


def test_a_pause_within_an_extension_does_not_count(clocks, matter):
    clocks.do(matter, "extend", at=day(10))
    clocks.do(matter, "hold", at=day(18))
    clocks.do(matter, "release", at=day(20))
    assert clock(clocks, matter).due_day == date(2026, 3, 25)


def test_a_day_that_an_extension_names_stays_through_a_pause(clocks, matter):
    """It is a day, not a period; only a period that ends later still with its pauses goes before it."""
    clocks.do(matter, "extend_until", at=day(10), new_day="2026-03-27")
    clocks.do(matter, "hold", at=day(11))
    clocks.do(matter, "release", at=day(13))
    assert clock(clocks, matter).due_day == date(2026, 3, 27)
    clocks.do(matter, "hold", at=day(13))
    clocks.do(matter, "release", at=day(30))
    assert clock(clocks, matter).due_day == date(2026, 4, 2), "the 16th, and thirteen workdays that did not count"


def test_an_agreed_extension_is_never_shortened(clocks, matter):
    for number in (12, 16):
        refused = clocks.do(matter, "extend_until", at=day(10), new_day=f"2026-03-{number}")
        assert refused.refusal.code == "engine.extended_not_longer"
    assert clock(clocks, matter).due_day == date(2026, 3, 16)
    assert clock(clocks, matter).extensions == 0
    assert clocks.do(matter, "extend_until", at=day(10), new_day="2026-03-17")
    assert clock(clocks, matter).due_day == date(2026, 3, 17)


def test_an_extension_until_no_day_is_refused(clocks, matter):
    refused = clocks.do(matter, "extend_until", at=day(10))
    assert refused.refusal.code in ("engine.form_wrong", "engine.extended_until_when")


def test_a_suspended_clock_does_not_ring_with_another(clocks, matter):
    clocks.do(matter, "hold", at=day(4))
    assert rung(clocks, matter, day(17)), "another term of the matter has passed"
    assert clocks.told() == []
    assert not [why for why in clocks.events(matter)[-1].why if why.params["term"] == "答复"]


def test_what_is_done_while_its_clock_stands_is_in_time(clocks, matter):
    clocks.do(matter, "hold", at=day(4))
    clocks.do(matter, "answer", at=day(30))
    assert clock(clocks, matter).state is ClockState.MET


def test_what_was_late_before_it_was_suspended_stays_late(clocks, matter):
    clocks.do(matter, "hold", at=day(18))
    clocks.do(matter, "drop", at=day(30))
    assert clock(clocks, matter).state is ClockState.LATE


def test_a_ring_with_nothing_to_ring_leaves_no_event(clocks, matter):
    before = clocks.keys(matter)
    assert clocks.give(ring_command(matter, clocks.record(matter).revision), day(3))
    assert clocks.keys(matter) == before


def test_counting_anew_rings_nothing_twice_and_leaves_what_stands(clocks, matter):
    clocks.do(matter, "hold", at=day(4))
    clocks.do(matter, "release", at=day(9))
    clocks.ring(day(21))
    before, events = clocks.record(matter), clocks.keys(matter)
    assert clocks.give(Command("~recount", SYSTEM, "recount/1", record=matter), day(21))
    assert (clocks.record(matter), clocks.keys(matter)) == (before, events)


@pytest.mark.parametrize("action", ["~fill", "~ring", "~look", "~recount"])
def test_what_only_the_system_does_nobody_else_may(clocks, matter, action):
    before = clocks.record(matter)
    assert clocks.do(matter, action, met_on="2026-03-10").refusal.code == "engine.no_such_action"
    assert clocks.record(matter) == before


def test_days_are_those_of_shanghai_wherever_the_moment_comes_from(clocks):
    late = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)  # half past midnight on the 3rd
    record = clocks.begin(at=late).record
    clocks.do(record, "start_hand", at=late + timedelta(minutes=1))
    found = clock(clocks, record, "hand")
    assert (found.due_day, found.anchor.utcoffset()) == (date(2026, 3, 6), timedelta(hours=8))
    assert clocks.record(record).created_at.utcoffset() == timedelta(hours=8)


def test_what_is_entered_late_may_have_happened_before_the_pause_began(clocks, matter):
    clocks.do(matter, "pause", at=day(9))
    go_on = Command("go_on", clocks.actor("office"), "late", record=matter, happened=day(5))
    assert clocks.give(go_on, day(10))
    found = clock(clocks, matter)
    assert (found.state, found.due_day) == (ClockState.RUNNING, date(2026, 3, 16)), "there was no pause"


def test_earlier_rounds_pause_and_count_anew_like_the_present_one(clocks, matter):
    """A version may let what was owed in a round run on in the next."""
    record = clocks.record(matter)
    earlier = record.clock("answer")
    later = replace(record, revision=record.revision + 1, round=2, clocks=(earlier, replace(earlier, round=2)))
    event = replace(clocks.events(matter)[-1], seq=record.revision + 1)
    clocks.write(Command("by hand", clocks.actor("office"), "by hand"), [Outcome(record, later, (event,))])
    clocks.do(matter, "pause", at=day(4))
    both = [one for one in clocks.record(matter).clocks if one.term == "answer"]
    assert [(one.round, one.state) for one in both] == [(1, ClockState.SUSPENDED), (2, ClockState.SUSPENDED)]
    clocks.do(matter, "go_on", at=day(9))
    both = [one for one in clocks.record(matter).clocks if one.term == "answer"]
    assert [(one.state, one.due_day) for one in both] == [(ClockState.RUNNING, date(2026, 3, 19))] * 2
