"""Recurring points and windows: one grammar for terms, duties and reports."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from liaison.texts import Message

from .model import iso_date, malformed
from .periods import Span

_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", re.ASCII)


class Kind(StrEnum):
    """What a schedule names; its value is written under the same key."""

    WEEKDAY = "weekday"
    DAY_OF_MONTH = "day_of_month"
    LAST_WORKDAY = "last_workday"
    TEN_DAYS = "ten_days"
    DAY_RANGE = "day_range"
    FIRST_WEEK = "first_week"
    END_OF = "end_of"
    DATE = "date"


class RestDay(StrEnum):
    """Where a point goes that falls on a rest day."""

    STAY = "stay"
    PREVIOUS = "previous"
    NEXT = "next"


class Missing(StrEnum):
    """What happens where a month has no such day: its last day, or nothing."""

    CLAMP = "clamp"
    SKIP = "skip"


WINDOWS = frozenset({Kind.TEN_DAYS, Kind.DAY_RANGE, Kind.FIRST_WEEK})
TEN_DAYS = ("first", "middle", "last", "each")
FIRST_WEEKS = ("days_1_to_7", "first_full_week", "week_of_the_1st")
_SPANS = (Span.MONTH, Span.QUARTER, Span.HALF_YEAR, Span.YEAR)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A recurring point or window.

    | kind | value | each |
    |---|---|---|
    | weekday | 1 (Monday) to 7 | week |
    | day_of_month | 1 to 31 | month |
    | last_workday | month, quarter, half_year, year | of these |
    | ten_days 旬 | each, first 上旬, middle 中旬, last 下旬 | month (each: 旬); a window |
    | day_range | (first day, last day), cut at the month's end | month; a window |
    | first_week | days_1_to_7, first_full_week, week_of_the_1st | month; a window |
    | end_of | month, quarter, half_year, year | of these |
    | date | (month, day) | year |

    `interval` n takes every n-th period counted from the one that holds `starting`; nothing occurs in a period
    before that. `rest_day` moves points, not windows, and not a last workday. `missing` is for day_of_month and date.
    """

    kind: Kind
    value: Any
    interval: int = 1
    starting: date | None = None
    rest_day: RestDay = RestDay.STAY
    missing: Missing = Missing.CLAMP

    @classmethod
    def from_json(cls, value: object, *, file: str = "", pointer: str = "") -> Schedule:
        """Read an object of urn:liaison:format:1:schedule. Raises MalformedError."""
        try:
            return _read(value)
        except (TypeError, KeyError, ValueError) as error:
            raise malformed("calendars.bad_schedule", file, pointer, value=repr(value)[:80]) from error

    def to_json(self) -> dict[str, Any]:
        """The shape that `from_json` reads; what is as usual is left out."""
        value = self.value
        if self.kind is Kind.DAY_RANGE:
            value = {"from": value[0], "to": value[1]}
        elif self.kind is Kind.DATE:
            value = f"{value[0]:02}-{value[1]:02}"
        shape: dict[str, Any] = {self.kind.value: value}
        if self.missing is not Missing.CLAMP:
            shape["missing"] = self.missing.value
        if self.interval != 1:
            shape["interval"] = self.interval
        if self.starting is not None:
            shape["starting"] = self.starting.isoformat()
        if self.rest_day is not RestDay.STAY:
            shape["rest_day"] = self.rest_day.value
        return shape

    @property
    def message(self) -> Message:
        """每月第一个星期（首个整周）, 每季度末…"""
        code, params = f"calendars.schedule.{self.kind.value}", dict[str, Any]()
        match self.kind:
            case Kind.WEEKDAY:
                params = {"weekday": Message(f"calendars.weekday.{self.value - 1}")}
            case Kind.DAY_OF_MONTH:
                params = {"n": self.value}
            case Kind.LAST_WORKDAY | Kind.END_OF:
                params = {"each": Message(f"calendars.each.{self.value}")}
            case Kind.DAY_RANGE:
                params = {"first": self.value[0], "last": self.value[1]}
            case Kind.DATE:
                params = {"month": Message(f"calendars.month.{self.value[0]}"), "day": self.value[1]}
            case _:
                code += f"_{self.value}"
        said = Message(code, params)
        if self.interval == 1 or self.starting is None:
            return said
        return Message("calendars.schedule.interval", {"schedule": said, "n": self.interval, "day": self.starting})

    @property
    def readings(self) -> tuple[Schedule, ...]:
        """The ways to read it, this one first: a first week has three, everything else the one it says."""
        if self.kind is not Kind.FIRST_WEEK:
            return (self,)
        return (self, *(replace(self, value=other) for other in FIRST_WEEKS if other != self.value))

    @property
    def span(self) -> Span:
        """The kind of period of which each has one occurrence."""
        match self.kind:
            case Kind.WEEKDAY:
                return Span.WEEK
            case Kind.LAST_WORKDAY | Kind.END_OF:
                return Span(self.value)
            case Kind.DATE:
                return Span.YEAR
            case Kind.TEN_DAYS if self.value == "each":
                return Span.TEN_DAYS
            case _:
                return Span.MONTH


def _read(value: object) -> Schedule:
    if not isinstance(value, Mapping):
        raise TypeError("not an object")
    [kind] = [kind for kind in Kind if kind in value]
    allowed = {kind.value, "interval", "starting", "source", "note"}
    if kind not in WINDOWS and kind is not Kind.LAST_WORKDAY:
        allowed.add("rest_day")
    if kind in (Kind.DAY_OF_MONTH, Kind.DATE):
        allowed.add("missing")
    if not allowed.issuperset(value):
        raise KeyError("a key that this kind does not have")
    interval = _number(value.get("interval", 1), 1, 100)
    starting = iso_date(value["starting"]) if "starting" in value else None
    if interval > 1 and starting is None:
        raise ValueError("an interval is counted from a date")
    return Schedule(
        kind,
        _value(kind, value[kind]),
        interval,
        starting,
        RestDay(value.get("rest_day", RestDay.STAY)),
        Missing(value.get("missing", Missing.CLAMP)),
    )


def _value(kind: Kind, value: Any) -> Any:
    match kind:
        case Kind.WEEKDAY:
            return _number(value, 1, 7)
        case Kind.DAY_OF_MONTH:
            return _number(value, 1, 31)
        case Kind.TEN_DAYS:
            return TEN_DAYS[TEN_DAYS.index(value)]
        case Kind.FIRST_WEEK:
            return FIRST_WEEKS[FIRST_WEEKS.index(value)]
        case Kind.LAST_WORKDAY | Kind.END_OF:
            return _SPANS[_SPANS.index(value)].value
        case Kind.DAY_RANGE:
            first = _number(value["from"], 1, 31)
            return first, _number(value["to"], first, 31)
        case Kind.DATE:
            spelt = _MONTH_DAY.fullmatch(value)
            if spelt is None:
                raise ValueError("not MM-DD")
            # A leap year, so that 02-29 is a date and 02-30 is none.
            day = date(2000, int(spelt[1]), int(spelt[2]))
            return day.month, day.day


def _number(value: object, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ValueError(f"not a number from {least} to {most}")
    return value
