"""Who owes a clock as parts change, what a round counts from, caps: alike on every world.

The stage's day is Monday 2 March 2026; ten workdays from it end on Monday the 16th.
"""

from __future__ import annotations

from datetime import date, datetime

import pytest

from liaison.access import Actor
from liaison.calendars import ZONE
from liaison.engine import ClockState, Command, facts_of
from liaison.texts import say


def day(number: int, month: int = 3, hour: int = 9) -> datetime:
    return datetime(2026, month, number, hour, 0, tzinfo=ZONE)


@pytest.fixture
def terms(stage):
    return stage("terms")


@pytest.fixture
def matter(terms):
    record = terms.begin(next_on="2026-03-20").record
    assert terms.do(record, "assign", lead_unit="north")
    return record


def of(terms, matter, term):
    """(round, state, due day) of each clock of a term."""
    return [(one.round, one.state, one.due_day) for one in terms.record(matter).clocks if one.term == term]


def owing(terms, matter, term):
    return [one.person or one.unit for one in terms.record(matter).clock(term).owed_by]


def reasons(terms, matter, term):
    return [say(why) for why in terms.record(matter).clock(term).why]


# ── Owed by whom ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_clock_is_owed_by_the_unit_that_holds_the_part_now(terms, matter):
    assert owing(terms, matter, "reply") == ["north"]
    terms.do(matter, "reassign", at=day(4), lead_unit="south")
    assert owing(terms, matter, "reply") == ["south"]
    assert terms.record(matter).clock("reply").due_day == date(2026, 3, 16), "the clock is the same"
    assert reasons(terms, matter, "reply")[-1] == "2026年3月4日以前由示例北局负责"


def test_a_part_taken_back_is_owed_by_nobody_until_it_is_given_again(terms, matter):
    terms.do(matter, "take_back", at=day(4))
    assert owing(terms, matter, "reply") == []
    terms.do(matter, "reassign", at=day(5), lead_unit="south")
    assert owing(terms, matter, "reply") == ["south"]
    assert [text for text in reasons(terms, matter, "reply") if "负责" in text] == ["2026年3月4日以前由示例北局负责"]


def test_who_owed_a_clock_stays_in_its_why_when_it_moves(terms, matter):
    terms.do(matter, "reassign", at=day(4), lead_unit="south")
    terms.do(matter, "assign", at=day(5), lead_unit="south")
    assert terms.record(matter).clock("reply").due_day == date(2026, 3, 19)
    assert "2026年3月4日以前由示例北局负责" in reasons(terms, matter, "reply")


def test_a_clock_is_owed_by_whom_the_field_names_now(terms, matter):
    assert owing(terms, matter, "kept") == []
    terms.do(matter, "plan", at=day(3), keeper="north")
    terms.do(matter, "plan", at=day(4), keeper="south")
    assert owing(terms, matter, "kept") == ["south"]
    assert reasons(terms, matter, "kept")[-1] == "2026年3月4日以前由示例北局负责"


def test_a_clock_is_owed_by_the_rung_reached(terms, matter):
    assert owing(terms, matter, "decided") == ["office"]
    terms.do(matter, "lift", at=day(4))
    assert owing(terms, matter, "decided") == ["chief"]


def test_whoever_holds_a_post_by_then_changes_nothing_by_itself(terms, matter):
    """In April somebody stands in for the chief: what the chief owes since March the record does not give away."""
    terms.do(matter, "lift", at=day(4))
    terms.do(matter, "plan", at=day(2, 4), met_on="2026-04-01")
    assert owing(terms, matter, "decided") == ["chief"]


def test_what_is_done_is_owed_by_whoever_did_owe_it(terms, matter):
    terms.do(matter, "answer", at=day(4))
    terms.do(matter, "reassign", at=day(5), lead_unit="south")
    assert owing(terms, matter, "reply") == ["north"]


