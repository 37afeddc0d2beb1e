"""The light of a clock: in time, soon, overdue, each with its number of days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from liaison.texts import Message

from .calendar import Calendar
from .counting import due
from .model import ZONE, Length, Unit


class Shine(StrEnum):
    """The three lights of a running clock."""

    IN_TIME = "in_time"
    SOON = "soon"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Light:
    """`n`: days (or workdays) left, or passed since; 0 is due today. `message` is the word beside the light."""

    shine: Shine
    n: int
    message: Message


def days_left(now: datetime, last_day: date) -> int:
    """Days from today to the last day: 0 on the day itself, negative after it."""
    return (last_day - now.astimezone(ZONE).date()).days


def workdays_left(now: datetime, last_day: date, calendar: Calendar) -> int:
    """Workdays after today up to the last day: 0 on the day itself, negative the workdays since then."""
    today = now.astimezone(ZONE).date()
    if today <= last_day:
        return calendar.count(today, last_day) - calendar.is_workday(today)
    return calendar.is_workday(last_day) - calendar.count(last_day, today)


def light(now: datetime, at: datetime, soon: Length, calendar: Calendar) -> Light:
    """The light of a clock that is due `at`: soon is the time of length `soon` before it, overdue what is after.

    Days are counted in workdays where `soon` is a number of workdays, else in days. An overdue clock is
    overdue by at least 1.
    """
    last_day = at.astimezone(ZONE).date()
    workdays = soon.unit is Unit.WORKDAY
    left = workdays_left(now, last_day, calendar) if workdays else days_left(now, last_day)
    counted = "workday" if workdays else "day"
    if now > at:
        n = max(1, -left)
        return Light(Shine.OVERDUE, n, Message(f"calendars.light.overdue_{counted}", {"n": n}))
    begins = due(at, Length(-soon.n, soon.unit), calendar)
    if now < (begins.at if soon.unit.timed else datetime.combine(begins.day, time(), ZONE)):
        return Light(Shine.IN_TIME, left, Message("calendars.light.in_time"))
    if not left:
        return Light(Shine.SOON, 0, Message("calendars.light.today"))
    return Light(Shine.SOON, left, Message(f"calendars.light.soon_{counted}", {"n": left}))
