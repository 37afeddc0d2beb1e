"""Indicators below one another whose weights do not add up to 100, or of which only some have one."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from liaison.texts import Severity

from .index import Index
from .indicators import trees_in
from .registry import Found, found, lint


@lint("weights_do_not_add_up", Severity.ERROR)
def weights_do_not_add_up(index: Index) -> Iterator[Found]:
    """Where none has a weight, they weigh the same."""
    for tree in trees_in(index):
        titles = {node.body["key"]: node.body["title"] for node in tree.nodes}
        for parent, nodes in tree.below.items():
            weights = [Decimal(str(node.body["weight"])) for node in nodes if "weight" in node.body]
            if weights and (len(weights) < len(nodes) or sum(weights) != 100):
                total, above = sum(weights), titles.get(parent, tree.body["title"])
                yield found(tree.file, nodes[0].pointer, above=above, total=total, n=len(nodes) - len(weights))
