"""A value that an expression gives (`compute`); `as` names the kind it is shown as."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from liaison.conditions import Type

from ..kind import Kind, all_kinds, register
from ..model import Field, Names
from ..moments import SHANGHAI

SHOWN_AS = ("line", "integer", "decimal", "money", "percent", "date", "datetime")


@register
class Computed(Kind):
    name = "computed"
    types = ("string", "number", "integer")
    holds = False

    def fragment(self, field: Field) -> dict[str, Any]:
        return {"type": field.spec["type"]}

    def parse(self, field: Field, raw: Any) -> None:
        return None

    def text(self, field: Field, value: Any) -> str:
        return _as(field).text(field, value)

    def display(self, field: Field, value: Any, lang: str, names: Names) -> str:
        return _as(field).display(field, value, lang, names)

    def type_of(self, field: Field) -> Type:
        return _as(field).type_of(field)


def _as(field: Field) -> Kind:
    usual = {"string": "line", "number": "decimal", "integer": "integer"}
    return all_kinds()[field.spec.get("as", usual[field.spec["type"]])]


def stored(field: Field, value: Any) -> Any:
    """What an expression gave, as a stored value of this field; None where it does not fit the declared type."""
    if isinstance(value, datetime):
        value = value.astimezone(SHANGHAI).isoformat(timespec="minutes")
    elif isinstance(value, date):
        value = value.isoformat()
    shown_as = field.spec.get("as")
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    if shown_as == "money" and is_number:
        return f"{Decimal(str(value)):.2f}"
    if field.spec["type"] == "string":
        return value if isinstance(value, str) and value else None
    if not is_number:
        return None
    number = Decimal(str(value))
    if number == number.to_integral_value():
        return int(number)
    return None if field.spec["type"] == "integer" else number
