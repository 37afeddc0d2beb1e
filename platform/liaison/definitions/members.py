"""Files as members that keep their key: what diff and merge walk over.

An array of objects with keys is a set of members in an order; any other array is one value, or a set where nothing
stands twice. An object that the schema calls one value (an expression, a length, a *who*) is never taken apart.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeGuard

from .jsontext import parse
from .layout import schema_of
from .shape import Shape


class _Absent:
    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()
"""What stands where there is nothing."""


def common_path(path: str) -> str:
    """A path without the key of its mechanism: files of a template and of what came from it meet under it."""
    top, _, rest = path.split("/", 2)
    return f"{top}/{rest}"


def own_path(path: str, key: str) -> str:
    """The path in the mechanism `key` of a file known by its common path."""
    top, rest = path.split("/", 1)
    return f"{top}/{key}/{rest}"


def read(files: Mapping[str, bytes]) -> dict[str, Any]:
    """Common path → JSON. BadJsonError where a file is none: load first."""
    return {common_path(path): parse(data, path) for path, data in files.items()}


def schema_at(path: str) -> str:
    """The schema of the file at a common path."""
    name = schema_of(own_path(path, "any"))
    assert name is not None
    return name


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same; True is not 1, and the order of keys means nothing."""
    if one is other:
        return True
    if one is ABSENT or other is ABSENT:
        return False
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def keyed(node: Any) -> TypeGuard[list[dict[str, Any]]]:
    """Whether `node` is an array of members, each with a key of its own."""
    if not isinstance(node, list) or not node:
        return False
    keys = [item.get("key") if isinstance(item, dict) else None for item in node]
    return all(isinstance(key, str) for key in keys) and len(set(keys)) == len(keys)


def members(node: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Key → member, in order."""
    return {item["key"]: item for item in node}


def as_lists(nodes: Sequence[Any]) -> bool:
    """Whether all of `nodes` that are there are arrays of members, one of them not empty."""
    there = [node for node in nodes if node is not ABSENT]
    return all(keyed(node) or node == [] for node in there) and any(keyed(node) for node in there)


def as_objects(nodes: Sequence[Any], here: Shape) -> bool:
    """Whether all of `nodes` that are there are objects that may be taken apart."""
    there = [node for node in nodes if node is not ABSENT]
    if here.value or not all(isinstance(node, dict) for node in there):
        return False
    return not here.alternative or len({frozenset(node) for node in there}) == 1
