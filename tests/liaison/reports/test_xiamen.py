"""The figures that the report on Xiamen gives, counted over as many 示例 records: sessions, enterprises, sums lent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from liaison.calendars import ZONE, Span, period_of
from liaison.definitions import Definition, load, read_package
from liaison.engine import Event, Record, compile_mechanism, simulate
from liaison.engine.figures import measure
from liaison.reports import reports_of

QUARTER = period_of(date(2026, 3, 1), Span.QUARTER)
NOW = datetime(2026, 3, 31, 18, 0, tzinfo=ZONE)
SESSIONS, ENTERPRISES, LENT = 43, 745, Decimal("571000000.00")


def _copies(definition: Definition, case: str, label: str, many: int) -> Iterator[tuple[Record, list[Event]]]:
    """The record of a golden case as often as wanted, each under an id of its own, with what happened to it."""
    steps = simulate(definition, definition.cases[case]).steps
    story = definition.cases[case]["story"]
    id_ = next(
        step.record.id for step, told in zip(steps, story, strict=True) if told.get("as") == label and step.record
    )
    record = [step.touched[id_] for step in steps if id_ in step.touched][-1]
    events = [event for step in steps for event in step.events if event.record == id_]
    for n in range(many):
        copy = replace(record, id=f"{label}/{n}")
        yield copy, [replace(event, record=copy.id) for event in events]


@pytest.fixture(scope="module")
def told() -> tuple[Any, list[Record], Mapping[str, list[Event]]]:
    definition = load(read_package("xiamen_finance")).definition
    assert definition is not None
    whole, rest = divmod(LENT, ENTERPRISES)
    amounts = [whole + rest, *[whole] * (ENTERPRISES - 1)]
    records: list[Record] = []
    events: dict[str, list[Event]] = {}
    for (record, happened), amount in zip(_copies(definition, "lent", "need", ENTERPRISES), amounts, strict=True):
        records.append(replace(record, values={**record.values, "amount_lent": f"{amount:.2f}"}))
        events[record.id] = happened
    for record, happened in _copies(definition, "activities", "salon", SESSIONS):
        records.append(record)
        events[record.id] = happened
    return compile_mechanism(definition), records, events


@pytest.mark.parametrize(
    ("key", "figure"),
    [("activities", SESSIONS), ("lent", ENTERPRISES), ("amount_lent", LENT), ("refused", 0)],
)
def test_a_figure_of_the_quarter(told: Any, key: str, figure: Decimal | int) -> None:
    mechanism, records, events = told
    [metric] = [one for one in reports_of(mechanism.definition)["results"].metrics if one.key == key]
    assert measure(metric, mechanism, records, QUARTER, NOW, events).whole.value(metric.measure) == figure


@pytest.mark.parametrize(
    ("key", "lines"),
    [
        ("by_kind", {"salon": SESSIONS}), ("by_group", {"e01": ENTERPRISES}), ("by_branch", {"b01": ENTERPRISES}),
        ("by_state", {"lent": ENTERPRISES}),
    ],
)  # fmt: skip
def test_the_lines_of_a_figure(told: Any, key: str, lines: Mapping[str, int]) -> None:
    mechanism, records, events = told
    [metric] = [one for one in reports_of(mechanism.definition)["results"].metrics if one.key == key]
    counted = measure(metric, mechanism, records, QUARTER, NOW, events).lines
    assert {value: figure.records for value, figure in counted.items() if figure.records} == lines
