"""A list filtered or sorted by a field that has no index: slow as soon as there are many records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from liaison.texts import Severity

from .index import Index
from .references import FACTS
from .registry import Found, found, lint


@lint("unindexed_filter", Severity.WARNING)
def unindexed_filter(index: Index) -> Iterator[Found]:
    """Facts, facets and fields marked `index` have one."""
    for file, pointer, view in index.items("views", "views"):
        record_type = index.type_of(view["of"])
        if record_type is None:
            continue
        facets = set(record_type.facets.values())
        paths = [(name, f"{pointer}/filter") for name in _read(view.get("filter"))]
        paths += [(name.removeprefix("-"), f"{pointer}/order/{at}") for at, name in enumerate(view.get("order", ()))]
        for name, where in dict.fromkeys(paths):
            field = index.fields(view["of"]).get(name.split(".")[0])
            if name.split(".")[0] not in FACTS and field is not None and name not in facets and not field.get("index"):
                yield found(file, where, field=field.get("title", name), view=view["title"])


def _read(expr: Any) -> Iterator[str]:
    """The names an expression reads."""
    if isinstance(expr, dict):
        for operator, operands in expr.items():
            if operator == "var" and isinstance(operands, str):
                yield operands
            else:
                yield from _read(operands)
    elif isinstance(expr, list):
        for item in expr:
            yield from _read(item)
