"""A text in the form, without a value: `help` is what it says."""

from __future__ import annotations

from typing import Any

from ..kind import Kind, register
from ..model import Field


@register
class Note(Kind):
    name = "note"
    types = ()
    holds = False

    def fragment(self, field: Field) -> dict[str, Any]:
        return {"not": {}}

    def parse(self, field: Field, raw: Any) -> None:
        return None
