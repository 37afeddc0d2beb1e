"""A value that a file writes into a field: a default, or what an effect sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import jsonschema

from liaison.texts import Message

from .compile import exact
from .kind import Scene, Wrong, kind_of
from .model import Choice, Field, Options
from .picking import entries_of
from .sentences import FORMATS, problems_of

_SOME_DAY = date(2026, 1, 1)
"""What is written must be a value on any day; code lists that change are seen when it is filled in."""
_ELSEWHERE = ("unit", "party", "person", "record", "region", "file")
"""Kinds whose values are known only where the mechanism is in force."""


def refuses(field: Field, value: Any, units: Options | None = None) -> Message | None:
    """Why `field` cannot hold `value` as it stands in a file; None where it can. With `units`, which says what a picker
    of units offers, a unit must be among them."""
    if not kind_of(field).holds or (field.kind == "code" and field.codes is None):
        return None
    return next(_wrong(field, value, units), None)


def _wrong(field: Field, value: Any, units: Options | None) -> Iterator[Message]:
    kind = kind_of(field)
    try:
        stored = kind.parse(field, value)
    except Wrong as wrong:
        yield wrong.message(field.title)
        return
    if stored is None:
        return
    if field.kind not in _ELSEWHERE or (field.kind == "unit" and units is not None):
        known = [one for one in entries_of(stored) if one in field.codes.codes] if field.codes else None
        for found in kind.examine(field, stored, Scene(_SOME_DAY, units or _nothing, existing=known)):
            if found.code != "forms.not_under":  # what the code stands under is not at hand
                yield found.message(field.title)
    schema = exact({"type": "object", "properties": {field.key: kind.fragment(field)}})
    validator = jsonschema.Draft202012Validator(schema, format_checker=FORMATS)
    yield from (one.message for one in problems_of(validator, exact({field.key: stored}), {field.key: field}))


def _nothing(kind: str, wish: Mapping[str, Any], day: date) -> Sequence[Choice]:
    return ()
