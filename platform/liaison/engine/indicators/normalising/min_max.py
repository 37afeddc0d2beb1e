"""极差法: between the worst value, which scores 0, and the best, which scores 100."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

_FULL = Decimal(100)


def score(value: Decimal, body: Mapping[str, Any], all_: Collection[Decimal]) -> Decimal:
    """The ends are those that are fixed, else those of the objects compared. Where all are alike, all score 100."""
    low = Decimal(str(body["lowest"])) if "lowest" in body else min(all_)
    high = Decimal(str(body["highest"])) if "highest" in body else max(all_)
    if low == high:
        return _FULL
    up = min(max((value - low) / (high - low), Decimal(0)), Decimal(1)) * _FULL
    return up if body["better"] == "more" else _FULL - up
