"""Sign-offs 签批: all or any, together or in turn, alike on every world."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from liaison.calendars import ZONE
from liaison.engine import ClockState, Command, simulate


@pytest.fixture
def signoffs(stage):
    return stage("signoffs")


@pytest.fixture
def matter(signoffs):
    return signoffs.begin(subject="示例").record


def sheet(signoffs, matter, place):
    """The sheet of whoever was asked at `place`, of the present round."""
    current = signoffs.record(matter).round
    sheets = [child for child in signoffs.children(matter) if child.state != "withdrawn"]
    [found] = [child.id for child in sheets if child.values["place"] == place and child.round == current]
    return found


def states(signoffs, matter):
    ordered = sorted(signoffs.children(matter), key=lambda child: child.values["place"])
    return [child.state for child in ordered]


def test_everybody_asked_gets_a_sheet(signoffs, matter):
    assert signoffs.do(matter, "ask_every")
    asked = {(child.values["place"], child.holders("holder")) for child in signoffs.children(matter)}
    assert asked == {(0, ("chief",)), (1, ("vice",)), (2, ("club",))}, "a person answers, not the unit"
    assert states(signoffs, matter) == ["asked"] * 3
    assert signoffs.record(matter).seen.units == {"chief", "vice", "club"}, "who signs may see what is signed"


def test_only_the_one_asked_may_answer(signoffs, matter):
    signoffs.do(matter, "ask_every")
    for who in ("vice", "office", "company", "guest"):
        assert signoffs.do(sheet(signoffs, matter, 0), "agree", who=who).refusal.code == "engine.not_yours"
    assert signoffs.do(sheet(signoffs, matter, 0), "agree", who="chief", opinion="示例：同意")
    [agreed] = [child for child in signoffs.children(matter) if child.state == "agreed"]
    assert agreed.values["opinion"] == "示例：同意"


def test_a_deputy_answers_while_standing_in(signoffs, matter):
    signoffs.do(matter, "ask_every")
    april = datetime(2026, 4, 7, 9, 0, tzinfo=ZONE)
    assert not signoffs.do(sheet(signoffs, matter, 0), "agree", who="stand_in")
    assert signoffs.do(sheet(signoffs, matter, 0), "agree", who="stand_in", at=april)


@pytest.mark.parametrize("action", ["refuse", "return", "instruct"])
def test_whoever_does_not_simply_agree_says_why(signoffs, matter, action):
    signoffs.do(matter, "ask_every")
    assert signoffs.do(sheet(signoffs, matter, 0), action, who="chief").refusal.code == "engine.guard"
    assert signoffs.do(sheet(signoffs, matter, 0), action, who="chief", opinion="示例：再议")


def test_all_must_agree(signoffs, matter):
    signoffs.do(matter, "ask_every")
    for place, who in enumerate(("chief", "vice")):
        signoffs.do(sheet(signoffs, matter, place), "agree", who=who)
        assert signoffs.record(matter).state == "signing"
    signoffs.do(sheet(signoffs, matter, 2), "agree", who="club")
    assert signoffs.record(matter).state == "approved"


def test_one_refusal_ends_it_where_all_must_agree(signoffs, matter):
    signoffs.do(matter, "ask_every")
    signoffs.do(sheet(signoffs, matter, 1), "refuse", who="vice", opinion="示例：不妥")
    assert signoffs.record(matter).state == "rejected"


def test_an_instruction_is_an_answer_of_its_own(signoffs, matter):
    signoffs.do(matter, "ask_every")
    signoffs.do(sheet(signoffs, matter, 0), "instruct", who="chief", opinion="示例：请现场办公")
    assert signoffs.record(matter).state == "instructed"


def test_one_agreement_is_enough_where_any_may_agree(signoffs, matter):
    signoffs.do(matter, "ask_one")
    signoffs.do(sheet(signoffs, matter, 0), "refuse", who="chief", opinion="示例：不妥")
    assert signoffs.record(matter).state == "signing"
    signoffs.do(sheet(signoffs, matter, 1), "agree", who="vice")
    assert signoffs.record(matter).state == "approved"
    assert states(signoffs, matter) == ["refused", "agreed", "withdrawn"], "nobody is asked for what is decided"


def test_nobody_agreed_where_any_might_have(signoffs, matter):
    signoffs.do(matter, "ask_one")
    for place, who in enumerate(("chief", "vice", "club")):
        signoffs.do(sheet(signoffs, matter, place), "refuse", who=who, opinion="示例：不妥")
    assert signoffs.record(matter).state == "rejected"


def test_in_turn_each_waits_for_the_one_before(signoffs, matter):
    signoffs.do(matter, "ask_turn")
    for place, who in enumerate(("chief", "vice", "club")):
        assert states(signoffs, matter) == ["agreed"] * place + ["asked"] + ["queued"] * (2 - place)
        for later, other in list(enumerate(("chief", "vice", "club")))[place + 1 :]:
            refusal = signoffs.do(sheet(signoffs, matter, later), "agree", who=other).refusal
            assert refusal.code == "engine.not_from_here"
        assert signoffs.do(sheet(signoffs, matter, place), "agree", who=who)
    assert signoffs.record(matter).state == "approved"


def test_in_turn_a_refusal_ends_it(signoffs, matter):
    signoffs.do(matter, "ask_turn")
    signoffs.do(sheet(signoffs, matter, 0), "refuse", who="chief", opinion="示例：不妥")
    assert signoffs.record(matter).state == "rejected"
    assert states(signoffs, matter) == ["refused", "withdrawn", "withdrawn"]


def test_another_round_asks_anew(signoffs, matter):
    signoffs.do(matter, "ask_every")
    signoffs.do(sheet(signoffs, matter, 0), "refuse", who="chief", opinion="示例：不妥")
    assert signoffs.do(matter, "again")
    assert signoffs.do(matter, "ask_every")
    assert sorted(states(signoffs, matter)) == ["asked"] * 3 + ["refused"] + ["withdrawn"] * 2
    assert signoffs.record(matter).state == "signing", "the refusal of the first round counts no more"
    for place, who in enumerate(("chief", "vice", "club")):
        assert signoffs.do(sheet(signoffs, matter, place), "agree", who=who)
    assert signoffs.record(matter).state == "approved"


def test_what_is_asked_no_more_is_taken_back_with_the_round_and_the_record(signoffs, matter):
    signoffs.do(matter, "ask_every")
    assert signoffs.do(matter, "again")
    assert states(signoffs, matter) == ["withdrawn"] * 3
    signoffs.do(matter, "ask_every")
    assert signoffs.do(matter, "finish")
    assert states(signoffs, matter) == ["withdrawn"] * 6


# ── What was signed is changed ───────────────────────────────────────────────────────────────────────────────────


EVERYBODY = tuple(enumerate(("chief", "vice", "club")))


@pytest.fixture
def approved(signoffs, matter):
    signoffs.do(matter, "ask_every")
    for place, who in EVERYBODY:
        signoffs.do(sheet(signoffs, matter, place), "agree", who=who)
    assert signoffs.record(matter).state == "approved"
    return matter


def edit(signoffs, matter, section="main", **values):
    result = signoffs.do(matter, f"~edit:matter.{section}", **values)
    assert result, result.refusal
    return result


def test_answers_are_void_once_what_was_signed_has_changed(signoffs, approved):
    edit(signoffs, approved, subject="示例：另一件事")
    assert states(signoffs, approved) == ["voided"] * 3
    assert signoffs.do(approved, "settle").refusal.code == "engine.guard"
    for child in signoffs.children(approved):
        assert signoffs.keys(child.id) == ["ask", "agree", "void"], "what was answered stays on file"
    [why] = signoffs.events(approved)[-1].why
    assert (why.code, why.params) == ("engine.signoff_voided", {"ask": "签批every", "fields": ["案由"]})
    assert signoffs.told() == [("signoff_voided", ("chief", "club", "office", "vice"))], "each once, and who asked"


def test_open_sheets_are_void_too(signoffs, matter):
    signoffs.do(matter, "ask_every")
    signoffs.do(sheet(signoffs, matter, 0), "agree", who="chief")
    edit(signoffs, matter, subject="示例：另一件事")
    assert states(signoffs, matter) == ["voided"] * 3
    assert signoffs.record(matter).state == "signing", "void is neither agreement nor refusal"


def test_a_refusal_is_void_as_well(signoffs, matter):
    signoffs.do(matter, "ask_every")
    signoffs.do(sheet(signoffs, matter, 0), "refuse", who="chief", opinion="示例：不妥")
    edit(signoffs, matter, subject="示例：改过的")
    assert states(signoffs, matter) == ["voided", "withdrawn", "withdrawn"]


def test_asked_again_it_counts_again(signoffs, approved):
    edit(signoffs, approved, subject="示例：另一件事")
    signoffs.do(approved, "ask_every")
    assert sorted(states(signoffs, approved)) == ["asked"] * 3 + ["voided"] * 3
    for child in signoffs.children(approved):
        if child.state == "asked":
            assert signoffs.do(child.id, "agree", who=child.holders("holder")[0])
    assert signoffs.record(approved).state == "approved"
    assert signoffs.do(approved, "settle")


def test_asking_anew_puts_the_earlier_answers_aside(signoffs, approved):
    signoffs.do(approved, "ask_every")
    assert sorted(states(signoffs, approved)) == ["asked"] * 3 + ["voided"] * 3
    assert signoffs.told() == [], "nothing was changed that anybody signed"


def test_nobody_changes_it_in_the_very_step_that_needs_the_sign_off(signoffs, approved):
    assert signoffs.do(approved, "settle", subject="示例：偷换").refusal.code == "engine.guard"
    assert states(signoffs, approved) == ["agreed"] * 3
    assert signoffs.record(approved).values["subject"] == "示例"
    assert signoffs.do(approved, "settle", subject="示例")


def test_what_an_effect_changes_voids_it_like_what_a_person_does(signoffs):
    matter = signoffs.begin(subject="示例", amount=7).record
    signoffs.do(matter, "ask_every")
    assert signoffs.do(matter, "round_up")
    assert states(signoffs, matter) == ["voided"] * 3


def test_what_was_empty_was_not_signed(signoffs, approved):
    edit(signoffs, approved, "notes", remark="示例：补记")
    assert states(signoffs, approved) == ["agreed"] * 3
    edit(signoffs, approved, amount=3)
    assert states(signoffs, approved) == ["agreed"] * 3


def test_what_is_named_was_signed_though_it_was_empty(signoffs):
    for section, values in (("notes", {"remark": "示例"}), ("main", {"amount": 3})):
        matter = signoffs.begin(subject="示例").record
        signoffs.do(matter, "ask_amount")
        edit(signoffs, matter, subject="示例：没有签这一项")
        assert states(signoffs, matter) == ["asked"]
        edit(signoffs, matter, section, **values)
        assert states(signoffs, matter) == ["voided"]


def test_nobody_signs_what_he_may_not_read(signoffs, matter):
    edit(signoffs, matter, "inside", secret="示例：内情")
    signoffs.do(matter, "ask_vice")
    edit(signoffs, matter, "inside", secret="示例：另一内情")
    assert states(signoffs, matter) == ["asked"], "the deputy never saw it"
    again = signoffs.begin(subject="示例").record
    edit(signoffs, again, "inside", secret="示例：内情")
    signoffs.do(again, "ask_every")
    edit(signoffs, again, "inside", secret="示例：另一内情")
    assert states(signoffs, again) == ["voided"] * 3, "the chief did, and the sign-off is one"


def test_what_follows_from_the_answer_does_not_void_it(signoffs, matter):
    signoffs.do(matter, "ask_vice")
    signoffs.do(sheet(signoffs, matter, 0), "agree", who="vice")
    assert signoffs.record(matter).values["remark"] == "已签"
    assert states(signoffs, matter) == ["agreed"]


# ── On paper ─────────────────────────────────────────────────────────────────────────────────────────────────────


def on_paper(signoffs, sheet, action="agree_on_paper", *, who="office", at=None, files=("f" * 32,), **values):
    given = {"signed_by": "示例总召集人", "decided_on": "2026-03-03", "scan": list(files), **values}
    command = Command(action, signoffs.actor(who), f"paper/{sheet}/{who}/{at}/{len(values)}/{len(files)}",
                      record=sheet, values=given, files=files)  # fmt: skip
    return signoffs.give(command, at or day(3))


def day(number, hour=9):
    return datetime(2026, 3, number, hour, 0, tzinfo=ZONE)


def test_an_answer_on_paper_is_recorded_with_scan_date_and_name(signoffs, matter):
    signoffs.do(matter, "ask_every")
    first = sheet(signoffs, matter, 0)
    assert on_paper(signoffs, first)
    found = signoffs.record(first)
    assert found.state == "agreed"
    assert found.values["signed_by"] == "示例总召集人"
    assert (found.values["scan"], found.values["decided_on"]) == (["f" * 32], "2026-03-03")
    last = signoffs.events(first)[-1]
    assert (last.key, last.action, last.actor) == ("agree", "agree_on_paper", "office")


def test_on_paper_it_needs_a_scan_a_name_and_a_day_gone_by(signoffs, matter):
    signoffs.do(matter, "ask_every")
    first = sheet(signoffs, matter, 0)
    wrong = on_paper(signoffs, first, files=(), signed_by="", decided_on="").refusal
    assert {problem.field for problem in wrong.problems} == {"scan", "signed_by", "decided_on"}
    [problem] = on_paper(signoffs, first, decided_on="2026-03-04").refusal.problems
    assert (problem.field, problem.message.code) == ("decided_on", "engine.dated_ahead")
    assert on_paper(signoffs, first, "refuse_on_paper").refusal.code == "engine.guard", "why is to be entered"
    assert on_paper(signoffs, first, "refuse_on_paper", opinion="示例：不妥")


def test_who_may_ask_may_record_what_came_on_paper(signoffs, matter):
    signoffs.do(matter, "ask_every")
    first = sheet(signoffs, matter, 0)
    for who in ("chief", "vice", "north", "company", "guest"):
        assert on_paper(signoffs, first, who=who).refusal.code == "engine.not_yours"
    assert on_paper(signoffs, first)


def test_the_definition_may_say_who_records_it(signoffs, matter):
    signoffs.do(matter, "ask_amount")
    first = sheet(signoffs, matter, 0)
    for who in ("office", "chief", "south"):
        assert on_paper(signoffs, first, who=who).refusal.code == "engine.not_yours"
    assert on_paper(signoffs, first, who="north")


def test_what_was_signed_in_time_is_in_time_however_late_it_is_entered(signoffs, matter):
    signoffs.do(matter, "ask_amount")
    first = sheet(signoffs, matter, 0)
    assert on_paper(signoffs, first, who="north", at=day(20), decided_on="2026-03-05")
    clock = signoffs.record(first).clock("signing")
    assert (clock.state, clock.ended_at) == (ClockState.MET, day(5, hour=0))
    event = signoffs.events(first)[-1]
    assert (event.happened, event.recorded) == (day(5, hour=0), day(20))


def test_what_was_signed_before_it_was_asked_for_counts_from_then(signoffs, matter):
    signoffs.do(matter, "ask_amount")
    first = sheet(signoffs, matter, 0)
    assert on_paper(signoffs, first, who="north", decided_on="2026-02-10")
    assert signoffs.events(first)[-1].happened == day(2)


# ── Its own term ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_term_a_sign_off_names_runs_on_its_sheets(signoffs, matter):
    signoffs.do(matter, "ask_amount")
    first = signoffs.record(sheet(signoffs, matter, 0))
    clock = first.clock("signing")
    assert (clock.due_day, [one.person for one in clock.owed_by]) == (date(2026, 3, 5), ["chief"])
    assert first.clock("filing").due_day == date(2026, 4, 1), "a term that no sign-off names runs on all"


def test_it_runs_on_no_others(signoffs, matter):
    signoffs.do(matter, "ask_every")
    assert {clock.term for child in signoffs.children(matter) for clock in child.clocks} == {"filing"}


def test_it_reminds_and_tells_when_it_is_late(signoffs, matter):
    signoffs.do(matter, "ask_amount")
    signoffs.ring(day(4))
    assert signoffs.told() == [("sign_soon", ("chief",))]
    signoffs.ring(day(7))
    assert signoffs.told() == [("sign_soon", ("chief",)), ("sign_late", ("office",))]
    signoffs.do(sheet(signoffs, matter, 0), "agree", who="chief", at=day(9))
    [sheet_] = signoffs.children(matter)
    assert sheet_.clock("signing").state is ClockState.LATE


def test_in_turn_it_runs_from_when_the_turn_comes(signoffs, matter):
    signoffs.do(matter, "ask_turn")
    assert signoffs.record(sheet(signoffs, matter, 1)).clocks == ()
    signoffs.do(sheet(signoffs, matter, 0), "agree", who="chief", at=day(4))
    assert signoffs.record(sheet(signoffs, matter, 1)).clock("signing").due_day == date(2026, 3, 9)


def test_a_void_sheet_owes_nothing(signoffs, matter):
    signoffs.do(matter, "ask_amount")
    edit(signoffs, matter, amount=5)
    [sheet_] = signoffs.children(matter)
    assert {clock.state for clock in sheet_.clocks} == {ClockState.ENDED}
    signoffs.ring(day(30))
    assert [template for template, _ in signoffs.told()] == ["signoff_voided"]


def test_an_instruction_is_on_the_timeline_of_what_was_signed(signoffs, matter):
    signoffs.do(matter, "ask_every")
    signoffs.do(sheet(signoffs, matter, 0), "instruct", who="chief", opinion="示例：请现场办公")
    [instructed] = [event for event in signoffs.timeline(matter) if event.key == "instruct"]
    assert (instructed.actor_name, instructed.changed["opinion"]) == ("示例总召集人", "示例：请现场办公")


# ── In a golden case ─────────────────────────────────────────────────────────────────────────────────────────────


CASE = {
    "key": "signed",
    "title": "签批",
    "calendar": {"edition": "cn-2026"},
    "roster": {
        "people": [
            {"key": "office", "name": "示例办公室", "holds": [{"post": "office"}]},
            {"key": "chief", "name": "示例总召集人", "holds": [{"post": "chief"}]},
            {"key": "vice", "name": "示例副召集人", "holds": [{"post": "deputy_chief"}]},
        ]
    },
    "story": [
        {"key": "begin", "at": "2026-03-02 09:00", "who": "office", "does": "begin", "as": "m", "with": {"amount": 1},
         "then": {"signoffs": {"amount": None}}},
        {"key": "ask", "at": "2026-03-02 10:00", "who": "office", "does": "ask_amount", "on": "m",
         "then": {"signoffs": {"amount": "asked"}}},
        {"key": "not_his", "at": "2026-03-02 11:00", "who": "vice", "does": "agree", "on": "m", "of": {"ask": "amount"},
         "then": {"refused": "engine.not_yours"}},
        {"key": "agree", "at": "2026-03-02 12:00", "who": "chief", "does": "agree", "on": "m",
         "of": {"ask": "amount", "signer": "chief"}, "then": {"signoffs": {"amount": "agreed"}}},
        {"key": "raise", "at": "2026-03-02 13:00", "who": "office", "does": "round_up", "on": "m",
         "then": {"signoffs": {"amount": "voided"}, "messages": [{"template": "signoff_voided"}]}},
    ],
}  # fmt: skip


def test_a_golden_case_signs_and_asserts_how_it_came_out(mechanisms):
    played = simulate(mechanisms["signoffs"], CASE)
    assert [[one.code for one in step.failures] for step in played.steps] == [[], [], [], [], []]
    nobody = {**CASE, "story": [*CASE["story"][:2], {**CASE["story"][3], "of": {"ask": "amount", "signer": "vice"}}]}
    [failure] = simulate(mechanisms["signoffs"], nobody).steps[-1].failures
    assert failure.code == "engine.simulate.no_sheet"
