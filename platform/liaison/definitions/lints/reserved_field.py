"""A field called like a fact (`record`, `term`, …) could never be read."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Severity

from ..build import by_schema
from ..facts import FACTS
from .index import Index
from .registry import Found, found, lint


@lint("reserved_field", Severity.ERROR)
def reserved_field(index: Index) -> Iterator[Found]:
    """The first segments of facts are taken."""
    for file, form in by_schema(index.definition.data, "form").items():
        for name in sorted({*FACTS} & form["schema"].get("properties", {}).keys()):
            yield found(file, f"/schema/properties/{name}", field=name)
