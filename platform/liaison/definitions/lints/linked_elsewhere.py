"""A link to what the relation does not lead to."""

from __future__ import annotations

from collections.abc import Iterator

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
