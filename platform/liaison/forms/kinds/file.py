"""Files, stored as a list of ids. Content, size and number are checked; the name is not believed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import wtforms.widgets

from liaison.conditions import TEXT, Type, list_of
from liaison.texts import Message, say

from ..kind import Kind, Scene, Wrong, register
from ..model import Choice, Field, Names
from ..picking import entries_of, listed
from ..reading import read_text
from ..sniff import ALIKE, fits, sniff

ACCEPT = ("pdf", "ofd", "png", "jpg", "docx", "xlsx", "doc", "xls", "wps")
MOST_FILES = 10
MOST_MEGABYTES = 20


@register
class File(Kind):
    """An id is accepted only when `options("file", {"field": key}, day)` offers it: what was uploaded here."""

    name = "file"
    types = ("array",)
    missing = "forms.required_file"
    widget = wtforms.widgets.FileInput(multiple=True)

    def fragment(self, field: Field) -> dict[str, Any]:
        least = {"minItems": field.spec["minItems"]} if "minItems" in field.spec else {}
        most = field.spec.get("maxItems", MOST_FILES)
        return {"type": "array", "items": {"type": "string"}, "uniqueItems": True, **least, "maxItems": most}

    def parse(self, field: Field, raw: Any) -> list[str] | None:
        entries = raw if isinstance(raw, list) else [raw]
        most = field.spec.get("maxItems", MOST_FILES)
        if len(entries) > most:
            raise Wrong("forms.too_many_files", most=most)
        ids = list(dict.fromkeys(text for entry in entries if (text := read_text(entry))))
        return ids or None

    def examine(self, field: Field, value: Any, scene: Scene) -> Iterator[Wrong]:
        known = {choice.value for choice in self.choices(field, scene)} | set(entries_of(scene.existing))
        if any(entry not in known for entry in value):
            yield Wrong("forms.file_unknown")
        if len(value) < field.spec.get("minItems", 0):
            yield Wrong("forms.too_few_files", least=field.spec["minItems"])

    def choices(self, field: Field, scene: Scene) -> list[Choice]:
        return list(scene.offered(self.name, {"field": field.key}))

    def type_of(self, field: Field) -> Type:
        return list_of(TEXT)

    def text(self, field: Field, value: Any) -> str:
        return ""

    def display(self, field: Field, value: Any, lang: str, names: Names) -> str:
        return say(listed([names(self.name, entry) or entry for entry in value]), lang)


def check_upload(field: Field, name: str, data: bytes) -> list[Message]:
    """What is wrong with one uploaded file, before it gets an id: its size, its type by content, its name ending."""
    problems = []
    most = field.spec.get("max_megabytes", MOST_MEGABYTES)
    if not data:
        problems.append("forms.file_empty")
    if len(data) > most * 1_000_000:
        problems.append("forms.file_too_large")
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    claimed = ALIKE.get(ending, ending)
    accepted = field.spec.get("accept", ACCEPT)
    if claimed not in accepted:
        problems.append("forms.file_type")
    elif data and not fits(sniff(data), claimed):
        problems.append("forms.file_not_what_it_says")
    params = {"label": field.title, "name": name, "most": most, "accepted": list(accepted)}
    return [Message(code, params) for code in problems]
