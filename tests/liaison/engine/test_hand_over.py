"""Handing over to another mechanism in the same organisation, and what comes back: alike on every world."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from liaison.calendars import ZONE
from liaison.engine import ClockState, Command
from liaison.texts import say


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


# ── To an outside body, and elsewhere ────────────────────────────────────────────────────────────────────────────


def sheet(ours, matter):
    [found] = ours.children(matter)
    return found


SCAN = "a" * 32


def receive(ours, id_, at, **values):
    files = {"receipt": [SCAN], "received_on": f"{at:%Y-%m-%d}", **values}
    return ours.give(Command("receive", ours.actor("office"), f"receive/{at}", record=id_, values=files,
                             files=(SCAN,)), at)  # fmt: skip


def test_a_sheet_is_kept_of_what_is_handed_to_an_outside_body(ours, matter):
    assert ours.do(matter, "to_court", at=day(4))
    found = sheet(ours, matter)
    assert (found.type, found.state, found.holders("holder")) == ("referral", "to_send", ("office",))
    assert found.values == {"handing": "court", "receiver": "示例法院"}
    assert [say(why) for why in ours.events(matter)[-1].why] == ["移交示例法院"]


def test_the_body_may_be_named_by_a_field(ours):
    matter = ours.begin(subject="示例", body="bank").record
    ours.do(matter, "to_body", at=day(4))
    assert sheet(ours, matter).values["receiver"] == "示例银行", "as people read it"


def test_ours_waits_until_the_receipt_is_there(ours, matter):
    ours.do(matter, "to_court", at=day(4))
    id_ = sheet(ours, matter).id
    assert ours.do(matter, "still_with_us", at=day(4)), "a guard reads where it stands"
    assert ours.do(id_, "send", at=day(6), sent_on="2026-03-05", entry="示例〔2026〕1号")
    assert not ours.do(matter, "still_with_us", at=day(6))
    sent = ours.events(id_)[-1]
    assert (sent.happened.date(), sent.recorded) == (date(2026, 3, 5), day(6)), "entered later than it happened"
    assert ours.record(matter).state == "waiting"
    assert receive(ours, id_, day(10)).refusal is None
    assert (ours.record(id_).state, ours.record(id_).values["receipt"]) == ("received", [SCAN])
    assert (ours.record(matter).state, ours.keys(matter)[-1]) == ("closed", "court_has_it")


def test_a_receipt_needs_its_scan_and_whoever_may_hand_over_records_it(ours, matter):
    ours.do(matter, "to_court", at=day(4))
    id_ = sheet(ours, matter).id
    assert ours.do(id_, "send", who="north", at=day(4), sent_on="2026-03-04").refusal.code == "engine.not_yours"
    ours.do(id_, "send", at=day(4), sent_on="2026-03-04")
    [problem] = ours.do(id_, "receive", at=day(5), received_on="2026-03-05").refusal.problems
    assert problem.field == "receipt"


def test_where_ours_ends_its_receipt_may_still_come(ours):
    matter = ours.begin(subject="示例", body="board").record
    ours.do(matter, "to_body", at=day(4))
    assert ours.record(matter).done
    id_ = sheet(ours, matter).id
    ours.do(id_, "send", at=day(5), sent_on="2026-03-05")
    assert receive(ours, id_, day(9))
    assert ours.record(id_).done


def test_a_hand_over_that_comes_to_nothing_is_called_off_with_a_reason(ours, matter):
    ours.do(matter, "to_court", at=day(4))
    id_ = sheet(ours, matter).id
    assert ours.do(id_, "call_off").refusal.code == "engine.reason_needed"
    assert ours.do(id_, "call_off", at=day(5), reason="示例：不必移交")
    ours.do(matter, "recall", at=day(5))
    ours.do(matter, "to_court", at=day(6))
    assert ours.do(matter, "still_with_us", at=day(6)), "the latest counts"


def test_an_applicant_who_is_directed_elsewhere_is_told_where(ours):
    matter = ours.begin(subject="示例", body="board").record
    assert ours.do(matter, "direct", at=day(4))
    assert ours.told() == [("directed_elsewhere", ("company",))]
    assert [say(why) for why in ours.events(matter)[-1].why] == ["已请申请人前往示例管委会"]


def test_what_ours_can_no_longer_do_is_said_on_ours(ours, matter):
    there = handed(ours, matter)
    ours.do(matter, "recall", at=day(5))
    ours.do(there, "refuse", at=day(6))
    assert [why.code for why in ours.events(matter)[-1].why] == ["engine.heard", "engine.left_out"]
    assert [why.code for why in ours.events(there)[-1].why] == []
