"""A time of day, stored as HH:MM."""

from __future__ import annotations

from datetime import time
from typing import Any

from wtforms.widgets import TimeInput

from ..kind import Kind, register
from ..model import Field
from ..moments import read_time
from ..reading import read_plain


@register
class Time(Kind):
    name = "time"
    widget = TimeInput()

    def fragment(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}

    def parse(self, field: Field, raw: Any) -> str | None:
        if isinstance(raw, time):
            return f"{raw:%H:%M}"
        text = read_plain(raw)
        return f"{read_time(text):%H:%M}" if text else None
