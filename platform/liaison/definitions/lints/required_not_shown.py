"""A field that must be filled and stands in no section, so that nobody ever can."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Severity

from ..build import by_schema
from ..layout import stem
from .index import Index
from .registry import Found, found, lint


@lint("required_not_shown", Severity.ERROR)
def required_not_shown(index: Index) -> Iterator[Found]:
    """Required fields must have a control in the layout of their form."""
    for file, form in by_schema(index.definition.data, "form").items():
        shown = {field for (key, _), fields in index.sections.items() if key == stem(file) for field in fields}
        for at, name in enumerate(form["schema"].get("required", ())):
            field = form["schema"].get("properties", {}).get(name)
            if field is not None and name not in shown and "value" not in field:
                yield found(file, f"/schema/required/{at}", field=field.get("title", name))