# ── Ringing ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_had_passed_when_it_began_rings_when_it_begins(terms, matter):
    terms.do(matter, "plan", at=day(4), met_on="2026-02-02")
    assert terms.record(matter).clock("opinion").next_ring == day(4), "not in the past"
    assert terms.keys(matter)[-1] == "plan"
    terms.ring(day(4))
    assert terms.keys(matter)[-1] == "passed"


def test_clocks_that_ring_at_one_moment_one_after_the_other_all_ring(terms, matter):
    """What rang at a moment keeps nothing from ringing at the same moment that only then began to wait for it."""
    for met_on in ("2026-02-02", "2026-02-03"):
        terms.do(matter, "plan", at=day(4), met_on=met_on)
        terms.ring(day(4))
    assert terms.keys(matter)[-4:] == ["plan", "passed", "plan", "passed"]
    assert terms.record(matter).clock("opinion").next_ring is None


# ── Rounds ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_round_does_not_count_from_what_a_field_said_before(terms, matter):
    terms.do(matter, "plan", at=day(3), met_on="2026-03-03")
    terms.do(matter, "answer", at=day(4))
    terms.do(matter, "again", at=day(30))
    assert of(terms, matter, "opinion") == [(1, ClockState.MET, date(2026, 3, 10))]
    terms.do(matter, "plan", at=day(31), met_on="2026-03-31")
    assert of(terms, matter, "opinion")[1:] == [(2, ClockState.RUNNING, date(2026, 4, 8))]


def test_a_field_set_with_the_new_round_counts_for_it(terms, matter):
    terms.do(matter, "plan", at=day(3), met_on="2026-03-03")
    terms.do(matter, "again_with", at=day(30), met_on="2026-03-30")
    assert of(terms, matter, "opinion") == [
        (1, ClockState.REPLACED, date(2026, 3, 10)),
        (2, ClockState.RUNNING, date(2026, 4, 7)),
    ]


def test_a_field_a_round_did_not_count_from_does_not_count_two_rounds_later(terms, matter):
    terms.do(matter, "plan", at=day(3), met_on="2026-03-03")
    terms.do(matter, "again", at=day(4))
    terms.do(matter, "again", at=day(5))
    assert [round_ for round_, *_ in of(terms, matter, "opinion")] == [1]


def test_a_new_round_does_not_count_from_the_meeting_before(terms, matter):
    def hear(at, held_on):
        command = Command(
            "convene", Actor("office"), f"meeting/{held_on}", type="meeting", installation=terms.installation,
            values={"title": "示例会议", "held_on": held_on},
        )  # fmt: skip
        meeting = terms.give(command, at).record
        terms.do(meeting, "hold", at=at)
        terms.do(matter, "plan", at=at, heard_at=meeting)
        terms.do(matter, "lift", at=at)  # what is linked is there from the next command on

    hear(day(3), "2026-03-03")
    terms.do(matter, "answer", at=day(5))
    terms.do(matter, "again", at=day(10))
    for term in ("heard", "minuted"):
        assert of(terms, matter, term) == [(1, ClockState.MET, date(2026, 3, 10))]
    hear(day(11), "2026-03-11")
    for term in ("heard", "minuted"):
        assert of(terms, matter, term)[1:] == [(2, ClockState.RUNNING, date(2026, 3, 18))]


def test_the_end_of_a_term_of_the_round_before_begins_nothing(terms, matter):
    terms.do(matter, "answer", at=day(10))
    terms.do(matter, "again", at=day(30))
    assert of(terms, matter, "rated") == [(1, ClockState.REPLACED, date(2026, 3, 23))]
    terms.do(matter, "assign", at=day(31), lead_unit="north")
    assert of(terms, matter, "rated")[1:] == [(2, ClockState.RUNNING, date(2026, 4, 22))]


