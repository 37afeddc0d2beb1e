"""What came in, brought into one shape: field key → raw value, the rows of a table as a list of objects."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from .model import Field
from .picking import entries_of

_CELL = re.compile(r"([a-z][a-z0-9_]{0,39})-([0-9]{1,6})-([a-z][a-z0-9_]{0,39})")


def collect(submitted: Any, fields: Iterable[Field]) -> dict[str, Any]:
    """The raw values of `fields` in `submitted`.

    From a browser (anything with `getlist`) a field that is absent was emptied: an unticked box sends nothing.
    From anywhere else (a plain mapping, values as one would type them) a field that is absent is left as it is.
    """
    if not hasattr(submitted, "getlist"):
        return {field.key: submitted[field.key] for field in fields if field.key in submitted}
    cells = _cells(submitted)
    raw: dict[str, Any] = {}
    for field in fields:
        if field.columns:
            raw[field.key] = _without_blank_end(
                [
                    {key: _entries(row.get(key, []), column) for key, column in field.columns.items()}
                    for _, row in sorted(cells.get(field.key, {}).items())
                ]
            )
        else:
            raw[field.key] = _entries(submitted.getlist(field.key), field)
    return raw


def filled(rows: Any) -> list[int]:
    """The places of the rows of a table, as typed, in which anything stands."""
    typed = rows if isinstance(rows, list) else []
    return [
        at
        for at, row in enumerate(typed)
        if isinstance(row, Mapping)
        and any(entry not in (None, "") for cell in row.values() for entry in entries_of(cell))
    ]


def _without_blank_end(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows down to the last that something was typed in: a page without script always sends an empty one more."""
    while rows and not any(rows[-1].values()):
        rows = rows[:-1]
    return rows


def _entries(entries: list[Any], field: Field) -> Any:
    if field.many:
        return entries
    return "" if not entries else entries[0] if len(entries) == 1 else entries


def _cells(submitted: Any) -> Mapping[str, Mapping[int, Mapping[str, list[Any]]]]:
    found: dict[str, dict[int, dict[str, list[Any]]]] = {}
    for name in submitted:
        matched = _CELL.fullmatch(name) if isinstance(name, str) else None
        if matched is not None:
            table, row, column = matched.groups()
            found.setdefault(table, {}).setdefault(int(row), {})[column] = submitted.getlist(name)
    return found
