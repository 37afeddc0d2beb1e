"""A share in percent points: 12.5 is stored for 12.5%."""

from __future__ import annotations

from typing import Any

from ..kind import register
from ..model import Field, Names
from ..numbers import Number
from ..reading import grouped


@register
class Percent(Number):
    name = "percent"
    places = 2
    least = 0
    most = 100

    def parse(self, field: Field, raw: Any) -> Any:
        return super().parse(field, raw.strip().rstrip("%％") if isinstance(raw, str) else raw)

    def display(self, field: Field, value: Any, lang: str, names: Names) -> str:
        return f"{grouped(value)}%"
