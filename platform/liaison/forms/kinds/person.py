"""A person: a name written down or, with `filter`, one or several picked from the roster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from wtforms.widgets import TextInput

from liaison.texts import say

from ..kind import Scene, Wrong, personal, register
from ..masks import mask_text
from ..model import Choice, Field, Names
from ..picking import RosterPick, entries_of, listed

LONGEST = 40


@register
class Person(RosterPick):
    name = "person"
    nature = "name"
    autocomplete: ClassVar[str | None] = "name"

    def asks_for(self, field: Field) -> str:
        return self.missing if _picked(field) else "forms.required"

    def widget_of(self, field: Field) -> Any:
        return self.widget if _picked(field) else TextInput()

    def fragment(self, field: Field) -> dict[str, Any]:
        fragment = super().fragment(field)
        (fragment["items"] if field.many else fragment)["maxLength"] = field.spec.get("maxLength", LONGEST)
        return fragment

    def parse(self, field: Field, raw: Any) -> Any:
        value = super().parse(field, raw)
        most = field.spec.get("maxLength", LONGEST)
        if any(len(entry) > most or "\n" in entry for entry in entries_of(value)):
            raise Wrong("forms.too_long", most=most)
        return value

    def examine(self, field: Field, value: Any, scene: Scene) -> Iterator[Wrong]:
        if _picked(field):
            yield from super().examine(field, value, scene)

    def choices(self, field: Field, scene: Scene) -> Sequence[Choice] | None:
        return super().choices(field, scene) if _picked(field) else None

    def called(self, field: Field, entry: str, names: Names) -> str:
        return super().called(field, entry, names) if _picked(field) else entry

    def mask(self, field: Field, value: Any, lang: str, names: Names) -> str:
        sort = personal(field)
        if sort is None:
            return self.display(field, value, lang, names)
        return say(listed([mask_text(sort, self.called(field, entry, names)) for entry in entries_of(value)]), lang)


def _picked(field: Field) -> bool:
    return "filter" in field.spec
