"""A condition that can never hold: what it stands before never happens, an action may be taken by nobody."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.conditions import ExpressionError, never_holds, parse
from liaison.definitions import expressions_of
from liaison.texts import Finding, Severity

from ..look import Look


def never_true(look: Look) -> Iterator[Finding]:
    """Guards and other conditions of what happens, where that is plain to see. What an answered slot switches off is
    meant to be off."""
    for one in expressions_of(look.definition):
        if one.place != "guard" or look.answered(one.file, one.pointer):
            continue
        try:
            impossible = never_holds(parse(one.expr))
        except ExpressionError:  # `conditions` has reported it
            continue
        if impossible:
            yield Finding("checking.never_true", Severity.ERROR, one.file, one.pointer)
