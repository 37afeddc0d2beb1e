"""What several places published by one tree, put together: the objects of all of them compared with one another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from .assessing import written
from .model import WHOLE, Assessment, Publication, Scores, Tree
from .scoring import score


def fits(tree: Tree, there: Tree | None, publication: Publication) -> bool:
    """Whether a place measures by this tree today (`there` is its own), and measured so when it published."""
    return there is not None and there.formula == tree.formula and publication.body["nodes"] == written(tree)


def together(tree: Tree, published: Mapping[str, Publication], places: Mapping[str, str]) -> Assessment:
    """The published values of all places, scored anew. `places`: what each is called; an object is called after its
    place and known as `place.object`."""
    objects: dict[str, str] = {}
    values: dict[str, Mapping[str, Decimal | None]] = {}
    for place, publication in published.items():
        for one in publication.body["objects"]:
            key = f"{place}.{one['key']}"
            objects[key] = f"{places[place]} · {one['title']}"
            values[key] = {leaf: _number(text) for leaf, text in one["values"].items()}
    return Assessment(objects, values, score(tree, values))


def means(tree: Tree, several: Iterable[Scores]) -> Mapping[str, Decimal | None]:
    """What objects score in the mean, in every node and altogether, those without a score left out."""
    all_ = [one.nodes for one in several]
    found = {key: [value for nodes in all_ if (value := nodes[key]) is not None] for key in (WHOLE, *tree.nodes)}
    return {key: sum(those, Decimal(0)) / len(those) if those else None for key, those in found.items()}


def _number(text: Any) -> Decimal | None:
    return None if text is None else Decimal(text)
