"""A stored value, read as a field of another version would have it."""

from __future__ import annotations

from datetime import date
from typing import Any

from liaison.texts import Message

from .kind import Scene, Wrong, kind_of
from .model import Field, Options
from .picking import entries_of


def reread(field: Field, stored: Any, options: Options, day: date) -> tuple[Any, tuple[Message, ...]]:
    """The value as `field` stores it, None where it cannot be one; and what is wrong with it. What was picked from the
    roster or uploaded stays valid though it is no longer offered; a code or a choice only while the list has it."""
    kind = kind_of(field)
    if not kind.holds:
        return stored, ()
    try:
        value = kind.parse(field, stored)
    except Wrong as wrong:
        return None, (wrong.message(field.title),)
    if value is None:
        return None, ()
    kept = stored
    if field.codes is not None:
        kept = [entry for entry in entries_of(value) if entry in field.codes.codes]
    elif field.kind == "choice":
        kept = None
    scene = Scene(day, options, existing=kept)
    return value, tuple(wrong.message(field.title) for wrong in kind.examine(field, value, scene))
