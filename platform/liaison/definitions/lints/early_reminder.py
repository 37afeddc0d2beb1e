"""A reminder that would come before its term even starts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from liaison.texts import Severity

from .index import Index
from .registry import Found, found, lint

_HOURS: Mapping[str, tuple[float, float]] = {
    "minutes": (1 / 60, 1 / 60), "hours": (1, 1), "work_hours": (1, 24), "days": (24, 24), "workdays": (24, 48),
    "months": (28 * 24, 31 * 24),
}  # fmt: skip
"""Unit → hours it takes at least and at most; a workday behind a weekend or a long holiday takes the longer time."""
_HOLIDAY = 10 * 24
"""Hours that the longest holiday can add to a count of workdays."""


@lint("early_reminder", Severity.ERROR)
def early_reminder(index: Index) -> Iterator[Found]:
    """Said only where it is certain in every calendar."""
    for file, pointer, term in index.items("terms", "terms"):
        for at, reminder in enumerate(term.get("remind", ())):
            if "before" in reminder and _longer(reminder["before"], term["length"]):
                yield found(file, f"{pointer}/remind/{at}/before", term=term["title"])


def _longer(before: Mapping[str, Any], length: Mapping[str, Any]) -> bool:
    """Whether `before` reaches back past the start of `length` on any day of any year."""
    if before.keys() == length.keys() and len(before) == 1:
        (one,), (other,) = before.values(), length.values()
        return _amount(one) >= abs(_amount(other)) > 0
    if not before.keys() <= _HOURS.keys() or not length.keys() <= _HOURS.keys():
        return False
    shortest = sum(_HOURS[unit][0] * _amount(amount) for unit, amount in before.items())
    longest = sum(_HOURS[unit][1] * abs(_amount(amount)) for unit, amount in length.items())
    return shortest >= longest + (_HOLIDAY if {"workdays", "work_hours"} & length.keys() else 0)


def _amount(value: Any) -> float:
    return value if isinstance(value, int | float) else 0
