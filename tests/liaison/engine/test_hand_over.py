"""Handing over to another mechanism in the same organisation, and what comes back: alike on every world."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from liaison.calendars import ZONE
from liaison.engine import ClockState


@pytest.fixture
def ours(stage):
    return stage("handing")


@pytest.fixture
def matter(ours):
    return ours.begin(subject="示例").record


def day(number, hour=9):
    return datetime(2026, 3, number, hour, 0, tzinfo=ZONE)


def handed(ours, matter, action="pass_on", at=None):
    """The record there."""
    result = ours.do(matter, action, at=at or day(4))
    assert result, result.refusal
    [there] = [one.after.id for one in result.outcomes if one.before is None]
    return there


def told(ours, matter):
    return [why.params for event in ours.events(matter) for why in event.why if why.code == "engine.heard"]


def test_the_other_mechanism_gets_a_record_of_its_own(ours, matter):
    there = ours.record(handed(ours, matter))
    assert (there.type, there.state, there.number, there.applicant) == ("case", "new", "T-2026-001", "company")
    assert there.values == {"title": "示例", "asked_on": "2026-03-04"}
    assert there.installation != ours.record(matter).installation


def test_both_stay_linked(ours, matter):
    there = handed(ours, matter)
    assert [one.id for one in ours.family(there).linked["~handed"]] == [matter]
    assert [one.id for one in ours.family(matter).linked["~~handed"]] == [there]


def test_ours_waits_and_its_clock_stands_still(ours, matter):
    handed(ours, matter)
    found = ours.record(matter)
    assert (found.state, found.clock("reply").state) == ("waiting", ClockState.SUSPENDED)


def test_ours_ends_where_the_action_ends_it(ours, matter):
    there = handed(ours, matter, "pass_off")
    found = ours.record(matter)
    assert (found.done, found.clock("reply").state) == (True, ClockState.ENDED)
    ours.do(there, "accept", at=day(5))
    assert [one["action"] for one in told(ours, matter)] == ["受理"], "who handed it over still hears of it"


def test_acceptance_comes_back_as_an_event(ours, matter):
    there = handed(ours, matter)
    assert ours.do(there, "accept", at=day(5))
    assert ours.keys(matter) == ["begin", "pass_on", "heard"]
    event = ours.events(matter)[-1]
    assert (event.actor_kind, event.happened, event.to) == ("system", day(5), "waiting")
    assert told(ours, matter) == [
        {"mechanism": "承接方", "number": "T-2026-001", "action": "受理", "state": "办理中"}
    ], "in the words that are meant for outside"


def test_not_every_step_there_is_news_here(ours, matter):
    there = handed(ours, matter)
    ours.do(there, "accept", at=day(5))
    ours.do(there, "study", at=day(5))
    assert len(told(ours, matter)) == 1


def test_the_result_comes_back_with_its_values_and_ends_ours(ours, matter):
    there = handed(ours, matter)
    ours.do(there, "accept", at=day(5))
    assert ours.do(there, "settle", at=day(6), result="示例：已续贷", closed_on="2026-03-06")
    found = ours.record(matter)
    assert ours.keys(matter) == ["begin", "pass_on", "heard", "heard", "settled"]
    assert (found.state, found.values["outcome"]) == ("closed", "示例：已续贷")
    assert found.values["settled_on"] == "2026-03-06"
    assert found.clock("reply").state is ClockState.MET


def test_what_is_refused_there_is_ours_again_and_its_clock_runs_on(ours, matter):
    there = handed(ours, matter)
    assert ours.do(there, "refuse", at=day(9))
    found = ours.record(matter)
    assert (found.state, found.clock("reply").state) == ("open", ClockState.RUNNING)
    assert found.clock("reply").due_day == date(2026, 3, 19), "three workdays did not count"


def test_what_ours_can_no_longer_do_is_left_out_but_heard(ours, matter):
    there = handed(ours, matter)
    ours.do(matter, "recall", at=day(5))
    ours.do(there, "accept", at=day(6))
    assert ours.do(there, "settle", at=day(6), result="示例", closed_on="2026-03-06")
    assert ours.record(matter).state == "open"
    assert [one["action"] for one in told(ours, matter)] == ["受理", "办结"]


def test_a_mechanism_that_is_not_in_force_here_takes_nothing(ours, matter):
    refusal = ours.do(matter, "pass_nowhere").refusal
    assert (refusal.code, refusal.message.params) == ("engine.not_in_force_there", {"mechanism": "nowhere"})
    assert ours.record(matter).state == "open"


def test_what_cannot_begin_there_is_not_handed_over(ours):
    empty = ours.begin().record
    assert ours.do(empty, "pass_on").refusal.code == "engine.guard"
    assert (ours.record(empty).state, ours.keys(empty)) == ("open", ["begin"])