def test_facts_of_terms_are_those_of_the_present_round(terms, matter):
    def facts(what, at):
        return facts_of(terms.mechanism(), terms.family(matter), at)[f"term.reply.{what}"]

    terms.do(matter, "answer", at=day(30))
    assert facts("overdue", day(30))
    assert facts("due", day(30)) == date(2026, 3, 16)
    late = {"var": "term.reply.overdue"}
    assert terms.find(late, day(30)) == [matter]
    terms.do(matter, "again", at=day(31))
    assert [facts(what, day(31)) for what in ("running", "met", "overdue", "due", "extensions")] == [
        False, False, False, None, None,
    ]  # fmt: skip
    assert terms.find(late, day(31)) == []
    terms.do(matter, "assign", at=day(31), lead_unit="north")
    assert terms.find({"var": "term.reply.running"}, day(31)) == [matter]
    assert facts("running", day(31))
    assert not facts("overdue", day(31))


def test_what_was_late_stays_late_in_later_rounds_with_the_unit_that_owed_it(terms, matter):
    def late(at):
        facts = facts_of(terms.mechanism(), terms.family(matter), at)
        return facts["term.reply.was_late"], facts["term.reply.late_units"]

    ever, north = {"var": "term.reply.was_late"}, {"in": ["north", {"var": "term.reply.late_units"}]}
    assert late(day(16)) == (False, [])
    assert terms.find({"missing": {"var": "term.reply.late_units"}}, day(16)) == [matter]
    terms.do(matter, "answer", at=day(30))
    terms.do(matter, "again", at=day(31))
    terms.do(matter, "assign", at=day(31), lead_unit="south")
    assert late(day(31)) == (True, ["north"])
    assert terms.find(ever, day(31)) == terms.find(north, day(31)) == [matter]
    assert late(day(1, 6)) == (True, ["north", "south"]), "the second round is overdue now"
    assert terms.find({"in": ["south", {"var": "term.reply.late_units"}]}, day(31)) == []
    assert terms.find({"in": ["south", {"var": "term.reply.late_units"}]}, day(1, 6)) == [matter]


def test_what_was_replaced_after_its_end_was_late(terms, matter):
    other = terms.begin(next_on="2026-03-20").record
    terms.do(other, "assign", lead_unit="south")
    terms.do(matter, "again", at=day(17))
    terms.do(other, "again", at=day(16))
    assert terms.find({"var": "term.reply.was_late"}, day(30)) == [matter]
    assert facts_of(terms.mechanism(), terms.family(matter), day(30))["term.reply.late_units"] == ["north"]
    assert facts_of(terms.mechanism(), terms.family(other), day(30))["term.reply.late_units"] == []


def test_what_stood_still_in_time_was_not_late_when_it_was_replaced(terms, matter):
    terms.ring(day(5, hour=1))  # nobody has signed: the inspection is suspended
    assert terms.record(matter).clock("inspection").state is ClockState.SUSPENDED
    terms.do(matter, "again", at=day(30))
    assert [state for _, state, _ in of(terms, matter, "inspection")][:1] == [ClockState.REPLACED]
    assert terms.find({"var": "term.inspection.was_late"}, day(30)) == []


# ── Not before others ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_term_does_not_end_before_those_it_waits_for(terms, matter):
    """One day from the 2nd, but not before the audit, five workdays from the 2nd; the audit is extended."""
    assert terms.record(matter).clock("patience").due_day == date(2026, 3, 9)
    assert reasons(terms, matter, "patience")[-1] == "不早于“audit”的到期日2026年3月9日"
    terms.do(matter, "extend_audit", at=day(4))
    assert terms.record(matter).clock("patience").due_day == date(2026, 3, 23)
    assert terms.record(matter).clock("patience").due == terms.record(matter).clock("audit").due


# ── Caps ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_cap_counts_from_the_first_anchor_when_the_term_is_counted_anew(terms, matter):
    terms.do(matter, "assign", at=day(5), lead_unit="north")
    assert terms.record(matter).clock("reply").due_day == date(2026, 3, 19)
    assert terms.record(matter).clock("capped").due_day == date(2026, 3, 16), "14 days from the 2nd, not from the 5th"
    assert terms.record(matter).clock("capped").original_anchor == terms.now


