"""功效系数法: the unacceptable value scores 60, the satisfactory one 100, others in proportion, from 0 to 100."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

_PASS, _FULL = Decimal(60), Decimal(100)


def score(value: Decimal, body: Mapping[str, Any], _all: Collection[Decimal]) -> Decimal:
    """The satisfactory value may be the smaller one: then less is better."""
    bad, good = Decimal(str(body["unacceptable"])), Decimal(str(body["satisfactory"]))
    reached = _PASS + (value - bad) * (_FULL - _PASS) / (good - bad)
    return min(max(reached, Decimal(0)), _FULL)
