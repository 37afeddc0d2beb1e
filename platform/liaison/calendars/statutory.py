"""The holidays that the law alone gives, for a year whose notice nobody has published yet.

Which days these are stands in `statutory.json`, after 《全国年节及纪念日放假办法》. A holiday that falls on a
Saturday or Sunday, or on another holiday, is made up on the next ordinary weekday, as the same law demands.
Which weekends are worked instead cannot be computed: only the notice says it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from .lunisolar import lunar_day, solar_term

_LAW: Mapping[str, Any] = json.loads(files(__package__).joinpath("statutory.json").read_text(encoding="utf-8"))

SOURCE: str = _LAW["source"]


@dataclass(frozen=True, slots=True)
class Statutory:
    """A day off by law: the holiday's name, and whether the day stands in for one that fell on a rest day."""

    name: str
    in_lieu: bool


@cache
def statutory_days(year: int) -> Mapping[date, Statutory]:
    """All days off in `year` under the law in force since 2025, weekends left aside."""
    off: dict[date, Statutory] = {}
    owed: list[tuple[date, str]] = []
    for day, name in sorted(_holidays(year)):
        if day in off or day.weekday() >= 5:
            owed.append((day, name))
        off.setdefault(day, Statutory(name, in_lieu=False))
    for day, name in owed:
        stand_in = day
        while stand_in in off or stand_in.weekday() >= 5:
            stand_in += timedelta(days=1)
        off[stand_in] = Statutory(name, in_lieu=True)
    return MappingProxyType(off)


def _holidays(year: int) -> Iterator[tuple[date, str]]:
    for holiday in _LAW["holidays"]:
        first = _first_day(year, holiday)
        for offset in range(holiday["days"]):
            yield first + timedelta(days=offset), holiday["name"]


def _first_day(year: int, holiday: Mapping[str, Any]) -> date:
    if "solar" in holiday:
        return date(year, holiday["solar"]["month"], holiday["solar"]["day"])
    if "lunar" in holiday:
        return lunar_day(year, holiday["lunar"]["month"], holiday["lunar"]["day"])
    return solar_term(year, holiday["term"]["longitude"])