def test_a_cap_counts_from_the_first_anchor_when_the_term_repeats(terms, matter):
    terms.do(matter, "answer", at=day(6))
    terms.do(matter, "answer", at=day(13))
    assert [due for _, _, due in of(terms, matter, "rounds_of_work")] == [
        date(2026, 3, 9), date(2026, 3, 13), date(2026, 3, 16),
    ]  # fmt: skip


def test_each_round_has_a_first_anchor_of_its_own(terms, matter):
    terms.do(matter, "again", at=day(9))
    terms.do(matter, "assign", at=day(10), lead_unit="north")
    assert terms.record(matter).clock("capped").due_day == date(2026, 3, 24), "ten workdays come first"
    assert terms.record(matter).clock("capped").original_anchor == day(10)


def test_an_extension_is_capped_from_the_first_anchor(terms, matter):
    for number in (3, 4, 5, 6, 9):
        terms.do(matter, "extend", at=day(number))
    assert terms.record(matter).clock("consult").due_day == date(2026, 4, 1), "30 days from the 2nd"


# ── Another calendar ─────────────────────────────────────────────────────────────────────────────────────────────


def test_counting_anew_may_start_a_clock_which_is_not_one_that_moved(terms, matter):
    moved, uncounted = terms.take_off(date(2026, 3, 13), day(12))
    assert [(one.term, one.old, one.new) for one in moved if one.record == matter] == [
        ("reply", date(2026, 3, 16), date(2026, 3, 17)),
        ("kept", date(2026, 3, 16), date(2026, 3, 17)),
        ("decided", date(2026, 3, 16), date(2026, 3, 17)),
        ("rated", date(2026, 3, 23), date(2026, 3, 24)),
    ]
    assert uncounted == 0
    assert terms.keys(matter)[-2:] == ["recounted", "nag"], "looking again, it found what had become true meanwhile"
    assert of(terms, matter, "by_hand") == [(1, ClockState.RUNNING, date(2026, 3, 16))]


def test_a_record_that_cannot_be_counted_keeps_no_other_from_it(terms, matter):
    terms.do(matter, "plan", at=day(3), keeper="south")
    other = terms.begin(next_on="2026-03-20").record
    assert terms.do(other, "assign", lead_unit="north")
    before = terms.record(matter)
    moved, uncounted = terms.take_off(date(2026, 3, 13), day(12))
    assert ({one.record for one in moved}, uncounted) == ({other}, 1)
    assert terms.record(matter) == before


# ── Until an agreed day, again and again ─────────────────────────────────────────────────────────────────────────


def test_a_term_that_repeats_until_an_agreed_day_asks_for_the_next(terms, matter):
    assert terms.do(matter, "report", at=day(18), next_on="2026-04-20")
    assert of(terms, matter, "progress") == [
        (1, ClockState.MET, date(2026, 3, 20)),
        (1, ClockState.RUNNING, date(2026, 4, 20)),
    ]


@pytest.mark.parametrize(
    ("at", "next_on", "after"),
    [
        (day(18), {}, "2026年3月20日"),
        (day(18), {"next_on": "2026-03-20"}, "2026年3月20日"),
        (day(18), {"next_on": "2026-03-19"}, "2026年3月20日"),
        (day(25), {"next_on": "2026-03-25"}, "2026年3月25日"),
    ],
    ids=["none", "the same", "earlier", "today, entered late"],
)
def test_without_a_later_day_there_is_no_next_time(terms, matter, at, next_on, after):
    before = terms.record(matter)
    refused = terms.do(matter, "report", at=at, **next_on).refusal
    assert refused.code == "engine.form_wrong"
    assert [(one.field, say(one.message)) for one in refused.problems] == [
        ("next_on", f"“下次报告日期”须写明下一次的日期，在{after}之后")
    ]
    assert terms.record(matter) == before


def test_what_stops_it_without_asking_for_the_day_is_refused(terms, matter):
    assert terms.do(matter, "report_nothing", at=day(18)).refusal.problems[0].field == "next_on"


