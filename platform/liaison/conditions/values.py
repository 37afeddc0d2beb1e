"""What values are and how they compare and reckon: the rules that every back end keeps.

Numbers are decimals with six places, halves rounded away from zero, and smaller than 10¹⁵: a browser can keep
the same in whole numbers. What is not a number of that kind is missing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from .model import NUMBER_LIMIT, PLACES_AFTER_POINT, Scalar, Type

Number = int | Decimal

# Wide enough that a product or quotient of two numbers is exact before the one rounding to six places.
_EXACT = Context(prec=80, rounding=ROUND_HALF_UP)
_STEP = Decimal(1).scaleb(-PLACES_AFTER_POINT)
# China has had one offset without summer time since 1992; the browser reckons with the same.
_CHINA = timezone(timedelta(hours=8))
_NUMBER = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]"
_MOMENT = re.compile(rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T{_CLOCK}(:[0-5][0-9](\.[0-9]{{1,6}})?)?(Z|[+-]{_CLOCK})")

KIND_OF: Mapping[type, str] = {
    type(None): "null",
    str: "text",
    bool: "boolean",
    int: "number",
    Decimal: "number",
    date: "date",
    datetime: "moment",
}
"""The kinds that compare, by the exact type that `read_fact` returns."""


def kind_of(value: Any) -> str | None:
    """The kind in which `value` compares with others; None for what does not compare."""
    return KIND_OF.get(type(read_fact(value)))


def read_fact(value: Any) -> Any:
    """A fact as this room reckons with it: None, str, bool, int, Decimal, date, aware datetime, list, mapping.

    A number out of range is missing. A moment without a zone is a programming error: TypeError.
    """
    found = type(value)
    if value is None or found is str or found is bool:
        return value
    if found is int:
        return value if -NUMBER_LIMIT < value < NUMBER_LIMIT else None
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int | float | Decimal):
        return read_number(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError(f"moment without a zone: {value!r}")
        return value if found is datetime else datetime.fromtimestamp(value.timestamp(), UTC)
    if isinstance(value, date):
        return value if found is date else date(value.year, value.month, value.day)
    return value


def read_number(value: float | Decimal | str) -> Number | None:
    """A number with six places, or None when it is none or out of range. A double means its shortest spelling."""
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value):
            return None
        value = Decimal(value)
    if isinstance(value, int):
        return int(value) if abs(value) < NUMBER_LIMIT else None
    return _fit(Decimal(float.__repr__(value)) if isinstance(value, float) else value)


def _fit(value: Decimal) -> Number | None:
    """Round to six places; whole numbers become int; out of range is None."""
    if not value.is_finite() or value.adjusted() > 40:
        return None
    rounded = value.quantize(_STEP, context=_EXACT)
    if abs(rounded) >= NUMBER_LIMIT:
        return None
    whole = int(rounded)
    return whole if whole == rounded else rounded.normalize(_EXACT)


def read_date(text: Any) -> date | None:
    """`YYYY-MM-DD`, or None when there is no such day."""
    if not isinstance(text, str) or not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def read_moment(text: Any) -> datetime | None:
    """`YYYY-MM-DDTHH:MM[:SS[.ffffff]]` with Z or an offset, or None when there is no such moment."""
    if not isinstance(text, str) or not _MOMENT.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
        moment.astimezone(_CHINA)
    except (ValueError, OverflowError):
        return None
    return moment


def read_stored(type_: Type, stored: Any) -> Any:
    """A value as it is stored (JSON) or typed into a form, as the fact that its type makes of it.

    What is not of the type is missing, so that a draft half typed is no error. The browser reads the same way.
    """
    if type_.kind == "list":
        item = type_.item
        return [read_stored(item, each) for each in stored] if item and isinstance(stored, list) else None
    if type_.kind == "rows":
        if not isinstance(stored, list):
            return []
        return [
            {path: read_stored(column, row.get(path)) for path, column in type_.fields.items()}
            for row in stored
            if isinstance(row, Mapping)
        ]
    return _READERS[type_.kind](stored)


def _read_number(stored: Any) -> Number | None:
    return (
        read_number(stored)
        if isinstance(stored, str | int | float | Decimal) and not isinstance(stored, bool)
        else None
    )


def _read_text(stored: Any) -> str | None:
    return stored if isinstance(stored, str) and stored else None


_READERS: Mapping[str, Callable[[Any], Scalar]] = {
    "text": _read_text,
    "code": _read_text,
    "number": _read_number,
    "money": _read_number,
    "boolean": lambda stored: stored if isinstance(stored, bool) else None,
    "date": read_date,
    "moment": read_moment,
}


def equal(left: Any, right: Any) -> bool:
    """Same kind and same value. Null equals null; lists and rows equal nothing."""
    kind = KIND_OF.get(type(left))
    return kind is not None and kind == KIND_OF.get(type(right)) and bool(left == right)


def ordered(left: Any, right: Any) -> bool:
    """Whether the two have an order: both numbers, both text, both dates, or both moments."""
    kind = KIND_OF.get(type(left))
    return kind in _ORDERED and kind == KIND_OF.get(type(right))


_ORDERED = frozenset(("number", "text", "date", "moment"))


def is_missing(value: Any) -> bool:
    """Null, empty text or an empty list."""
    return value is None or value == "" or (isinstance(value, list | tuple) and not value)


def _numbers(left: Any, right: Any) -> bool:
    return KIND_OF.get(type(left)) == "number" == KIND_OF.get(type(right))


def add(left: Any, right: Any) -> Number | None:
    """The sum; missing when either is no number or the sum is out of range."""
    return _fit(_EXACT.add(Decimal(left), Decimal(right))) if _numbers(left, right) else None


def subtract(left: Any, right: Any) -> Number | None:
    """The difference, on the terms of `add`."""
    return _fit(_EXACT.subtract(Decimal(left), Decimal(right))) if _numbers(left, right) else None


def multiply(left: Any, right: Any) -> Number | None:
    """The product rounded to six places, on the terms of `add`."""
    return _fit(_EXACT.multiply(Decimal(left), Decimal(right))) if _numbers(left, right) else None


def divide(left: Any, right: Any) -> Number | None:
    """The quotient rounded to six places, on the terms of `add`; by zero it is missing."""
    if not _numbers(left, right) or right == 0:
        return None
    return _fit(_EXACT.divide(Decimal(left), Decimal(right)))


def round_to(value: Any, places: int) -> Number | None:
    """`value` to `places` decimal places, halves away from zero."""
    if KIND_OF.get(type(value)) != "number":
        return None
    return _fit(Decimal(value).quantize(Decimal(1).scaleb(-places), context=_EXACT))


def date_add(day: Any, amount: Any, unit: str) -> date | datetime | None:
    """`day` (date or moment) moved by a whole `amount` of days, months or years.

    The end of a month is clamped: 31 January and one month is the last of February. A moment keeps its time
    of day in China. Missing when an operand is, when the amount is not whole, or outside the years 1 to 9999.
    """
    if type(amount) is not int:
        return None
    if type(day) is datetime:
        try:
            local = day.astimezone(_CHINA)
        except OverflowError:  # the first or last hours of the calendar
            return None
        moved = _moved(local.date(), amount, unit)
        return moved and datetime.combine(moved, local.timetz())
    return _moved(day, amount, unit) if type(day) is date else None


def _moved(day: date, amount: int, unit: str) -> date | None:
    if unit == "days":
        ordinal = day.toordinal() + amount
        return date.fromordinal(ordinal) if 1 <= ordinal <= date.max.toordinal() else None
    months = day.year * 12 + day.month - 1 + amount * (12 if unit == "years" else 1)
    year, month = months // 12, months % 12 + 1
    if not 1 <= year <= 9999:
        return None
    return date(year, month, min(day.day, _days_in(year, month)))


def _days_in(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


def total(values: Iterable[Any]) -> Number | None:
    """The sum of what is not missing: 0 of nothing, missing when something is no number."""
    result: Number | None = 0
    for value in values:
        if value is not None:
            result = add(result, value)
    return result


def mean(values: Iterable[Any]) -> Number | None:
    """The mean of what is not missing; of nothing it is missing."""
    present = [value for value in values if value is not None]
    return divide(total(present), len(present))


def extreme(values: Iterable[Any], better: Callable[[Any, Any], bool]) -> Scalar:
    """The value that is `better` than every other that is not missing; missing when two have no order."""
    present = [value for value in values if value is not None]
    if not present or not all(ordered(present[0], value) for value in present):
        return None
    best: Scalar = present[0]
    for value in present:
        if better(value, best):
            best = value
    return best
