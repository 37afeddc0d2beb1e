"""Every expression of a package against the types it reads and the place it stands in."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.conditions import Scope, check
from liaison.definitions import Expression, expressions_of
from liaison.texts import Finding

from .look import Look


def expression_findings(look: Look) -> Iterator[Finding]:
    """What `conditions` says of each. Expressions in forms are looked at by the lint of forms, with their fields."""
    clocked = {(file, f"{pointer}/when"): of for file, pointer, of, _ in look.terms()}
    for one in expressions_of(look.definition):
        if one.file.startswith("form_definitions/"):
            continue
        of = clocked.get((one.file, one.pointer), one.record_type)
        if one.duty or of in look.definition.record_types:
            yield from check(one.expr, _scope(look, one, of), one.place, one.file, one.pointer)


def _scope(look: Look, one: Expression, of: str) -> Scope:
    """What the expression may read."""
    if one.duty:
        return look.scope_of_duty(of)
    around = look.scope(of, one.turn)
    own = look.mechanism.scopes[of].types
    return Scope(own[one.rows].fields, around.codes, around.slots) if one.rows else around
