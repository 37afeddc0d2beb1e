"""How a stored value reads: in full, or with what identifies a person starred out."""

from __future__ import annotations

from typing import Any

from .kind import kind_of
from .model import Field, Names, unnamed


def display(field: Field, value: Any, lang: str = "zh", names: Names = unnamed) -> str:
    """What a person reads for a stored value: 2025年1月26日, 1,234,567.5, 12.5 万元, A. 项目招商引资….

    `names(kind, id)` says how units, parties, persons, records, regions and files are called. Empty for None.
    """
    return "" if value is None else kind_of(field).display(field, value, lang, names)


def mask(field: Field, value: Any, names: Names = unnamed, lang: str = "zh") -> str:
    """What a person reads who may not see personal data: 138****1234, 张**. Fields without any read in full."""
    return "" if value is None else kind_of(field).mask(field, value, lang, names)
