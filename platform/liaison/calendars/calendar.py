"""A calendar edition: for each date, is it a workday, and who says so."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from liaison.texts import Message, catalogue

from .model import Day
from .statutory import SOURCE, statutory_days

_NAMES = "calendars.day."


@dataclass(frozen=True, slots=True)
class Mark:
    """What a paper says of one date. `notice`: the year of the notice (which may touch the December before)."""

    workday: bool
    name: str
    source: str
    notice: int | None = None

    def to_json(self, day: date) -> dict[str, Any]:
        shape = {"date": day.isoformat(), "workday": self.workday, "name": self.name, "source": self.source}
        return shape if self.notice is None else {**shape, "notice": self.notice}


@dataclass(frozen=True, eq=False)
class Calendar:
    """One edition of the calendar, immutable; equal to another that says the same of every day.

    `years`: those whose notice is known. `marks`: what the notices say. `local`: what a district says beyond
    them; it goes before the notices. A date in no known year and without a mark is computed from the law
    (`statutory.py`) and provisional. Dates outside the years 1 to 9999 raise OverflowError.
    """

    years: frozenset[int]
    marks: Mapping[date, Mark]
    local: Mapping[date, Mark]

    def __post_init__(self) -> None:
        object.__setattr__(self, "marks", MappingProxyType(dict(sorted(self.marks.items()))))
        object.__setattr__(self, "local", MappingProxyType(dict(sorted(self.local.items()))))

    @property
    def edition(self) -> str:
        """The name people use: `cn-2026` is the calendar that knows the notices up to the one for 2026."""
        return f"cn-{max(self.years, default=0)}"

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that the edition says: two editions of one name may differ."""
        canonical = json.dumps(self.to_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return sha256(canonical.encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Calendar) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def to_json(self) -> dict[str, Any]:
        """The whole edition as JSON; `read_calendar` reads it back."""
        return {
            "edition": self.edition,
            "years": sorted(self.years),
            "days": [mark.to_json(day) for day, mark in self.marks.items()],
            "local": [mark.to_json(day) for day, mark in self.local.items()],
        }

    def until(self, year: int) -> Calendar:
        """This calendar as it was when the notice for `year` was the last one known."""
        return replace(
            self,
            years=frozenset(known for known in self.years if known <= year),
            marks={day: mark for day, mark in self.marks.items() if mark.notice is None or mark.notice <= year},
        )

    def day(self, day: date) -> Day:
        """What kind of day this is."""
        mark = self.local.get(day) or self.marks.get(day)
        known = mark is not None or day.year in self.years
        if mark is not None:
            return Day(day, mark.workday, _named(mark, day), False, mark.source)
        if not known and (off := statutory_days(day.year).get(day)):
            name = (
                Message("calendars.day.in_lieu", {"holiday": _holiday(off.name)}) if off.in_lieu else _holiday(off.name)
            )
            return Day(day, False, name, True, SOURCE)
        weekend = day.weekday() >= 5
        return Day(day, not weekend, Message(f"calendars.day.{'weekend' if weekend else 'workday'}"), not known, "")

    def is_workday(self, day: date) -> bool:
        """Is this a day on which offices work? A make-up workday is one."""
        workdays = self._workdays(day.year)
        position = bisect_left(workdays, day.toordinal())
        return position < len(workdays) and workdays[position] == day.toordinal()

    def workday(self, day: date, n: int) -> date:
        """The n-th workday after `day`, or before it where n is negative; `day` itself does not count. n is not 0."""
        if n == 0:
            raise ValueError("there is no zeroth workday after a day")
        year, ordinal = day.year, day.toordinal()
        if n > 0:
            position = bisect_right(self._workdays(year), ordinal) + n - 1
            while position >= len(self._workdays(year)):
                position -= len(self._workdays(year))
                year += 1
        else:
            position = bisect_left(self._workdays(year), ordinal) + n
            while position < 0:
                year -= 1
                position += len(self._workdays(year))
        return date.fromordinal(self._workdays(year)[position])

    def on_or_after(self, day: date) -> date:
        """The day itself if it is a workday, else the next workday."""
        return day if self.is_workday(day) else self.workday(day, 1)

    def on_or_before(self, day: date) -> date:
        """The day itself if it is a workday, else the workday before it."""
        return day if self.is_workday(day) else self.workday(day, -1)

    def workdays(self, first: date, last: date) -> tuple[date, ...]:
        """All workdays from `first` to `last`, both included."""
        return tuple(date.fromordinal(ordinal) for ordinal in self._between(first, last))

    def count(self, first: date, last: date) -> int:
        """How many workdays there are from `first` to `last`, both included."""
        return sum(high - low for _, low, high in self._slices(first, last))

    def rest_days(self, first: date, last: date) -> Iterator[Day]:
        """All rest days from `first` to `last`, both included, each with its reason."""
        working = set(self._between(first, last))
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            if ordinal not in working:
                yield self.day(date.fromordinal(ordinal))

    def certain(self, first: date, last: date) -> bool:
        """Is no day from `first` to `last` provisional?"""
        return not self.unknown_years(first, last)

    def unknown_years(self, first: date, last: date) -> set[int]:
        """The years in which a day from `first` to `last` is provisional."""
        return {
            year
            for year in range(first.year, last.year + 1)
            if year not in self.years
            and not all(
                date.fromordinal(ordinal) in self.local or date.fromordinal(ordinal) in self.marks
                for ordinal in range(
                    max(first, date(year, 1, 1)).toordinal(), min(last, date(year, 12, 31)).toordinal() + 1
                )
            )
        }

    def _between(self, first: date, last: date) -> Iterator[int]:
        for workdays, low, high in self._slices(first, last):
            yield from workdays[low:high]

    def _slices(self, first: date, last: date) -> Iterator[tuple[tuple[int, ...], int, int]]:
        if first <= last:
            for year in range(first.year, last.year + 1):
                workdays = self._workdays(year)
                yield (
                    workdays,
                    bisect_left(workdays, first.toordinal()),
                    bisect_right(workdays, last.toordinal()),
                )

    @cached_property
    def _years(self) -> dict[int, tuple[int, ...]]:
        """The workdays of each year asked for so far: a memory, not a state."""
        return {}

    def _workdays(self, year: int) -> tuple[int, ...]:
        found = self._years.get(year)
        if found is None:
            if not date.min.year <= year <= date.max.year:
                raise OverflowError(f"the calendar ends before the year {year}")
            found = self._years[year] = tuple(self._work(year))
        return found

    def _work(self, year: int) -> Iterator[int]:
        computed = {} if year in self.years else statutory_days(year)
        first = date(year, 1, 1).toordinal()
        for ordinal in range(first, date(year, 12, 31).toordinal() + 1):
            day = date.fromordinal(ordinal)
            mark = self.local.get(day) or self.marks.get(day)
            if mark.workday if mark else (day.weekday() < 5 and day not in computed):
                yield ordinal


def _named(mark: Mark, day: date) -> Message:
    holiday = _holiday(mark.name)
    if mark.workday and day.weekday() >= 5:
        return Message("calendars.day.make_up", {"holiday": holiday})
    return holiday


@cache
def _known_names() -> Mapping[str, str]:
    return {text["zh"]: code for code, text in catalogue().items() if code.startswith(_NAMES)}


def _holiday(name: str) -> Message:
    """The name as a message: one that the catalogue knows can be said in English too."""
    code = _known_names().get(name)
    return Message(code) if code else Message("calendars.named", {"name": name})
