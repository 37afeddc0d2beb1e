"""Lengths, schedules and office hours, wherever they stand in a package."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from liaison.calendars import SHANGHAI, Length, MalformedError, OfficeHours, Schedule, lint_schedule
from liaison.definitions import Definition
from liaison.texts import Finding

_YEARS_LOOKED_AT = 4
"""Enough for every weekday to meet every date that matters, a 29 February among them."""


def time_findings(definition: Definition) -> Iterator[Finding]:
    """What `calendars` cannot read, and what is doubtful about a schedule."""
    for file, content in definition.data.items():
        if file.startswith("form_definitions/"):
            continue
        for pointer, name, value in _places(content, ""):
            yield from _READ[name](value, file, pointer)


def _places(node: Any, pointer: str) -> Iterator[tuple[str, str, Any]]:
    if isinstance(node, dict):
        for name, value in node.items():
            where = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
            if name in _READ and isinstance(value, dict):
                yield where, name, value
            # Below these the names are fields, slots or columns of the mechanism and mean nothing to the format.
            elif name not in _NAMED_FREELY:
                yield from _places(value, where)
    elif isinstance(node, list):
        for at, item in enumerate(node):
            yield from _places(item, f"{pointer}/{at}")


def _length(value: Any, file: str, pointer: str) -> Iterator[Finding]:
    if "schedule" in value:
        yield from _schedule(value["schedule"], file, f"{pointer}/schedule")
    elif not value.keys() & {"table", "asks"}:
        yield from _read(Length.from_json, value, file, pointer)


def _schedule(value: Any, file: str, pointer: str) -> Iterator[Finding]:
    try:
        schedule = Schedule.from_json(value, file=file, pointer=pointer)
    except MalformedError as error:
        yield from error.findings
        return
    last = max(SHANGHAI.years)
    first_day, last_day = date(last - _YEARS_LOOKED_AT + 1, 1, 1), date(last, 12, 31)
    yield from lint_schedule(schedule, first_day, last_day, SHANGHAI, file=file, pointer=pointer)


def _hours(value: Any, file: str, pointer: str) -> Iterator[Finding]:
    yield from _read(OfficeHours.from_json, value, file, pointer)


def _read(read: Callable[..., Any], value: Any, file: str, pointer: str) -> Iterator[Finding]:
    try:
        read(value, file=file, pointer=pointer)
    except MalformedError as error:
        yield from error.findings


_READ: dict[str, Callable[[Any, str, str], Iterator[Finding]]] = {
    "length": _length,
    "cap": _length,
    "before": _length,
    "after": _length,
    "by": _length,
    "schedule": _schedule,
    "office_hours": _hours,
    "hours": _hours,
}
"""Names under which the format holds something of time, where the value is an object."""
_NAMED_FREELY = frozenset({"with", "fields", "values", "map", "answers", "default", "notices", "columns", "then", "if"})
