"""Every effect, alike on every world."""

from __future__ import annotations

import pytest

from liaison.definitions import EFFECT_KINDS
from liaison.texts import say as words


@pytest.fixture
def effects(stage):
    return stage("effects")


@pytest.fixture
def matter(effects):
    return effects.begin(subject="示例", score=3).record


def test_every_effect_stands_in_a_mechanism(mechanisms):
    used = {
        kind
        for definition in mechanisms.values()
        for lifecycle in definition.lifecycles.values()
        for action in lifecycle.actions.values()
        for effect in action.effects
        for kind in (effect.kind, *_inner(effect))
    }
    assert used == set(EFFECT_KINDS)


def _inner(effect):
    if effect.kind == "for_each":
        for one in effect.body["effects"]:
            yield from one.keys() & set(EFFECT_KINDS)


def test_a_matter_begins(effects):
    result = effects.begin(subject="示例", score=3)
    assert result
    record = effects.record(result.record)
    assert (record.state, record.revision, record.round, record.number) == ("open", 1, 1, "E-2026-001")
    assert (record.applicant, record.reporter, record.created_at) == ("company", "company", effects.now)
    assert effects.keys(result.record) == ["begin"]
    assert effects.begin(subject="又一件").number == "E-2026-002"


def test_assign_gives_each_unit_an_assignment_of_its_own(effects, matter):
    assert effects.do(matter, "assign", lead_unit="north", support_units=["south", "club"])
    record = effects.record(matter)
    assert record.state == "working"
    assert record.holders("lead") == ("north",)
    assert record.holders("support") == ("south", "club")
    children = effects.children(matter)
    assert {(child.type, child.state, child.holders("holder")) for child in children} == {
        ("assignment", "assigned", (unit,)) for unit in ("north", "south", "club")
    }
    assert all(child.parent == matter for child in children)


def test_a_unit_that_holds_a_part_keeps_it(effects, matter):
    effects.do(matter, "assign", lead_unit="north", support_units=["south"])
    before = effects.held(matter, "support", "south")
    assert effects.do(matter, "assign_more", lead_unit="north", support_units=["south", "club"])
    assert effects.held(matter, "support", "south") == before
    assert effects.record(matter).holders("support") == ("south", "club")


def test_assign_to_every_unit_of_a_kind(effects, matter):
    assert effects.do(matter, "assign_kind")
    assert effects.record(matter).holders("support") == ("north", "south")


def test_assign_to_every_unit_of_a_group(effects, matter):
    assert effects.do(matter, "assign_group")
    assert effects.record(matter).holders("support") == ("north", "south", "club")


def test_for_each_unit_of_a_group(effects, matter):
    assert effects.do(matter, "each_of_group")
    assert effects.record(matter).holders("support") == ("north", "south", "club")


def test_withdraw_closes_the_assignments_and_keeps_the_history(effects, matter):
    effects.do(matter, "assign", lead_unit="north", support_units=["south", "club"])
    assert effects.do(matter, "take_back")
    record = effects.record(matter)
    assert record.holders("support") == ()
    assert record.holders("lead") == ("north",)
    assert {one.unit for one in record.parts if one.part == "support" and one.ended == effects.now} == {"south", "club"}
    assert sorted(child.state for child in effects.children(matter)) == ["assigned", "withdrawn", "withdrawn"]
    assert not effects.do(effects.children(matter)[0].parent, "take_back", who="south")


def test_set_writes_values_of_expressions(effects, matter):
    assert effects.do(matter, "fill")
    values = effects.record(matter).values
    assert (values["note"], values["score"]) == ("open", 4)
    assert effects.events(matter)[-1].changed == {"note": "open", "score": 4}


@pytest.mark.parametrize(("score", "note"), [(6, "big"), (5, "small")])
def test_an_effect_waits_for_its_own_condition(effects, score, note):
    record = effects.begin(subject="示例", score=score).record
    effects.do(record, "maybe")
    assert effects.record(record).values["note"] == note


