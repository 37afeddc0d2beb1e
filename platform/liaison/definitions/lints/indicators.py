"""The indicator trees of the files, node by node."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .index import Index


@dataclass(frozen=True)
class NodeAt:
    """A node of a file: where it stands, and what it says."""

    pointer: str
    body: Mapping[str, Any]

    @property
    def parent(self) -> str:
        """The key of the node above; empty for the topmost."""
        return str(self.body.get("parent", ""))


@dataclass(frozen=True)
class TreeAt:
    """A tree of a file: where it stands, what it says, and its nodes."""

    file: str
    pointer: str
    body: Mapping[str, Any]

    @cached_property
    def nodes(self) -> tuple[NodeAt, ...]:
        """Its nodes, in the order of the file."""
        return tuple(NodeAt(f"{self.pointer}/nodes/{at}", node) for at, node in enumerate(self.body["nodes"]))

    @cached_property
    def below(self) -> Mapping[str, tuple[NodeAt, ...]]:
        """Key of a node → the nodes right below it; under the empty key the topmost."""
        found: dict[str, list[NodeAt]] = {}
        for node in self.nodes:
            found.setdefault(node.parent, []).append(node)
        return {key: tuple(nodes) for key, nodes in found.items()}

    def depth(self, node: NodeAt) -> int:
        """On which level a node stands, the topmost on 0; a ring is cut where it closes."""
        above = {one.body["key"]: one for one in self.nodes}
        seen: set[str] = set()
        while node.parent in above and node.parent not in seen:
            seen.add(node.parent)
            node = above[node.parent]
        return len(seen)


def trees_in(index: Index) -> Iterator[TreeAt]:
    """All trees, in the order of the file."""
    for file, pointer, body in index.items("indicators", "trees"):
        yield TreeAt(file, pointer, body)
