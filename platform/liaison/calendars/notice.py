"""Take in what others publish: a year's notice, a district's own days, a whole edition. Bad input is findings.

A notice has the shape in which the holiday-cn project keeps them:
`{"year": 2027, "papers": ["https://…"], "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}]}`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from liaison.texts import Finding, Message, Severity

from .calendar import Calendar, Mark
from .model import iso_date
from .statutory import statutory_days

_MEGABYTES = 2
LARGEST = _MEGABYTES * 1024 * 1024
"""Bytes of a calendar file; whoever reads one need not read on."""
# The year in which the law took the shape that `statutory.json` has: older notices follow older law.
_LAW_SINCE = 2025

Import = tuple[Calendar, tuple[Finding, ...]]


def with_notice(calendar: Calendar, notice: object, *, file: str = "") -> Import:
    """The calendar with a year's notice in place of what it knew of that year before.

    A notice may list days of its year and of the December before; it makes the whole year certain. One
    without any day changes nothing. Where a finding is an error, the calendar comes back unchanged.
    """
    reader = _Reader(file)
    shape = reader.an_object(notice, "")
    year = reader.a_year(shape.get("year"), "/year")
    marks = dict(reader.notice_days(shape, year))
    if reader.failed:
        return calendar, tuple(reader.findings)
    if not marks:
        reader.say("calendars.notice_empty", Severity.NOTE, "/days", year=year)
        return calendar, tuple(reader.findings)
    kept = {day: mark for day, mark in calendar.marks.items() if mark.notice != year}
    changed = replace(calendar, years=calendar.years | {year}, marks=kept | marks)
    if year >= _LAW_SINCE:
        for day, off in statutory_days(year).items():
            if not off.in_lieu and changed.is_workday(day):
                reader.say("calendars.notice_incomplete", Severity.WARNING, "/days", year=year, date=day, name=off.name)
    return changed, tuple(reader.findings)


def with_local(calendar: Calendar, days: object, *, file: str = "") -> Import:
    """The calendar with a district's own days, which go before any notice: `{"papers": […], "days": […]}`.

    The days have the shape of a notice's; they replace the local days the calendar had.
    """
    reader = _Reader(file)
    marks = dict(reader.days(reader.an_object(days, "")))
    if reader.failed:
        return calendar, tuple(reader.findings)
    return replace(calendar, local=marks), tuple(reader.findings)


def read_calendar(data: bytes, base: Calendar, *, file: str = "") -> Import:
    """Read a file: an edition stands for itself, a notice or a district's days go on top of `base`."""
    reader = _Reader(file)
    shape = reader.json(data)
    if reader.failed:
        return base, tuple(reader.findings)
    if "edition" in shape:
        edition = reader.edition(shape)
        return (base if reader.failed else edition), tuple(reader.findings)
    return (with_notice if "year" in shape else with_local)(base, shape, file=file)


def read_shape(data: bytes, *, file: str = "") -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """The object in a calendar file, not looked into; or why there is none."""
    reader = _Reader(file)
    shape = reader.json(data)
    return shape, tuple(reader.findings)


_NO_DAY, _NO_YEAR = date.min, 0
"""Stand for a day and a year that could not be read; nothing more is said about them."""
_LONGEST = 40
"""Characters of a wrong value that are shown."""