def test_create_makes_a_linked_record(effects, matter):
    assert effects.do(matter, "visit")
    [visit] = effects.family(matter).linked["visits"]
    assert (visit.type, visit.state, visit.values) == ("visit", "planned", {"reason_of_visit": "示例"})
    [back] = effects.family(visit.id).linked["~visits"]
    assert back.id == matter


def test_link_follows_the_field_and_stays_one(effects, matter):
    other = effects.begin(subject="另一件").record
    assert effects.do(matter, "relate", twins=other)
    assert effects.do(matter, "relate", twins=other)
    assert [link.record for link in effects.record(matter).links] == [other]
    assert [one.id for one in effects.family(other).linked["~twin"]] == [matter]


def test_a_relation_is_counted_where_it_says(effects, matter):
    assert effects.do(matter, "check_twins").refusal.code == "engine.link_count"
    others = [effects.begin(subject=f"另{n}件").record for n in range(3)]
    for number, other in enumerate(others, 1):
        effects.do(matter, "relate", twins=other)
        assert bool(effects.do(matter, "check_twins")) == (number <= 2), "one or two, not three"


def test_act_takes_an_action_on_linked_records(effects, matter):
    effects.do(matter, "visit")
    effects.do(matter, "visit")
    assert effects.do(matter, "close_visits")
    visits = effects.family(matter).linked["visits"]
    assert [visit.state for visit in visits] == ["finished", "finished"]
    assert all(effects.keys(visit.id) == ["plan", "finish"] for visit in visits)


def test_act_takes_an_action_on_assignments_and_passes_over_what_is_not_possible(effects, matter):
    effects.do(matter, "assign", lead_unit="north", support_units=["south"])
    effects.do(effects.held(matter, "support", "south"), "object", who="south", reason="示例：不归我管")
    result = effects.do(matter, "close_assignments")
    assert [words(why) for why in result.left_out] == ["办不了：交办单 示例南局，当前为“有异议”，不能“办结”"]
    assert effects.events(matter)[-1].why == result.left_out, "and it is on file"
    assert sorted(child.state for child in effects.children(matter)) == ["objected", "replied"]
    assert effects.record(matter).done


def test_what_a_guard_holds_back_is_left_out_and_said(effects, matter):
    effects.do(matter, "each_unit")
    result = effects.do(matter, "check_visits")
    [why] = effects.events(matter)[-1].why
    assert (why.code, why.params["type"], why.params["action"]) == ("engine.left_out", "visit", "check")
    assert words(why) == words(result.left_out[0]) == "办不了：走访，只有【单位】是【north】时，才能“check”"
    assert [one.state for one in effects.family(matter).linked["visits"]] == ["finished", "planned"]


def test_what_need_not_be_possible_is_passed_over_in_silence(effects, matter):
    effects.do(matter, "assign", lead_unit="north", support_units=["south", "club"])
    effects.do(effects.held(matter, "support", "south"), "object", who="south", reason="示例：不归我管")
    assert not effects.do(matter, "close_those_it_can").left_out
    assert sorted(child.state for child in effects.children(matter)) == ["assigned", "objected", "replied"]


def test_an_assignment_that_is_done_stays_as_it_is(effects, matter):
    effects.do(matter, "assign", lead_unit="north", support_units=["south", "club"])
    effects.do(matter, "close_those_it_can")
    result = effects.do(matter, "take_back")
    assert result
    assert not result.left_out
    assert {child.state for child in effects.children(matter)} == {"assigned", "replied"}
    assert effects.record(matter).holders("support") == ()


def test_for_each_unit_of_a_kind(effects, matter):
    assert effects.do(matter, "each_unit")
    visits = effects.family(matter).linked["visits"]
    assert [visit.values["unit_seen"] for visit in visits] == ["north", "south"]
    assert len({visit.id for visit in visits}) == 2


def test_for_each_chosen_unit(effects, matter):
    assert effects.do(matter, "each_chosen", support_units=["club", "north"])
    assert effects.record(matter).holders("support") == ("club", "north")


def test_for_each_linked_record(effects, matter):
    effects.do(matter, "each_unit")
    assert effects.do(matter, "each_visit")
    assert effects.record(matter).values["note"] == effects.family(matter).linked["visits"][-1].id


