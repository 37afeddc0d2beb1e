"""Values of a column in the one form in which both evaluators compare them.

A text or code is itself, a truth value itself, a list a frozenset, a date its day number. A number is an integer:
twice its value in units of the last declared decimal, plus one where it lies between two such units. So literals
(which must fit the declared decimals) are even, nothing is rounded, and no comparison drifts. Empty is None: null,
"" and [] alike.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from .model import ColumnType, Test

Value: TypeAlias = str | bool | int | frozenset[str] | None
"""A value in comparable form."""

LIMIT = 2**62
"""Literals stay below it; record values past it are cut to it. The rule engine saturates at 2**63."""


class WrongInputError(TypeError):
    """A record value is not of its column's type: what the caller evaluated is not what the table was checked for."""


class WrongLiteralError(ValueError):
    """A literal does not fit its column; `code` (of this room's catalogue) says how."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def comparable(column: ColumnType) -> Callable[[Any], Value]:
    """The function that brings record values of `column` into comparable form. It raises WrongInputError."""
    if column.kind == "number":
        return _number(10**column.decimals)
    return {"text": _text, "code": _text, "boolean": _boolean, "date": _date, "list": _list}[column.kind]


def literal(column: ColumnType, written: Any) -> Value:
    """One literal of a cell in comparable form. WrongLiteralError where it does not fit the column."""
    made: Value = None
    try:
        if column.kind == "list":
            made = _text(written)
        elif column.kind == "date":
            if len(written) != len("2026-01-01"):
                raise WrongLiteralError("rules.literal_type")
            made = date.fromisoformat(written).toordinal()
        else:
            made = comparable(column)(written)
    except (WrongInputError, TypeError, ValueError):
        raise WrongLiteralError("rules.literal_type") from None
    if made is None:
        raise WrongLiteralError("rules.literal_type")
    if column.kind == "number":
        assert isinstance(made, int)
        if abs(made) >= LIMIT:
            raise WrongLiteralError("rules.number_too_large")
        if made % 2:
            raise WrongLiteralError("rules.too_many_decimals")
    if column.kind in ("code", "list") and column.codes is not None and made not in column.codes:
        raise WrongLiteralError("rules.unknown_code")
    return made


def literals(test: Test) -> tuple[Any, ...]:
    """The literals a test mentions, as written."""
    if test.op in ("empty", "not_empty"):
        return ()
    return test.operand if isinstance(test.operand, tuple) else (test.operand,)


def comparable_test(column: ColumnType, test: Test) -> Test:
    """`test` with its operand in comparable form: a tuple for in, between and contains, else one value."""
    made = tuple(literal(column, each) for each in literals(test))
    if test.op in ("in", "between", "contains"):
        return Test(test.op, made)
    return Test(test.op, made[0] if made else True)


def _number(scale: int) -> Callable[[Any], int | None]:
    units = 2 * scale
    bound = LIMIT // units

    def number(value: Any) -> int | None:
        if type(value) is int and -bound < value < bound:
            return value * units
        return None if value is None else _exact(value, scale)

    return number


def _exact(value: Any, scale: int) -> int:
    if isinstance(value, float):
        value = Decimal(repr(value))  # the shortest decimal that means this float: what was written
    elif type(value) is int:
        value = Decimal(value)
    if not isinstance(value, Decimal) or not value.is_finite():
        raise WrongInputError(f"{value!r} is not a number")
    if value and not -40 < value.adjusted() < 20:  # do not spell out 1E+999999
        small = value.adjusted() < 0
        return (-1 if value < 0 else 1) * (1 if small else LIMIT)
    numerator, denominator = value.as_integer_ratio()
    whole, rest = divmod(numerator * scale, denominator)
    return max(-LIMIT, min(LIMIT, 2 * whole + (rest > 0)))


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return value or None
    if value is None:
        return None
    raise WrongInputError(f"{value!r} is not a text")


def _boolean(value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise WrongInputError(f"{value!r} is not true or false")


def _date(value: Any) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        try:
            return date.fromisoformat(value).toordinal()
        except ValueError:
            raise WrongInputError(f"{value!r} is not a date") from None
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.toordinal()
    raise WrongInputError(f"{value!r} is not a date")


def _list(value: Any) -> frozenset[str] | None:
    if value is None:
        return None
    if isinstance(value, str) or not all(isinstance(each, str) for each in value):
        raise WrongInputError(f"{value!r} is not a list of codes")
    return frozenset(value) or None
