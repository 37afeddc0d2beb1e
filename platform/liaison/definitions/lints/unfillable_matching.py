"""A matching whose numbers cannot work out for the initial units."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Severity

from ..model import Side
from .index import Index
from .registry import Found, found, lint


@lint("unfillable_matching", Severity.WARNING)
def unfillable_matching(index: Index) -> Iterator[Found]:
    """One side needs more partners than the other may have: somebody is bound to be left out. A side without initial
    units is one that the adopting place fills."""
    file = index.rule_file("roster")
    for at, matching in enumerate(index.definition.roster.matchings.values()):
        for one, other in ((matching.left, matching.right), (matching.right, matching.left)):
            many, others = _count(index, one), _count(index, other)
            room = others * (many if other.maximum is None else min(other.maximum, many))
            if many and others and (one.minimum > others or many * one.minimum > room):
                told = {"count": many, "minimum": one.minimum, "others": others, "room": room}
                yield found(file, f"/matchings/{at}", matching=matching.title, **told)


def _count(index: Index, side: Side) -> int:
    roster = index.definition.roster
    return sum(side.kind == "unit_kind" and unit.is_of(side.key, roster.groups) for unit in roster.units.values())
