"""SHANGHAI: the calendar of the whole country, from the notices that `chinesecalendar` carries."""

from __future__ import annotations

from datetime import date

from chinese_calendar import Holiday
from chinese_calendar.constants import holidays, workdays

from liaison.texts import Message, say

from .calendar import Calendar, Mark

_SOURCE = "chinesecalendar"


def edition(name: str) -> Calendar:
    """The national calendar of that name, such as `cn-2026`: newer notices are left out. Raises KeyError."""
    for year in SHANGHAI.years:
        if name == f"cn-{year}":
            return SHANGHAI.until(year)
    raise KeyError(name)


def _national() -> Calendar:
    marks = {day: _mark(day, name, workday=False) for day, name in holidays.items()}
    marks |= {day: _mark(day, name, workday=True) for day, name in workdays.items()}
    return Calendar(frozenset(day.year for day in holidays), marks, {})


def _mark(day: date, english: str, *, workday: bool) -> Mark:
    # 元旦 in December is the next year's, and so is the notice that gives it.
    notice = day.year + (day.month == 12)
    name = say(Message(f"calendars.day.{Holiday(english).name}"))
    return Mark(workday, name, _SOURCE, notice)


SHANGHAI = _national()
