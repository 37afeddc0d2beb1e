"""What lists read: every path in the filter, the order and the columns of every view, and in the conditions under
which records are picked in a form or gone through one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from ..expressions import expressions_of
from ..layout import FORMS
from .index import Index

Place = Literal["filter", "order", "columns", "wanted"]


@dataclass(frozen=True, slots=True)
class Use:
    """At `pointer` of `file` the list called `view`, of records of type `of`, reads `path`: a view, or (`wanted`) the
    field that picks records or the action that goes through them."""

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
    for file, pointer, tree in index.items("views", "trees"):
        for at, level in enumerate(tree["levels"]):
            of = index.definition.views[level["view"]].of if level.get("view") in index.definition.views else ""
            if index.type_of(of) is None:
                continue
            where = f"{pointer}/levels/{at}"
            if "under" in level:
                yield Use(file, f"{where}/under", tree["title"], of, "filter", level["under"])
            for path in dict.fromkeys(read(level.get("done"))):
                yield Use(file, f"{where}/done", tree["title"], of, "filter", path)
    for one in expressions_of(index.definition):
        picks = one.place == "filter" and (one.file.startswith(FORMS) or one.file in index.lifecycle_files)
        if picks and index.type_of(one.record_type) is not None:
            title = _title(index.definition.data[one.file], one.pointer)
            for path in dict.fromkeys(read(one.expr)):
                yield Use(one.file, one.pointer, title, one.record_type, "wanted", path)


def _title(node: Any, pointer: str) -> str:
    """What the innermost thing with a title is called on the way to a place."""
    title = ""
    for token in pointer.split("/")[1:]:
        node = node[int(token)] if isinstance(node, list) else node[token]
        if isinstance(node, dict) and isinstance(node.get("title"), str):
            title = node["title"]
    return title


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
