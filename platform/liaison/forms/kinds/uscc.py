"""统一社会信用代码: eighteen characters with a check character (GB 32100-2015)."""

from __future__ import annotations

import re
from typing import Any

from ..kind import Kind, Wrong, register
from ..model import Field
from ..reading import read_plain

_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_SHAPE = re.compile(f"[0-9A-Z]{{2}}[0-9]{{6}}[{_CHARACTERS}]{{10}}")
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))


@register
class Uscc(Kind):
    name = "uscc"

    def fragment(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{_SHAPE.pattern}$"}

    def parse(self, field: Field, raw: Any) -> str | None:
        return read_uscc(raw)


def read_uscc(raw: Any) -> str | None:
    """A code as typed, without blanks and hyphens. Wrong."""
    code = read_plain(raw).replace("-", "").upper()
    if not code:
        return None
    if re.fullmatch("[0-9]{15}", code):
        raise Wrong("forms.old_register_number")
    if len(code) != 18:
        raise Wrong("forms.uscc_length", length=len(code))
    if any(letter not in _CHARACTERS for letter in code):
        raise Wrong("forms.uscc_letters")
    if _SHAPE.fullmatch(code) is None:
        raise Wrong("forms.uscc_shape")
    if code[17] != check_character(code[:17]):
        raise Wrong("forms.uscc_check")
    return code


def check_character(first17: str) -> str:
    """The eighteenth character for the first seventeen (GB 32100-2015, 5.4: weights 3^(i-1) mod 31)."""
    total = sum(_CHARACTERS.index(letter) * weight for letter, weight in zip(first17, _WEIGHTS, strict=True))
    return _CHARACTERS[-total % 31]
