"""The periods of the year that schedules, duties and reports run in: weeks, 旬, months, quarters…"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from liaison.texts import Message


class Span(StrEnum):
    """A kind of period. Weeks begin on Monday; a 旬 is the 1st–10th, 11th–20th or the rest of a month."""

    WEEK = "week"
    TEN_DAYS = "ten_days"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


_MONTHS = {Span.MONTH: 1, Span.QUARTER: 3, Span.HALF_YEAR: 6, Span.YEAR: 12}
_LETTERS = {Span.QUARTER: "Q", Span.HALF_YEAR: "H"}
_KEY = re.compile(r"(20[0-9]{2})(?:-(0[1-9]|1[0-2])|-Q([1-4])|-H([12]))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """One period. `index` counts those of its kind one by one, so `index + 1` is the next."""

    span: Span
    index: int

    @property
    def first(self) -> date:
        """Its first day."""
        if self.span is Span.WEEK:
            return date.fromordinal(self.index * 7 + 1)
        if self.span is Span.TEN_DAYS:
            month, third = divmod(self.index, 3)
            return _month(month).replace(day=third * 10 + 1)
        return _month(self.index * _MONTHS[self.span])

    @property
    def last(self) -> date:
        """Its last day."""
        return self.shifted(1).first - timedelta(days=1)

    @property
    def key(self) -> str:
        """How files and addresses write it: 2026, 2026-H2, 2026-Q3, 2026-08, 2026-08-1 (上旬), 2026-W34 (ISO 8601)."""
        day = self.first
        match self.span:
            case Span.WEEK:
                year, week, _ = day.isocalendar()
                return f"{year}-W{week:02}"
            case Span.TEN_DAYS:
                return f"{day:%Y-%m}-{self.index % 3 + 1}"
            case Span.MONTH:
                return f"{day:%Y-%m}"
            case Span.YEAR:
                return f"{day.year}"
        return f"{day.year}-{_LETTERS[self.span]}{self._place}"

    @property
    def message(self) -> Message:
        """2026年8月, 2026年第3季度, 2026年第34周…"""
        day = self.first
        month = Message(f"calendars.month.{day.month}")
        match self.span:
            case Span.WEEK:
                year, week, _ = day.isocalendar()
                return Message("calendars.period.week", {"year": year, "n": week})
            case Span.TEN_DAYS:
                return Message(f"calendars.period.ten_days_{self.index % 3}", {"year": day.year, "month": month})
            case Span.MONTH:
                return Message("calendars.period.month", {"year": day.year, "month": month})
            case Span.HALF_YEAR:
                return Message(f"calendars.period.half_year_{self._place}", {"year": day.year})
        return Message(f"calendars.period.{self.span.value}", {"year": day.year, "n": self._place})

    @property
    def _place(self) -> int:
        """Which of its kind in the year it is, from 1; for what months make up."""
        return (self.first.month - 1) // _MONTHS[self.span] + 1

    def shifted(self, n: int) -> Period:
        """The n-th period after this one; before it where n is negative."""
        return Period(self.span, self.index + n)


def period_of(day: date, span: Span) -> Period:
    """The period of that kind in which `day` lies."""
    if span is Span.WEEK:
        return Period(span, (day.toordinal() - 1) // 7)
    month = day.year * 12 + day.month - 1
    if span is Span.TEN_DAYS:
        return Period(span, month * 3 + min((day.day - 1) // 10, 2))
    return Period(span, month // _MONTHS[span])


def period_from(key: str) -> Period | None:
    """The month, quarter, half or year of this century with that key; None where it is none."""
    found = _KEY.fullmatch(key)
    if found is None:
        return None
    year, month, quarter, half = found.groups()
    if month:
        return period_of(date(int(year), int(month), 1), Span.MONTH)
    if quarter:
        return period_of(date(int(year), int(quarter) * 3, 1), Span.QUARTER)
    if half:
        return period_of(date(int(year), int(half) * 6, 1), Span.HALF_YEAR)
    return period_of(date(int(year), 1, 1), Span.YEAR)


def _month(index: int) -> date:
    year, month = divmod(index, 12)
    return date(year, month + 1, 1)
