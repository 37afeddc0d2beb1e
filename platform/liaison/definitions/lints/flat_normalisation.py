"""A way to make scores of values that tells no value from another: ends that are the same, bands that do not rise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from liaison.texts import Severity

from .index import Index
from .indicators import trees_in
from .registry import Found, found, lint


@lint("flat_normalisation", Severity.ERROR)
def flat_normalisation(index: Index) -> Iterator[Found]:
    """The satisfactory value is not the unacceptable one, the highest is above the lowest, bands stand in order."""
    for tree in trees_in(index):
        for node in tree.nodes:
            for way, body in node.body.get("normalise", {}).items():
                if _flat(way, body):
                    yield found(tree.file, f"{node.pointer}/normalise/{way}", indicator=node.body["title"])


def _flat(way: str, body: Mapping[str, Any]) -> bool:
    match way:
        case "efficacy":
            return bool(body["satisfactory"] == body["unacceptable"])
        case "min_max":
            return "lowest" in body and "highest" in body and body["lowest"] >= body["highest"]
        case _:
            return any(one["from"] >= other["from"] for one, other in pairwise(body["bands"]))
