"""The days of an instance: its point or window, and the moments at which there is something to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import islice

from liaison.calendars import (
    ZONE,
    Calendar,
    Length,
    Occurrence,
    OfficeHours,
    Period,
    Schedule,
    due,
    next_occurrence,
    occurrences,
)
from liaison.definitions import Duty

from .model import Instance

ONE = timedelta(days=1)
_ROUND = timedelta(days=62)
"""Farther than a rest day moves a point."""
OPENS, DUE, UNTIL = "~opens", "~due", "~until"
"""Moments that are no reminders: the record is opened, the instance is due, what is late no longer counts."""


def upcoming(schedule: Schedule, last: date | None, since: date, calendar: Calendar) -> Iterator[Occurrence]:
    """The occurrences that are not over by `since`, in order; with `last` those of the periods after the one that
    begins on that day."""
    after = min((one.first for one in occurrences(schedule, since, since, calendar)), default=since) - ONE
    while (one := next_occurrence(schedule, after, calendar)) is not None:
        after = one.first
        if last is None or one.period.first > last:
            yield one


def ahead(schedule: Schedule, day: date, count: int, calendar: Calendar) -> list[Occurrence]:
    """The next `count` occurrences that are not over on `day`, one that is under way among them."""
    return list(islice(upcoming(schedule, None, day, calendar), count))


def occurrence_of(schedule: Schedule, period: Period, calendar: Calendar) -> Occurrence | None:
    """When the schedule occurs in a period; None: it does not, or has periods of another kind by now."""
    near = occurrences(schedule, period.first - _ROUND, period.last + _ROUND, calendar)
    return next((one for one in near if one.period == period), None)


def placed(duty: Duty, instance: Instance, found: Occurrence) -> Instance:
    """`instance` on the days of an occurrence."""
    return replace(
        instance,
        first=found.first,
        due=found.last,
        until=until(duty, instance.period, found.last),
        workdays=len(found.workdays),
        certain=found.certain,
    )


def since(instance: Instance, previous: date | None) -> date:
    """The first day on which a record counts: of the period, but after the one before it was due (`previous`), which
    may have been moved into this period."""
    begins = min(instance.period.first, instance.first)
    return begins if previous is None else max(begins, previous + ONE)


def until(duty: Duty, period: Period, last: date) -> date:
    """The last day on which what is late still counts: of the period; where the record is known, of the next one."""
    return max((period.shifted(1) if duty.opens is not None else period).last, last)


def moments(
    duty: Duty, instance: Instance, calendar: Calendar, hours: OfficeHours | None
) -> list[tuple[datetime, str]]:
    """Every moment at which there is something to do about an instance, and what: a reminder by its key, or `OPENS`,
    `DUE`, `UNTIL`."""
    end = datetime.combine(instance.due, time.max, ZONE)
    found = [(_midnight(instance.due + ONE), DUE), (_midnight(instance.until + ONE), UNTIL)]
    if duty.opens is not None:
        found.append((_opens_at(duty.opens.before, instance, calendar, hours), OPENS))
    for one in duty.remind:
        length = Length.from_json(one.before or one.after)
        if one.before is not None:
            at = due(end, Length(-length.n, length.unit), calendar, hours=hours, roll="none").at
            found.append((_midnight(at.date()), one.key))
        else:
            found.append((due(end, length, calendar, hours=hours, roll="none").at, one.key))
    return sorted(found)


def _opens_at(before: object, instance: Instance, calendar: Calendar, hours: OfficeHours | None) -> datetime:
    if before is None:
        return _midnight(min(instance.period.first, instance.first))
    length = Length.from_json(before)
    start = datetime.combine(instance.first, time.max, ZONE)
    return _midnight(due(start, Length(-length.n, length.unit), calendar, hours=hours, roll="none").at.date())


def opening(duty: Duty, instance: Instance, calendar: Calendar, hours: OfficeHours | None) -> datetime:
    """When an instance is opened: with its period, or before it, where something is to be done before."""
    first = moments(duty, instance, calendar, hours)[0][0]
    return min(_midnight(min(instance.period.first, instance.first)), first)


def next_moment(
    duty: Duty, instance: Instance, calendar: Calendar, hours: OfficeHours | None, after: datetime
) -> datetime | None:
    """The first moment after `after`; None: none is left."""
    return next((at for at, _ in moments(duty, instance, calendar, hours) if at > after), None)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)
