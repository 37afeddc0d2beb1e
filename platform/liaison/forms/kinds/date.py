"""A day. Typed as 2025-01-26, 2025/1/26, 20250126 or 2025年1月26日; stored as 2025-01-26."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from wtforms.widgets import DateInput

from liaison.conditions import DATE, Type
from liaison.texts import spell_date

from ..kind import Kind, Scene, Wrong, register
from ..model import LIMITS, Field, Names
from ..moments import read_day
from ..reading import read_plain


@register
class Date(Kind):
    name = "date"
    widget = DateInput()

    def fragment(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "format": "date"}

    def parse(self, field: Field, raw: Any) -> str | None:
        if isinstance(raw, date) and not isinstance(raw, datetime):
            return raw.isoformat()
        text = read_plain(raw)
        return read_day(text).isoformat() if text else None

    def examine(self, field: Field, value: Any, scene: Scene) -> Iterator[Wrong]:
        day = date.fromisoformat(value)
        least, most = (field.limits[name](scene.facts) if name in field.limits else None for name in LIMITS)
        if least is not None and day < least:
            yield Wrong("forms.day_too_early", day=least)
        if most is not None and day > most:
            yield Wrong("forms.day_too_late", day=most)

    def display(self, field: Field, value: Any, lang: str, names: Names) -> str:
        return spell_date(date.fromisoformat(value), lang)

    def type_of(self, field: Field) -> Type:
        return DATE
