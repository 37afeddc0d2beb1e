"""Metrics counted by the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection

from liaison.access import Scope
from liaison.calendars import Period
from liaison.engine import Mechanism
from liaison.store import Group, tally

from .asking import counted
from .lines import split_by
from .model import Counts, Figure, Metric

Renamed = Callable[[str, str], str]
"""(installation, value) → what the value is to be called: units of different installations have different keys."""


def count(
    connection: Connection,
    mechanism: Mechanism,
    reach: Mapping[str, Scope],
    metric: Metric,
    period: Period,
    now: datetime,
    renamed: Renamed | None = None,
) -> Counts:
    """The metric in a period, of what the scopes of `reach` let be seen of its installations, all on the version
    `mechanism`: one query, and one more where a record may stand in several lines."""
    groups = tally(connection, mechanism, reach, counted(metric, period), now)
    whole = groups
    if metric.by and split_by(mechanism, metric).many:
        whole = tally(connection, mechanism, reach, counted(metric, period, split=False), now)
    return counts_of(groups, whole, split=bool(metric.by), renamed=renamed)


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
