"""What must hold of what an action asks for, each with its own sentence, said at the field or in the row it blames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from liaison.definitions import Check
from liaison.forms import FieldProblem, filled
from liaison.texts import Message

from .facts import Turn
from .step import Step


def found_wrong(step: Step, check: Check) -> Iterator[FieldProblem]:
    """A problem of the record, or of each row of the table that is gone through, where `must` does not hold."""
    if not check.each:
        if not step.holds(check.must):
            yield FieldProblem(check.at, None, Message("engine.check", {"says": check.says}))
        return
    table = step.mechanism.fields[step.record.type][check.each]
    rows = step.facts[check.each]
    for row, place in zip(rows, _places(step, check.each, len(rows)), strict=True):
        if step.mechanism.holds(check.must, replace(step, turn=Turn(None, row)).facts):
            continue
        said = Message("forms.in_row", {"label": table.title, "row": place + 1, "what": check.says})
        if check.at in table.columns:
            yield FieldProblem(check.each, place, said, check.at)
        else:
            yield FieldProblem(check.at, None, said)


def _places(step: Step, table: str, count: int) -> Sequence[int]:
    """Where the rows stand on the page they were typed on, rows left blank included."""
    typed = filled(step.command.values.get(table))
    return typed if len(typed) == count else range(count)
