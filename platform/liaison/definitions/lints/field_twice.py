"""One field defined in two forms of a record type: the second must refer to the first with `$ref`."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Severity

from ..jsontext import escape
from ..layout import FORMS
from .index import Index
from .registry import Found, found, lint


@lint("field_twice", Severity.ERROR)
def field_twice(index: Index) -> Iterator[Found]:
    """Fields of a record type are one flat namespace."""
    definition = index.definition
    for record_type in definition.record_types.values():
        first: dict[str, str] = {}
        for form in record_type.forms:
            for name, field in definition.forms.get(form, {}).get("schema", {}).get("properties", {}).items():
                if "$ref" in field:
                    continue
                if name in first:
                    file = f"{FORMS}/{definition.key}/{form}.json"
                    pointer = f"/schema/properties/{escape(name)}"
                    yield found(file, pointer, field=name, form=first[name])
                first.setdefault(name, form)
