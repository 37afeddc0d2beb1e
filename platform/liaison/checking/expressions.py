"""Every expression of a package against the types it reads and the place it stands in."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.conditions import check
from liaison.definitions import expressions_of
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
            scope = look.scope_of_duty(of) if one.duty else look.scope(of, one.turn)
            yield from check(one.expr, scope, one.place, one.file, one.pointer)
