"""Numbers of records: a pattern, the period in which the serial runs, and the serial."""

from __future__ import annotations

import re
from datetime import date

from liaison.definitions import Series

_PLACE = re.compile(r"\{(year|month|serial)(?::(\d{1,2}))?\}")


def period_of(series: Series, day: date) -> str:
    """The period whose serial `day` belongs to: the year, the month, or the empty string for one that never resets."""
    return {"year": f"{day.year}", "month": f"{day.year}-{day.month:02}", "never": ""}[series.resets]


def number(series: Series, day: date, serial: int) -> str:
    """The number: {year}, {month} and {serial:N} of the pattern filled in; a longer serial is not cut."""
    values = {"year": day.year, "month": day.month, "serial": serial}

    def place(found: re.Match[str]) -> str:
        width = int(found[2]) if found[2] else (2 if found[1] == "month" else 0)
        return f"{values[found[1]]:0{width}}"

    return _PLACE.sub(place, series.pattern)
