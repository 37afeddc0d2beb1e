"""Reading what people type: text without surprises, numbers, yes to full-width characters, no to control ones."""

from __future__ import annotations

import math
import re
import unicodedata
from decimal import Decimal
from typing import Any

from .kind import Wrong

LONGEST = 100_000
"""Characters beyond which nothing is looked at."""
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_NUMBER = re.compile(r"([+-]?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(\.[0-9]+)?")
_LARGEST = Decimal(10) ** 15


def read_text(raw: Any) -> str:
    """Text as typed, ends trimmed, line ends as LF. Raises Wrong for what is not text or cannot be stored."""
    if raw is None:
        return ""
    if isinstance(raw, list):
        raise Wrong("forms.one_only")
    if not isinstance(raw, str):
        raise Wrong("forms.not_text")
    if len(raw) > LONGEST:
        raise Wrong("forms.too_long", most=LONGEST)
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    if _UNSEEN.search(text):
        raise Wrong("forms.unseen_characters")
    return text.strip()


def read_plain(raw: Any) -> str:
    """One line with full-width letters, digits and signs made plain, and no spaces: for codes and numbers."""
    text = read_text(raw)
    if len(text) > 200:
        raise Wrong("forms.too_long", most=200)
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def read_number(raw: Any, places: int) -> Decimal | None:
    """A number with at most `places` decimals; thousands separators allowed where they belong."""
    if isinstance(raw, bool):
        raise Wrong("forms.not_a_number")
    if isinstance(raw, int | float | Decimal):
        if not _is_bounded(raw):
            raise Wrong("forms.number_too_large")
        number = Decimal(str(raw))
    else:
        text = read_plain(raw)
        if not text:
            return None
        matched = _NUMBER.fullmatch(text)
        if matched is None:
            raise Wrong("forms.not_a_number")
        number = Decimal(text.replace(",", ""))
        if abs(number) >= _LARGEST:
            raise Wrong("forms.number_too_large")
    exponent = number.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > places:
        raise Wrong("forms.too_many_decimals", places=places) if places else Wrong("forms.not_whole")
    return number


def plain(number: Decimal | int | float) -> str:
    """A number without exponent and without trailing zeros: 12.5, 100."""
    text = f"{Decimal(str(number)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def grouped(number: Decimal | int | float) -> str:
    """A number with thousands separators: 1,234,567.5."""
    whole, point, rest = plain(number).partition(".")
    return f"{int(whole):,}{point}{rest}" if whole not in ("-0", "") else f"{whole}{point}{rest}"


def _is_bounded(number: int | float | Decimal) -> bool:
    if isinstance(number, float):
        return math.isfinite(number) and abs(number) < float(_LARGEST)
    if isinstance(number, Decimal) and not number.is_finite():
        return False
    return -_LARGEST < Decimal(number) < _LARGEST
