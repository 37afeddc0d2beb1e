"""Records that name others: what a picker offers to whom, an agenda's rows, and what becomes of what they name."""

from __future__ import annotations

from datetime import date

import pytest

from liaison.access import SYSTEM
from liaison.engine import Command, simulate, world
from liaison.texts import say

DAY = date(2026, 3, 2)
OPEN = {"==": [{"var": "record.state"}, "open"]}


@pytest.fixture
def room(stage):
    return stage("agenda")


@pytest.fixture
def matters(room):
    """Three matters, the first with a chamber's text that not everybody may read, the third closed."""
    made = [room.begin(private="示例内情，只办公室能看", subject="甲", score=1).record]
    made += [room.begin(subject=subject, score=score).record for subject, score in (("乙", 3), ("丙", 5))]
    assert room.do(made[2], "close")
    return made


def convene(room, *, who="office", **values):
    return room.give(
        Command(
            "convene", room.actor(who), room._key("convene"), type="meeting", installation=room.installation,
            values={"title": "例会", **values},
        ),
        room.now,
    )  # fmt: skip


def offered(room, who, where=None):
    return [choice.value for choice in room.around(who).options("record", {"type": "matter", "where": where}, DAY)]


def rows(*matters, said=""):
    return [{"matter": matter, **({"said": said} if said else {})} for matter in matters]


# ── What is offered ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_picker_of_people_offers_who_holds_a_post_on_the_day(room):
    around = room.around("office")
    assert {choice.value for choice in around.options("person", {}, DAY)} > {"north", "south", "office"}
    wished = [choice.value for choice in around.options("person", {"posts": ["liaison"]}, DAY)]
    assert sorted(wished) == ["club", "north", "south"]


def test_a_picker_offers_what_the_asker_may_see_under_the_condition_the_oldest_first(room, matters):
    first, second, third = matters
    assert room.do(second, "assign", lead_unit="north")
    assert offered(room, "office") == [first, second, third]
    assert offered(room, "office", OPEN) == [first, second]
    assert offered(room, "office", {">=": [{"var": "score"}, 3]}) == [second, third]
    assert offered(room, "north") == [second], "through the part its unit holds"
    assert offered(room, "south") == []
    assert offered(room, "company", OPEN) == [first, second], "as the applicant"
    assert offered(room, "guest") == []
    everything = room.around("office").records.found("matter", None, SYSTEM)
    assert [record.id for record in everything] == matters


def test_a_picker_offers_no_more_than_it_can_show_and_an_effect_finds_them_all(room, matters, monkeypatch):
    assert world.FOUND_AT_MOST == 500
    monkeypatch.setattr(world, "FOUND_AT_MOST", 2)
    assert offered(room, "office") == matters[:2]
    assert convene(room, agenda=rows(*matters[:2]))
    everything = room.around("office").records.found("matter", None, SYSTEM)
    assert [record.id for record in everything] == matters


def test_a_record_is_called_by_number_and_title_and_opens_to_who_may_see_it(room, matters):
    first, second, _ = matters
    assert room.do(second, "assign", lead_unit="north")
    for who, opens in (("office", [True, True]), ("north", [False, True]), ("south", [False, False])):
        around = room.around(who)
        around.learn([first, second, "nobody"])
        assert [around.names("record", id_) for id_ in (first, second)] == ["A-2026-001 甲", "A-2026-002 乙"]
        assert [around.opens(id_) for id_ in (first, second)] == opens
        assert around.names("record", "nobody") is None
        assert not around.opens("nobody")
    labels = [choice.label for choice in room.around("office").options("record", {"type": "matter"}, DAY)]
    assert labels == ["A-2026-001 甲", "A-2026-002 乙", "A-2026-003 丙"]
    meeting = convene(room).record
    assert room.around("office").names("record", meeting) == "例会"


# ── What may be picked ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("who", ["office", "south"])
def test_only_what_is_offered_can_be_picked(room, matters, who):
    first, second, third = matters
    picked = convene(room, who=who, main_matter=first, others=[second], agenda=rows(first, second))
    if who == "south":
        problems = {(one.field, one.row, one.column): one.message.code for one in picked.refusal.problems}
        assert problems == {
            ("main_matter", None, None): "forms.not_offered",
            ("others", None, None): "forms.not_offered",
            ("agenda", 0, "matter"): "forms.in_row",
            ("agenda", 1, "matter"): "forms.in_row",
        }
        return
    assert room.record(picked.record).values["agenda"] == rows(first, second)
    assert not convene(room, main_matter=third), "it is closed"
    assert not convene(room, agenda=rows(first, third))
    assert not convene(room, main_matter=picked.record), "a meeting is no matter"


