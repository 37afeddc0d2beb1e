"""Likeness 相似件: which earlier records a new one may repeat. Intake shows them; a person decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from liaison.definitions import Likeness

from .model import Record

NEAR = 0.5
"""Two records are near when at least half of what their texts say is said by both."""


@dataclass(frozen=True, slots=True)
class Alike:
    """An earlier record and how near it is, 0 to 1; `parts`: near field → the same of its text alone."""

    record: Record
    nearness: float
    parts: Mapping[str, float] = field(default_factory=dict)


def alike(likeness: Likeness, values: Mapping[str, Any], earlier: Iterable[Record], now: datetime) -> tuple[Alike, ...]:
    """The records of `earlier` like one with `values`, nearest first: equal in every `same` field, near in the `near`
    fields taken together, created within `days`. The caller hands in candidates that share words."""
    since = now - timedelta(days=likeness.days)
    found = [
        one
        for record in earlier
        if record.created_at is not None
        and record.created_at >= since
        and all(record.values.get(key) == values.get(key) for key in likeness.same)
        and (one := _compared(likeness, record, values)).nearness >= NEAR
    ]
    return tuple(sorted(found, key=lambda one: (-one.nearness, one.record.id)))


def _compared(likeness: Likeness, record: Record, values: Mapping[str, Any]) -> Alike:
    """The mean over every near field that has text on both sides, each text weighing as much as it is long: that two
    reports name one company says little where a page about a loan stands against one about a road. Nothing to compare
    is not near; without near fields it is enough to be the same."""
    parts: dict[str, float] = {}
    weights: dict[str, int] = {}
    for key in likeness.near:
        one, other = _pairs(record.values.get(key)), _pairs(values.get(key))
        if one and other:
            parts[key] = len(one & other) / min(len(one), len(other))
            weights[key] = max(len(one), len(other))
    if not parts:
        return Alike(record, 0.0 if likeness.near else 1.0)
    mean = sum(parts[key] * weight for key, weight in weights.items()) / sum(weights.values())
    return Alike(record, mean, parts)


def _pairs(text: Any) -> frozenset[str]:
    """The pairs of neighbouring characters of a text, blanks and marks left out; none of what is no text. Of two texts
    the share of the shorter one's pairs that stand in the other is what they have in common: a short report of a long
    one is a repetition of it."""
    plain = "".join(character for character in text if character.isalnum()) if isinstance(text, str) else ""
    return frozenset(plain[i : i + 2] for i in range(len(plain) - 1))
