"""An indicator that is put together from others and has values of its own beside."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Severity

from .index import Index
from .indicators import trees_in
from .registry import Found, found, lint


@lint("indicator_not_a_leaf", Severity.ERROR)
def indicator_not_a_leaf(index: Index) -> Iterator[Found]:
    """Only the lowest have values and a way to make scores of them."""
    for tree in trees_in(index):
        for node in tree.nodes:
            for name in ("field", "metric", "normalise") if node.body["key"] in tree.below else ():
                if name in node.body:
                    yield found(tree.file, f"{node.pointer}/{name}", indicator=node.body["title"], name=name)
