"""Reports as read from the files, and as they stand on a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from liaison.calendars import Period, Schedule, Span
from liaison.definitions import Who
from liaison.engine.figures import Figure, Metric

SPANS = (Span.MONTH, Span.QUARTER, Span.HALF_YEAR, Span.YEAR)
"""The periods reports are made for."""


@dataclass(frozen=True, slots=True)
class Report:
    """A periodic report: when it is due, who writes it, whom it goes to, what it counts."""

    key: str
    title: str
    metrics: tuple[Metric, ...]
    schedule: Schedule
    owed_by: Who | None = None
    to: tuple[Who, ...] = ()
    note: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A metric's figure on a line, and the same of the period before; None where the metric knows no periods."""

    metric: Metric
    now: Figure
    before: Figure | None = None

    @property
    def value(self) -> int | Decimal | None:
        """The number."""
        return self.now.value(self.metric.measure)

    @property
    def was(self) -> int | Decimal | None:
        """The number of the period before."""
        return self.before.value(self.metric.measure) if self.before is not None else None


@dataclass(frozen=True, slots=True)
class Row:
    """A line: `value` is what the records have there (None: nothing), or the installation where `place` is set."""

    value: str | None
    label: str
    cells: tuple[Cell, ...]
    place: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """Metrics that are split alike, side by side. Without `by` they are single numbers, and rows are installations."""

    title: str
    by: str
    metrics: tuple[Metric, ...]
    rows: tuple[Row, ...]
    whole: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A report filled in for a period. `apart`: installations whose version counts some metric otherwise, so that it
    could not be added up (installation → titles of the metrics)."""

    report: Report
    period: Period
    blocks: tuple[Block, ...]
    apart: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
