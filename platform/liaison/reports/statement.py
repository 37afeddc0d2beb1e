"""A report filled in for a period, block by block."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from liaison.calendars import Period
from liaison.engine import Mechanism, Surroundings
from liaison.engine.figures import Counts, Metric
from liaison.texts import Message, say

from .lines import LATE_UNITS, lines_of, split_by
from .model import Block, Cell, Report, Row, Statement

Counting = Callable[[Metric, Period], Counts]
"""Counts a metric in a period: `count` on a database, `measure` on records."""


def statement(
    report: Report,
    period: Period,
    counting: Counting,
    mechanism: Mechanism,
    around: Surroundings,
    day: date,
    *,
    places: Mapping[str, str] | None = None,
    apart: Mapping[str, tuple[str, ...]] | None = None,
    lang: str = "zh",
) -> Statement:
    """The report with its figures and those of the period before: single numbers first, then the metrics that are split
    alike side by side, where the first of them stands. `places`: installation → its name, where totals of several are
    shown one by one."""
    found: dict[str, tuple[Counts, Counts | None]] = {}
    for metric in report.metrics:
        before = counting(metric, period.shifted(-1)) if metric.periodic else None
        found[metric.key] = counting(metric, period), before
    alike: dict[tuple[str, str], list[Metric]] = {("", ""): []}
    for metric in report.metrics:
        alike.setdefault(_split(metric), []).append(metric)
    blocks = [
        _block(metrics, found, mechanism, around, day, places or {}, lang) for metrics in alike.values() if metrics
    ]
    return Statement(report, period, tuple(blocks), apart or {})


def _split(metric: Metric) -> tuple[str, str]:
    """What tells metrics that stand side by side from others: units late with one term stand beside those late with
    another."""
    late = metric.by.endswith(LATE_UNITS)
    return LATE_UNITS if late else metric.by, metric.of if metric.by else ""


_Counted = tuple[Metric, Counts, Counts | None]
"""A metric, its counts, and those of the period before."""


def _block(
    metrics: Sequence[Metric],
    found: Mapping[str, tuple[Counts, Counts | None]],
    mechanism: Mechanism,
    around: Surroundings,
    day: date,
    places: Mapping[str, str],
    lang: str,
) -> Block:
    first = metrics[0]
    counts = [(metric, *found[metric.key]) for metric in metrics]
    whole = tuple(
        Cell(metric, now.whole, before.whole if before is not None else None) for metric, now, before in counts
    )
    if not first.by:
        title = say(Message("reports.by_place"), lang) if places else ""
        rows = tuple(Row(place, name, _at(counts, place), place=True) for place, name in places.items())
        return Block(title, "", tuple(metrics), rows, whole)
    values = {value for _, now, before in counts for one in (now, before) if one is not None for value in one.lines}
    blank = next((metric for metric in metrics if metric.blank), first)
    lines = lines_of(mechanism, blank, values, around, day, lang)
    alone = len(metrics) == 1
    title = first.title if alone else say(Message("reports.by", {"what": split_by(mechanism, first, lang).title}), lang)
    rows = tuple(Row(value, label, _on(counts, value)) for value, label in lines)
    return Block(title, first.by, tuple(metrics), rows, whole)


def _on(counts: Iterable[_Counted], value: str | None) -> tuple[Cell, ...]:
    """The cells of a line."""
    return tuple(
        Cell(metric, now.line(value), before.line(value) if before is not None else None)
        for metric, now, before in counts
    )


def _at(counts: Iterable[_Counted], place: str) -> tuple[Cell, ...]:
    """The cells of an installation."""
    return tuple(
        Cell(metric, now.place(place), before.place(place) if before is not None else None)
        for metric, now, before in counts
    )
