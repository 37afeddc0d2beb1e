"""A telephone number: mobile, landline, 400/800, short number, Hong Kong, Macao, Taiwan.

The numbering shapes are those of the national plan 电信网编号计划 as published for users: mobile 1[3-9] and nine
digits; landline area code, seven or eight digits, extension; service numbers of five or six digits (1[0-2]…, 95…,
96…), and the few of three digits that everybody knows.
"""

from __future__ import annotations

import re
from typing import Any

import wtforms.widgets

from liaison.texts import Message

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
_SHORT = re.compile(r"1[0-2][0-9]{3,4}|9[56][0-9]{3,4}|110|114|119|120|122")
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
        allowed = tuple(sort for sort in SORTS if sort in field.spec.get("allow", SORTS))
        sort, number = _recognise(re.sub(r"[()（）]", "", typed), field.spec.get("area"))
        if sort in allowed:
            return number
        if sort == "local" and "landline" in allowed:
            raise Wrong("forms.telephone_without_area")
        code = "forms.telephone_not_allowed" if sort else "forms.not_a_telephone"
        raise Wrong(code, allowed=[Message(f"forms.telephone_{sort}") for sort in allowed])


def _recognise(typed: str, area: str | None) -> tuple[str, str]:
    """Which sort of number it is, and how it is stored; `local` where a landline lacks the area code, empty: none."""
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
        return "landline" if area else "local", _spelt(area, found[1], found[2])
    return "", ""


def _spelt(area: str | None, number: str, extension: str | None) -> str:
    return "-".join(part for part in (area, number, extension) if part)
