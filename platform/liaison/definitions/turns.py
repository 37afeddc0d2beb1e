"""Which type of record takes its turn in a *for each*."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .model import Definition


def record_of_turn(definition: Definition, of: str, members: Mapping[str, Any], path: str) -> str:
    """The record type whose records `path` (`each`, `each.column`) names inside a *for each* over `members`
    (`for_each.of`) on records of type `of`; empty where it names none."""
    column = path.partition(".")[2]
    if "field" in members:
        field = definition.fields.get(of, {}).get(members["field"], {})
        named = field.get("items", {}).get("properties", {}).get(column, {}) if column else field
        return str(named["filter"]["type"]) if named.get("kind") == "record" else ""
    if column:
        return ""
    if "relation" in members:
        record_type = definition.record_types.get(of)
        relation = record_type.relations.get(members["relation"]) if record_type else None
        return relation.to if relation else ""
    return str(members["records"]["type"]) if "records" in members else ""
