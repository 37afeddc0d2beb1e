"""Metrics and reports as read from the files, and what is counted by them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from liaison.calendars import Period, Schedule
from liaison.definitions import Json, Who

Measure = Literal["count", "sum", "mean", "share"]


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure and its lines. The keys are those of the format; `note` says how it is counted 口径.

    `event` or `dated` (a path) puts a record into a period; with neither it is counted as it stands today. Of a share,
    `among` is what it is a share of, and `where` what of that counts: what is not among them never counts."""

    key: str
    title: str
    note: str
    of: str
    measure: Measure
    field: str = ""
    event: str = ""
    dated: str = ""
    by: str = ""
    blank: str = ""
    where: Json = True
    among: Json = True
    source: str = ""

    @property
    def periodic(self) -> bool:
        """Whether it tells periods apart."""
        return bool(self.event or self.dated)

    @property
    def formula(self) -> tuple[Json, ...]:
        """Everything the number depends on: figures of two versions may be added up where it is the same."""
        return (self.of, self.measure, self.field, self.event, self.dated, self.by, self.where, self.among)


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
class Figure:
    """What some records come to: `records` of them, `hits` of which fulfil the condition of a share; `numbers` have a
    number, which add up to `total`. Figures of different records may be added."""

    records: int = 0
    hits: int = 0
    numbers: int = 0
    total: Decimal = Decimal(0)

    def __add__(self, other: Figure) -> Figure:
        return Figure(
            self.records + other.records,
            self.hits + other.hits,
            self.numbers + other.numbers,
            self.total + other.total,
        )

    def value(self, measure: Measure) -> int | Decimal | None:
        """The number; None where there is nothing to divide by. A share is between 0 and 1."""
        match measure:
            case "count":
                return self.records
            case "sum":
                return self.total
            case "mean":
                return self.total / self.numbers if self.numbers else None
            case "share":
                return Decimal(self.hits) / self.records if self.records else None

    def opened(self, measure: Measure) -> int:
        """How many records a link on the number opens."""
        match measure:
            case "count":
                return self.records
            case "share":
                return self.hits
        return self.numbers


@dataclass(frozen=True, slots=True)
class Counts:
    """A metric counted: the whole, each line (None: nothing filled in) and each installation. A record with several
    values stands in several lines, so that lines may add up to more than the whole."""

    whole: Figure = Figure()
    lines: Mapping[str | None, Figure] = field(default_factory=dict)
    places: Mapping[str, Figure] = field(default_factory=dict)

    def line(self, value: str | None) -> Figure:
        """The figure of one line; nothing where no record stands in it."""
        return self.lines.get(value, Figure())

    def place(self, installation: str) -> Figure:
        """The figure of one installation."""
        return self.places.get(installation, Figure())


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
