"""One or several of a few choices that the form itself names."""

from __future__ import annotations

from typing import Any

from liaison.conditions import Type, code

from ..kind import Scene, register
from ..model import Choice, Field, Names
from ..picking import Pick


@register
class ChoiceKind(Pick):
    name = "choice"

    def fragment(self, field: Field) -> dict[str, Any]:
        fragment = super().fragment(field)
        entries = [{"const": choice["key"], "title": choice["label"]} for choice in field.spec["choices"]]
        (fragment["items"] if field.many else fragment)["oneOf"] = entries
        return fragment

    def choices(self, field: Field, scene: Scene) -> list[Choice]:
        return [Choice(choice["key"], choice["label"]) for choice in field.spec["choices"]]

    def called(self, field: Field, entry: str, names: Names) -> str:
        labels: dict[str, str] = {choice["key"]: choice["label"] for choice in field.spec["choices"]}
        return labels.get(entry, entry)

    def entry_type(self, field: Field) -> Type:
        return code(own_codes(field))


def own_codes(field: Field) -> str:
    """The name under which expressions know the choices of a field: no code list can be called like this."""
    return f"choice:{field.key}"
