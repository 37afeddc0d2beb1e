"""A telephone number: mobile, landline, 400/800, short number, Hong Kong, Macao, Taiwan.

The numbering shapes are those of the national plan as published for users (mobile 1[3-9] + nine digits;
landline area code + seven or eight digits + extension).
"""

from __future__ import annotations

import re
from typing import Any

import wtforms.widgets

from ..kind import Kind, Wrong, register
from ..model import Field
from ..reading import read_plain

_MOBILE = re.compile(r"(?:\+86|0086|86)?(1[3-9][0-9]{9})")
_LANDLINE = re.compile(
    r"(?:\+86)?(0(?:10|2[0-9]|[3-9][0-9]{2}))([2-9][0-9]{6,7})(?:[-#x转]([0-9]{1,6}))?",  # zh: as people type it
    re.IGNORECASE,
)
_LOCAL = re.compile(r"([2-9][0-9]{6,7})(?:[-#x转]([0-9]{1,6}))?", re.IGNORECASE)  # zh: as people type it
_SERVICE = re.compile(r"([48]00)([0-9]{3})([0-9]{4})")
_SHORT = re.compile(r"1[0-9]{2,4}|9[56][0-9]{3,4}")
_OUTSIDE = re.compile(r"(?:\+|00)(852|853|886)-?([0-9]{8,10})")
SORTS = ("mobile", "landline", "service", "short", "outside")


@register
class Telephone(Kind):
    name = "telephone"
    nature = "phone"
    inputmode = "tel"
    autocomplete = "tel"
    widget = wtforms.widgets.TelInput()

    def parse(self, field: Field, raw: Any) -> str | None:
        typed = read_plain(raw)
        if not typed:
            return None
        sort, number = _recognise(re.sub(r"[()（）]", "", typed), field.spec.get("area"))
        if sort is None:
            raise Wrong("forms.not_a_telephone")
        if sort not in field.spec.get("allow", SORTS):
            raise Wrong("forms.telephone_not_allowed")
        return number


def _recognise(typed: str, area: str | None) -> tuple[str | None, str]:
    digits = typed.replace("-", "")
    if found := _MOBILE.fullmatch(digits):
        return "mobile", found[1]
    if found := _SERVICE.fullmatch(digits):
        return "service", "-".join(found.groups())
    if found := _OUTSIDE.fullmatch(typed):
        return "outside", f"+{found[1]}-{found[2]}"
    if _SHORT.fullmatch(digits):
        return "short", digits
    landline = re.sub(r"^((?:\+86-?)?)(0[0-9]{2,3})-", r"\1\2", typed).replace("+86-", "+86")
    if found := _LANDLINE.fullmatch(landline):
        return "landline", _spelt(found[1], found[2], found[3])
    if found := _LOCAL.fullmatch(typed):
        return "landline", _spelt(area, found[1], found[2])
    return None, ""


def _spelt(area: str | None, number: str, extension: str | None) -> str:
    return "-".join(part for part in (area, number, extension) if part)
