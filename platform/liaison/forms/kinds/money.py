"""An amount of money: typed in 元 or, where declared, 万元; stored as yuan with two decimals in a string."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from liaison.conditions import MONEY, Type
from liaison.texts import Bilingual, Message, say

from ..kind import Kind, register
from ..model import Field, Names
from ..numbers import within_bounds
from ..reading import grouped, plain, read_number


@register
class Money(Kind):
    name = "money"
    inputmode = "decimal"

    def fragment(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^-?[0-9]{1,19}\.[0-9]{2}$"}

    def parse(self, field: Field, raw: Any) -> str | None:
        amount = read_number(raw, 6 if _in_wan(field) else 2)
        if amount is None:
            return None
        within_bounds(field, amount, least=0)
        return f"{amount * 10_000 if _in_wan(field) else amount:.2f}"

    def text(self, field: Field, value: Any) -> str:
        return plain(_in_unit(field, value))

    def display(self, field: Field, value: Any, lang: str, names: Names) -> str:
        yuan = f"{Decimal(value):,.2f}"
        if _in_wan(field):
            amount = Bilingual(grouped(_in_unit(field, value)), yuan)
            return say(Message("forms.shown_wan", {"amount": amount}), lang)
        return say(Message("forms.shown_yuan", {"yuan": yuan}), lang)

    def type_of(self, field: Field) -> Type:
        return MONEY


def _in_wan(field: Field) -> bool:
    return field.spec.get("unit") == "wan"


def _in_unit(field: Field, value: Any) -> Decimal:
    return Decimal(value) / 10_000 if _in_wan(field) else Decimal(value)
