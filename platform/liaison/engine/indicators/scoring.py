"""From values to scores: each leaf made comparable, each node put together from those below it, objects ranked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from .model import WHOLE, Node, Scores, Tree, Values
from .normalising import WAYS

PLACES = Decimal("0.01")
"""What scores are rounded to before they are compared: what reads alike ranks alike."""

_Weighed = Sequence[tuple[Decimal, Decimal]]
"""Scores with their weights."""


def score(tree: Tree, values: Values) -> Mapping[str, Scores]:
    """Object → its scores. Values are compared over all the objects there are."""
    known = {leaf.key: [found for one in values.values() if (found := one[leaf.key]) is not None]
             for leaf in tree.leaves}  # fmt: skip
    nodes = {one: _scores(tree, mine, known) for one, mine in values.items()}
    wholes = sorted((found for one in nodes.values() if (found := _rounded(one[WHOLE])) is not None), reverse=True)
    return {
        one: Scores(scores, None if (whole := _rounded(scores[WHOLE])) is None else wholes.index(whole) + 1)
        for one, scores in nodes.items()
    }


def _rounded(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(PLACES)


def _scores(
    tree: Tree, values: Mapping[str, Decimal | None], known: Mapping[str, Sequence[Decimal]]
) -> dict[str, Decimal | None]:
    found = {leaf.key: _leaf(tree, leaf, values[leaf.key], known[leaf.key]) for leaf in tree.leaves}

    def of(key: str) -> Decimal | None:
        if key not in found:
            found[key] = _together(tree, [(node, of(node.key)) for node in tree.below.get(key, ())])
        return found[key]

    of(WHOLE)
    return found


def _leaf(tree: Tree, leaf: Node, value: Decimal | None, known: Sequence[Decimal]) -> Decimal | None:
    if value is None or leaf.normalise is None:
        return Decimal(0) if tree.missing == "zero" else None
    return WAYS[leaf.normalise.kind](value, leaf.normalise.body, known)


def _together(tree: Tree, below: Sequence[tuple[Node, Decimal | None]]) -> Decimal | None:
    weighed = [(found, node.weight or Decimal(1)) for node, found in below if found is not None]
    if not weighed or (tree.missing == "void" and len(weighed) < len(below)):
        return None
    return _WAYS[tree.aggregate](weighed)


def _arithmetic(weighed: _Weighed) -> Decimal:
    return sum((score * weight for score, weight in weighed), Decimal(0)) / _weights(weighed)


def _geometric(weighed: _Weighed) -> Decimal:
    if any(not score for score, _ in weighed):
        return Decimal(0)
    return (sum((score.ln() * weight for score, weight in weighed), Decimal(0)) / _weights(weighed)).exp()


def _weights(weighed: _Weighed) -> Decimal:
    return sum((weight for _, weight in weighed), Decimal(0))


_WAYS: Mapping[str, Callable[[_Weighed], Decimal]] = {"arithmetic": _arithmetic, "geometric": _geometric}
