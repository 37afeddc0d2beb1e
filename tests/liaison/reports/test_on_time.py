"""What was done in time, of what was due: what is overdue and still open counts in the whole, what is not yet due does
not. Counted over the records of golden cases, up to a step of their stories."""

from __future__ import annotations

import pytest

from liaison.calendars import Span, period_of
from liaison.definitions import load, read_package
from liaison.engine import Record, compile_mechanism, simulate
from liaison.engine.figures import measure
from liaison.reports import reports_of


@pytest.mark.parametrize(
    ("key", "case", "until", "metric", "met", "due"),
    [
        ("procuratorate", "matter", "three_workdays_before", "on_time", 0, 0),
        ("procuratorate", "matter", "overdue", "on_time", 0, 1),
        ("procuratorate", "unmatched", "answer", "on_time", 1, 1),
        ("longhua", "matters", "", "on_time", 1, 2),
        ("consultation", "by_clause", "", "answered_on_time", 2, 2),
        ("consultation", "proposals_end", "passed", "adoption_on_time", 6, 12),
        ("consultation", "proposals_end", "", "adoption_on_time", 6, 12),
    ],
)
def test_what_is_overdue_and_open_counts_in_the_whole(key, case, until, metric, met, due) -> None:
    definition = load(read_package(key)).definition
    assert definition is not None
    story = definition.cases[case]["story"]
    last = next((at for at, step in enumerate(story) if step["key"] == until), len(story) - 1)
    played = simulate(definition, {**definition.cases[case], "story": story[: last + 1]})
    records: dict[str, Record] = {}
    for step in played.steps:
        records.update(step.touched)
    now = played.steps[-1].at
    [found] = [one for report in reports_of(definition).values() for one in report.metrics if one.key == metric]
    counted = measure(found, compile_mechanism(definition), records.values(), period_of(now.date(), Span.YEAR), now, {})
    assert (counted.whole.hits, counted.whole.records) == (met, due)
