"""An action marked as one to be taken many times at once, which nobody can."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from liaison.texts import Message, Severity

from ..build import who
from .index import Index
from .registry import Found, found, lint

_NO_CELL = ("file", "signature", "table")
"""Kinds of fields that no cell of a sheet can hold."""


@lint("bulk_not_possible", Severity.ERROR)
def bulk_not_possible(index: Index) -> Iterator[Found]:
    """Nobody at a desk may take it; or it begins records and asks for more than a row of a sheet can say."""
    for file, pointer, of, action in index.actions:
        if action.get("bulk"):
            for why in _obstacles(index, of, action):
                yield found(file, f"{pointer}/bulk", action=action["title"], why=why)


def _obstacles(index: Index, of: str, action: Mapping[str, Any]) -> Iterator[Message]:
    outside = {"applicant", "system", *(() if action.get("start") else ("anyone",))}
    if all(who(one).kind in outside for one in action["by"]):
        yield Message("definitions.bulk.nobody")
    if not action.get("start"):
        return
    record_type = index.type_of(of)
    if record_type is not None and record_type.child:
        yield Message("definitions.bulk.child")
    if action.get("reason"):
        yield Message("definitions.bulk.reason")
    known = index.definition.lifecycles[of].actions[action["key"]]
    required = {key for form in index.definition.forms.values() for key in form["schema"].get("required", ())}
    for key in index.asked(known):
        field = index.fields(of).get(key, {})
        if key in required and field.get("kind") in _NO_CELL:
            yield Message("definitions.bulk.no_cell", {"field": field.get("title", key)})
