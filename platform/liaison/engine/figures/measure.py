"""Metrics worked out on records in memory, for the simulator and for tests: the same answers as the database's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

from liaison.calendars import ZONE, Period

from ..facts import Facts
from ..mechanism import Mechanism
from ..model import Event, Record
from .model import Counts, Figure, Group, Metric

Renamed = Callable[[str, str], str]
"""(installation, value) → what the value is to be called: units of different installations have different keys."""


def measure(
    metric: Metric,
    mechanism: Mechanism,
    records: Iterable[Record],
    period: Period,
    now: datetime,
    events: Mapping[str, Iterable[Event]] | None = None,
) -> Counts:
    """The metric in a period over `records`, whatever their types. `events`: record id → what happened to it."""
    lines: dict[str | None, list[Group]] = defaultdict(list)
    whole: list[Group] = []
    for record in records:
        facts = Facts(mechanism, record, now)
        if record.type != metric.of or not _falls_into(
            metric, record, facts, period, (events or {}).get(record.id, ())
        ):
            continue
        share = metric.measure == "share"
        if not mechanism.holds(metric.among if share else metric.where, facts):
            continue
        number = Decimal(str(facts[metric.field])) if metric.field and facts[metric.field] is not None else None
        hit = not share or mechanism.holds(metric.where, facts)
        mine = Group(record.installation, None, 1, int(hit), int(number is not None), number or Decimal(0))
        whole.append(mine)
        for value in _values(facts[metric.by]) if metric.by else ():
            lines[value].append(Group(mine.installation, value, *_rest(mine)))
    return counts_of((group for groups in lines.values() for group in groups), whole, split=bool(metric.by))


def _rest(group: Group) -> tuple[int, int, int, Decimal]:
    return group.records, group.hits, group.numbers, group.total


def _values(found: object) -> tuple[str | None, ...]:
    """The lines a record stands in."""
    if found is None or found == "" or found == []:
        return (None,)
    return tuple(dict.fromkeys(found)) if isinstance(found, list | tuple) else (str(found),)


def _falls_into(metric: Metric, record: Record, facts: Facts, period: Period, events: Iterable[Event]) -> bool:
    if not metric.periodic:
        return True
    if metric.event:
        return any(event.key == metric.event and _within(event.happened, period) for event in events)
    return _within(facts[metric.dated], period)


def _within(day: date | datetime | None, period: Period) -> bool:
    if isinstance(day, datetime):
        day = day.astimezone(ZONE).date()
    return day is not None and period.first <= day <= period.last


def counts_of(
    groups: Iterable[Group], whole: Iterable[Group], *, split: bool, renamed: Renamed | None = None
) -> Counts:
    """What groups come to: `groups` by line where `split`, `whole` for the total and the installations."""
    lines: dict[str | None, Figure] = defaultdict(Figure)
    places: dict[str, Figure] = defaultdict(Figure)
    for group in groups if split else ():
        value = group.value
        if renamed is not None and value is not None:
            value = renamed(group.installation, value)
        lines[value] += _figure(group)
    total = Figure()
    for group in whole:
        places[group.installation] += _figure(group)
        total += _figure(group)
    return Counts(total, dict(lines), dict(places))


def _figure(group: Group) -> Figure:
    return Figure(group.records, group.hits, group.numbers, group.total)
