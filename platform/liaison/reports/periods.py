"""Periods as addresses have them: the keys of `Period`, read back."""

from __future__ import annotations

import re
from datetime import date

from liaison.calendars import Period, Span, period_of

SPANS = (Span.MONTH, Span.QUARTER, Span.HALF_YEAR, Span.YEAR)
"""The periods reports are made for."""
_KEY = re.compile(r"(20[0-9]{2})(?:-(0[1-9]|1[0-2])|-Q([1-4])|-H([12]))?", re.ASCII)


def period_from(key: str) -> Period | None:
    """The month, quarter, half or year of this century with that key; None where it is none."""
    found = _KEY.fullmatch(key)
    if found is None:
        return None
    year, month, quarter, half = found.groups()
    if month:
        return period_of(date(int(year), int(month), 1), Span.MONTH)
    if quarter:
        return period_of(date(int(year), int(quarter) * 3, 1), Span.QUARTER)
    if half:
        return period_of(date(int(year), int(half) * 6, 1), Span.HALF_YEAR)
    return period_of(date(int(year), 1, 1), Span.YEAR)
