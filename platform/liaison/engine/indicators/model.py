"""Indicator trees 指标体系 as read from the files, what comes of them, and what was published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

from liaison.calendars import Period, Span
from liaison.definitions import Who

from ..figures import Metric

WHOLE = ""
"""The key under which the score of the whole tree stands."""

Values = Mapping[str, Mapping[str, Decimal | None]]
"""Object → leaf → its value; None where there is none."""


@dataclass(frozen=True, slots=True)
class Normalise:
    """How a value becomes a score from 0 to 100: the kind, and what it takes."""

    kind: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Node:
    """An indicator. A leaf has a metric that says where its values come from, and how they become scores."""

    key: str
    title: str
    parent: str = ""
    weight: Decimal | None = None
    metric: Metric | None = None
    normalise: Normalise | None = None
    reported: bool = False
    """Whether its values are reported, and not counted in records of something else."""
    note: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """A level of a tree; `expects`: how many nodes the source says there are."""

    title: str
    expects: int | None = None


@dataclass(frozen=True)
class Tree:
    """Weighted nodes, every parent before its children. `objects`: the kind or group of units that are compared.

    Where a value is missing, `zero` scores 0, `skip` leaves the leaf out and its siblings share its weight, `void`
    leaves whatever stands above it without a score."""

    key: str
    title: str
    levels: tuple[Level, ...]
    objects: str
    span: Span
    aggregate: Literal["arithmetic", "geometric"]
    missing: Literal["zero", "skip", "void"]
    published_by: tuple[Who, ...]
    nodes: Mapping[str, Node]
    note: str = ""
    source: str = ""

    @cached_property
    def below(self) -> Mapping[str, tuple[Node, ...]]:
        """Node → the nodes right below it; under `WHOLE` the topmost."""
        found: dict[str, list[Node]] = {}
        for node in self.nodes.values():
            found.setdefault(node.parent, []).append(node)
        return {key: tuple(nodes) for key, nodes in found.items()}

    @cached_property
    def leaves(self) -> tuple[Node, ...]:
        """The nodes that have values, in the order of the file."""
        return tuple(node for node in self.nodes.values() if node.key not in self.below)

    @property
    def formula(self) -> tuple[Any, ...]:
        """Everything that scores depend on: objects of two places may be compared where it is the same."""
        nodes = [
            (one.key, one.parent, one.weight, one.metric and one.metric.formula, one.normalise)
            for one in self.nodes.values()
        ]
        return (self.span, self.aggregate, self.missing, nodes)

    def depth(self, node: Node) -> int:
        """On which level a node stands, the topmost on 0."""
        return self.depth(self.nodes[node.parent]) + 1 if node.parent else 0


@dataclass(frozen=True, slots=True)
class Scores:
    """What an object scores in every node and, under `WHOLE`, altogether; None: nothing can be said. `rank` counts from
    1, and equal scores share one."""

    nodes: Mapping[str, Decimal | None]
    rank: int | None = None

    @property
    def whole(self) -> Decimal | None:
        """The score of the whole tree."""
        return self.nodes[WHOLE]


@dataclass(frozen=True, slots=True)
class Assessment:
    """A tree worked out for a period: the objects with what they are called, their values and scores."""

    objects: Mapping[str, str]
    values: Values
    scores: Mapping[str, Scores]

    @property
    def lacking(self) -> Sequence[tuple[str, str]]:
        """Object and leaf of every value that is missing."""
        return [(one, leaf) for one, values in self.values.items() for leaf, value in values.items() if value is None]


@dataclass(frozen=True, slots=True)
class Publication:
    """An assessment as it was published, never changed afterwards: what is published for the period later is a
    restatement 重述 with the next `edition` and a reason. `body` is all that a page shows, whatever the files say
    since."""

    installation: str
    tree: str
    period: Period
    edition: int
    by: str
    name: str
    at: datetime
    reason: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