def test_the_same_record_twice_is_said_at_the_second_row(room, matters):
    [problem] = convene(room, agenda=rows(matters[0], matters[1], matters[0])).refusal.problems
    assert (problem.field, problem.row, problem.column) == ("agenda", 2, "matter")
    assert problem.message.params["what"].code == "forms.repeated"


def test_what_was_picked_stays_when_it_is_no_longer_offered(room, matters):
    first, second, third = matters
    meeting = convene(room, main_matter=first, agenda=rows(first)).record
    assert room.do(first, "close")
    assert room.do(meeting, "replan", title="例会", main_matter=first, agenda=rows(first, second, said="缓议"))
    assert not room.do(meeting, "replan", title="例会", agenda=rows(first, third))


# ── What must hold of what is filled in ──────────────────────────────────────────────────────────────────────────


def test_a_check_says_its_own_sentence_at_the_cell_the_field_or_the_row_it_blames(room):
    low, high, light = (
        room.begin(subject=subject, score=score, rank=rank).record
        for subject, score, rank in (("甲", 1, "high"), ("乙", 3, "high"), ("丙", 5, "low"))
    )
    meeting = convene(room).record
    # The second row was left blank on the page: rows are counted as they were typed.
    typed = [{"matter": high}, {"matter": "", "said": ""}, {"matter": low}, {"matter": light}]
    refused = room.do(meeting, "minute", title="例会", agenda=typed).refusal
    assert refused.code == "engine.form_wrong"
    assert [(one.field, one.row, one.column, say(one.message)) for one in refused.problems] == [
        ("agenda", 2, "said", "“议程”第 3 行：不到三分的不上会"),
        ("title", None, None, "“议程”第 4 行：轻的不上会"),
        ("main_matter", None, None, "要有主要事项"),
    ]
    assert room.record(meeting).state == "open"
    assert room.do(meeting, "minute", title="例会", agenda=rows(high), main_matter=high)
    assert room.record(meeting).state == "held"


# ── What a code says ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({"==": [{"var": "rank.urgent"}, True]}, [0]),
        ({"!=": [{"var": "rank.urgent"}, True]}, [1, 2]),
        ({">": [{"var": "rank.weight"}, 1]}, [0]),
        ({"missing": {"var": "rank.since"}}, [1, 2]),
        ({"<=": [{"var": "rank.since"}, {"var": "record.today"}]}, [0]),
        ({"in": [{"var": "rank.weight"}, [1, 7]]}, [1]),
    ],
)
def test_records_are_found_by_what_their_code_says(room, where, found):
    made = [room.begin(subject=one, **given).record
            for one, given in (("甲", {"rank": "high"}), ("乙", {"rank": "low"}), ("丙", {}))]  # fmt: skip
    assert offered(room, "office", where) == [made[at] for at in found]


# ── What a row takes over ────────────────────────────────────────────────────────────────────────────────────────


def test_a_row_takes_over_what_the_record_it_picks_says(room, matters):
    first, second, _ = matters
    assert room.do(second, "assign", lead_unit="north")
    typed = [{"about": first}, {"about": second, "heading": "另拟"}, {"heading": "其他"}]
    meeting = convene(room, topics=typed).record
    taken = [
        {"about": first, "heading": "甲", "inside": "示例内情，只办公室能看"},
        {"about": second, "heading": "另拟", "units": ["north"]},
        {"heading": "其他"},
    ]
    assert room.record(meeting).values["topics"] == taken
    emptied = [{"about": first, "heading": "甲"}, {"about": second, "heading": "另拟"}]
    assert room.do(meeting, "replan", title="例会", topics=emptied)
    assert room.record(meeting).values["topics"] == emptied, "what was emptied in a row on file stays empty"


def test_a_row_takes_over_nothing_that_who_fills_it_in_may_not_read(room, matters):
    first = matters[0]
    [problem, unnamed] = convene(room, who="south", topics=[{"about": first}]).refusal.problems
    assert (problem.column, unnamed.column) == ("about", "heading"), "the record is not south's to see"
    assert room.do(first, "assign", lead_unit="south")
    meeting = convene(room, who="south", topics=[{"about": first}]).record
    assert room.record(meeting).values["topics"] == [{"about": first, "heading": "甲", "units": ["south"]}]


# ── What becomes of it ───────────────────────────────────────────────────────────────────────────────────────────


def linked(room, meeting, relation="agenda"):
    return [record.id for record in room.family(meeting).linked.get(relation, ())]


