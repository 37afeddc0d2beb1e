"""Shunde's own quarter, counted from a golden case by hand: every figure, and behind it exactly its records."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from liaison.calendars import ZONE, Span, period_of
from liaison.definitions import load, read_package
from liaison.engine import Event, Record, compile_mechanism, simulate
from liaison.engine.figures import measure
from liaison.reports import explained, reports_of

QUARTER = period_of(date(2026, 5, 1), Span.QUARTER)
NOW = datetime(2026, 6, 30, 18, 0, tzinfo=ZONE)
ALL = {"in_time", "late", "silent", "refused", "raw", "heard", "told"}
TWO_THIRDS, THIRD = Decimal(2) / 3, Decimal(1) / 3

WHOLE: Mapping[str, tuple[Any, set[str]]] = {
    "received": (7, ALL),
    "refused": (1, {"refused"}),
    "unrated": (1, {"silent"}),
    "satisfied": (TWO_THIRDS, {"in_time", "late"}),
    "silent": (THIRD, {"told"}),
    "general_on_time": (TWO_THIRDS, {"in_time", "silent"}),
    "opinion_on_time": (1, {"heard"}),
    "key_on_time": (None, set()),
    "key_met_on_time": (None, set()),
    "overdue": (1, {"late"}),
    "late_rating": (2, {"late", "silent"}),
    "meetings": (1, {"meeting"}),
    "on_agenda": (3, {"heard", "told", "late"}),
    "visits": (1, {"visit"}),
    "legacy": (3, {"raw", "heard", "told"}),
}
"""Metric → its figure, and the records it counts (of a share: those that hit)."""
LINES: Mapping[str, Mapping[str | None, set[str]]] = {
    "by_town": {"daliang": {"in_time", "silent", "heard"}, "ronggui": {"late"}, None: {"refused", "raw", "told"}},
    "by_category": {"A": {"in_time"}, "B": {"late", "silent", "refused"}, "C": {"raw", "heard", "told"}},
    "by_level": {"general": {"in_time", "late", "silent"}, "key": {"heard", "told"}, None: {"refused", "raw"}},
    "by_state": {
        "rated": {"in_time", "late", "told"},
        "unrated": {"silent"},
        "refused": {"refused"},
        "reported": {"raw"},
        "handling": {"heard"},
    },
    "by_outcome": {
        "solved": {"in_time", "late"},
        "solving": {"silent"},
        "unsolvable": {"told"},
        None: {"refused", "raw", "heard"},
    },
    "by_outcome_company": {"solved": {"in_time", "late"}, "unsolvable": {"told"}},
    "by_rating": {
        "satisfied": {"in_time"},
        "fairly": {"late"},
        "dissatisfied": {"told"},
    },
    "by_channel": {"telephone": {"in_time", "late"}, "visit": {"late"}, "none": {"told"}},
    "by_lead": {"economy": {"in_time", "silent", "heard"}, "transport": {"late"}, None: {"refused", "raw", "told"}},
    "late_reply": {"transport": {"late"}},
    "late_opinion": {},
    "late_close": {},
    "late_close_met": {},
}


def story(key: str) -> tuple[Any, Mapping[str, Any], Any]:
    """The mechanism, a golden case, and the case played."""
    package = read_package("shunde")
    case = json.loads(package.files[f"rules/shunde/cases/{key}.json"])
    definition = load(package, case.get("answers")).definition
    assert definition is not None
    played = simulate(definition, case)
    assert played.passed
    return compile_mechanism(definition), case, played


@pytest.fixture(scope="module")
def told() -> Any:
    """The mechanism; the records of the story by their labels; what happened to each."""
    mechanism, case, played = story("a_quarter")
    records: dict[str, Record] = {}
    labels: dict[str, str] = {}
    events: dict[str, list[Event]] = defaultdict(list)
    for step, written in zip(played.steps, case["story"], strict=True):
        records.update(step.touched)
        for happened in step.events:
            events[happened.record].append(happened)
        if "as" in written and step.record is not None:
            labels[step.record.id] = written["as"]
    return mechanism, {labels.get(id_, id_): one for id_, one in records.items()}, events


def test_every_figure_of_the_quarter_is_asked_here(told):
    metrics = reports_of(told[0].definition)["quarter"].metrics
    assert {metric.key for metric in metrics} == WHOLE.keys() | LINES.keys()


@pytest.mark.parametrize("key", [*WHOLE, *LINES])
def test_a_figure_and_its_records(told, key):
    mechanism, records, events = told
    [metric] = [one for one in reports_of(mechanism.definition)["quarter"].metrics if one.key == key]
    counted = measure(metric, mechanism, records.values(), QUARTER, NOW, events)
    alone = {label: measure(metric, mechanism, [one], QUARTER, NOW, events) for label, one in records.items()}
    if key in WHOLE:
        figure, behind = WHOLE[key]
        assert counted.whole.value(metric.measure) == figure
        assert {label for label, one in alone.items() if one.whole.opened(metric.measure)} == behind
    else:
        lines = {value: {label for label, one in alone.items() if one.line(value).records} for value in counted.lines}
        assert lines == LINES[key]
        assert {value: figure.records for value, figure in counted.lines.items()} == {
            value: len(behind) for value, behind in LINES[key].items()
        }


def test_dissatisfaction_stays_in_the_figures_while_the_matter_is_handled_again():
    """The rating itself is cleared for the next round."""
    mechanism, _, played = story("dissatisfied_reopened")
    metrics = {one.key: one for one in reports_of(mechanism.definition)["quarter"].metrics}
    events: dict[str, list[Event]] = defaultdict(list)
    found = {}
    for step in played.steps:
        for happened in step.events:
            events[happened.record].append(happened)
        if step.key in ("rate", "rate_again"):
            matter, quarter = [step.record], period_of(step.at.date(), Span.QUARTER)
            share, lines = (
                measure(metrics[key], mechanism, matter, quarter, step.at, events) for key in ("satisfied", "by_rating")
            )
            found[step.key] = share.whole.value("share"), set(lines.lines)
    assert found == {"rate": (0, {None}), "rate_again": (1, {"satisfied"})}


def test_a_unit_that_was_late_stays_late_when_another_handles_the_matter_again():
    mechanism, _, played = story("late_before_reheard")
    metrics = {one.key: one for one in reports_of(mechanism.definition)["quarter"].metrics}
    matter, at = played.steps[-1].record, played.steps[-1].at
    submitted, due = (period_of(date(2026, month, 1), Span.QUARTER) for month in (1, 10))
    assert measure(metrics["overdue"], mechanism, [matter], submitted, at).whole.records == 1
    for late in ("late_opinion", "late_close"):
        assert set(measure(metrics[late], mechanism, [matter], submitted, at).lines) == {"economy"}
    share = measure(metrics["key_on_time"], mechanism, [matter], due, at).whole
    assert (share.hits, share.records) == (0, 1)


def test_a_figure_names_everything_that_puts_a_record_into_the_period(told):
    metrics = {one.key: one for one in reports_of(told[0].definition)["quarter"].metrics}
    assert explained(told[0], metrics["unrated"])[0] == "统计期内发生过“会上现场答复”、“报送办理情况”之一的"


@pytest.mark.parametrize("state", ["refused", "recalled"])
def test_what_was_refused_or_taken_back_is_not_in_the_legacy_register(told, state):
    mechanism, records, events = told
    [metric] = [one for one in reports_of(mechanism.definition)["quarter"].metrics if one.key == "legacy"]
    counted = [
        measure(metric, mechanism, [replace(records["raw"], state=now)], QUARTER, NOW, events).whole.records
        for now in ("reported", state)
    ]
    assert counted == [1, 0]
