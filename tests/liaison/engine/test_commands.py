"""What holds for any command, alike on every world: who, what is asked, given twice, given late, chains."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from liaison.engine import Command, Event, Outcome, StaleError
from liaison.rules import Decider


@pytest.fixture
def effects(stage):
    return stage("effects")


@pytest.fixture
def matter(effects):
    return effects.begin(subject="示例", score=7).record


def refusal(result):
    assert not result
    return result.refusal.code


def test_only_those_named_may(effects, matter):
    for who in ("company", "north", "guest"):
        assert refusal(effects.do(matter, "finish", who=who)) == "engine.not_yours"
    assert effects.do(matter, "finish", who="office")
    assert refusal(effects.do(matter, "finish", who="office")) == "engine.not_from_here"


def test_there_must_be_such_an_action_and_such_a_record(effects, matter):
    assert refusal(effects.do(matter, "fly")) == "engine.no_such_action"
    assert refusal(effects.do(matter, "begin")) == "engine.no_such_action"
    assert refusal(effects.do("nobody", "finish")) == "engine.no_such_record"


def test_what_is_not_asked_is_not_taken(effects, matter):
    assert refusal(effects.do(matter, "finish", note="x")) == "engine.not_asked"
    assert refusal(effects.do(matter, "decide", grade="high")) == "engine.not_asked"


def test_a_date_agreed_that_no_term_can_reach_is_refused(stage):
    clocks = stage("clocks")
    assert refusal(clocks.begin(met_on="2026-03-10", until_day="2199-12-31")) == "calendars.length_too_long"
    matter = clocks.begin().record
    assert (
        refusal(clocks.do(matter, "move", met_on="2026-03-10", until_day="2199-12-31")) == "calendars.length_too_long"
    )
    assert clocks.do(matter, "move", met_on="2026-03-10", until_day="2026-03-20")


def test_evaluators_that_differ_are_told_where_the_decision_stands(effects, monkeypatch):
    matter = effects.begin(subject="示例", score=7).record
    decide = Decider.decide
    monkeypatch.setattr(Decider, "decide", lambda self, record: decide(self, record)._replace(agreed=False))
    assert effects.do(matter, "decide")
    assert not effects.record(matter).suggestions["deciding"].agreed
    assert [why.code for why in effects.events(matter)[-1].why].count("rules.why_disagreed") == 1
    monkeypatch.undo()
    assert effects.do(matter, "decide")
    assert effects.record(matter).suggestions["deciding"].agreed


def test_a_form_is_checked(effects):
    result = effects.begin(score=1)
    assert refusal(result) == "engine.form_wrong"
    assert [problem.field for problem in result.refusal.problems] == ["subject"]


def test_a_reason_where_one_is_needed(effects, matter):
    assert refusal(effects.do(matter, "needs_reason", reason="  ")) == "engine.reason_needed"
    assert effects.do(matter, "needs_reason", reason="示例")
    assert effects.events(matter)[-1].reason == "示例"


def test_a_refusal_changes_nothing(effects, matter):
    before, events = effects.record(matter), effects.keys(matter)
    effects.do(matter, "assign", lead_unit="nowhere")
    effects.do(matter, "finish", who="north")
    assert (effects.record(matter), effects.keys(matter)) == (before, events)


def test_given_twice_it_is_carried_out_once(effects):
    first = effects.begin(subject="示例", key="draft/1")
    second = effects.begin(subject="示例", key="draft/1")
    assert (second.repeated, second.record, second.number) == (True, first.record, first.number)
    assert effects.do(first.record, "fill", key="fill/1")
    assert effects.do(first.record, "fill", key="fill/1").repeated
    assert effects.keys(first.record) == ["begin", "fill"]


def test_what_was_refused_may_be_tried_again_with_the_same_key(effects):
    assert not effects.begin(score=1, key="draft/1")
    assert effects.begin(subject="示例", key="draft/1")


def test_whoever_comes_second_is_told_who_was_first(effects, matter):
    seen = effects.record(matter).revision
    assert effects.do(matter, "fill", expected=seen)
    result = effects.do(matter, "finish", expected=seen)
    assert refusal(result) == "engine.stale"
    assert result.refusal.message.params["by"] == "示例办公室"
    assert result.refusal.message.params["what"] == "fill"
    assert effects.do(matter, "finish", expected=seen + 1)


def test_a_write_on_an_old_revision_writes_nothing(effects, matter):
    stale = effects.record(matter)
    effects.do(matter, "fill")
    event = Event(matter, 2, "x", "x", "office", "", "person", effects.now, effects.now, "open", "open", 1)
    outcome = Outcome(stale, replace(stale, revision=2, state="closed"), (event,))
    with pytest.raises(StaleError) as raised:
        effects.write(Command("x", effects.actor("office"), "x", record=matter), [outcome])
    assert (raised.value.record, raised.value.by, raised.value.event) == (matter, "示例办公室", "fill")
    assert effects.record(matter).state == "open"


def test_revisions_and_events_are_numbered_from_one(effects, matter):
    for _ in range(3):
        effects.do(matter, "fill")
    assert [event.seq for event in effects.events(matter)] == [1, 2, 3, 4]
    assert effects.record(matter).revision == 4


def test_a_suggestion_is_kept_with_its_row_and_inputs(effects, matter):
    suggestion = effects.record(matter).suggestions["grading"]
    assert (suggestion.row, suggestion.outputs, suggestion.inputs) == ("high", {"grade": "high"}, {"score": 7})
    assert "grade" not in effects.record(matter).values, "it only suggests"


def test_a_suggestion_changed_needs_a_reason_and_is_put_on_file(effects, matter):
    result = effects.do(matter, "confirm", grade="low")
    assert [problem.field for problem in result.refusal.problems] == ["reason"]
    assert effects.overrides() == []
    assert effects.do(matter, "confirm", grade="low", reason="示例：影响很小")
    assert effects.overrides() == [("grade", "high", "low", "示例：影响很小")]


def test_a_suggestion_followed_is_no_override(effects, matter):
    assert effects.do(matter, "confirm", grade="high")
    assert effects.overrides() == []


@pytest.mark.parametrize(("score", "grade"), [(5, "high"), (4, "low"), (None, "low")])
def test_a_table_that_decides_sets_the_field(effects, score, grade):
    record = effects.begin(subject="示例", **({} if score is None else {"score": score})).record
    assert effects.do(record, "decide")
    assert effects.record(record).values["grade"] == grade


def test_an_event_says_when_it_happened_and_when_it_was_recorded(effects, matter):
    yesterday, today = effects.now + timedelta(days=1), effects.now + timedelta(days=2)
    command = Command("fill", effects.actor("office"), "late", record=matter, happened=yesterday)
    assert effects.give(command, today)
    event = effects.events(matter)[-1]
    assert (event.happened, event.recorded) == (yesterday, today)
    future = replace(command, key="future", happened=today + timedelta(days=1))
    assert refusal(effects.give(future, today)) == "engine.in_future"


def test_nobody_can_pass_for_a_follow_up(effects, matter):
    forged = Command("finish", effects.actor("company"), "forged", record=matter, cause="begin/1")
    assert refusal(effects.give(forged, effects.now)) == "engine.not_yours"


def test_an_automatic_action_is_taken_once_for_each_becoming_true(stage):
    automatic = stage("automatic")
    record = automatic.begin(score=1).record
    for score, praises in ((5, 0), (10, 1), (12, 1), (3, 1), (11, 2)):
        assert automatic.do(record, "score", score=score)
        assert automatic.keys(record).count("praise") == praises, score
    [praise, _] = [event for event in automatic.events(record) if event.key == "praise"]
    assert praise.actor_kind == "system"


def test_an_automatic_action_hears_of_its_assignments(stage):
    automatic = stage("automatic")
    record = automatic.begin(score=1).record
    automatic.do(record, "assign", lead_unit="north")
    assert automatic.record(record).state == "open"
    held = automatic.held(record, "lead", "north")
    assert automatic.do(held, "sign", who="north", person="示例专人", phone="0757-22221111")
    assert automatic.record(record).state == "working"


@pytest.mark.parametrize(("score", "state"), [(1, "escalated"), (100, "open")])
def test_a_term_that_passes_sets_off_its_action_where_the_guard_lets_it(stage, score, state):
    automatic = stage("automatic")
    record = automatic.begin(score=score).record
    assert automatic.ring(automatic.now + timedelta(days=4)) == []
    assert automatic.record(record).state == "open"
    assert automatic.ring(automatic.now + timedelta(days=8))
    assert automatic.record(record).state == state


def test_a_chain_without_an_end_is_refused_whole(stage):
    loop = stage("loop")
    record = loop.begin().record
    assert refusal(loop.do(record, "start_spinning")) == "engine.too_deep"
    assert (loop.record(record).state, loop.keys(record)) == ("rest", ["begin"])


def test_what_is_emptied_in_an_action_is_empty_and_what_is_not_sent_stays(stage):
    terms = stage("terms")
    matter = terms.begin(met_on="2026-03-10", keeper="north").record
    terms.do(matter, "plan", met_on="")
    assert terms.record(matter).values["met_on"] is None
    assert terms.record(matter).values["keeper"] == "north"
    assert terms.events(matter)[-1].changed == {"met_on": None}
