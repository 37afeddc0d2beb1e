"""Several lines of text."""

from __future__ import annotations

from typing import Any

import wtforms.widgets

from ..kind import Kind, Wrong, register
from ..model import Field
from ..reading import read_text

LONGEST = 10_000


@register
class Text(Kind):
    name = "text"
    widget = wtforms.widgets.TextArea()

    def fragment(self, field: Field) -> dict[str, Any]:
        wanted = {"minLength": field.spec["minLength"]} if "minLength" in field.spec else {}
        return {"type": "string", "maxLength": field.spec.get("maxLength", LONGEST), **wanted}

    def parse(self, field: Field, raw: Any) -> str | None:
        text = read_text(raw)
        most = field.spec.get("maxLength", LONGEST)
        if len(text) > most:
            raise Wrong("forms.too_long", most=most)
        return text or None
