"""Reading days, times and moments as people in China write them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta, timezone

from .kind import Wrong

# One offset without summer time since 1992: no time zone data is needed on the machine.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
_DAY = re.compile(  # zh: as people type it
    r"([0-9]{4})(?:([-/.])([0-9]{1,2})\2([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日|([0-9]{2})([0-9]{2}))"
)
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::00(?:\.0+)?)?")
_MOMENT = re.compile(  # zh: as people type it
    r"(.+?日|[^T\s]+)(?:T|\s*)([0-9]{1,2}:[0-9]{2}(?::00(?:\.0+)?)?)(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_YEARS = range(1900, 2201)


def read_day(text: str) -> date:
    """A day written 2025-01-26, 2025/1/26, 2025.1.26, 20250126 or 2025年1月26日. Raises Wrong."""
    matched = _DAY.fullmatch(text)
    if matched is None:
        raise Wrong("forms.not_a_day")
    year, month, day = (int(part) for part in (matched[1], *(p for p in matched.groups()[2:] if p)))
    try:
        found = date(year, month, day)
    except ValueError as error:
        raise Wrong("forms.no_such_day") from error
    if found.year not in _YEARS:
        raise Wrong("forms.no_such_day")
    return found


def read_time(text: str) -> time:
    """A time written 9:05, 09:05 or 09:05:00. Raises Wrong."""
    matched = _TIME.fullmatch(text)
    if matched is None:
        raise Wrong("forms.not_a_time")
    try:
        return time(int(matched[1]), int(matched[2]))
    except ValueError as error:
        raise Wrong("forms.not_a_time") from error


def read_moment(text: str) -> datetime:
    """A day and a time, in Shanghai unless an offset follows. The answer is aware, in Shanghai. Raises Wrong."""
    matched = _MOMENT.fullmatch(unicodedata.normalize("NFKC", text[:60]))
    if matched is None:
        raise Wrong("forms.not_a_moment")
    local = datetime.combine(read_day(matched[1].strip()), read_time(matched[2]))
    if matched[3] is None:
        return local.replace(tzinfo=SHANGHAI)
    offset = matched[3].replace("Z", "+00:00")
    try:
        return datetime.fromisoformat(f"{local.isoformat()}{offset}").astimezone(SHANGHAI)
    except ValueError as error:
        raise Wrong("forms.not_a_moment") from error
