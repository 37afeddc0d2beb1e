"""Values of an indicator that belong to none of the objects compared: nothing says whose they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from liaison.texts import Severity

from .index import Index
from .indicators import TreeAt, trees_in
from .registry import Found, found, lint


@lint("indicator_without_objects", Severity.ERROR)
def indicator_without_objects(index: Index) -> Iterator[Found]:
    """The objects are units: what is counted is split by a field that holds one, or by a part."""
    for tree in trees_in(index):
        for pointer, body in _asked(tree):
            if index.type_of(body["of"]) is not None and not _by_unit(index, body):
                yield found(tree.file, pointer, tree=tree.body["title"])


def _asked(tree: TreeAt) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if "filed" in tree.body:
        yield f"{tree.pointer}/filed", tree.body["filed"]
    for node in tree.nodes:
        if "metric" in node.body:
            yield f"{node.pointer}/metric", node.body["metric"]


def _by_unit(index: Index, body: Mapping[str, Any]) -> bool:
    by = body.get("by", "")
    return bool(by.startswith("part.") or index.fields(body["of"]).get(by, {}).get("kind") == "unit")
