"""An indicator below one that is not there, or stands after it: a ring never ends otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Severity

from .index import Index
from .indicators import trees_in
from .registry import Found, found, lint


@lint("indicator_before_parent", Severity.ERROR)
def indicator_before_parent(index: Index) -> Iterator[Found]:
    """Every parent stands before what is below it."""
    for tree in trees_in(index):
        seen: set[str] = set()
        for node in tree.nodes:
            if node.parent and node.parent not in seen:
                yield found(tree.file, f"{node.pointer}/parent", indicator=node.body["title"], parent=node.parent)
            seen.add(node.body["key"])
