"""What lists of a record type can be narrowed and ordered by, what they can show, and how records name those that a
mechanism serves: one answer for the lints that look at a mechanism before anybody opens a list, for the store that
makes SQL of it, and for the pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from .model import FACETS, PARTY_KINDS, CodeColumn, Definition, Json

ValueKind = Literal["text", "number", "boolean", "date", "moment"]
"""How values compare with one another."""
Home = Literal["record", "facet", "value", "term", "part", "code"]

LIST_FACTS = ("record.today", "record.now", "actor.id", "actor.name", "actor.kind", "actor.units")
"""Facts that are the same for every record of a list: a condition may read them, there is nothing to order by."""

_OF_RECORD: Mapping[str, ValueKind] = {
    "state": "text", "number": "text", "round": "number", "done": "boolean", "id": "text", "created": "moment",
    "since": "moment", "reporter": "text",
}  # fmt: skip
_OF_TERM: Mapping[str, ValueKind] = {
    "running": "boolean", "met": "boolean", "overdue": "boolean", "was_late": "boolean", "late_units": "text",
    "due": "date",
}  # fmt: skip
_OF_FIELD: Mapping[str, ValueKind] = {
    "integer": "number", "decimal": "number", "money": "number", "percent": "number", "date": "date",
    "datetime": "moment",
}  # fmt: skip
_OF_COLUMN: Mapping[str, ValueKind] = {"number": "number", "boolean": "boolean", "date": "date"}
_COMPUTED = {"number": "decimal", "integer": "integer"}
"""Type of a computed field that does not say as what it is shown → the kind it is like."""
_SHOWN = ("number", "state", "round", "since", "created")
_NOT_SHOWN = ("file", "signature", "note", "table")
"""Kinds of fields that do not fit into a cell."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A path that lists can be narrowed by: where its values are (`name` there: the column of the record, the facet,
    the field, `term.what`, the part, `field.column` of its codes) and of which kind. Where there may be `many`, there
    is no order."""

    home: Home
    name: str
    kind: ValueKind
    many: bool = False


def narrowings(definition: Definition, type_: str) -> Mapping[str, Narrowing]:
    """Path → how lists of records of `type_` can be narrowed by it: facts of the record and of its terms, parts,
    facets and fields marked `index`. Everything else has no index, or is known only record by record."""
    record_type, fields = definition.record_types[type_], definition.fields[type_]
    found = {f"record.{name}": Narrowing("record", name, kind) for name, kind in _OF_RECORD.items()}
    for key, field in fields.items():
        if field.get("index"):
            found[key] = Narrowing("value", key, value_kind(field), _is_list(field))
    for facet, key in record_type.facets.items():
        # The telephone's column holds it in another spelling, and a list does not fit into a column.
        if facet != "phone" and key in fields and not _is_list(fields[key]):
            found[key] = Narrowing("facet", facet, "number" if FACETS[facet] == "number" else "text")
    for term in definition.terms_of.get(type_, ()):
        for what, kind in _OF_TERM.items():
            found[f"term.{term.key}.{what}"] = Narrowing("term", f"{term.key}.{what}", kind, what == "late_units")
    for part in record_type.parts.values():
        found[f"part.{part.key}"] = Narrowing("part", part.key, "text", part.maximum != 1)
    for path, (key, column) in code_columns(definition, type_).items():
        if key in found:
            found[path] = Narrowing("code", path, _OF_COLUMN.get(column.type, "text"))
    return found


@dataclass(frozen=True, slots=True)
class Naming:
    """A way in which records of a type name an entry of the directory: what the entry has as `by` stands at `path`, by
    which lists can be narrowed. `kinds`: of which kinds such an entry may be."""

    path: str
    by: Literal["id", "credit_code", "name"]
    kinds: frozenset[str]


def namings(definition: Definition, type_: str) -> tuple[Naming, ...]:
    """How records of `type_` name entries of the directory: those picked there; then, as they were typed, credit codes
    and the name of the applicant. A column of a table has no index, and names nobody."""
    fields, applicant = definition.fields[type_], definition.record_types[type_].facets.get("applicant", "")
    found = []
    for path in narrowings(definition, type_).keys() & fields.keys():
        kind, kinds = fields[path].get("kind"), fields[path].get("filter", {}).get("kinds", PARTY_KINDS)
        if kind == "party":
            found.append(Naming(path, "id", frozenset(kinds)))
        elif kind == "uscc":
            found.append(Naming(path, "credit_code", frozenset(PARTY_KINDS)))
        elif path == applicant and kind == "line":
            found.append(Naming(path, "name", frozenset(PARTY_KINDS)))
    return tuple(sorted(found, key=lambda one: (one.by != "id", one.by, one.path)))


def served(definition: Definition) -> tuple[str, ...]:
    """The kinds of the directory that a mechanism serves: what its records pick there, and what its matchings join."""
    types = (key for key, one in definition.record_types.items() if not one.child)
    found = {kind for key in types for one in namings(definition, key) if one.by == "id" for kind in one.kinds}
    sides = (side for one in definition.roster.matchings.values() for side in (one.left, one.right))
    found |= {side.key for side in sides if side.kind == "party"}
    return tuple(kind for kind in PARTY_KINDS if kind in found)


def code_columns(definition: Definition, type_: str) -> Mapping[str, tuple[str, CodeColumn]]:
    """`field.column` → the field and the column: what the one code in a field of a record type says of itself."""
    return {
        f"{key}.{column.key}": (key, column)
        for key, field in definition.fields[type_].items()
        if not _is_list(field) and field.get("kind") == "code" and field["codes"] in definition.codes
        for column in definition.codes[field["codes"]].columns.values()
    }


def showable(definition: Definition, type_: str) -> tuple[str, ...]:
    """The paths that a list of records of `type_` can show as columns, in the order in which they are offered."""
    record_type = definition.record_types[type_]
    return (
        *(f"record.{name}" for name in _SHOWN),
        *(key for key, field in definition.fields[type_].items() if field.get("kind") not in _NOT_SHOWN),
        *(f"term.{term.key}.due" for term in definition.terms_of.get(type_, ()) if not term.part),
        *(f"part.{part}" for part in record_type.parts),
    )


def value_kind(field: Json) -> ValueKind:
    """How the values of a field (its property in the schema) compare."""
    kind = field.get("kind", "")
    if kind == "computed":
        kind = field.get("as") or _COMPUTED.get(field.get("type", ""), "line")
    return _OF_FIELD.get(kind, "text")


def _is_list(field: Json) -> bool:
    return bool(field.get("type") == "array")
