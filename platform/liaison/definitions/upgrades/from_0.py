"""Format 0 → 1: what a term stops at became a list, and an action's origins are called `from`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..layout import schema_id, schema_of


def upgrade(files: Mapping[str, Any]) -> dict[str, Any]:
    """The files of a format 0 package as format 1 has them."""
    return {path: _file(schema_of(path), data) for path, data in files.items()}


def _file(name: str | None, data: Any) -> Any:
    if not isinstance(data, dict) or name is None:
        return data
    data = {**data, "$schema": schema_id(name)}
    if name == "mechanism":
        data["format"] = 1
    for list_name, change in (("terms", _term), ("actions", _action)):
        if isinstance(data.get(list_name), list):
            data[list_name] = [change(item) if isinstance(item, dict) else item for item in data[list_name]]
    return data


def _term(term: dict[str, Any]) -> dict[str, Any]:
    stops = term.get("stops")
    return {**term, "stops": [stops]} if isinstance(stops, str) else term


def _action(action: dict[str, Any]) -> dict[str, Any]:
    return {("from" if name == "origins" else name): value for name, value in action.items()}
