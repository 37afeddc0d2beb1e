"""What lists read: every path in the filter, the order and the columns of every view."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from .index import Index

Place = Literal["filter", "order", "columns"]


@dataclass(frozen=True, slots=True)
class Use:
    """At `pointer` of `file` the list called `view`, of records of type `of`, reads `path`."""

    file: str
    pointer: str
    view: str
    of: str
    place: Place
    path: str


def read_in(index: Index) -> Iterator[Use]:
    """Each path once for each place; lists of a record type that is not there are passed over (`dangling` says so)."""
    for file, pointer, view in index.items("views", "views"):
        if index.type_of(view["of"]) is None:
            continue
        uses: list[tuple[Place, str, str]] = [("filter", "", path) for path in read(view.get("filter"))]
        uses += [("order", f"/{at}", path.removeprefix("-")) for at, path in enumerate(view.get("order", ()))]
        uses += [("columns", f"/{at}", path) for at, path in enumerate(view["columns"])]
        for place, where, path in dict.fromkeys(uses):
            yield Use(file, f"{pointer}/{place}{where}", view["title"], view["of"], place, path)


def read(expr: Any) -> Iterator[str]:
    """The paths an expression reads."""
    if isinstance(expr, dict):
        for operator, operands in expr.items():
            if operator == "var" and isinstance(operands, str):
                yield operands
            else:
                yield from read(operands)
    elif isinstance(expr, list):
        for item in expr:
            yield from read(item)
