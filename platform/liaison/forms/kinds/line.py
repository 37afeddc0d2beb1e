"""One line of text."""

from __future__ import annotations

import re
from typing import Any

from ..kind import Kind, Wrong, register
from ..model import Field
from ..reading import read_text

LONGEST = 200


@register
class Line(Kind):
    name = "line"

    def fragment(self, field: Field) -> dict[str, Any]:
        wanted = {key: field.spec[key] for key in ("minLength", "pattern") if key in field.spec}
        return {"type": "string", "maxLength": field.spec.get("maxLength", LONGEST), **wanted}

    def parse(self, field: Field, raw: Any) -> str | None:
        text = re.sub(r"\s+", " ", read_text(raw))
        most = field.spec.get("maxLength", LONGEST)
        if len(text) > most:
            raise Wrong("forms.too_long", most=most)
        return text or None
