"""The indicator trees of a mechanism, from the JSON of its files."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from liaison.calendars import Span
from liaison.definitions import Definition, read_who

from ..figures import Metric, metric_from
from .model import Level, Node, Normalise, Tree


def trees_of(definition: Definition) -> Mapping[str, Tree]:
    """Key → tree, in the order of the file."""
    return MappingProxyType({key: tree_from(data) for key, data in definition.indicators.items()})


def tree_from(data: Mapping[str, Any]) -> Tree:
    """A tree of the files."""
    return Tree(
        data["key"],
        data["title"],
        tuple(Level(level["title"], level.get("expects")) for level in data["levels"]),
        data["objects"],
        Span(data["period"]),
        data["aggregate"],
        data["missing"],
        tuple(read_who(who) for who in data["published_by"]),
        {node["key"]: _node(node, data.get("filed", {})) for node in data["nodes"]},
        data.get("note", ""),
        data.get("source", ""),
    )


def _node(data: Mapping[str, Any], filed: Mapping[str, Any]) -> Node:
    return Node(
        data["key"],
        data["title"],
        data.get("parent", ""),
        Decimal(str(data["weight"])) if "weight" in data else None,
        _metric(data, filed),
        Normalise(*next(iter(data["normalise"].items()))) if "normalise" in data else None,
        "field" in data,
        data.get("note", ""),
        data.get("source", ""),
    )


def _metric(data: Mapping[str, Any], filed: Mapping[str, Any]) -> Metric | None:
    """What a leaf counts; of one that is reported, the mean of what was filed for an object and a period."""
    if "metric" in data:
        return metric_from(data["metric"])
    if "field" not in data:
        return None
    told = {"key": data["key"], "title": data["title"], "note": data.get("note", ""), "measure": "mean"}
    return metric_from({**told, "field": data["field"], **filed})