@dataclass
class _Reader:
    """Reads untrusted JSON and gathers what is wrong with it, each with its pointer."""

    file: str
    findings: list[Finding] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        return any(finding.severity is Severity.ERROR for finding in self.findings)

    def say(self, code: str, severity: Severity, pointer: str, **params: Any) -> None:
        self.findings.append(Finding(code, severity, self.file, pointer, params))

    def expected(self, what: str, pointer: str, found: object) -> None:
        wanted = Message(f"calendars.expected.{what}")
        if found is None:
            self.say("calendars.file_lacks", Severity.ERROR, pointer, expected=wanted)
            return
        shown = json.dumps(found, ensure_ascii=False, default=str)
        shown = shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"
        self.say("calendars.file_shape", Severity.ERROR, pointer, expected=wanted, found=shown)

    def json(self, data: bytes) -> dict[str, Any]:
        from liaison.definitions import BadJsonError, read_json  # a command that reads no file starts without it

        if len(data) > LARGEST:
            pointer, why = "", Message("definitions.file_too_large", {"path": self.file, "limit": _MEGABYTES})
        else:
            try:
                return self.an_object(read_json(data, self.file), "")
            except BadJsonError as error:
                pointer, why = error.finding.pointer, error.finding.message
        self.say("calendars.file_unreadable", Severity.ERROR, pointer, why=why, megabytes=_MEGABYTES)
        return {}

    def edition(self, shape: dict[str, Any]) -> Calendar:
        years = [self.a_year(year, f"/years/{i}") for i, year in enumerate(self.a_list(shape.get("years"), "/years"))]
        return Calendar(
            frozenset(years),
            dict(self.marks(shape.get("days"), "/days")),
            dict(self.marks(shape.get("local"), "/local")),
        )

    def marks(self, value: object, pointer: str) -> Iterator[tuple[date, Mark]]:
        for where, item in self.items(value, pointer):
            day = self.a_date(item.get("date"), f"{where}/date")
            workday = self.a_boolean(item.get("workday"), f"{where}/workday")
            name = self.a_text(item.get("name"), f"{where}/name")
            source = self.a_text(item.get("source"), f"{where}/source")
            notice = self.a_year(item["notice"], f"{where}/notice") if "notice" in item else None
            yield day, Mark(workday, name, source, notice)

    def notice_days(self, shape: dict[str, Any], year: int) -> Iterator[tuple[date, Mark]]:
        for i, (day, mark) in enumerate(self.days(shape)):
            known = day != _NO_DAY and year != _NO_YEAR
            if known and day.year != year and (day.year, day.month) != (year - 1, 12):
                self.say("calendars.notice_date_outside", Severity.ERROR, f"/days/{i}/date", date=day, year=year)
            yield day, replace(mark, notice=year)

    def days(self, shape: dict[str, Any]) -> Iterator[tuple[date, Mark]]:
        papers = self.a_list(shape.get("papers", []), "/papers")
        source = " ".join(self.a_text(paper, f"/papers/{i}") for i, paper in enumerate(papers))
        seen: dict[date, bool] = {}
        for where, item in self.items(shape.get("days"), "/days"):
            day = self.a_date(item.get("date"), f"{where}/date")
            off = self.a_boolean(item.get("isOffDay"), f"{where}/isOffDay")
            name = self.a_text(item.get("name"), f"{where}/name")
            if day != _NO_DAY and seen.setdefault(day, off) != off:
                self.say("calendars.notice_contradicts", Severity.ERROR, where, date=day)
            yield day, Mark(not off, name, source)

    def items(self, value: object, pointer: str) -> Iterator[tuple[str, dict[str, Any]]]:
        for i, item in enumerate(self.a_list(value, pointer)):
            yield f"{pointer}/{i}", self.an_object(item, f"{pointer}/{i}")

    # Each of these returns something of the right kind in any case, so that one pass finds all that is wrong;
    # what comes of it is thrown away when there was a finding.

    def an_object(self, value: object, pointer: str) -> dict[str, Any]:
        if isinstance(value, dict):
            return value
        self.expected("object", pointer, value)
        return {}

    def a_list(self, value: object, pointer: str) -> list[Any]:
        if isinstance(value, list):
            return value
        self.expected("list", pointer, value)
        return []

    def a_text(self, value: object, pointer: str) -> str:
        if isinstance(value, str):
            return value
        self.expected("text", pointer, value)
        return ""

    def a_boolean(self, value: object, pointer: str) -> bool:
        if not isinstance(value, bool):
            self.expected("boolean", pointer, value)
        return value is True

    def a_year(self, value: object, pointer: str) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and 1900 <= value <= 9998:
            return value
        self.expected("year", pointer, value)
        return _NO_YEAR

    def a_date(self, value: object, pointer: str) -> date:
        try:
            if isinstance(value, str):
                return iso_date(value)
        except ValueError:
            pass  # said below, like a date that is no text
        self.expected("date", pointer, value)
        return _NO_DAY
