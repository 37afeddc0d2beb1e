"""The times a duty sets for the day in a field, as the page shows them beside it: when it is next, how many workdays
there are, what else its words could mean; and for the script, of which days the field's conditions may hold."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from liaison.calendars import WINDOWS, Calendar, Occurrence, Schedule, occurrences
from liaison.definitions import Duty
from liaison.engine import Mechanism
from liaison.engine.duties import ahead, occurrence_of

from . import show, visit

_COMING = 3
_BEFORE, _AFTER = timedelta(days=62), timedelta(days=400)
"""The script knows the times from so long ago to so far ahead; of other days only the server judges."""


def beside(mechanism: Mechanism, type_: str, field: str, day: date, calendar: Calendar) -> dict[str, Any]:
    """For the date in `field` of records of `type_`, on `day`: what `field` draws, and what its script reads."""
    duties = [duty for duty in mechanism.definition.duties.values() if duty.of == type_]
    return {
        "times": [_times(duty, day, calendar) for duty in duties if duty.on == field],
        "within": {duty.key: _known(duty, day, calendar) for duty in duties},
    }


def _times(duty: Duty, day: date, calendar: Calendar) -> dict[str, Any]:
    schedule, *others = Schedule.from_json(duty.schedule).readings
    coming = ahead(schedule, day, _COMING, calendar)
    return {
        "duty": duty.title,
        "schedule": visit.spoken(schedule.message),
        "coming": [_line(schedule, one) for one in coming],
        "others": [
            {
                "schedule": visit.spoken(other.message),
                "coming": [
                    _line(other, there) for one in coming if (there := occurrence_of(other, one.period, calendar))
                ],
            }
            for other in others
        ],
    }


def _line(schedule: Schedule, one: Occurrence) -> dict[str, Any]:
    """One occurrence: 2026年10月 · 10月5日至10月11日 · 其中 4 个工作日."""
    idle = schedule.kind in WINDOWS and not one.workdays
    code = "web.times.idle" if idle else "web.times.workdays"
    return {
        "period": visit.spoken(one.period.message),
        "days": show.day_with_weekday(one.first)
        if one.first == one.last
        else visit.sentence("web.times.window", first=one.first, last=one.last),
        "workdays": visit.sentence(code, count=len(one.workdays)) if schedule.kind in WINDOWS else "",
        "idle": idle,
        "certain": one.certain,
    }


def _known(duty: Duty, day: date, calendar: Calendar) -> dict[str, Any]:
    first, last = day - _BEFORE, day + _AFTER
    spans = occurrences(Schedule.from_json(duty.schedule), first, last, calendar)
    return {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "spans": [[one.first.isoformat(), one.last.isoformat()] for one in spans],
    }
