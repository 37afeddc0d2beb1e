"""Moving records to a newer version: what it would change, and the move itself, alike on every world."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import date, datetime
from typing import Any

import pytest

from harness.versions import member, second_version
from liaison.access import SYSTEM, Actor
from liaison.calendars import ZONE
from liaison.engine import ClockState, Command, PartHeld, move_command

KEEPER = Actor("keeper", "示例管理员")
TO_REVIEW = {"matter": {"checking": "review"}}


def day(number: int, month: int = 3, hour: int = 9) -> datetime:
    return datetime(2026, month, number, hour, 0, tzinfo=ZONE)


FILES = ("f" * 32,)


@pytest.fixture
def versions(stage):
    return stage("versions")


@pytest.fixture
def matter(versions):
    begun = Command("begin", versions.actor("company"), "begin", type="matter", installation=versions.installation,
                    values={"subject": "示例", "amount": "12", "size": "很大", "remark": "示例备注", "grade": "b",
                            "papers": list(FILES)}, files=FILES, applicant="company")  # fmt: skip
    record = versions.give(begun, day(2)).record
    assert versions.do(record, "assign", at=day(3), lead_unit="north")
    return record


def moved(versions, matter, states=TO_REVIEW, at=None, key="move/2"):
    return versions.give(move_command(matter, states, KEEPER, key), at or day(4))


def codes(changes):
    return sorted(one.code.removeprefix("engine.move.") for one in changes)


def said(preview):
    return [(one.code.removeprefix("engine.move."), dict(one.params)) for one in preview.changes]


def test_a_record_stays_on_the_version_it_began_with(versions, matter):
    versions.put_in_force(second_version())
    assert versions.do(matter, "note")
    assert versions.record(matter).values["subject"] == "示例", "the second version would have set it"
    began = versions.begin(subject="新").record
    assert versions.do(began, "note")
    assert versions.record(began).values["subject"] == "第二版"


def test_the_preview_says_what_would_change_and_changes_nothing(versions, matter):
    versions.put_in_force(second_version())
    before, events = versions.family(matter), versions.timeline(matter)
    preview = versions.preview(matter, TO_REVIEW, day(4))
    assert preview.possible
    assert said(preview) == [
        ("state", {"old": "办理中", "new": "承办中"}),
        ("field_retyped", {"field": "金额"}),
        ("value_unread", {"field": "规模"}),
        ("field_gone", {"field": "备注"}),
        ("value_unfit", {"field": "等级", "why": preview.changes[4].params["why"]}),
        ("field_gone", {"field": "材料"}),
        ("part_gone", {"part": "配合", "unit": "示例南局"}),
        ("term_moves", {"term": "答复", "old": date(2026, 3, 16), "new": date(2026, 3, 9)}),
        ("term_begins", {"term": "归档", "new": date(2026, 5, 6)}),
    ]
    assert preview.changes[4].params["why"].code == "forms.not_offered"
    assert {child.record.type for child in preview.children} == {"assignment"}
    assert (versions.family(matter), versions.timeline(matter)) == (before, events)


def test_what_happens_is_what_the_preview_said(versions, matter):
    versions.put_in_force(second_version())
    preview = versions.preview(matter, TO_REVIEW, day(4))
    result = moved(versions, matter)
    assert result, result.refusal
    event = next(one for one in versions.events(matter) if one.key == "moved")
    assert event.why == preview.changes
    record = versions.record(matter)
    assert record.clocks == preview.record.clocks
    assert record.values == preview.record.values
    assert record.values == {"subject": "示例", "amount": 12, "grade": "b", "lead_unit": "north"}


def test_the_move_is_an_event_like_any_other(versions, matter):
    versions.put_in_force(second_version())
    moved(versions, matter)
    event = next(one for one in versions.events(matter) if one.key == "moved")
    assert (event.actor, event.actor_name, event.actor_kind) == ("keeper", "示例管理员", "system")
    assert event.changed == {"remark": None, "papers": None, "size": None, "amount": 12}
    assert versions.do(matter, "note", at=day(5))
    assert versions.record(matter).values["subject"] == "第二版", "the second version decides now"


def test_a_superseded_clock_stays_on_file(versions, matter):
    versions.put_in_force(second_version())
    moved(versions, matter)
    old, new, file = versions.record(matter).clocks
    assert (old.state, old.ended_at, old.due_day, old.rings) == (ClockState.REPLACED, day(4), date(2026, 3, 16), ())
    assert (new.state, new.due_day, new.anchor, new.count) == (ClockState.RUNNING, date(2026, 3, 9), day(2), 1)
    assert [why.code for why in new.why][-1] == "engine.moved_from"
    assert (file.term, file.anchor) == ("file", day(2))
    versions.ring(day(10))
    assert versions.record(matter).clock("reply").overdue(day(10))


def test_a_term_that_is_no_more_ends(versions, matter):
    versions.do(matter, "check", at=day(4))
    versions.put_in_force(second_version())
    preview = versions.preview(matter, TO_REVIEW, day(5))
    assert ("term_ends", {"term": "核查时限", "old": date(2026, 3, 9)}) in said(preview)
    assert moved(versions, matter, at=day(5))
    assert versions.record(matter).clock("look") is None, "closed as replaced"


def test_what_was_granted_and_what_stood_still_counts_on(versions, matter):
    versions.do(matter, "longer", at=day(3))
    versions.do(matter, "pause", at=day(4))
    versions.do(matter, "go_on", at=day(9))
    assert versions.record(matter).clock("reply").due_day == date(2026, 3, 26)
    versions.put_in_force(second_version())
    assert moved(versions, matter, at=day(10))
    assert versions.record(matter).clock("reply").due_day == date(2026, 3, 19), "five workdays fewer, all else kept"


def test_a_clock_that_stands_still_stands_still_there_too(versions, matter):
    versions.do(matter, "pause", at=day(4))
    versions.put_in_force(second_version())
    assert moved(versions, matter, at=day(5))
    assert versions.record(matter).clock("reply").state is ClockState.SUSPENDED
    assert versions.do(matter, "go_on", at=day(9))
    assert versions.record(matter).clock("reply").due_day == date(2026, 3, 12)


def test_a_state_that_no_longer_stops_it_lets_it_run(versions, matter):
    def running(files: Any) -> None:
        del member(files["rules/versions/terms.json"]["terms"], "reply")["suspended_in"]

    versions.do(matter, "pause", at=day(4))
    versions.put_in_force(second_version(terms=running))
    assert moved(versions, matter, at=day(9))
    clock = versions.record(matter).clock("reply")
    assert (clock.state, clock.due_day) == (ClockState.RUNNING, date(2026, 3, 19))


def test_nothing_new_is_owed_for_what_has_been_done(versions, matter):
    def another(files: Any) -> None:
        found = files["rules/versions/terms.json"]["terms"]
        found.append({**deepcopy(member(found, "reply")), "key": "assigned", "title": "交办", "stops": ["assign"]})

    versions.put_in_force(second_version(terms=another))
    assert moved(versions, matter)
    assert versions.record(matter).clock("assigned") is None


def test_a_state_without_a_place_is_for_somebody_to_say(versions, matter):
    versions.do(matter, "check", at=day(4))
    versions.put_in_force(second_version())
    preview = versions.preview(matter, {}, day(5))
    assert not preview.possible
    assert [(one.type, one.state, one.title) for one in preview.unmapped] == [("matter", "checking", "核查")]
    refusal = moved(versions, matter, {}, at=day(5)).refusal
    assert refusal.code == "engine.move.not_possible"
    assert [why.code for why in refusal.message.params["why"]] == ["engine.move.state_missing"]
    assert not moved(versions, matter, {"matter": {"checking": "nowhere"}}, at=day(5))
    assert versions.record(matter).state == "checking"
    assert moved(versions, matter, at=day(5))
    assert versions.record(matter).state == "review"
    assert versions.do(matter, "close", at=day(5))


def test_a_record_mapped_to_its_end_ends(versions, matter):
    versions.do(matter, "check", at=day(4))
    versions.put_in_force(second_version())
    assert moved(versions, matter, {"matter": {"checking": "closed"}}, at=day(5))
    record = versions.record(matter)
    assert record.done
    assert not any(clock.state.open for clock in record.clocks)


def test_a_type_that_is_no_more_cannot_be_moved(versions, matter):
    def renamed(files: Any) -> None:
        text = json.dumps({path: data for path, data in files.items() if path.startswith("rules/versions/")})
        for path, data in json.loads(text.replace('"matter"', '"affair"')).items():
            files[path.replace("matter", "affair")] = data
        del files["rules/versions/lifecycle/matter.json"]
        files["form_definitions/versions/affair.json"] = files.pop("form_definitions/versions/matter.json")
        files["form_definitions/versions/affair.json"].update(key="affair", of="affair")

    versions.put_in_force(second_version(states=None, fields=None, terms=None, parts=None, renamed=renamed))
    preview = versions.preview(matter, {}, day(5))
    assert [one.code for one in preview.gone] == ["engine.move.type_gone"]
    assert moved(versions, matter).refusal.code == "engine.move.not_possible"


def test_what_stands_under_it_moves_with_it(versions, matter):
    def longer(files: Any) -> None:
        member(files["rules/versions/terms.json"]["terms"], "work")["length"] = {"workdays": 20}

    versions.put_in_force(second_version(terms=longer))
    lead = versions.held(matter, "lead", "north")
    assert versions.record(lead).clock("work").due_day == date(2026, 3, 17)
    preview = versions.preview(matter, TO_REVIEW, day(4))
    assert [said(child) for child in preview.children if child.record.id == lead] == [
        [("term_moves", {"term": "办理", "old": date(2026, 3, 17), "new": date(2026, 3, 31)})]
    ]
    assert moved(versions, matter)
    assert versions.record(lead).clock("work").due_day == date(2026, 3, 31)
    assert versions.keys(lead)[-1] == "moved"


def test_a_part_that_is_no_more_is_taken_back_and_stays_in_the_history(versions, matter):
    versions.put_in_force(second_version())
    support = versions.held(matter, "support", "south")
    assert moved(versions, matter)
    assert versions.record(support).state == "withdrawn"
    [held] = [one for one in versions.record(matter).parts if one.part == "support"]
    assert held == PartHeld("support", "south", support, day(3), day(4))


@pytest.mark.parametrize(
    ("left", "rung", "told"),
    [
        (("office", "vice", "chief"), "vice", []),
        (("vice", "office"), "vice", []),
        (("office", "head"), "head", [("rung_gone", {"ladder": "提级链", "old": "副召集人", "new": "head"})]),
        (("office",), "office", [("rung_gone", {"ladder": "提级链", "old": "副召集人", "new": "办公室"})]),
    ],
)
def test_a_rung_that_is_no_more_gives_way_to_the_one_in_its_place(versions, matter, left, rung, told):
    def ladder(files: Any) -> None:
        [type_] = files["rules/versions/mechanism.json"]["record_types"]
        [up] = type_["ladders"]
        known = {one["key"]: one for one in up["rungs"]}
        up["rungs"] = [known.get(key, {"key": key, "title": key, "who": {"post": "office"}}) for key in left]

    versions.do(matter, "lift", at=day(3))
    versions.put_in_force(second_version(ladder=ladder))
    preview = versions.preview(matter, TO_REVIEW, day(4))
    assert [one for one in said(preview) if one[0] == "rung_gone"] == told
    assert moved(versions, matter)
    assert versions.record(matter).rungs == {"up": rung}


def test_a_sign_off_of_what_the_new_version_cannot_hold_is_void(versions, matter):
    versions.do(matter, "sign", at=day(3))
    [sheet] = [child.id for child in versions.children(matter) if child.type == "signoff"]
    versions.do(sheet, "agree", who="chief", at=day(3))
    versions.put_in_force(second_version())
    assert "engine.signoff_voided" in [one.code for one in versions.preview(matter, TO_REVIEW, day(4)).changes]
    assert moved(versions, matter)
    assert versions.record(sheet).state == "voided"


def test_an_automatic_action_of_the_new_version_follows_and_is_foreseen(versions, matter):
    def automatic(files: Any) -> None:
        files["rules/versions/lifecycle/matter.json"]["actions"].append(
            {"key": "auto", "title": "自动办结", "from": ["open"], "to": "closed", "by": [{"system": True}],
             "automatic": {"when": {"==": [{"var": "subject"}, "示例"]}}}
        )  # fmt: skip

    versions.put_in_force(second_version(automatic=automatic))
    assert said(versions.preview(matter, TO_REVIEW, day(4)))[-1] == ("follows", {"action": "自动办结"})
    assert moved(versions, matter)
    assert versions.record(matter).state == "closed"
    assert versions.keys(matter)[-2:] == ["moved", "auto"]


def test_nobody_moves_a_record_by_himself(versions, matter):
    versions.put_in_force(second_version())
    for who in ("office", "company", "guest"):
        refusal = versions.give(Command("~move", versions.actor(who), f"by {who}", record=matter), day(4)).refusal
        assert refusal.code == "engine.no_such_action"


def test_it_is_moved_once(versions, matter):
    versions.put_in_force(second_version())
    assert moved(versions, matter)
    again = moved(versions, matter)
    assert again
    assert again.repeated
    assert versions.keys(matter).count("moved") == 1


def test_where_nothing_differs_nothing_is_said(versions, matter):
    versions.put_in_force(second_version(states=None, fields=None, terms=None, parts=None))
    before = versions.record(matter)
    assert said(versions.preview(matter, {}, day(4))) == []
    assert versions.give(move_command(matter, {}, SYSTEM, "move"), day(4))
    after = versions.record(matter)
    assert (after.values, after.clocks, after.parts) == (before.values, before.clocks, before.parts)
    assert after.state == before.state
