"""A tree worked out for a period, with whatever counts: records in memory or the database."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from liaison.calendars import Period
from liaison.roster import RosterDay

from ..figures import Counts, Metric
from .model import Assessment, Node, Tree
from .scoring import PLACES, score

Counting = Callable[[Metric, Period], Counts]
"""Counts a metric in a period over all records, whoever asks: objects are compared."""


def assess(tree: Tree, period: Period, counting: Counting, today: RosterDay) -> Assessment:
    """The scores of a period as the records now give them."""
    objects = {unit.key: unit.title for unit in today.units_of_kind(tree.objects)}
    counted = {leaf.key: _figures(leaf, period, counting) for leaf in tree.leaves}
    values = {one: {leaf: found(one) for leaf, found in counted.items()} for one in objects}
    return Assessment(objects, values, score(tree, values))


def _figures(leaf: Node, period: Period, counting: Counting) -> Callable[[str], Decimal | None]:
    """Object → the value of a leaf. A count of nothing is 0, a mean of nothing is missing."""
    metric = leaf.metric
    if metric is None:
        return lambda _: None
    counts = counting(metric, period)

    def of(one: str) -> Decimal | None:
        value = counts.line(one).value(metric.measure)
        return None if value is None else Decimal(value)

    return of


def frozen(tree: Tree, done: Assessment) -> dict[str, Any]:
    """An assessment as JSON that says by itself all that a page shows."""
    return {
        "nodes": written(tree),
        "objects": [
            {
                "key": one, "title": title, "rank": done.scores[one].rank,
                "values": {leaf: _plain(value) for leaf, value in done.values[one].items()},
                "scores": {key or "whole": _plain(value, PLACES) for key, value in done.scores[one].nodes.items()},
            }
            for one, title in done.objects.items()
        ],
    }  # fmt: skip


def written(tree: Tree) -> list[dict[str, Any]]:
    """The nodes of a tree as a publication has them."""
    return [
        {"key": node.key, "title": node.title, "parent": node.parent, "leaf": node.key not in tree.below,
         "weight": _plain(node.weight)}
        for node in tree.nodes.values()
    ]  # fmt: skip


def _plain(value: Decimal | None, places: Decimal | None = None) -> str | None:
    """A number as text, so that it is kept exactly."""
    if value is None:
        return None
    return str(value.quantize(places)) if places is not None else format(value.normalize(), "f")
