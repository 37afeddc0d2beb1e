"""What the calendar room speaks of: days, lengths, pauses, due dates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

from liaison.texts import Finding, Message, Severity

# China has kept one time without summer time since 1992. A fixed offset needs no time zone data on the machine.
ZONE = timezone(timedelta(hours=8), "Asia/Shanghai")


class MalformedError(ValueError):
    """A length, schedule or table of office hours that cannot be read; `findings` say what and where."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(f"{finding.code} {dict(finding.params)}" for finding in findings))
        self.findings = findings


def malformed(code: str, file: str, pointer: str, **params: Any) -> MalformedError:
    """The error with one finding of severity error."""
    return MalformedError(Finding(code, Severity.ERROR, file, pointer, params))


def iso_date(text: str) -> date:
    """`2027-01-01` and no other spelling of ISO 8601. Raises ValueError."""
    day = date.fromisoformat(text)
    if day.isoformat() != text:
        raise ValueError(f"not YYYY-MM-DD: {text}")
    return day


@dataclass(frozen=True, slots=True)
class Day:
    """One date of a calendar edition.

    `name` says what kind of day it is (国庆节, 调休上班, 周末, 工作日). `provisional`: no notice for this year is
    known, the day is computed from the law alone. `source`: the paper it comes from, or empty for an ordinary
    weekday or weekend.
    """

    date: date
    workday: bool
    name: Message
    provisional: bool
    source: str


class Unit(StrEnum):
    """The units of a length. Months and days are those of the calendar, hours and minutes run through."""

    MINUTE = "minute"
    HOUR = "hour"
    WORK_HOUR = "work_hour"
    DAY = "day"
    WORKDAY = "workday"
    MONTH = "month"

    @property
    def timed(self) -> bool:
        """Does a length in this unit end at a moment, and not at the end of a day?"""
        return self in (Unit.MINUTE, Unit.HOUR, Unit.WORK_HOUR)


# A hundred years in each unit: nothing longer is meant seriously, and dates stay inside what a calendar can hold.
LONGEST: Mapping[Unit, int] = {
    Unit.MINUTE: 52_560_000,
    Unit.HOUR: 876_000,
    Unit.WORK_HOUR: 292_000,
    Unit.DAY: 36_500,
    Unit.WORKDAY: 36_500,
    Unit.MONTH: 1_200,
}

_SPELLING = re.compile(r"([+-]?[0-9]{1,9})[ _]*(minute|hour|work[ _]hour|day|workday|month)s?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Length:
    """How long a term is: 15 workdays, 1 month. A negative number counts backward; 0 days is the same day (当日)."""

    n: int
    unit: Unit

    def __post_init__(self) -> None:
        if abs(self.n) > LONGEST[self.unit]:
            raise malformed("calendars.length_too_long", "", "", n=self.n, unit=self.unit.value)

    @classmethod
    def parse(cls, text: str) -> Length:
        """Read `15 workdays`, `1 month`, `-3 days`, `4 work_hours`. Raises MalformedError."""
        spelt = _SPELLING.fullmatch(text.strip().lower())
        if spelt is None:
            raise malformed("calendars.bad_length", "", "", value=text)
        return cls(int(spelt[1]), Unit(spelt[2].replace(" ", "_")))

    @classmethod
    def from_json(cls, value: object, *, file: str = "", pointer: str = "") -> Length:
        """Read `{"workdays": 15}` (urn:liaison:format:1:length). Raises MalformedError."""
        if isinstance(value, Mapping) and len(value) == 1:
            [(unit, n)] = value.items()
            if unit in _PLURALS and isinstance(n, int) and not isinstance(n, bool):
                if abs(n) > LONGEST[_PLURALS[unit]]:
                    where = f"{pointer}/{unit}"
                    raise malformed("calendars.length_too_long", file, where, n=n, unit=_PLURALS[unit].value)
                return cls(n, _PLURALS[unit])
        raise malformed("calendars.bad_length", file, pointer, value=repr(value)[:80])

    def to_json(self) -> dict[str, int]:
        """The shape that `from_json` reads."""
        return {f"{self.unit.value}s": self.n}

    @property
    def message(self) -> Message:
        """15 个工作日, or 提前 3 个工作日 where it counts backward."""
        forward = Message(f"calendars.length.{self.unit.value}", {"n": abs(self.n)})
        return Message("calendars.length_backward", {"length": forward}) if self.n < 0 else forward


_PLURALS = {f"{unit.value}s": unit for unit in Unit}


class Roll(StrEnum):
    """Where a last day goes that falls on a rest day."""

    NONE = "none"
    NEXT = "next"
    PREVIOUS = "previous"


@dataclass(frozen=True, slots=True)
class Pause:
    """A time, from–until (aware moments), in which a term does not run."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None or self.end < self.start:
            raise ValueError("a pause needs two aware moments, the end not before the start")


@dataclass(frozen=True, slots=True)
class Due:
    """When a term ends, and why.

    `at`: the last moment that is in time, in Asia/Shanghai; overdue is what happens after it. `day`: its date.
    `nominal`: the date before it was moved off a rest day. `certain`: no day it rests on is provisional.
    `steps`: one message for each day passed over or each thing that moved the date, in the order of counting.
    """

    at: datetime
    day: date
    nominal: date
    certain: bool
    steps: tuple[Message, ...]
