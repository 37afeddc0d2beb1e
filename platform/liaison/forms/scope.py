"""What expressions may read of a record type's fields: the types, for the lint of conditions."""

from __future__ import annotations

from collections.abc import Mapping

from liaison.conditions import Scope

from .kind import kind_of
from .kinds.choice import own_codes
from .model import Field


def scope_of(fields: Mapping[str, Field]) -> Scope:
    """Paths with their types, and the keys of code lists and of choices, for these fields."""
    codes = {field.codes.key: tuple(field.codes.codes) for field in fields.values() if field.codes is not None}
    choices = {
        own_codes(field): tuple(choice["key"] for choice in field.spec["choices"])
        for field in fields.values()
        if field.kind == "choice"
    }
    return Scope(
        types={key: kind_of(field).type_of(field) for key, field in fields.items() if field.kind != "note"},
        codes={**codes, **choices},
    )
