"""What expressions may read of a record type's fields: the types, for the lint of conditions."""

from __future__ import annotations

from collections.abc import Mapping

from liaison.conditions import BOOLEAN, DATE, NUMBER, TEXT, Scope, Type, read_stored

from .kind import kind_of
from .kinds.choice import own_codes
from .model import Coded, Field

_OF_COLUMN: Mapping[str, Type] = {"text": TEXT, "unit": TEXT, "number": NUMBER, "boolean": BOOLEAN, "date": DATE}


def scope_of(fields: Mapping[str, Field]) -> Scope:
    """Paths with their types, and the keys of code lists and of choices, for these fields."""
    codes = {field.codes.key: tuple(field.codes.codes) for field in fields.values() if field.codes is not None}
    choices = {
        own_codes(field): tuple(choice["key"] for choice in field.spec["choices"])
        for field in fields.values()
        if field.kind == "choice"
    }
    types = {key: kind_of(field).type_of(field) for key, field in fields.items() if field.kind != "note"}
    return Scope(
        types={**types, **{path: coded.type for path, coded in coded_in(fields).items()}}, codes={**codes, **choices}
    )


def coded_in(fields: Mapping[str, Field]) -> Mapping[str, Coded]:
    """`field.column` → what the one code in a field says in that column."""
    return {
        f"{field.key}.{column.key}": Coded(
            field.key,
            type_ := _OF_COLUMN[column.type],
            {code.key: read_stored(type_, code.columns.get(column.key)) for code in field.codes.codes.values()},
        )
        for field in fields.values()
        if field.codes is not None and not field.many
        for column in field.codes.columns.values()
    }
