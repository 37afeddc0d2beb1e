"""What the kinds share where one picks from a list, one or many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from liaison.conditions import TEXT, Type, list_of
from liaison.texts import Message, say

from .kind import Kind, Scene, Wrong
from .model import Choice, Field, Names, Nothing
from .reading import read_text
from .widgets import SelectBox

MOST_PICKED = 500


class Pick(Kind):
    """One value (`type: string`) or several (`type: array`), each one of those offered."""

    types = ("string", "array")
    missing = "forms.required_pick"
    widget = SelectBox()

    def fragment(self, field: Field) -> dict[str, Any]:
        if not field.many:
            return {"type": "string"}
        bounds = {key: field.spec[key] for key in ("minItems", "maxItems") if key in field.spec}
        return {"type": "array", "items": {"type": "string"}, "uniqueItems": True, **bounds}

    def parse(self, field: Field, raw: Any) -> str | list[str] | None:
        if not field.many:
            return read_text(raw) or None
        entries = raw if isinstance(raw, list) else [raw]
        if len(entries) > MOST_PICKED:
            raise Wrong("forms.too_many_picked", most=MOST_PICKED)
        picked = list(dict.fromkeys(text for entry in entries if (text := read_text(entry))))
        return picked or None

    def examine(self, field: Field, value: Any, scene: Scene) -> Iterator[Wrong]:
        picked = entries_of(value)
        kept = set(entries_of(scene.existing))
        new = [entry for entry in picked if entry not in kept]
        if not set(new) <= self.offered(field, new, scene):
            yield Wrong("forms.not_offered")
        alone = [entry for entry in picked if entry in field.spec.get("alone", ())]
        if alone and len(picked) > 1:
            yield Wrong("forms.picked_with_others", choice=self.called(field, alone[0], Nothing.get))
        if field.many and len(picked) < field.spec.get("minItems", 0):
            yield Wrong("forms.too_few_picked", least=field.spec["minItems"])
        if field.many and len(picked) > field.spec.get("maxItems", MOST_PICKED):
            yield Wrong("forms.too_many_picked", most=field.spec["maxItems"])

    def offered(self, field: Field, _entries: list[Any], scene: Scene) -> set[str]:
        """Those of some entries, and maybe others, that may be picked now."""
        return {choice.value for choice in self.choices(field, scene) or ()}

    def text(self, field: Field, value: Any) -> str:
        return "" if field.many else str(value)

    def type_of(self, field: Field) -> Type:
        return list_of(self.entry_type(field)) if field.many else self.entry_type(field)

    def entry_type(self, field: Field) -> Type:
        """The type of one entry."""
        return TEXT

    def called(self, field: Field, entry: str, names: Names) -> str:
        """How one entry is called."""
        return names(self.name, entry) or entry

    def display(self, field: Field, value: Any, lang: str, names: Names) -> str:
        return say(listed([self.called(field, entry, names) for entry in entries_of(value)]), lang)


class RosterPick(Pick):
    """Picked from what stands outside the definition: `options(kind, filter, day)` offers it."""

    def choices(self, field: Field, scene: Scene) -> Sequence[Choice] | None:
        offered = scene.offered(self.name, field.spec.get("filter", {}))
        known = {choice.value for choice in offered}
        kept = dict.fromkeys(entry for entry in entries_of(scene.existing) if entry not in known)
        return [*offered, *(Choice(entry, self.called(field, entry, scene.names)) for entry in kept)]


def entries_of(value: Any) -> list[Any]:
    """The picked values of a stored value, one or many."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def entries_in(kind: str, fields: Mapping[str, Field], values: Mapping[str, Any]) -> Iterator[str]:
    """What the fields of a kind, and the columns of that kind in tables, hold among `values`: stored, or as typed."""
    for key, field in fields.items():
        if field.kind == kind:
            yield from (entry for entry in entries_of(values.get(key)) if isinstance(entry, str) and entry)
        elif field.columns:
            for row in entries_of(values.get(key)):
                if isinstance(row, Mapping):
                    yield from entries_in(kind, field.columns, row)


def listed(entries: list[str]) -> Message:
    """Entries one after the other, in the manner of the language."""
    return Message("forms.shown_list", {"entries": entries})
