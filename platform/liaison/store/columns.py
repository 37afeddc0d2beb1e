"""Column types that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

Json = JSON().with_variant(JSONB(), "postgresql")
"""JSON that PostgreSQL keeps parsed. Numbers come back as `int` or `Decimal`."""

Big = BigInteger().with_variant(Integer(), "sqlite")
"""A counting number. SQLite numbers rows by itself only in a column called INTEGER."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware datetimes in, aware datetimes in UTC out. A naive one is refused with ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a time zone: {value!r}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def dump_json(value: Any) -> str:
    """JSON text of what the engine keeps; a Decimal becomes a number."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)


def load_json(text: str | bytes) -> Any:
    """The value again; numbers with a fraction as `Decimal`."""
    return json.loads(text, parse_float=Decimal)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, (frozenset, set)):
        return sorted(value)
    if hasattr(value, "items"):  # a read-only mapping
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not kept as JSON")
