"""What a sign-off 签批 stands on: what was signed, whether it has been changed since, and how it came out.

A sheet keeps a fingerprint of each field that was signed, not the values: who may see the sheet need not be allowed to
read all that others signed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from .model import Record

SIGNOFF = "signoff"
"""The record type of the sheets, which the engine ships."""
SIGNER = "~signer"
"""The part of those asked in the record that they sign: they may see it as long as it is kept."""
_OPEN = ("queued", "asked")
_OFF = ("withdrawn", "voided")


def fingerprint(value: Any) -> str:
    """The same for values that mean the same, before and after they were stored."""
    return hashlib.sha256(json.dumps(_plain(value), ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:24]


def _plain(value: Any) -> Any:
    if value in (None, "", [], ()):
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float | Decimal):
        return f"{Decimal(str(value)).normalize():f}"
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else str(value)


def altered(sheet: Record, signed: Record) -> tuple[str, ...]:
    """The fields of `signed` that are no longer what was signed on `sheet`."""
    return tuple(key for key, print_ in sheet.signs.items() if fingerprint(signed.values.get(key)) != print_)


def sheets_of(children: Iterable[Record], signed: Record) -> Mapping[str, tuple[Record, ...]]:
    """Sign-off → the sheets that were given out for it in the present round, in the order they were."""
    found: dict[str, list[Record]] = {}
    for child in children:
        if child.type == SIGNOFF and child.round == signed.round:
            found.setdefault(child.values["ask"], []).append(child)
    return {ask: tuple(sheets) for ask, sheets in found.items()}


def standing(sheets: Iterable[Record]) -> tuple[Record, ...]:
    """Those of the sheets that still count."""
    return tuple(sheet for sheet in sheets if sheet.state not in _OFF)


def is_open(sheet: Record) -> bool:
    """Whether an answer is still wanted."""
    return sheet.state in _OPEN


def outcome(sheets: Iterable[Record], signed: Record) -> str | None:
    """How a sign-off of `signed` stands: None where nobody was asked, `voided` where what was signed has changed and
    nobody was asked again, `asked` while it is open, else how it came out.

    Mode `all` ends at the first answer that is not agreement, or when all agree; `any` at the first agreement, or
    when nobody is left to give it."""
    given_out = tuple(sheets)
    asked = standing(given_out)
    if not asked or any(altered(sheet, signed) for sheet in asked):
        return "voided" if any(sheet.state != "withdrawn" for sheet in given_out) else None
    answers = [sheet.state for sheet in asked if not is_open(sheet)]
    if asked[0].values.get("mode") == "any":
        if "agreed" in answers:
            return "agreed"
        return answers[-1] if len(answers) == len(asked) else "asked"
    against = [state for state in answers if state != "agreed"]
    if against:
        return against[0]
    return "agreed" if len(answers) == len(asked) else "asked"
