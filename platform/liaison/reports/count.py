"""Metrics counted by the database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from liaison.access import Scope
from liaison.calendars import Period
from liaison.engine import Mechanism
from liaison.engine.figures import Counts, Metric, Renamed, counts_of
from liaison.store import tally

from .asking import counted
from .lines import split_by


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
