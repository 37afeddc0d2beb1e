"""What the source reports of Longhua, played as a sample 示例 and counted: the figures are no part of the package."""

from __future__ import annotations

import copy
from collections import defaultdict
from datetime import date, datetime
from typing import Any

import pytest

from liaison.calendars import ZONE, Span, period_of
from liaison.definitions import load, read_package
from liaison.engine import Event, Record, compile_mechanism, simulate
from liaison.engine.figures import measure
from liaison.reports import reports_of

YEAR = period_of(date(2026, 5, 1), Span.YEAR)
NOW = datetime(2026, 12, 31, 18, 0, tzinfo=ZONE)
KINDS = ("policy", "talent", "traffic", "park")
SAMPLE = 110
"""协调解决企业反映的困难问题 110 余件, dealt out among the four kinds in turn."""


@pytest.fixture(scope="module")
def told() -> Any:
    """The mechanism, its records after a year of samples, and what happened to each."""
    definition = load(read_package("longhua")).definition
    assert definition is not None
    case = copy.deepcopy(definition.cases["matters"])
    signed, asked = (next(one for one in case["story"] if one.get("as") == name) for name in ("three", "matter"))
    story: list[Any] = [{**signed, "then": {"state": "in_force"}}]
    for n in range(SAMPLE + 10):
        name, said = f"sample_{n}", {"outcome": "solved" if n < SAMPLE else "unsolved", "result": "示例答复"}
        ask = {**asked["with"], "kind": KINDS[n % len(KINDS)]}
        steps = (
            {"who": "company", "does": "report", "as": name, "with": ask},
            {"who": "office", "does": "accept", "on": name, "with": {"agreement": {"record": "three"}}},
            {"who": "housing_officer", "does": "answer", "on": name, "with": said},
        )
        day = f"2026-{n % 9 + 3:02}-20"
        story += [{"key": f"{name}_{at}", "at": f"{day} 1{at}:00", **step} for at, step in enumerate(steps)]
    played = simulate(definition, {**case, "story": sorted(story, key=lambda step: step["at"])})
    assert played.passed, [step for step in played.steps if step.failures]
    records: dict[str, Record] = {}
    events: dict[str, list[Event]] = defaultdict(list)
    for step in played.steps:
        records.update(step.touched)
        for happened in step.events:
            events[happened.record].append(happened)
    return compile_mechanism(definition), records, events


@pytest.mark.parametrize(
    ("key", "whole", "lines"),
    [
        ("solved", SAMPLE, {"policy": 28, "talent": 28, "traffic": 27, "park": 27}),
        ("matters", SAMPLE + 10, dict.fromkeys(KINDS, 30)),
        ("by_department", SAMPLE + 10, {"police": SAMPLE + 10, "housing": SAMPLE + 10}),
        ("in_force", 1, {}),
    ],
)
def test_what_was_settled_is_counted_by_kind(told: Any, key: str, whole: int, lines: dict[str, int]) -> None:
    mechanism, records, events = told
    [metric] = [one for one in reports_of(mechanism.definition)["year"].metrics if one.key == key]
    counted = measure(metric, mechanism, records.values(), YEAR, NOW, events)
    assert counted.whole.value(metric.measure) == whole
    assert {value: figure.records for value, figure in counted.lines.items() if figure.records} == lines
