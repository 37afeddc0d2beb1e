"""Metrics as read from the files, and what is counted by them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from liaison.definitions import Json

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
class Group:
    """The records of one installation that have one `value` at the path asked for (None: none, or not asked for).

    `records` counts them, `hits` those that fulfil the condition, `numbers` those with a number, which add up to
    `total`."""

    installation: str
    value: Any
    records: int
    hits: int
    numbers: int
    total: Decimal


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
