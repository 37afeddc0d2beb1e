"""Can a condition hold at all? Only the plain cases are decided."""

from __future__ import annotations

from collections.abc import Iterator

from .model import Call, Constant, Constants, Node, Var

_Value = tuple[str, object]
"""A literal with what it is: `true` is not 1."""


def never_holds(node: Node) -> bool:
    """Whether `node` is false whatever the record has: it says so, or it wants one variable to be two things at once.
    False where that is not plain to see."""
    if isinstance(node, Constant):
        return node.value is False
    if not isinstance(node, Call):
        return False
    if node.operator == "or":
        return all(map(never_holds, node.operands))
    if node.operator != "and":
        return False
    wanted: dict[Var, frozenset[_Value]] = {}
    for operand in _conjuncts(node):
        if never_holds(operand):
            return True
        for variable, values in _wants(operand):
            wanted[variable] = wanted.get(variable, values) & values
    return not all(wanted.values())


def _conjuncts(node: Call) -> Iterator[Node]:
    for operand in node.operands:
        if isinstance(operand, Call) and operand.operator == "and":
            yield from _conjuncts(operand)
        else:
            yield operand


def _wants(node: Node) -> Iterator[tuple[Var, frozenset[_Value]]]:
    """The only values of a variable for which `node` holds."""
    match node:
        case Call("==", (Var() as one, Constant() as value)) | Call("==", (Constant() as value, Var() as one)):
            yield _named(one), frozenset([_value(value)])
        case Call("in", (Var() as one, Constants(members))) if all(isinstance(each, Constant) for each in members):
            yield _named(one), frozenset(_value(each) for each in members if isinstance(each, Constant))


def _named(variable: Var) -> Var:
    """The variable, wherever in the expression it stands."""
    return Var(variable.path, variable.ups, "")


def _value(constant: Constant) -> _Value:
    value = constant.value
    return "boolean" if isinstance(value, bool) else "", value
