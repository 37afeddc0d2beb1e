"""A minimum above its maximum: nothing can satisfy it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from liaison.texts import Severity

from ..jsontext import escape
from .index import Index
from .registry import Found, found, lint


@lint("empty_range", Severity.ERROR)
def empty_range(index: Index) -> Iterator[Found]:
    """Posts, relations, matchings, slots, duties: wherever `minimum` and `maximum` stand side by side."""
    for name in ("mechanism", "roster", "duties"):
        file = index.rule_file(name)
        for pointer, node in _objects(index.definition.data.get(file), ""):
            low, high = node.get("minimum"), node.get("maximum")
            if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
                yield found(file, pointer, minimum=low, maximum=high)


def _objects(node: Any, pointer: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        yield pointer, node
        for name, value in node.items():
            yield from _objects(value, f"{pointer}/{escape(name)}")
    elif isinstance(node, list):
        for at, item in enumerate(node):
            yield from _objects(item, f"{pointer}/{at}")
