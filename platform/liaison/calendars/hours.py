"""Office hours: when an office works on a workday, by season, and what an event outside them counts as."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any

from .calendar import Calendar
from .model import ZONE, malformed

_ONE = timedelta(days=1)
_SPAN = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)", re.ASCII)

# Opening and closing times of a day, in minutes after midnight, in order.
Spans = tuple[tuple[int, int], ...]


class Outside(StrEnum):
    """What an event outside office hours counts as: the moment it happened, or the next opening."""

    AS_IS = "as_is"
    NEXT_OPENING = "next_opening"


@dataclass(frozen=True, slots=True)
class Season:
    """Hours of a part of the year, from–until as `MM-DD`, both included; it may cross the new year."""

    key: str
    start: str
    end: str
    hours: str

    def holds(self, day: date) -> bool:
        """Does this season's time hold on `day`?"""
        today = f"{day:%m-%d}"
        if self.start <= self.end:
            return self.start <= today <= self.end
        return today >= self.start or today <= self.end


@dataclass(frozen=True)
class OfficeHours:
    """The office hours of an organisation: `hours` such as `08:30-12:00,14:00-17:30`, and seasons that differ.

    They hold on the workdays of a calendar. Raises MalformedError when a text cannot be read.
    """

    hours: str
    seasons: tuple[Season, ...] = ()
    outside: Outside = Outside.AS_IS

    def __post_init__(self) -> None:
        _check(self.hours, self.seasons, "", "")

    @classmethod
    def from_json(cls, value: object, *, file: str = "", pointer: str = "") -> OfficeHours:
        """Read an object of urn:liaison:format:1:office_hours. Raises MalformedError."""
        try:
            if not isinstance(value, Mapping):
                raise TypeError("not an object")
            hours = str(value["hours"])
            outside = Outside(value.get("outside", Outside.AS_IS))
            seasons = tuple(
                Season(str(item["key"]), str(item["from"]), str(item["to"]), str(item["hours"]))
                for item in value.get("seasons", ())
            )
        except (TypeError, KeyError, ValueError) as error:
            raise malformed("calendars.bad_hours", file, pointer, value=repr(value)[:80]) from error
        _check(hours, seasons, file, pointer)
        return cls(hours, seasons, outside)

    def to_json(self) -> dict[str, Any]:
        """The shape that `from_json` reads."""
        return {
            "hours": self.hours,
            "seasons": [
                {"key": season.key, "from": season.start, "to": season.end, "hours": season.hours}
                for season in self.seasons
            ],
            "outside": self.outside.value,
        }

    def spans(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """Opening and closing moments of `day`, as if it were a workday."""
        midnight = datetime.combine(day, time(), ZONE)
        return tuple(
            (midnight + timedelta(minutes=opening), midnight + timedelta(minutes=closing))
            for opening, closing in self._spans_on(day)
        )

    def closing(self, day: date) -> datetime:
        """The last closing moment of `day`, as if it were a workday."""
        return self.spans(day)[-1][1]

    def received(self, moment: datetime, calendar: Calendar) -> datetime:
        """When something that arrives at `moment` counts as received, after the rule `outside`."""
        if self.outside is Outside.AS_IS:
            return moment
        return next(max(opening, moment) for opening, closing in self._ahead(moment, calendar) if moment < closing)

    def add(self, moment: datetime, work: timedelta, calendar: Calendar) -> datetime:
        """The moment when `work` of office time has passed since `moment`; backward where it is negative."""
        if not work:
            return moment
        if work > timedelta():
            for opening, closing in self._ahead(moment, calendar):
                begin = max(opening, moment)
                if closing - begin >= work:
                    return begin + work
                work -= max(closing - begin, timedelta())
        for opening, closing in self._back(moment, calendar):
            end = min(closing, moment)
            if end - opening >= -work:
                return end + work
            work += max(end - opening, timedelta())
        raise OverflowError("office time ends with the calendar")

    def between(self, start: datetime, end: datetime, calendar: Calendar) -> timedelta:
        """The office time from `start` to `end`; nothing where the end is not after the start."""
        total = timedelta()
        for opening, closing in self._ahead(start, calendar):
            if opening >= end:
                break
            total += max(min(closing, end) - max(opening, start), timedelta())
        return total

    def _ahead(self, moment: datetime, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
        day = calendar.on_or_after(moment.date())
        while True:
            yield from self.spans(day)
            day = calendar.workday(day, 1)

    def _back(self, moment: datetime, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
        day = calendar.on_or_before(moment.date())
        while True:
            yield from reversed(self.spans(day))
            day = calendar.workday(day, -1)

    def _spans_on(self, day: date) -> Spans:
        for season in self.seasons:
            if season.holds(day):
                return self._parsed[season.hours]
        return self._parsed[self.hours]

    @cached_property
    def _parsed(self) -> dict[str, Spans]:
        texts = (self.hours, *(season.hours for season in self.seasons))
        return {text: _spans(text, "", "") for text in texts}


# Used where a length in work hours meets no office hours: seven hours a day.
USUAL_HOURS = "08:30-12:00,14:00-17:30"


def _check(hours: str, seasons: tuple[Season, ...], file: str, pointer: str) -> None:
    _spans(hours, file, f"{pointer}/hours")
    days: dict[str, Season] = {}
    for i, season in enumerate(seasons):
        where = f"{pointer}/seasons/{i}"
        _spans(season.hours, file, f"{where}/hours")
        for text in (season.start, season.end):
            if not _is_month_day(text):
                raise malformed("calendars.bad_season", file, where, value=text)
        for offset in range(366):
            day = _LEAP_DAY_1 + offset * _ONE
            if season.holds(day) and days.setdefault(f"{day:%m-%d}", season) is not season:
                other = days[f"{day:%m-%d}"]
                raise malformed("calendars.seasons_overlap", file, where, one=other.key, other=season.key)


_LEAP_DAY_1 = date(2000, 1, 1)


def _is_month_day(text: str) -> bool:
    return any(f"{_LEAP_DAY_1 + offset * _ONE:%m-%d}" == text for offset in range(366))


def _spans(text: str, file: str, pointer: str) -> Spans:
    spans = []
    latest = -1
    for part in text.replace(" ", "").split(","):
        spelt = _SPAN.fullmatch(part)
        if spelt is None:
            raise malformed("calendars.bad_hours", file, pointer, value=text)
        opening = int(spelt[1]) * 60 + int(spelt[2])
        closing = int(spelt[3]) * 60 + int(spelt[4]) if spelt[3] else 24 * 60
        if not latest < opening < closing:
            raise malformed("calendars.bad_hours", file, pointer, value=text)
        spans.append((opening, closing))
        latest = closing
    return tuple(spans)
