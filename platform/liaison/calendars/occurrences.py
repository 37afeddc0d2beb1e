"""When a schedule occurs.

Every occurrence is computed from the schedule, never from the one before it: a 31st that becomes the 28th in
February is the 31st again in March.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from liaison.texts import Finding, Severity

from .calendar import Calendar
from .periods import Period, Span, period_of
from .schedule import TEN_DAYS, WINDOWS, Kind, Missing, RestDay, Schedule

_ONE = timedelta(days=1)
# A rest-day rule moves a point by no more than the longest run of rest days; this is far more than any.
_FARTHEST_MOVE = timedelta(days=62)
# The rarest occurrence that is one at all: 02-29 skipped, every hundredth year.
_FARTHEST_LOOK = 400


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One occurrence: the days `first` to `last`, the same day for a point.

    `period`: the one it occurs in, even where the rest-day rule moved it out. `nominal`: the (first) day before
    that rule. `workdays`: those among its days; a window may have none, and then somebody has to move it.
    `certain`: no day that decided is provisional.
    """

    period: Period
    nominal: date
    first: date
    last: date
    workdays: tuple[date, ...]
    certain: bool

    @property
    def leaves_period(self) -> bool:
        """Did the rest-day rule move it out of its period?"""
        return self.first < self.period.first or self.last > self.period.last


def occurrences(schedule: Schedule, start: date, end: date, calendar: Calendar) -> tuple[Occurrence, ...]:
    """All occurrences with a day from `start` to `end`, in order; a window that only overlaps is one of them."""
    near = _computed(schedule, start - _FARTHEST_MOVE, end + _FARTHEST_MOVE, calendar)
    return tuple(one for one in near if one.last >= start and one.first <= end)


def next_occurrence(schedule: Schedule, after: date, calendar: Calendar) -> Occurrence | None:
    """The first occurrence that begins after that day, or None if there is none in four hundred years."""
    horizon = date(min(after.year + _FARTHEST_LOOK, date.max.year - 1), 12, 31)
    ahead = _computed(schedule, after - _FARTHEST_MOVE, horizon, calendar)
    return next((one for one in ahead if one.first > after), None)


def lint_schedule(
    schedule: Schedule, start: date, end: date, calendar: Calendar, *, file: str = "", pointer: str = ""
) -> list[Finding]:
    """What is doubtful about a schedule, with the first example from `start` to `end` of each.

    Warnings: it leaves its period when moved off a rest day; a window has no workday. Error: it never occurs.
    """
    if next_occurrence(schedule, schedule.starting or start, calendar) is None:
        params = {"schedule": str(schedule.to_json())}
        return [Finding("calendars.schedule_never", Severity.ERROR, file, pointer, params)]
    findings = []
    seen = occurrences(schedule, start, end, calendar)
    if left := next((one for one in seen if one.leaves_period), None):
        params = {"nominal": left.nominal.isoformat(), "landed": left.first.isoformat()}
        findings.append(Finding("calendars.schedule_leaves_period", Severity.WARNING, file, pointer, params))
    empty = (one for one in seen if schedule.kind in WINDOWS and not one.workdays)
    if idle := next(empty, None):
        params = {"first": idle.first.isoformat(), "last": idle.last.isoformat()}
        findings.append(Finding("calendars.schedule_without_workday", Severity.WARNING, file, pointer, params))
    return findings


def _computed(schedule: Schedule, start: date, end: date, calendar: Calendar) -> Iterator[Occurrence]:
    """The occurrences of the periods from the one that holds `start` to the one that holds `end`."""
    anchor = period_of(schedule.starting, schedule.span).index if schedule.starting else 0
    index = period_of(start, schedule.span).index
    if schedule.starting:
        index = max(index, anchor)
    index += (anchor - index) % schedule.interval
    last = period_of(end, schedule.span).index
    while index <= last:
        period = Period(schedule.span, index)
        if days := _days(schedule, period):
            yield _occurrence(schedule, period, *days, calendar)
        index += schedule.interval


def _occurrence(schedule: Schedule, period: Period, first: date, last: date, calendar: Calendar) -> Occurrence:
    nominal = first
    if schedule.kind is Kind.LAST_WORKDAY or schedule.rest_day is RestDay.PREVIOUS:
        first = last = calendar.on_or_before(first)
    elif schedule.rest_day is RestDay.NEXT:
        first = last = calendar.on_or_after(first)
    certain = calendar.certain(min(nominal, first), max(nominal, last))
    return Occurrence(period, nominal, first, last, calendar.workdays(first, last), certain)


def _days(schedule: Schedule, period: Period) -> tuple[date, date] | None:
    """The first and last day the schedule names in the period, whatever kind of day they are."""
    value = schedule.value
    match schedule.kind:
        case Kind.WEEKDAY:
            day = period.first + (value - 1) * _ONE
        case Kind.LAST_WORKDAY | Kind.END_OF:
            day = period.last
        case Kind.DAY_OF_MONTH | Kind.DATE:
            month, number = (period.first.month, value) if schedule.kind is Kind.DAY_OF_MONTH else value
            there = monthrange(period.first.year, month)[1]
            if number > there and schedule.missing is Missing.SKIP:
                return None
            day = period.first.replace(month=month, day=min(number, there))
        case Kind.TEN_DAYS:
            if value != "each":
                period = Period(Span.TEN_DAYS, period.index * 3 + TEN_DAYS.index(value))
            return period.first, period.last
        case Kind.DAY_RANGE:
            begin = period.first + (value[0] - 1) * _ONE
            return (begin, min(period.first + (value[1] - 1) * _ONE, period.last)) if begin <= period.last else None
        case Kind.FIRST_WEEK:
            return _first_week(value, period.first)
    return day, day


def _first_week(reading: str, first: date) -> tuple[date, date]:
    """The first week of the month that begins on `first`, in one of three readings."""
    if reading == "days_1_to_7":
        return first, first + 6 * _ONE
    if reading == "week_of_the_1st":
        return first, first + (6 - first.weekday()) * _ONE
    monday = first + -first.weekday() % 7 * _ONE
    return monday, monday + 6 * _ONE
