"""Fill the slots of an expression with what an adopting district answered."""

from __future__ import annotations

from collections.abc import Mapping

from liaison.texts import Finding, Severity

from .model import Constant, Constants, ExpressionError, Json
from .parse import parse
from .walk import slots


def substitute_slots(expr: Json, answers: Mapping[str, Json]) -> Json:
    """`expr` with each `{"slot": key}` replaced by `answers[key]`; `expr` itself is left as it is.

    An answer is a literal: a scalar, `{"date": …}`, `{"moment": …}`, or a list of these. ExpressionError when
    an answer is absent or is not a literal (an expression smuggled in as an answer), when a list is answered
    within a list, or when `expr` is not of the grammar.
    """
    wrong = []
    for slot in slots(parse(expr)):
        if slot.key not in answers:
            code = "conditions.unfilled_slot"
        elif isinstance(parse(answers[slot.key]), Constant | Constants):
            continue
        else:
            code = "conditions.answer_no_literal"
        wrong.append(Finding(code, Severity.ERROR, "", slot.pointer, {"slot": slot.key}))
    if wrong:
        raise ExpressionError(tuple(wrong))
    filled = _filled(expr, answers)
    parse(filled)
    return filled


def _filled(expr: Json, answers: Mapping[str, Json]) -> Json:
    if isinstance(expr, list):
        return [_filled(each, answers) for each in expr]
    if not isinstance(expr, dict):
        return expr
    if "slot" in expr:
        return answers[expr["slot"]]
    return {operator: _filled(argument, answers) for operator, argument in expr.items()}
