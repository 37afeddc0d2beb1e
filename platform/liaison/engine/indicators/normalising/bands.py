"""分档: the score of the highest band that the value reaches; 0 below the lowest."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any


def score(value: Decimal, body: Mapping[str, Any], _all: Collection[Decimal]) -> Decimal:
    """Bands stand from the lowest to the highest."""
    reached = [band["score"] for band in body["bands"] if value >= Decimal(str(band["from"]))]
    return Decimal(str(reached[-1])) if reached else Decimal(0)
