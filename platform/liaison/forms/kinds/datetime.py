"""A moment: typed in local time, stored in ISO 8601 with +08:00."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from wtforms.widgets import DateTimeLocalInput

from liaison.conditions import MOMENT, Type
from liaison.texts import spell_date

from ..kind import Kind, Wrong, register
from ..model import Field, Names
from ..moments import SHANGHAI, read_moment
from ..reading import read_text


@register
class Moment(Kind):
    name = "datetime"
    widget = DateTimeLocalInput()

    def fragment(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "format": "date-time"}

    def parse(self, field: Field, raw: Any) -> str | None:
        if isinstance(raw, datetime):
            if raw.tzinfo is None:
                raise Wrong("forms.not_a_moment")
            return raw.astimezone(SHANGHAI).isoformat(timespec="minutes")
        text = read_text(raw)
        return read_moment(text).isoformat(timespec="minutes") if text else None

    def text(self, field: Field, value: Any) -> str:
        return f"{_local(value):%Y-%m-%dT%H:%M}"

    def display(self, field: Field, value: Any, lang: str, names: Names) -> str:
        moment = _local(value)
        return f"{spell_date(moment.date(), lang)} {moment:%H:%M}"

    def type_of(self, field: Field) -> Type:
        return MOMENT


def _local(value: str) -> datetime:
    return datetime.fromisoformat(value).astimezone(SHANGHAI)