def test_when_the_record_is_done_there_is_no_next_time(terms, matter):
    assert terms.do(matter, "report_last", at=day(18))
    assert of(terms, matter, "progress") == [(1, ClockState.MET, date(2026, 3, 20))]


def test_what_is_done_before_its_point_in_time_is_done_for_that_point(terms, matter):
    terms.do(matter, "answer", at=day(25))
    terms.do(matter, "answer", at=day(4, 5))
    assert of(terms, matter, "monthly") == [
        (1, ClockState.MET, date(2026, 3, 31)),
        (1, ClockState.LATE, date(2026, 4, 30)),
        (1, ClockState.RUNNING, date(2026, 6, 1)),
    ]


# ── What passes below is heard above ─────────────────────────────────────────────────────────────────────────────


def test_a_term_that_passes_on_an_assignment_sets_off_an_action_of_the_record(terms, matter):
    held = terms.held(matter, "lead", "north")
    terms.ring(day(4, hour=23))
    assert terms.record(matter).state == "assigned"
    terms.ring(day(5))
    assert terms.keys(held)[-1] == "passed"
    assert (terms.record(matter).state, terms.keys(matter)[-1]) == ("unsigned", "unsign")


def test_a_record_not_in_a_state_to_hear_it_does_not(terms, matter):
    terms.do(matter, "again", at=day(3))
    terms.ring(day(5))
    assert (terms.record(matter).state, terms.keys(matter)[-1]) == ("open", "again")


# ── Extensions ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_extension_to_a_total_counts_from_the_first_anchor(terms, matter):
    terms.do(matter, "ask_longer", who="north", at=day(3))
    assert terms.record(matter).clock("survey").due_day == date(2026, 3, 9)
    [sheet] = [one.id for one in terms.children(matter) if one.type == "signoff"]
    assert terms.do(sheet, "agree", who="chief", at=day(5))
    assert terms.keys(matter)[-1] == "grant_longer", "whoever consents signs"
    assert terms.record(matter).clock("survey").due_day == date(2026, 3, 30), "20 workdays in all"
    assert terms.told() == [("extended", ("company",))], "whoever is to be told is told"
    terms.do(matter, "assign", at=day(6), lead_unit="north")
    assert terms.record(matter).clock("survey").due_day == date(2026, 3, 30), "counted anew, the total is the same"


def test_longer_is_asked_for_while_there_is_time(terms, matter):
    assert terms.do(matter, "ask_longer", who="north", at=day(7)).refusal.code == "engine.guard"


@pytest.mark.parametrize(("at", "granted"), [(day(5, hour=22), True), (day(6, hour=1), False)], ids=["last", "late"])
def test_an_extension_has_a_latest_moment(terms, matter, at, granted):
    """Five workdays end on Monday the 9th; two workdays before is Thursday the 5th."""
    done = terms.do(matter, "extend_inspection", at=at)
    assert bool(done) is granted
    assert terms.record(matter).clock("inspection").due_day == (date(2026, 3, 16) if granted else date(2026, 3, 9))
    if not granted:
        assert say(done.refusal.message) == "“inspection”最迟2026年3月5日可以延期，已经过了"


def test_what_has_passed_is_not_extended(terms, matter):
    assert terms.do(matter, "extend", at=day(9, hour=23))
    assert terms.do(matter, "extend", at=day(17, hour=1)).refusal.code == "engine.extended_too_late"
    assert terms.record(matter).clock("consult").due_day == date(2026, 3, 16)


def test_what_has_passed_is_extended_where_the_term_says_so(terms, matter):
    assert terms.do(matter, "extend_audit", at=day(17))
    assert terms.record(matter).clock("audit").due_day == date(2026, 3, 23)


def test_what_stood_still_in_time_can_be_extended_later(terms, matter):
    terms.ring(day(5, hour=1))  # nobody has signed: the inspection is suspended
    assert terms.record(matter).clock("inspection").state is ClockState.SUSPENDED
    assert terms.do(matter, "extend_inspection", at=day(20))
