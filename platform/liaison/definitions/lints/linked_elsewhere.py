"""A link to what the relation does not lead to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from liaison.texts import Severity

from ..turns import record_of_turn
from .index import Index
from .registry import Found, found, lint


@lint("linked_elsewhere", Severity.ERROR)
def linked_elsewhere(index: Index) -> Iterator[Found]:
    """What is linked, the records of a field or the one whose turn it is, is of another type, or no record at all."""
    for effect in index.effects:
        record_type = index.type_of(effect.of)
        if effect.kind != "link" or record_type is None or effect.body["relation"] not in record_type.relations:
            continue
        relation = record_type.relations[effect.body["relation"]]
        if "record" in effect.body:
            name, members, path = "record", effect.turn or {}, effect.body["record"]["var"]
        elif effect.body["field"] in index.fields(effect.of):
            name, members = "field", {"field": effect.body["field"]}
            path = f"each.{effect.body['column']}" if "column" in effect.body else "each"
        else:
            continue
        if record_of_turn(index.definition, effect.of, members, path) != relation.to:
            yield found(effect.file, f"{effect.pointer}/link/{name}", relation=relation.title, to=relation.to)
    for file, pointer, view in index.items("views", "views"):
        if "beside" in view:
            yield from _beside(index, view, file, f"{pointer}/beside")


def _beside(index: Index, view: Mapping[str, Any], file: str, pointer: str) -> Iterator[Found]:
    """A list on the pages of linked records shows what the relation leads to, or from the other side what it comes
    from."""
    page, key = view["beside"]["type"], view["beside"]["relation"]
    owner, end = (view["of"], page) if key.startswith("~") else (page, view["of"])
    record_type = index.type_of(owner)
    relation = record_type.relations.get(key.removeprefix("~")) if record_type else None
    if relation is not None and relation.to != end:
        yield found(file, f"{pointer}/relation", relation=relation.title, to=relation.to)
