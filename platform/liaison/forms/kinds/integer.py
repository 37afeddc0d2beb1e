"""A whole number, with thousands separators where one likes."""

from __future__ import annotations

from ..kind import register
from ..numbers import Number


@register
class Integer(Number):
    name = "integer"
    types = ("integer",)
    inputmode = "numeric"
    places = 0
