"""Likeness 相似件: which earlier records a new one may repeat. Intake shows them; a person decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from liaison.definitions import Likeness

from .model import Record

NEAR = 0.5
"""Two texts are near when at least half of the pairs of characters of the shorter one stand in the other."""


@dataclass(frozen=True, slots=True)
class Alike:
    """An earlier record and how near it is, 0 to 1."""

    record: Record
    nearness: float


def alike(likeness: Likeness, values: Mapping[str, Any], earlier: Iterable[Record], now: datetime) -> tuple[Alike, ...]:
    """The records of `earlier` like one with `values`, nearest first: equal in every `same` field, near in at least
    one `near` field, created within `days`. The caller hands in candidates that share words."""
    since = now - timedelta(days=likeness.days)
    found = [
        Alike(record, nearness)
        for record in earlier
        if record.created_at is not None
        and record.created_at >= since
        and all(record.values.get(key) == values.get(key) for key in likeness.same)
        and (nearness := max((near(record.values.get(key), values.get(key)) for key in likeness.near), default=1.0))
        >= NEAR
    ]
    return tuple(sorted(found, key=lambda one: (-one.nearness, one.record.id)))


def near(one: Any, other: Any) -> float:
    """The share of the pairs of characters of the shorter text that stand in the other; 0 for what is no text."""
    if not isinstance(one, str) or not isinstance(other, str):
        return 0.0
    pairs = [{text[i : i + 2] for i in range(len(text) - 1)} for text in (_plain(one), _plain(other))]
    smaller, larger = sorted(pairs, key=len)
    return len(smaller & larger) / len(smaller) if smaller else 0.0


def _plain(text: str) -> str:
    return "".join(character for character in text if character.isalnum())
