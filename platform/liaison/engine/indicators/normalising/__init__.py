"""How a value becomes a score from 0 to 100 无量纲化: one module for each way, registered by name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Any

from . import bands, efficacy, min_max

Normalising = Callable[[Decimal, Mapping[str, Any], Collection[Decimal]], Decimal]
"""(value, what the way takes, the values of all objects) → score."""

WAYS: Mapping[str, Normalising] = {"efficacy": efficacy.score, "min_max": min_max.score, "bands": bands.score}

__all__ = ["WAYS", "Normalising"]
