"""Hiding personal data: enough stays to recognise one's own matter, not enough to call anybody."""

from __future__ import annotations

import re
from collections.abc import Callable


def _name(text: str) -> str:
    return text[:1] + "*" * min(max(len(text) - 1, 1), 2)


def _phone(text: str) -> str:
    if re.fullmatch(r"1\d{10}", text):
        return f"{text[:3]}****{text[-4:]}"
    head, dash, rest = text.partition("-")
    if dash and len(rest) > 4:
        return f"{head}-****{rest[-4:]}"
    return "***" + text[-2:]


def _email(text: str) -> str:
    name, _, host = text.rpartition("@")
    return f"{name[:1]}***@{host}"


def _id(text: str) -> str:
    return "*" * len(text) if len(text) <= 6 else text[:3] + "*" * (len(text) - 5) + text[-2:]


def _address(text: str) -> str:
    return text[:6] + "****"


MASKS: dict[str, Callable[[str], str]] = {
    "name": _name,
    "phone": _phone,
    "email": _email,
    "id": _id,
    "address": _address,
}
"""The sorts of personal data a field may be marked with."""


def mask_text(sort: str, text: str) -> str:
    """`text` with what identifies a person starred out: 138****1234, 张**, w***@example.com."""
    return MASKS[sort](text) if text else ""
