"""The Python back end: a parsed expression becomes closures, once; asking them costs a few calls."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from . import values
from .model import (
    Aggregate,
    Call,
    Constant,
    Constants,
    ExpressionError,
    Json,
    Node,
    Slot,
    Var,
)
from .parse import parse
from .walk import unfilled

Facts = Mapping[str, Any]
"""Flat: the full dotted path of each field and fact → its value. Only `get` is used, so it may be lazy."""

# What a closure is asked about: at the top the facts, within an aggregate the pair (item, what is around it).
_Around = Any
_Ask = Callable[[_Around], Any]

_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_REDUCED: Mapping[str, Callable[[Any, Any], Any]] = {"+": values.add, "*": values.multiply}
_PAIRED: Mapping[str, Callable[[Any, Any], Any]] = {"-": values.subtract, "/": values.divide}
_OVER_VALUES: Mapping[str, Callable[[Iterator[Any]], Any]] = {
    "sum": values.total,
    "mean": values.mean,
    "min": lambda found: values.extreme(found, operator.lt),
    "max": lambda found: values.extreme(found, operator.gt),
}


def compile_expression(expr: Json | Node) -> Callable[[Facts], Any]:
    """A function from facts to the value of `expr`: None when missing, numbers as int or Decimal.

    ExpressionError when `expr` is not of the grammar or a slot in it is not filled. Asking never raises,
    whatever the types of the facts; only a moment without a zone is a TypeError.
    """
    return _compiled(_ready(expr), 0)


def compile_condition(expr: Json | Node) -> Callable[[Facts], bool]:
    """Like `compile_expression`, and the answer is a bool: only true is true."""
    return _truth(_ready(expr), 0)


def _ready(expr: Json | Node) -> Node:
    node = parse(expr)
    if found := unfilled(node):
        raise ExpressionError(found)
    return node


def _truth(node: Node, inside: int) -> Callable[[_Around], bool]:
    ask = _compiled(node, inside)
    return lambda around: ask(around) is True


def _compiled(node: Node, inside: int) -> _Ask:
    """The closure for `node`, which stands within `inside` aggregates."""
    match node:
        case Constant(value):
            return lambda around: value
        case Constants():
            members = [member.value for member in node.members if isinstance(member, Constant)]
            return lambda around: list(members)
        case Var():
            return _var(node, inside)
        case Call():
            return _call(node, inside)
        case Aggregate():
            return _aggregate(node, inside)
        case Slot():
            raise ValueError(f"slot {node.key} is not filled")


def _var(node: Var, inside: int) -> _Ask:
    path, read = node.path, values.read_fact
    if not inside:
        return lambda facts: read(facts.get(path))
    if not node.ups:
        if not path:
            return lambda around: read(around[0])
        return lambda around: read(around[0].get(path)) if isinstance(around[0], Mapping) else None
    outer = _var(Var(path, node.ups - 1, node.pointer), inside - 1)
    return lambda around: outer(around[1])


def _call(node: Call, inside: int) -> _Ask:
    name = node.operator
    if name in ("and", "or", "!"):
        return _connective(name, [_truth(operand, inside) for operand in node.operands])
    if name == "in":
        return _membership(node, inside)
    asks = [_compiled(operand, inside) for operand in node.operands]
    if name == "missing":
        (only,) = asks
        return lambda around: values.is_missing(only(around))
    if name == "date_add":
        day, amount, unit = asks
        return lambda around: values.date_add(day(around), amount(around), unit(around))
    if name in _REDUCED:
        return _reduction(_REDUCED[name], asks)
    left, right = asks
    if name in ("==", "!="):
        equal, wanted = values.equal, name == "=="
        return lambda around: equal(left(around), right(around)) is wanted
    if name in _ORDER:
        return _ordering(_ORDER[name], left, right)
    if name == "round":
        return lambda around: values.round_to(left(around), right(around))
    pair = _PAIRED[name]
    return lambda around: pair(left(around), right(around))


def _connective(name: str, terms: list[Callable[[_Around], bool]]) -> _Ask:
    if name == "!":
        (term,) = terms
        return lambda around: not term(around)
    ends = name == "or"

    def connective(around: _Around) -> bool:
        for term in terms:
            if term(around) is ends:
                return ends
        return not ends

    return connective


def _ordering(compare: Callable[[Any, Any], bool], left: _Ask, right: _Ask) -> _Ask:
    ordered = values.ordered

    def ordering(around: _Around) -> bool:
        one, other = left(around), right(around)
        return ordered(one, other) and compare(one, other)

    return ordering


def _reduction(combine: Callable[[Any, Any], Any], asks: list[_Ask]) -> _Ask:
    first, *rest = asks

    def reduction(around: _Around) -> Any:
        result = first(around)
        for ask in rest:
            result = combine(result, ask(around))
        return result

    return reduction


def _membership(node: Call, inside: int) -> _Ask:
    left = _compiled(node.operands[0], inside)
    listed = node.operands[1]
    kinds = values.KIND_OF
    if isinstance(listed, Constants):
        keys = {(kinds[type(member.value)], member.value) for member in listed.members if isinstance(member, Constant)}

        def among(around: _Around) -> bool:
            value = left(around)
            kind = kinds.get(type(value))
            return kind is not None and (kind, value) in keys

        return among
    right = _compiled(listed, inside)

    def within(around: _Around) -> bool:
        value = left(around)
        return any(values.equal(value, values.read_fact(member)) for member in _items(right(around)))

    return within


def _aggregate(node: Aggregate, inside: int) -> _Ask:
    over = _compiled(node.over, inside)
    where = _truth(node.where, inside + 1) if node.where else None

    def chosen(around: _Around) -> Iterator[_Around]:
        for item in _items(over(around)):
            within = (item, around)
            if where is None or where(within):
                yield within

    match node.operator:
        case "count":
            return lambda around: sum(1 for _ in chosen(around))
        case "any":
            return lambda around: any(True for _ in chosen(around))
        case "all":
            return lambda around: 0 < len(_items(over(around))) == sum(1 for _ in chosen(around))
    value = _compiled(node.value or Var("", 0, node.pointer), inside + 1)
    reduce = _OVER_VALUES[node.operator]
    return lambda around: reduce(value(within) for within in chosen(around))


def _items(listed: Any) -> list[Any] | tuple[Any, ...]:
    """What is not a list has no items."""
    return listed if isinstance(listed, list | tuple) else ()