def test_for_each_record_found_links_it_once(effects, matter):
    effects.do(matter, "each_unit")
    before = effects.record(matter).links
    other = effects.begin(subject="另一件").record
    for _ in range(2):
        assert effects.do(other, "link_visits")
    assert {link.record for link in effects.record(other).links} == {link.record for link in before}
    assert len(effects.family(other).linked["visits"]) == 2
    assert {one.id for one in effects.family(before[0].record).linked["~visits"]} == {matter, other}
    assert effects.do(matter, "link_visits")
    assert effects.record(matter).links == before, "a link that stands stays the one it is"


def test_notify_tells_each_once_and_with_copies(effects, matter):
    assert effects.do(matter, "tell")
    assert effects.told() == [("told", ("company", "north", "office"))], "the applicant took the action too"


def test_document_is_ordered(effects, matter):
    effects.do(matter, "paper")
    effects.do(matter, "paper")
    assert effects.papers(matter) == ["sheet", "sheet"]


def test_raise_moves_a_rung_up(effects, matter):
    assert effects.do(matter, "by_rung", who="office")
    assert not effects.do(matter, "by_rung", who="vice")
    for rung in ("vice", "chief"):
        assert effects.do(matter, "lift")
        assert effects.record(matter).rungs == {"up": rung}
        assert effects.do(matter, "by_rung", who=rung)
    assert not effects.do(matter, "by_rung", who="office")


def test_raise_past_the_top_is_what_the_ladder_says_follows(effects, matter):
    for _ in range(2):
        effects.do(matter, "lift")
    assert "note" not in effects.record(matter).values
    assert effects.do(matter, "lift")
    record = effects.record(matter)
    assert (record.rungs, record.values["note"]) == ({"up": "chief"}, "上会")
    assert effects.keys(matter)[-2:] == ["lift", "to_session"]
    assert [words(why) for why in effects.events(matter)[-2].why] == ["“提级链”已在最高一级"]


def test_raise_to_a_named_rung_even_down(effects, matter):
    for action in ("lift", "lift", "lift_to_vice"):
        assert effects.do(matter, action)
    assert effects.record(matter).rungs == {"up": "vice"}
    assert [words(why) for why in effects.events(matter)[-1].why] == ["“提级链”提到“副召集人”"]


def test_a_guard_reads_the_rung(effects, matter):
    refused = effects.do(matter, "above_the_office").refusal
    assert words(refused.message) == "只有“提级链”的当前一级是【副召集人】、【总召集人】之一时，才能“above_the_office”"
    effects.do(matter, "lift")
    assert effects.do(matter, "above_the_office")


def test_a_new_round_begins_at_the_lowest_rung(effects, matter):
    effects.do(matter, "lift")
    assert effects.do(matter, "again")
    assert effects.do(matter, "by_rung", who="office")
    assert not effects.do(matter, "above_the_office")


def test_the_next_round_counts_afresh(effects, matter):
    assert effects.do(matter, "only_twice")
    assert effects.do(matter, "again")
    record = effects.record(matter)
    assert (record.round, record.times.get("only_twice", 0), record.times_ever["only_twice"]) == (2, 0, 1)
    assert effects.do(matter, "only_twice")
    assert effects.do(matter, "only_twice").refusal.code == "engine.guard", "the guard counts over all rounds"


def test_hand_over_to_a_mechanism_makes_a_record_there(effects, matter):
    result = effects.do(matter, "pass_on")
    assert result
    [new] = [one.after for one in result.outcomes if one.before is None]
    there = effects.record(new.id)
    assert (there.type, there.values["subject"], there.applicant, there.state) == ("matter", "示例", "company", "open")
    assert there.number == "E-2026-002"


def test_hand_over_to_a_body_is_put_on_file(effects, matter):
    assert effects.do(matter, "send_out")
    event = effects.events(matter)[-1]
    assert [why.code for why in event.why] == ["engine.handed_over"]
    assert effects.record(matter).done
    assert [child.type for child in effects.children(matter)] == ["referral"]