def test_link_follows_a_column_and_keeps_only_what_it_names(room, matters):
    first, second, _ = matters
    meeting = convene(room, agenda=rows(second, first), others=[first]).record
    assert linked(room, meeting) == [second, first]
    assert linked(room, meeting, "others") == [first]
    assert [one.id for one in room.family(first).linked["~agenda"]] == [meeting]
    assert room.do(meeting, "replan", title="例会", agenda=rows(first))
    assert linked(room, meeting) == [first]
    assert linked(room, meeting, "others") == [first], "another relation stays"
    assert "~agenda" not in room.family(second).linked
    assert room.do(meeting, "extend", title="例会", agenda=rows(second), others=[second])
    assert linked(room, meeting) == [first, second], "without `only` what stands stays"
    assert linked(room, meeting, "others") == [first, second]


def test_each_row_of_an_agenda_goes_to_its_matter_with_values(room, matters):
    first, second, third = matters
    meeting = convene(room, agenda=[{"matter": second, "said": "同意"}, {"matter": first}]).record
    assert room.do(meeting, "decide")
    assert [room.record(id_).values.get("outcome") for id_ in matters] == [None, "同意", None]
    assert [room.record(id_).values.get("tally") for id_ in matters] == [1, 1, None]
    assert [room.keys(id_)[-1] for id_ in (first, second, third)] == ["follow", "follow", "close"]


def test_each_record_under_a_condition_takes_its_turn_however_many(room, matters, monkeypatch):
    monkeypatch.setattr(world, "FOUND_AT_MOST", 1)
    extra = room.begin(subject="丁", score=7).record
    meeting = convene(room).record
    assert room.do(meeting, "sweep")
    outcomes = {room.record(id_).values["subject"]: room.record(id_).values.get("outcome") for id_ in (*matters, extra)}
    assert outcomes == {"甲": None, "乙": "乙", "丙": None, "丁": "丁"}, (
        "not what scores too little, nor what is closed"
    )


# ── In a story ───────────────────────────────────────────────────────────────────────────────────────────────────


def story(*more):
    begun = [
        {"key": key, "at": "2026-03-02 09:00", "who": "office", "does": "begin", "as": key, "with": {"subject": key}}
        for key in ("one", "other")
    ]
    return {
        "key": "meeting", "title": "上会", "calendar": {"edition": "cn-2026"},
        "roster": {"people": [{"key": "office", "name": "示例", "holds": [{"post": "office"}]}]},
        "story": [*begun, *more],
    }  # fmt: skip


def step(then, **values):
    return {"key": "convene", "at": "2026-03-02 10:00", "who": "office", "does": "convene", "as": "meeting",
            "with": {"title": "例会", **values}, "then": then}  # fmt: skip


AGENDA = {"agenda": [{"matter": {"record": "other"}, "said": "同意"}], "others": [{"record": "one"}]}


def said(told):
    return [(failure.code, failure.params.get("found")) for step in told.steps for failure in step.failures]


def test_a_story_names_its_records_by_their_labels(mechanisms):
    told = simulate(mechanisms["agenda"], story(step({"fields": {**AGENDA, "main_matter": None}}, **AGENDA)))
    assert told.passed, said(told)


def test_a_story_names_what_is_left_out(mechanisms):
    def told(then):
        held = {"key": "decide", "at": "2026-03-02 12:00", "who": "office", "does": "decide", "on": "meeting"}
        closed = {"key": "close", "at": "2026-03-02 11:00", "who": "office", "does": "close", "on": "other"}
        begun = step({"state": "open"}, **AGENDA)
        return simulate(mechanisms["agenda"], story(begun, closed, {**held, "then": {"state": "held", **then}}))

    left_out = [{"on": "other", "does": "follow"}]
    assert told({"left_out": left_out}).passed, said(told({"left_out": left_out}))
    assert said(told({})) == [("engine.simulate.expected", left_out)], "nobody overlooks it"
    assert said(told({"left_out": [*left_out, {"on": "one", "does": "follow"}]})) == [
        ("engine.simulate.expected", left_out)
    ]


def test_a_story_that_finds_another_record_says_which(mechanisms):
    then = {"fields": {"others": [{"record": "other"}]}}
    told = simulate(mechanisms["agenda"], story(step(then, **AGENDA)))
    assert said(told) == [("engine.simulate.expected", {"others": [{"record": "one"}]})]


@pytest.mark.parametrize("label", ["nobody", "meeting"])
def test_a_story_that_names_a_record_it_has_not_got_fails_there(mechanisms, label):
    told = simulate(mechanisms["agenda"], story(step({"state": "open"}, main_matter={"record": label})))
    [(code, _)] = said(told)
    assert code == "engine.simulate.no_record"
