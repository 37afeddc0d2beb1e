"""Golden cases let periods go by and say what must be owed, met or missed."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from liaison.definitions import Definition, Package, load
from liaison.engine import Timeline, simulate


@pytest.fixture
def definition(mechanisms: dict[str, Definition]) -> Definition:
    mechanism = mechanisms["duties"]
    loaded = load(Package(mechanism.files), mechanism.cases["quarter"]["answers"]).definition
    assert loaded is not None
    return loaded


@pytest.fixture
def case(definition: Definition) -> Any:
    return copy.deepcopy(definition.cases["quarter"])


def step(case: Any, key: str) -> Any:
    return next(one for one in case["story"] if one["key"] == key)


def wrong(definition: Definition, case: Any) -> dict[str, list[str]]:
    """Step → the codes of what is wrong with it."""
    timeline: Timeline = simulate(definition, case)
    return {one.key: [failure.code for failure in one.failures] for one in timeline.steps if one.failures}


def test_the_story_comes_out(definition: Definition, case: Any) -> None:
    assert wrong(definition, case) == {}
    played = {one.key: one for one in simulate(definition, case).steps}
    [moved] = played["moved"].duties
    assert (moved.duty, moved.due.isoformat(), len(moved.moves)) == ("session", "2026-10-12", 1)
    assert "report" in {one.duty for one in played["begins"].duties}
    assert not played["not_the_chief"].duties


@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        ("october", {"session": {"2026-10": {"office": {"state": "met"}}}}),
        ("october", {"session": {"2026-10": {"office": {"due": "2026-10-08"}}}}),
        ("october", {"session": {"2026-10": {"office": None}}}),
        ("october", {"session": {"2026-11": {"office": {"state": "open"}}}}),
        ("october", {"session": {"2026-10": {"nobody": {"state": "open"}}}}),
        ("holds", {"session": {"2026-10": {"office": {"count": 2}}}}),
        ("november", {"promised": {"2026-11": {"other": {"state": "open"}}}}),
    ],
)
def test_what_does_not_come_true_is_said(definition: Definition, case: Any, key: str, wanted: Any) -> None:
    step(case, key)["then"] = {"duties": wanted}
    assert wrong(definition, case) == {key: ["engine.simulate.expected"]}


@pytest.mark.parametrize("then", [{"messages": [{"template": "never_sent"}]}, {"state": "open"}])
def test_a_step_on_no_record_asserts_too(definition: Definition, case: Any, then: Any) -> None:
    case["story"] = [{"key": "nothing", "at": case["story"][0]["at"], "tick": True, "then": then}]
    assert wrong(definition, case) == {"nothing": ["engine.simulate.expected"]}


def test_a_move_that_is_not_allowed_is_said(definition: Definition, case: Any) -> None:
    del step(case, "moved")["reason"]
    found = wrong(definition, case)
    assert found.pop("moved") == ["engine.simulate.refused"]
    assert set(found) == {"holds", "settled"}, "the meeting of the 12th is late then"


def test_what_is_not_owed_cannot_be_moved_or_acted_on(definition: Definition, case: Any) -> None:
    step(case, "moved")["duty"]["period"] = "2027-10"
    step(case, "late_report")["duty"]["owner"] = "chief"
    found = wrong(definition, case)
    assert (found["moved"], found["late_report"]) == (["engine.simulate.no_duty"], ["engine.simulate.no_duty"])


def test_a_lot_falls_the_same_way_again(definition: Definition, case: Any) -> None:
    names = "甲乙丙丁戊己"
    case["story"] = [
        {"key": f"c{at}", "at": "2026-12-01 09:00", "who": "north", "does": "begin_company", "as": f"c{at}",
         "with": {"name": name, "unit": "club"}}
        for at, name in enumerate(names)
    ] + [{"key": "year", "at": "2027-01-01 00:00", "tick": True,
          "then": {"duties": {"by_lot": {"2027": {"club": {"state": "open"}}}}}}]  # fmt: skip
    drawn = []
    for seed in (7, 7, 8):
        case["seed"] = seed
        timeline = simulate(definition, case)
        assert timeline.passed
        [one] = [one for one in timeline.steps[-1].duties if (one.duty, one.period.key) == ("by_lot", "2027")]
        drawn.append(one.among)
    assert drawn[0] == drawn[1] != drawn[2]
    assert len(drawn[0] or ()) == 3
