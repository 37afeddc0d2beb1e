"""Calendars: workdays, office hours, lengths of time, due dates, schedules, and why a date is the one it is.

`SHANGHAI` is the country's calendar edition; `due` counts a term on it and explains itself step by step;
`occurrences` lists the points and windows of a recurring schedule. All of it is pure: the time is passed in,
and all moments are those of `ZONE`, Asia/Shanghai, whatever the machine's zone.
"""

from .calendar import Calendar, Mark
from .counting import due
from .explain import explain_due
from .hours import USUAL_HOURS, OfficeHours, Outside, Season
from .lights import Light, Shine, days_left, light, workdays_left
from .model import ZONE, Day, Due, Length, MalformedError, Pause, Roll, Unit
from .national import SHANGHAI, edition
from .notice import LARGEST, read_calendar, read_shape, with_local, with_notice
from .occurrences import Occurrence, lint_schedule, next_occurrence, occurrences
from .periods import Period, Span, period_from, period_of
from .schedule import WINDOWS, Kind, Missing, RestDay, Schedule

__all__ = [
    "LARGEST",
    "SHANGHAI",
    "USUAL_HOURS",
    "WINDOWS",
    "ZONE",
    "Calendar",
    "Day",
    "Due",
    "Kind",
    "Length",
    "Light",
    "MalformedError",
    "Mark",
    "Missing",
    "Occurrence",
    "OfficeHours",
    "Outside",
    "Pause",
    "Period",
    "RestDay",
    "Roll",
    "Schedule",
    "Season",
    "Shine",
    "Span",
    "Unit",
    "days_left",
    "due",
    "edition",
    "explain_due",
    "light",
    "lint_schedule",
    "next_occurrence",
    "occurrences",
    "period_from",
    "period_of",
    "read_calendar",
    "read_shape",
    "with_local",
    "with_notice",
    "workdays_left",
]
