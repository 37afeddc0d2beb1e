"""From JSON to the parsed expression; everything that is not of the grammar becomes a finding."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from liaison.texts import Finding, Severity

from .model import (
    AGGREGATES,
    DATE_UNITS,
    KEY,
    MAX_DEPTH,
    MAX_NODES,
    NUMBER_LIMIT,
    OPERATORS,
    OUTER,
    PATH,
    PLACES_AFTER_POINT,
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
from .values import read_date, read_moment, read_number

_OPERANDS: dict[str, tuple[int, int | None]] = {
    "and": (1, None),
    "or": (1, None),
    "+": (2, None),
    "*": (2, None),
    "date_add": (3, 3),
} | dict.fromkeys(("==", "!=", "<", "<=", ">", ">=", "in", "-", "/", "round"), (2, 2))
"""Operators whose operands stand in an array: how many at least and at most."""
_SINGLE = ("!", "missing")
_LITERALS = ("date", "moment", "slot")


def parse(expr: Json | Node, file: str = "", pointer: str = "") -> Node:
    """The parsed form of `expr`; ExpressionError with every finding when it is not of the grammar.

    What is parsed already is returned as it is, so every verb of this room takes either.

    `file` and `pointer` say where the expression stands in its package; findings and nodes carry pointers
    that begin with `pointer`.
    """
    if isinstance(expr, Node):
        return expr
    parser = _Parser(file)
    node = parser.node(expr, pointer, depth=1, inside=0)
    if parser.findings:
        raise ExpressionError(tuple(parser.findings))
    return node


def below(pointer: str, *steps: str | int) -> str:
    """`pointer` extended by `steps`, escaped as RFC 6901 asks."""
    return pointer + "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


class _Parser:
    """Collects findings while it walks. A place it cannot read becomes a null constant, and the walk goes on."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self.nodes = 0

    def wrong(self, code: str, pointer: str, **params: Any) -> Constant:
        self.findings.append(Finding(code, Severity.ERROR, self.file, pointer, params))
        return Constant(None, pointer)

    def node(self, expr: Json, pointer: str, depth: int, inside: int) -> Node:
        """Parse `expr` at nesting `depth`, within `inside` aggregates."""
        if depth > MAX_DEPTH:
            return self.wrong("conditions.too_deep", pointer, limit=MAX_DEPTH)
        if isinstance(expr, list):
            return self.members(expr, pointer)
        if not isinstance(expr, dict):
            return self.scalar(expr, pointer)
        if not self.room_for_one(pointer):
            return Constant(None, pointer)
        if len(expr) != 1:
            return self.wrong("conditions.one_operator", pointer, found=sorted(map(str, expr)))
        ((operator, argument),) = expr.items()
        if operator in _LITERALS:
            return self.literal_object(operator, argument, pointer)
        at = below(pointer, operator)
        if operator == "var":
            return self.var(argument, pointer, at, inside)
        if operator in _SINGLE:
            return Call(operator, (self.node(argument, at, depth + 1, inside),), pointer)
        if operator in AGGREGATES:
            return self.aggregate(operator, argument, pointer, depth, inside)
        if operator not in OPERATORS:
            return self.wrong("conditions.unknown_operator", at, operator=operator)
        return self.call(operator, argument, pointer, depth, inside)

    def room_for_one(self, pointer: str) -> bool:
        self.nodes += 1
        if self.nodes == MAX_NODES + 1:
            self.wrong("conditions.too_large", pointer, limit=MAX_NODES)
        return self.nodes <= MAX_NODES

    def call(self, operator: str, argument: Json, pointer: str, depth: int, inside: int) -> Node:
        at = below(pointer, operator)
        least, most = _OPERANDS[operator]
        if not isinstance(argument, list) or len(argument) < least or len(argument) > (most or len(argument)):
            code = "conditions.operands_exactly" if most else "conditions.operands_at_least"
            return self.wrong(code, at, operator=operator, number=least)
        operands = tuple(self.node(each, below(at, index), depth + 1, inside) for index, each in enumerate(argument))
        if operator == "round" and not _is_whole(argument[1], 0, PLACES_AFTER_POINT):
            return self.wrong("conditions.round_places", below(at, 1), most=PLACES_AFTER_POINT)
        if operator == "date_add" and argument[2] not in DATE_UNITS:
            return self.wrong("conditions.date_unit", below(at, 2), units=DATE_UNITS)
        return Call(operator, operands, pointer)

    def aggregate(self, operator: str, argument: Json, pointer: str, depth: int, inside: int) -> Node:
        at = below(pointer, operator)
        parts: Sequence[Json] = argument if isinstance(argument, list) else [argument]
        by_condition = operator in ("count", "any", "all")
        least = 2 if operator in ("any", "all") else 1
        if not least <= len(parts) <= (2 if by_condition else 3) or (len(parts) == 1 and parts is argument):
            return self.wrong(f"conditions.aggregate_{'condition' if by_condition else 'value'}", at, operator=operator)
        first = below(at, 0) if parts is argument else at
        over = self.node(parts[0], first, depth + 1, inside)
        if not isinstance(over, Var):
            return self.wrong("conditions.aggregate_over", first, operator=operator)
        inner = [
            self.node(part, below(at, index), depth + 1, inside + 1) for index, part in enumerate(parts[1:], start=1)
        ]
        if by_condition:
            return Aggregate(operator, over, None, inner[0] if inner else None, pointer)
        value, where = [*inner, None, None][:2]
        return Aggregate(operator, over, value, where, pointer)

    def var(self, path: Json, pointer: str, at: str, inside: int) -> Node:
        if not isinstance(path, str):
            return self.wrong("conditions.bad_path", at, path=str(path)[:80])
        rest, ups = path, 0
        while rest.startswith(f"{OUTER}."):
            rest, ups = rest.removeprefix(f"{OUTER}."), ups + 1
        if ups > inside or (path == "" and not inside):
            return self.wrong("conditions.outside_aggregate", at, path=path)
        if path and not PATH.fullmatch(rest):
            return self.wrong("conditions.bad_path", at, path=path[:80])
        return Var(rest, ups, pointer)

    def members(self, members: list[Json], pointer: str) -> Node:
        parsed: list[Constant | Slot] = []
        for index, member in enumerate(members):
            at = below(pointer, index)
            if isinstance(member, dict) and len(member) == 1 and next(iter(member)) in _LITERALS:
                if not self.room_for_one(at):
                    break
                ((name, argument),) = member.items()
                parsed.append(self.literal_object(name, argument, at))
            elif isinstance(member, dict | list):
                self.wrong("conditions.literals_only", at)
            else:
                parsed.append(self.scalar(member, at))
            if self.nodes > MAX_NODES:
                break
        return Constants(tuple(parsed), pointer)

    def literal_object(self, name: str, argument: Json, pointer: str) -> Constant | Slot:
        at = below(pointer, name)
        if name == "slot":
            if isinstance(argument, str) and KEY.fullmatch(argument):
                return Slot(argument, pointer)
            return self.wrong("conditions.bad_slot", at)
        value: date | datetime | None = (read_date if name == "date" else read_moment)(argument)
        if value is None:
            return self.wrong(f"conditions.bad_{name}", at, text=str(argument)[:80])
        return Constant(value, pointer)

    def scalar(self, value: Json, pointer: str) -> Constant:
        if not self.room_for_one(pointer) or value is None or isinstance(value, bool):
            return Constant(value, pointer)
        if isinstance(value, str):
            return (
                Constant(value, pointer) if not _NO_TEXT.search(value) else self.wrong("conditions.bad_text", pointer)
            )
        if isinstance(value, int | float | Decimal):
            number = read_number(value)
            if number is None or number != Decimal(str(value)):
                limit = f"{NUMBER_LIMIT:,}"
                return self.wrong(
                    "conditions.bad_number", pointer, number=value, limit=limit, places=PLACES_AFTER_POINT
                )
            return Constant(number, pointer)
        return self.wrong("conditions.not_an_expression", pointer, found=type(value).__name__)


def _is_whole(value: Json, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


_NO_TEXT = re.compile("[\0\ud800-\udfff]")
"""NUL and lone surrogates: databases take neither."""
