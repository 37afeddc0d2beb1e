"""The canonical form: UTF-8, LF, two spaces, keys in the order of the schema, a newline at the end.

Members that a schema does not order (the fields of a form, the translations) keep the order of the file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .jsontext import BadJsonError, parse
from .layout import schema_of
from .shape import Shape, shape


def canonical(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files in canonical form, sorted by path. One that is not JSON stays as it is: `load` says what is wrong."""
    return {path: _file(path, files[path]) for path in sorted(files)}


def _file(path: str, data: bytes) -> bytes:
    try:
        return spell(schema_of(path), parse(data, path))
    except BadJsonError:
        return data


def spell(name: str | None, data: Any) -> bytes:
    """The canonical bytes of one file that follows schema `name`."""
    ordered = _ordered(data, shape(name)) if name else data
    return (json.dumps(ordered, ensure_ascii=False, indent=2) + "\n").encode()


def _ordered(node: Any, here: Shape) -> Any:
    if isinstance(node, dict):
        names = [name for name in here.order if name in node]
        return {name: _ordered(node[name], here.child(name)) for name in dict.fromkeys([*names, *node])}
    if isinstance(node, list):
        inner = here.item()
        return [_ordered(item, inner) for item in node]
    return node
