"""Effects that make a loop: an action that, by way of others, takes itself."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Severity

from ..turns import record_of_turn
from .index import EffectAt, Index
from .registry import Found, found, lint

Node = tuple[str, str]
"""(record type, action)"""


@lint("effect_loop", Severity.ERROR)
def effect_loop(index: Index) -> Iterator[Found]:
    """Along `act` and `create`, past the top of a ladder, and along actions that the system takes as soon as a state is
    reached."""
    edges = {(effect.of, effect.action): set[Node]() for effect in index.effects}
    where: dict[Node, EffectAt] = {}
    for effect in index.effects:
        for target in _targets(index, effect):
            edges[(effect.of, effect.action)].add(target)
            where.setdefault((effect.of, effect.action), effect)
    for start, effect in where.items():
        if (path := _circle(start, edges)) is not None:
            yield found(effect.file, effect.pointer, path=[f"{of}.{action}" for of, action in path])


def _targets(index: Index, effect: EffectAt) -> Iterator[Node]:
    record_type = index.type_of(effect.of)
    if effect.kind == "create":
        lifecycle = index.lifecycles.get(effect.body["type"])
        for action in lifecycle.actions.values() if lifecycle else ():
            if action.start:
                yield lifecycle.of, action.key  # type: ignore[union-attr]
    elif effect.kind == "raise" and "to" not in effect.body and record_type is not None:
        if (ladder := record_type.ladders.get(effect.body["ladder"])) and _has(index, effect.of, ladder.top):
            yield effect.of, ladder.top
    elif effect.kind == "act" and record_type is not None:
        on, key = effect.body["on"], effect.body["action"]
        if on == "parent":
            yield from ((parent, key) for parent in _parents(index, effect.of) if _has(index, parent, key))
        elif "part" in on and on["part"] in record_type.parts:
            yield record_type.parts[on["part"]].assignment, key
        elif "record" in on:
            target = record_of_turn(index.definition, effect.of, effect.turn or {}, on["record"]["var"])
            if _has(index, target, key):
                yield target, key
        elif "relation" in on and on["relation"] in record_type.relations:
            yield record_type.relations[on["relation"]].to, key


def _parents(index: Index, of: str) -> Iterator[str]:
    for each in index.definition.record_types.values():
        children = {part.assignment for part in each.parts.values()}
        if of in children | {relation.to for relation in each.relations.values()}:
            yield each.key


def _has(index: Index, of: str, action: str) -> bool:
    return of in index.lifecycles and action in index.lifecycles[of].actions


def _circle(start: Node, edges: dict[Node, set[Node]]) -> list[Node] | None:
    """A way from `start` back to itself, or None."""
    ways = [[start]]
    seen: set[Node] = set()
    while ways:
        way = ways.pop()
        for target in sorted(edges.get(way[-1], ())):
            if target == start:
                return [*way, start]
            if target not in seen:
                seen.add(target)
                ways.append([*way, target])
    return None
