"""The lint of this room: does an expression fit the types it reads and the place it stands in?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from liaison.texts import Finding, Message, Severity

from .model import (
    ARITHMETIC,
    DATE_UNITS,
    NUMBER,
    ORDERINGS,
    SHARED_FACTS,
    Aggregate,
    Call,
    Constant,
    Constants,
    ExpressionError,
    Json,
    Node,
    Scope,
    Slot,
    Type,
    Var,
    list_of,
)
from .parse import below, parse
from .places import PLACES, PlaceName
from .values import KIND_OF, read_date, read_moment
from .walk import dependencies

_UNKNOWN = Type("unknown")
_NULL = Type("null")
# Kinds that compare with one another carry one name.
_GROUP: Mapping[str, str] = {"code": "text", "money": "number"}
_ORDERED = ("number", "text", "date", "moment")


def check(expr: Json, scope: Scope, place: PlaceName, file: str = "", pointer: str = "") -> list[Finding]:
    """All findings about `expr` at `place`: grammar first, and where that holds, operators and types.

    `pointer` is where the expression stands in `file`; the findings' pointers begin with it.
    """
    try:
        node = parse(expr, file, pointer)
    except ExpressionError as error:
        return list(error.findings)
    checker = _Checker(scope, place, file)
    found = checker.type_of(node, (scope.types,))
    if PLACES[place].asks == "condition":
        checker.want_condition(found, node)
    return checker.findings


def result_type(expr: Json, scope: Scope) -> Type:
    """The type of the value of `expr`; kind "unknown" where it has none. ExpressionError as `parse`."""
    return _Checker(scope, "computed", "").type_of(parse(expr), (scope.types,))


_Fields = tuple[Mapping[str, Type], ...]
"""What a variable may read, outermost first: the scope, then the items of the aggregates around."""


class _Checker:
    def __init__(self, scope: Scope, place: PlaceName, file: str) -> None:
        self.scope = scope
        self.place = place
        self.file = file
        self.findings: list[Finding] = []

    def report(self, what: str, pointer: str, severity: Severity = Severity.ERROR, /, **params: Any) -> None:
        self.findings.append(Finding(what, severity, self.file, pointer, params))

    def type_of(self, node: Node, fields: _Fields) -> Type:
        match node:
            case Constant(value):
                return _NULL if value is None else Type(_kind(value), nullable=False)
            case Constants():
                return self.listed(node)
            case Slot():
                return self.slot(node)
            case Var():
                return self.var(node, fields)
            case Call():
                self.allow(node.operator, node.pointer)
                return self.call(node, fields)
            case Aggregate():
                self.allow(node.operator, node.pointer)
                return self.aggregate(node, fields)

    def allow(self, operator: str, pointer: str) -> None:
        if operator not in PLACES[self.place].operators:
            place = Message(f"conditions.place.{self.place}")
            self.report("conditions.not_allowed_here", below(pointer, operator), operator=operator, place=place)

    def slot(self, node: Slot) -> Type:
        found = self.scope.slots.get(node.key)
        if found is None:
            self.report("conditions.unknown_slot", node.pointer, slot=node.key)
        return found or _UNKNOWN

    def var(self, node: Var, fields: _Fields) -> Type:
        found = fields[len(fields) - 1 - node.ups].get(node.path)
        if found is None:
            self.report("conditions.unknown_variable", below(node.pointer, "var"), path=node.path)
        return found or _UNKNOWN

    def listed(self, node: Constants) -> Type:
        found = [self.type_of(member, ()) for member in node.members]
        known = [each for each in found if each.kind not in ("null", "unknown")]
        if len({_group(each) for each in known}) > 1:
            self.report("conditions.mixed_list", node.pointer)
            known = []
        return list_of(known[0] if known else _UNKNOWN, nullable=False)

    def call(self, node: Call, fields: _Fields) -> Type:
        types = [self.type_of(operand, fields) for operand in node.operands]
        name = node.operator
        if name in ("and", "or", "!"):
            for found, operand in zip(types, node.operands, strict=True):
                self.want_condition(found, operand)
        elif name == "missing":
            self.never_missing(types[0], node.operands[0])
        elif name == "in":
            self.membership(node, types)
        elif name in ARITHMETIC:
            for found, operand in zip(types, node.operands, strict=True):
                self.want_number(found, operand)
            return Type("number", nullable=name == "/" or any(found.nullable for found in types))
        elif name == "date_add":
            return self.date_add(node, types)
        else:
            self.comparison(node, types)
        return Type("boolean", nullable=False)

    def date_add(self, node: Call, types: list[Type]) -> Type:
        day, amount, _unit = types
        if day.kind not in ("date", "moment", "null", "unknown"):
            self.report("conditions.date_expected", node.operands[0].pointer, found=_named(day), units=DATE_UNITS)
            day = _UNKNOWN
        self.want_number(amount, node.operands[1])
        if self.place == "filter":
            self.same_for_all(node)
        return Type(day.kind)

    def same_for_all(self, node: Call) -> None:
        """Report what a list cannot work out beforehand: SQL compares columns, it does not move dates."""
        for path in sorted(dependencies(node)):
            if not path.startswith(SHARED_FACTS):
                self.report("conditions.date_add_of_column", below(node.pointer, "date_add"), path=path)

    def comparison(self, node: Call, types: list[Type]) -> None:
        left, right = types
        one, other = node.operands
        orders = node.operator in ORDERINGS
        for found, operand in ((left, one), (right, other)):
            if found.kind in ("list", "rows"):
                self.report("conditions.not_comparable", operand.pointer, found=_named(found))
                return
            if orders and found.kind == "null":
                self.report("conditions.null_never_orders", node.pointer, operator=node.operator)
                return
            if orders and found.kind in ("boolean", "code"):
                self.report("conditions.not_ordered", operand.pointer, found=_named(found), operator=node.operator)
                return
        if left.kind == "null" or right.kind == "null":
            for found, operand in ((left, one), (right, other)):
                self.never_missing(found, operand)
            return
        self.compatible(left, one, right, other, node.pointer)

    def compatible(self, left: Type, one: Node, right: Type, other: Node, pointer: str) -> None:
        """Report what keeps a value of `left` from ever being equal to one of `right`."""
        groups = {_group(left), _group(right)}
        if "unknown" in groups:
            return
        if len(groups) > 1:
            params = {"left": _named(left), "right": _named(right)}
            if groups & {"date", "moment"} and "number" in groups:
                self.report("conditions.date_with_number", pointer, **params)
            elif groups & {"date", "moment"} and (_spells_date(one) or _spells_date(other)):
                self.report("conditions.date_as_text", pointer, **params)
            else:
                self.report("conditions.type_mismatch", pointer, **params)
        elif left.codes and right.codes and left.codes != right.codes:
            self.report("conditions.different_lists", pointer, left=left.codes, right=right.codes)
        else:
            self.in_its_list(left, other)
            self.in_its_list(right, one)

    def in_its_list(self, found: Type, node: Node) -> None:
        keys = self.scope.codes.get(found.codes) if found.codes else None
        if keys is not None and isinstance(node, Constant) and node.value not in keys:
            self.report("conditions.code_not_in_list", node.pointer, code=node.value, codes=found.codes)

    def membership(self, node: Call, types: list[Type]) -> None:
        left, right = types
        one, other = node.operands
        if left.kind in ("list", "rows"):
            self.report("conditions.not_comparable", one.pointer, found=_named(left))
        elif isinstance(other, Constants):
            for member in other.members:
                if isinstance(member, Slot):
                    self.compatible(left, one, self.scope.slots.get(member.key, _UNKNOWN), member, member.pointer)
                elif member.value is not None:
                    self.compatible(left, one, Type(_kind(member.value)), member, member.pointer)
        elif right.item is not None:
            self.compatible(left, one, right.item, other, node.pointer)
        elif right.kind != "unknown":
            self.report("conditions.list_expected", other.pointer, found=_named(right))

    def aggregate(self, node: Aggregate, fields: _Fields) -> Type:
        over = self.type_of(node.over, fields)
        name = node.operator
        if over.kind not in ("list", "rows", "unknown"):
            self.report("conditions.list_expected", node.over.pointer, found=_named(over))
        if over.kind not in ("list", "rows"):
            return _result(name, _UNKNOWN)
        within = (*fields, over.fields if over.item is None else {"": over.item})
        if node.where is not None:
            self.want_condition(self.type_of(node.where, within), node.where)
        if name in ("count", "any", "all"):
            return _result(name, _UNKNOWN)
        if node.value is None:
            if over.item is None:
                self.report("conditions.column_needed", node.pointer, operator=name)
            found, at = over.item or _UNKNOWN, node.over.pointer
        else:
            found, at = self.type_of(node.value, within), node.value.pointer
        if name in ("sum", "mean"):
            self.number_at(found, at)
        elif found.kind != "unknown" and (found.kind == "code" or _group(found) not in _ORDERED):
            self.report("conditions.not_ordered", at, found=_named(found), operator=name)
            found = _UNKNOWN
        return _result(name, found)

    def want_condition(self, found: Type, node: Node) -> None:
        if found.kind not in ("boolean", "unknown"):
            self.report("conditions.condition_expected", node.pointer, found=_named(found))

    def want_number(self, found: Type, node: Node) -> None:
        self.number_at(found, node.pointer)

    def number_at(self, found: Type, pointer: str) -> None:
        if _group(found) not in ("number", "null", "unknown"):
            self.report("conditions.number_expected", pointer, found=_named(found))

    def never_missing(self, found: Type, node: Node) -> None:
        if not found.nullable and isinstance(node, Var) and found.kind != "rows":
            self.report("conditions.never_missing", node.pointer, Severity.WARNING, path=node.path)


def _kind(value: object) -> Any:
    return KIND_OF[type(value)]


def _group(found: Type) -> str:
    return _GROUP.get(found.kind, found.kind)


def _named(found: Type) -> Message:
    return Message(f"conditions.type.{found.kind}")


def _spells_date(node: Node) -> bool:
    return isinstance(node, Constant) and (read_date(node.value) is not None or read_moment(node.value) is not None)


def _result(operator: str, value: Type) -> Type:
    if operator in ("any", "all"):
        return Type("boolean", nullable=False)
    if operator in ("count", "sum"):
        return Type("number", nullable=False)
    return NUMBER if operator == "mean" else Type(value.kind, codes=value.codes)
