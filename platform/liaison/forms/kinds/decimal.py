"""A number with decimals, four at most unless `places` says otherwise."""

from __future__ import annotations

from ..kind import register
from ..numbers import Number


@register
class DecimalNumber(Number):
    name = "decimal"
