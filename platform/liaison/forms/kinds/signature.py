"""A signature: a name typed, or a drawing as a PNG data URL."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Any

from liaison.texts import Message, say

from ..kind import Kind, Scene, Wrong, personal, register
from ..masks import mask_text
from ..model import Field, Names
from ..reading import LONGEST, read_text
from ..sniff import sniff

DATA_URL = "data:image/png;base64,"
_LONGEST_NAME = 40
WAYS = ("typed", "drawn")


@register
class Signature(Kind):
    name = "signature"
    nature = "name"
    missing = "forms.required_signature"
    autocomplete = "name"

    def fragment(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "maxLength": LONGEST}

    def parse(self, field: Field, raw: Any) -> str | None:
        text = read_text(raw)
        if not text.startswith(DATA_URL):
            if len(text) > _LONGEST_NAME or "\n" in text:
                raise Wrong("forms.too_long", most=_LONGEST_NAME)
            return text or None
        try:
            drawing = base64.b64decode(text.removeprefix(DATA_URL), validate=True)
        except (binascii.Error, ValueError) as error:
            raise Wrong("forms.not_a_drawing") from error
        if sniff(drawing) != "png":
            raise Wrong("forms.not_a_drawing")
        return text

    def examine(self, field: Field, value: Any, scene: Scene) -> Iterator[Wrong]:
        way = "drawn" if value.startswith(DATA_URL) else "typed"
        if way not in field.spec.get("ways", WAYS):
            yield Wrong(f"forms.signature_not_{way}")

    def display(self, field: Field, value: Any, lang: str, names: Names) -> str:
        return say(Message("forms.shown_drawing"), lang) if value.startswith(DATA_URL) else str(value)

    def mask(self, field: Field, value: Any, lang: str, names: Names) -> str:
        sort = personal(field)
        shown = self.display(field, value, lang, names)
        return shown if sort is None or value.startswith(DATA_URL) else mask_text(sort, shown)
