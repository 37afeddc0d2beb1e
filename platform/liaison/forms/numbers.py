"""What the number kinds share: bounds, thousands separators, a unit behind the number."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from liaison.conditions import NUMBER, Type

from .kind import Kind, Wrong
from .model import Field, Names
from .reading import grouped, plain, read_number

_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")


def within_bounds(field: Field, number: Decimal | int, least: Any = None, most: Any = None) -> None:
    """Raise Wrong when `number` is outside the bounds of the field (or the given ones, where it has none)."""
    low, high = field.spec.get("minimum", least), field.spec.get("maximum", most)
    if low is not None and number < Decimal(str(low)):
        raise Wrong("forms.too_small", least=plain(low))
    if high is not None and number > Decimal(str(high)):
        raise Wrong("forms.too_large", most=plain(high))


class Number(Kind):
    """A number with at most `places` decimals, stored as a JSON number."""

    types = ("number",)
    inputmode = "decimal"
    places: ClassVar[int] = 4
    least: ClassVar[int | None] = None
    most: ClassVar[int | None] = None

    def fragment(self, field: Field) -> dict[str, Any]:
        bounds = {key: value for key, value in (("minimum", self.least), ("maximum", self.most)) if value is not None}
        return {"type": self.types[0], **bounds, **{k: field.spec[k] for k in _BOUNDS if k in field.spec}}

    def parse(self, field: Field, raw: Any) -> Decimal | int | None:
        number = read_number(raw, int(field.spec.get("places", self.places)))
        if number is None:
            return None
        within_bounds(field, number, self.least, self.most)
        return int(number) if number == number.to_integral_value() else number

    def text(self, field: Field, value: Any) -> str:
        return plain(value)

    def display(self, field: Field, value: Any, lang: str, names: Names) -> str:
        unit = field.spec.get("unit")
        return f"{grouped(value)} {unit}" if unit else grouped(value)

    def type_of(self, field: Field) -> Type:
        return NUMBER
