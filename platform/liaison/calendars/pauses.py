"""The times in which a term does not run, put in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar

from .model import ZONE, Pause

_ONE = timedelta(days=1)

Where = TypeVar("Where", date, datetime)
Amount = TypeVar("Amount", int, timedelta)

# Disjoint runs of days, first and last included, ascending.
Runs = Sequence[tuple[date, date]]


def paused_times(pauses: Iterable[Pause]) -> list[tuple[datetime, datetime]]:
    """The pauses from–until, ascending, those that touch joined, in Asia/Shanghai."""
    joined: list[tuple[datetime, datetime]] = []
    for start, end in sorted((pause.start.astimezone(ZONE), pause.end.astimezone(ZONE)) for pause in pauses):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif start < end:
            joined.append((start, end))
    return joined


def paused_days(pauses: Iterable[Pause]) -> list[tuple[date, date]]:
    """The days that do not count, as runs first–last: from the day a pause begins to the day before it ends."""
    joined: list[tuple[date, date]] = []
    for start, end in paused_times(pauses):
        first, last = start.date(), end.date() - _ONE
        if joined and first <= joined[-1][1] + _ONE:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        elif first <= last:
            joined.append((first, last))
    return joined


def cut(runs: Iterable[tuple[Where, Where]], first: Where, last: Where) -> list[tuple[Where, Where]]:
    """The parts of the runs that lie from `first` to `last`."""
    return [(max(start, first), min(end, last)) for start, end in runs if start <= last and end >= first]


def settle(land: Callable[[Amount], Where], lost: Callable[[Where], Amount], nothing: Amount) -> Where:
    """The earliest end that makes up for all that is lost before it.

    `land` says where one arrives with so much added, `lost` how much of the way there does not count: what is
    added may bring in more that does not count, until nothing changes any more.
    """
    added = nothing
    while True:
        landed = land(added)
        missing = lost(landed)
        if missing == added:
            return landed
        added = missing
