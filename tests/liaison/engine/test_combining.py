"""Merge, split, urge and transfer, as docs/actions.md writes them, alike on every world."""

from __future__ import annotations

import json
import re

import pytest

from harness.sources import ROOT
from liaison.checking import prove
from liaison.definitions import violations
from liaison.engine import simulate
from liaison.texts import Severity

MECHANISM = ROOT / "tests" / "liaison" / "engine" / "mechanisms" / "combining"
BLOCKS = re.findall(
    r"```json action (\S+)\n(.*?)```", (ROOT / "docs" / "actions.md").read_text(encoding="utf-8"), re.DOTALL
)


@pytest.mark.parametrize(("file", "text"), BLOCKS)
def test_what_the_page_shows_is_what_is_played(file, text):
    content = json.loads((ROOT / file).read_text(encoding="utf-8"))
    assert json.loads(text) in content["actions"]
    assert violations("lifecycle", {**content, "actions": [json.loads(text)]}, file) == []


def test_the_page_shows_all_four():
    assert {json.loads(text)["title"] for _, text in BLOCKS} >= {"并案", "拆分", "催办", "转办"}


def test_the_mechanism_has_no_error_but_that_it_has_no_case():
    findings = [one for one in prove(MECHANISM).findings if one.severity is not Severity.NOTE]
    assert {one.code for one in findings} <= {"checking.no_case"}, [(one.code, one.pointer) for one in findings]


@pytest.fixture
def desk(stage):
    return stage("combining")


def begin(desk, subject, unit="", applicant="company"):
    record = desk.begin(who=applicant, subject=subject).record
    if unit:
        assert desk.do(record, "assign", lead_unit=unit)
    return record


def linked(desk, record, relation):
    return [one.id for one in desk.family(record).linked.get(relation, ())]


def test_what_is_merged_is_closed_with_what_it_went_into(desk):
    main, other = begin(desk, "修路", "north"), begin(desk, "还是修路", "south")
    assert desk.do(other, "merge", into=main)
    assert desk.record(other).state == "merged"
    assert desk.record(other).holders("lead") == ()
    assert linked(desk, other, "into") == [main]
    assert linked(desk, main, "merged") == [other]
    result = desk.do(main, "close", result="示例：已修好")
    assert result
    assert not result.left_out
    assert [(desk.record(id_).state, desk.record(id_).values["result"]) for id_ in (main, other)] == [
        ("closed", "示例：已修好")
    ] * 2


def test_nothing_is_merged_into_itself_nor_with_what_was_merged_into_it(desk):
    main, other = begin(desk, "修路"), begin(desk, "还是修路")
    assert desk.do(main, "merge", into=main).refusal.code == "engine.guard"
    assert desk.do(other, "merge", into=main)
    third = begin(desk, "又是修路")
    assert desk.do(main, "merge", into=third).refusal.code == "engine.guard"


def test_the_whole_is_closed_with_its_last_piece(desk):
    whole = begin(desk, "修路和续贷", "north")
    assert desk.do(whole, "split", pieces=[{"subject": "修路", "unit": "north"}, {"subject": "续贷", "unit": "south"}])
    pieces = linked(desk, whole, "pieces")
    found = [desk.record(id_) for id_ in pieces]
    assert [(one.values["subject"], one.holders("lead"), one.applicant, one.number) for one in found] == [
        ("修路", ("north",), "company", "C-2026-002"),
        ("续贷", ("south",), "company", "C-2026-003"),
    ]
    assert [linked(desk, id_, "whole") for id_ in pieces] == [[whole]] * 2
    assert (desk.record(whole).state, desk.record(whole).holders("lead")) == ("split", ())
    assert desk.do(pieces[1], "close", result="示例：已续贷")
    assert desk.record(whole).state == "split"
    assert desk.do(pieces[0], "close", result="示例：已修好")
    assert (desk.record(whole).state, desk.keys(whole)[-1]) == ("closed", "close_whole")


def test_who_handles_it_is_urged_and_it_is_counted(desk):
    matter = begin(desk, "修路", "north")
    for _ in range(2):
        assert desk.do(matter, "urge")
    assert desk.told() == [("urged", ("north",))] * 2
    assert (desk.record(matter).state, desk.record(matter).times["urge"]) == ("working", 2)


def test_a_unit_passes_it_on_with_a_reason(desk):
    matter = begin(desk, "修路", "north")
    before = desk.held(matter, "lead", "north")
    assert desk.do(matter, "transfer", who="north", lead_unit="south").refusal.code == "engine.reason_needed"
    assert desk.do(matter, "transfer", who="south", lead_unit="south", reason="示例").refusal.code == "engine.not_yours"
    assert desk.do(matter, "transfer", who="north", lead_unit="south", reason="示例：属南局职责")
    assert desk.record(matter).holders("lead") == ("south",)
    assert desk.record(before).state == "replaced"


# ── In a story ───────────────────────────────────────────────────────────────────────────────────────────────────

SUBJECTS = [f"示例{n}" for n in range(12)]


def split(labels):
    return {
        "key": "split", "title": "拆分", "calendar": {"edition": "cn-2026"},
        "roster": {
            "units": [{"key": "north", "kind": "bureau"}],
            "people": [{"key": "office", "name": "示例", "holds": [{"post": "office"}]}],
        },
        "story": [
            {"key": "begin", "at": "2026-03-02 09:00", "who": "office", "does": "begin", "as": "whole",
             "with": {"subject": "示例"}},
            {"key": "split", "at": "2026-03-02 09:01", "who": "office", "does": "split", "on": "whole",
             "with": {"pieces": [{"subject": one, "unit": "north"} for one in SUBJECTS]}, "names": {"matter": labels}},
            *(
                {"key": label, "at": "2026-03-02 09:02", "tick": True, "on": label,
                 "then": {"state": "open", "fields": {"subject": subject}, "number": f"C-2026-{n:03}"}}
                for n, (label, subject) in enumerate(zip(labels, SUBJECTS, strict=False), 2)
            ),
        ],
    }  # fmt: skip


def test_a_story_names_the_pieces_in_the_order_of_the_rows(mechanisms):
    told = simulate(mechanisms["combining"], split([f"piece_{n}" for n in range(12)]))
    assert told.passed, [step.failures for step in told.steps]


def test_a_story_that_names_another_number_of_pieces_fails_there(mechanisms):
    told = simulate(mechanisms["combining"], split(["one", "two"]))
    [failure] = told.steps[1].failures
    assert (failure.code, failure.params["wanted"], failure.params["found"]) == ("engine.simulate.made", 2, 12)
