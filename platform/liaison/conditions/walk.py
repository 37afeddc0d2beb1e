"""Walking over an expression: all its nodes, the paths it reads, the slots it leaves open."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Finding, Severity

from .model import Aggregate, Call, Constants, Json, Node, Slot, Var
from .parse import parse


def dependencies(expr: Json | Node) -> set[str]:
    """The paths `expr` reads; ExpressionError when it is not of the grammar.

    What an aggregate reads of its items is the path of the list, a point and the path of the column:
    `linked.visits` and `linked.visits.result`.
    """
    return {path for path in paths(parse(expr)) if path}


def paths(node: Node, around: tuple[str, ...] = ()) -> Iterator[str]:
    """The full path of every variable in `node`; `around` are the paths of the lists it stands in."""
    match node:
        case Var():
            yield full_path(node, around)
        case Call():
            for operand in node.operands:
                yield from paths(operand, around)
        case Aggregate():
            yield from paths(node.over, around)
            within = (*around, full_path(node.over, around))
            for part in (node.value, node.where):
                if part is not None:
                    yield from paths(part, within)


def full_path(node: Var, around: tuple[str, ...]) -> str:
    """The path of `node` from the top; `around` are the paths of the lists it stands in, outermost first."""
    lists = around[: len(around) - node.ups]
    return ".".join(step for step in (lists[-1] if lists else "", node.path) if step)


def slots(node: Node) -> Iterator[Slot]:
    """The slots in `node`."""
    match node:
        case Slot():
            yield node
        case Constants():
            yield from (member for member in node.members if isinstance(member, Slot))
        case Call():
            for operand in node.operands:
                yield from slots(operand)
        case Aggregate():
            for part in (node.value, node.where):
                if part is not None:
                    yield from slots(part)


def unfilled(node: Node) -> tuple[Finding, ...]:
    """A finding for each slot in `node`: it cannot be evaluated as long as there is one."""
    return tuple(
        Finding("conditions.unfilled_slot", Severity.ERROR, "", slot.pointer, {"slot": slot.key})
        for slot in slots(node)
    )
