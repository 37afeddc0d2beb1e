"""An indicator without others below it that says nowhere where its values come from."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Severity

from .index import Index
from .indicators import trees_in
from .registry import Found, found, lint


@lint("indicator_without_source", Severity.ERROR)
def indicator_without_source(index: Index) -> Iterator[Found]:
    """They are counted (`metric`) or reported (`field`, and `filed` in what)."""
    for tree in trees_in(index):
        for node in tree.nodes:
            counted = "metric" in node.body or ("field" in node.body and "filed" in tree.body)
            if node.body["key"] not in tree.below and not counted:
                yield found(tree.file, node.pointer, indicator=node.body["title"])
