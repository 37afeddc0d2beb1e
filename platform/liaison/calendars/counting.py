"""Count a term: from its start and its length to the date it is due, with every reason on the way.

The rules are those of 《民法典》第二百条至第二百零四条 and of the workday terms of administrative law;
docs/calendars.md names them one by one.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from liaison.texts import Message

from . import steps
from .calendar import Calendar
from .hours import USUAL_HOURS, OfficeHours
from .model import ZONE, Due, Length, Pause, Roll, Unit, malformed
from .pauses import Runs, cut, paused_days, paused_times, settle

_ONE = timedelta(days=1)
_NO_TIME = timedelta()
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_USUAL = OfficeHours(USUAL_HOURS)


def due(
    start: date | datetime,
    length: Length,
    calendar: Calendar,
    *,
    roll: Roll | str | None = None,
    count_start_day: bool = False,
    cutoff: str = "24:00",
    hours: OfficeHours | None = None,
    pauses: Sequence[Pause] = (),
) -> Due:
    """When a term of `length` that starts at `start` (an aware moment, or a date: its midnight) ends.

    - The start day is not counted unless `count_start_day`; backward, the end day is not.
    - Minutes and hours run through from the moment; work hours run in `hours` (by default 08:30-12:00,
      14:00-17:30) on workdays.
    - Workdays end on a workday. Days and months end on the date itself, months on the last day where the month
      has no such day; a last day on a rest day then moves as `roll` says: `next` by default, `previous` when
      counting backward. 0 workdays are counted like 0 days.
    - Terms of days, workdays and months last until `cutoff`: `24:00`, a time, or `closing` of `hours`.
    - Where `hours.outside` says so, a moment outside office hours counts as the next opening; a date stays one.
    - What lies in `pauses` does not count: for days, from the day a pause begins to the day before it ends. A
      term never ends in one. They do not move a term that counts backward.

    Raises ValueError for a naive moment, MalformedError for an unknown cut-off, OverflowError past the year
    9999.
    """
    moment = _moment(start)
    received = hours.received(moment, calendar) if hours and isinstance(start, datetime) else moment
    rule = None if roll is None else Roll(roll)
    count = _Count(calendar, length, hours or _USUAL, tuple(pauses) if length.n >= 0 else ())
    if received != moment:
        count.reasons.append(steps.received(moment, received))
        count.look(moment.date(), received.date())
    match length.unit:
        case Unit.MINUTE | Unit.HOUR:
            at = count.time(received)
            nominal = at.date()
            if rule is not None:
                at = datetime.combine(count.roll(at.date(), rule), at.timetz())
        case Unit.WORK_HOUR:
            at = count.office_time(received)
            nominal = at.date()
        case _:
            start_day = received.date()
            if length.unit is Unit.WORKDAY and length.n:
                nominal = last_day = count.workdays(start_day, count_start_day)
            else:
                nominal = count.days(start_day, count_start_day)
                last_day = count.roll(nominal, rule or (Roll.PREVIOUS if length.n < 0 else Roll.NEXT))
            at = _last_moment(last_day, cutoff, count.hours)
    if count.unknown:
        count.reasons.append(steps.provisional(count.unknown))
    return Due(at, at.date(), nominal, not count.unknown, tuple(count.reasons))


@dataclass
class _Count:
    """One count under way: what it has seen is gathered in `reasons` and `unknown`, the years without a notice."""

    calendar: Calendar
    length: Length
    hours: OfficeHours
    pauses: tuple[Pause, ...]
    reasons: list[Message] = field(default_factory=list)
    unknown: set[int] = field(default_factory=set)

    def look(self, one: date, other: date) -> None:
        """The kinds of the days between these decided something."""
        self.unknown |= self.calendar.unknown_years(*sorted((one, other)))

    def time(self, start: datetime) -> datetime:
        """Minutes and hours: they run through, and paused time is added at the end."""
        amount = timedelta(**{f"{self.length.unit.value}s": self.length.n})
        stops = paused_times(self.pauses)

        def lost(end: datetime) -> timedelta:
            return sum((until - since for since, until in cut(stops, start, end)), _NO_TIME)

        at = settle(lambda added: start + amount + added, lost, _NO_TIME)
        self.reasons += [steps.paused_time(*stop) for stop in cut(stops, start, at)]
        return at

    def office_time(self, start: datetime) -> datetime:
        """Work hours: paused office time is added at the end."""
        amount = timedelta(hours=self.length.n)
        stops = paused_times(self.pauses)

        def lost(end: datetime) -> timedelta:
            return sum((self.hours.between(*stop, self.calendar) for stop in cut(stops, start, end)), _NO_TIME)

        at = settle(lambda added: self.hours.add(start, amount + added, self.calendar), lost, _NO_TIME)
        self._pass(start.date(), at.date())
        self.reasons += [steps.paused_time(*stop) for stop in cut(stops, start, at)]
        return at

    def workdays(self, start: date, count_start_day: bool) -> date:
        """The n-th workday, those in a pause left out."""
        step = _ONE if self.length.n > 0 else -_ONE
        origin = start - step if count_start_day else start
        runs = paused_days(self.pauses)

        def lost(end: date) -> int:
            return sum(self.calendar.count(*run) for run in cut(runs, origin + step, end))

        last_day = settle(lambda added: self.calendar.workday(origin, self.length.n + added), lost, 0)
        self._pass(origin + step, last_day, runs)
        self._make_up(last_day)
        return last_day

    def days(self, start: date, count_start_day: bool) -> date:
        """The last day of a term of days or months, not yet moved off a rest day."""
        if self.length.unit is Unit.MONTH:
            last_day = self._months(start, count_start_day)
        else:
            counted = (self.length.n > 0) - (self.length.n < 0) if count_start_day else 0
            last_day = start + (self.length.n - counted) * _ONE
        runs = paused_days(self.pauses)
        first_day = start if count_start_day or not self.length.n else start + _ONE

        def lost(end: date) -> int:
            return sum((last - first).days + 1 for first, last in cut(runs, first_day, end))

        moved = settle(lambda added: last_day + added * _ONE, lost, 0)
        self.reasons += [steps.paused(*run) for run in cut(runs, first_day, moved)]
        return moved

    def roll(self, nominal: date, rule: Roll) -> date:
        """The last day moved off a rest day after `rule`; moved on, it does not stop in a pause."""
        if rule is Roll.NONE:
            if not self.calendar.is_workday(nominal):
                self.reasons.append(steps.passed(self.calendar.day(nominal), "kept"))
            return nominal
        if rule is Roll.PREVIOUS:
            last_day = self.calendar.on_or_before(nominal)
            self._pass(nominal, last_day, how="previous")
        else:
            runs = paused_days(self.pauses)
            last_day = self.calendar.on_or_after(nominal)
            while cut(runs, last_day, last_day):
                last_day = self.calendar.workday(last_day, 1)
            self._pass(nominal, last_day, runs, how="next")
        self._make_up(last_day)
        return last_day

    def _months(self, start: date, count_start_day: bool) -> date:
        """The corresponding day; the last of the month where there is none (《民法典》第二百零二条)."""
        year, month = divmod(start.year * 12 + start.month - 1 + self.length.n, 12)
        if not date.min.year <= year <= date.max.year:
            raise OverflowError(f"the calendar ends before the year {year}")
        length_of_month = monthrange(year, month + 1)[1]
        last_day = date(year, month + 1, min(start.day, length_of_month))
        clamped = start.day > length_of_month
        if clamped:
            self.reasons.append(steps.clamped(start.day, last_day))
        if not count_start_day or not self.length.n:
            return last_day
        # With its first day counted, a month from the 5th ends on the 4th; a clamped one ends with the month.
        if self.length.n < 0:
            return last_day + _ONE
        return last_day if clamped else last_day - _ONE

    def _pass(self, one: date, other: date, runs: Runs = (), how: str = "rest") -> None:
        """Give the reason of each rest day and each pause on the way from one day to the other."""
        self.look(one, other)
        first, last = sorted((one, other))
        ways = [(day.date, steps.passed(day, how)) for day in self.calendar.rest_days(first, last)]
        ways = [way for way in ways if not cut(runs, way[0], way[0])]
        ways += [(run[0], steps.paused(*run)) for run in cut(runs, first, last)]
        ways.sort(key=lambda way: way[0], reverse=other < one)
        self.reasons += [reason for _, reason in ways]

    def _make_up(self, last_day: date) -> None:
        if last_day.weekday() >= 5:
            self.reasons.append(steps.make_up(last_day))


def _moment(start: date | datetime) -> datetime:
    if not isinstance(start, datetime):
        return datetime.combine(start, time(), ZONE)
    if start.tzinfo is None:
        raise ValueError("a term starts at an aware moment, or on a date")
    return start.astimezone(ZONE)


def _last_moment(day: date, cutoff: str, hours: OfficeHours) -> datetime:
    """The last moment of `day` that is in time: to the end of the day, the last microsecond of it."""
    end_of_day = datetime.combine(day, time.max, ZONE)
    if cutoff == "24:00":
        return end_of_day
    if cutoff == "closing":
        return min(hours.closing(day), end_of_day)
    spelt = _CLOCK.fullmatch(cutoff)
    if spelt is None:
        raise malformed("calendars.bad_cutoff", "", "", value=cutoff)
    return datetime.combine(day, time(int(spelt[1]), int(spelt[2])), ZONE)
