"""An administrative division by its code: GB/T 2260 (six digits) or below it GB/T 10114 (nine or twelve)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..kind import Scene, Wrong, register
from ..model import Choice, Field
from ..picking import Pick, entries_of
from ..reading import read_plain

_PROVINCES = "1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12]"
SHAPE = re.compile(f"(?:{_PROVINCES})(?:[0-9]{{4}}|[0-9]{{7}}|[0-9]{{10}})")


def read_region(raw: Any) -> str | None:
    """A code as typed, without blanks. Wrong."""
    code = read_plain(raw)
    if code and SHAPE.fullmatch(code) is None:
        raise Wrong("forms.not_a_region")
    return code or None


@register
class Region(Pick):
    """Where `options` offers divisions, one of them; where it offers none, the shape of the code is checked."""

    name = "region"
    inputmode = "numeric"

    def fragment(self, field: Field) -> dict[str, Any]:
        fragment = super().fragment(field)
        (fragment["items"] if field.many else fragment)["pattern"] = f"^(?:{SHAPE.pattern})$"
        return fragment

    def parse(self, field: Field, raw: Any) -> str | list[str] | None:
        return super().parse(field, [read_region(one) for one in raw] if isinstance(raw, list) else read_region(raw))

    def examine(self, field: Field, value: Any, scene: Scene) -> Iterator[Wrong]:
        if self.choices(field, scene):
            yield from super().examine(field, value, scene)
        within = str(field.spec.get("within", ""))
        if any(not entry.startswith(within) for entry in entries_of(value)):
            yield Wrong("forms.region_outside", within=within)

    def choices(self, field: Field, scene: Scene) -> list[Choice] | None:
        wish = {"within": field.spec["within"]} if "within" in field.spec else {}
        return list(scene.offered(self.name, wish)) or None
