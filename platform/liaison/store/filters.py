"""The SQL back end of expressions: a list filter becomes a WHERE clause that agrees with the Python back end.

No three-valued logic leaks: every clause is true or false, never NULL, so it may be negated or selected. A
comparison is written `column IS NOT NULL AND column = :value`, which an index still serves.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    Integer,
    Numeric,
    Text,
    TypeDecorator,
    and_,
    case,
    false,
    literal,
    not_,
    null,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import FromClause
from sqlalchemy.types import TypeEngine

from liaison.conditions import (
    Call,
    Node,
    Var,
    compile_expression,
    dependencies,
    kind_of,
    parse,
    read_fact,
)
from liaison.definitions import ValueKind

from .columns import UtcDateTime


class UnfilterableError(ValueError):
    """The expression is sound, but a list cannot be filtered by it: an operator or a path that SQL lacks."""


@dataclass(frozen=True, eq=False)
class SideValues:
    """A field whose values stand in a side table (record_id, key, text, num, day), a row for each value.

    `record_id` is the id of the record filtered, `values` the side table (or an alias of it). Booleans stand in
    `num` as 0 and 1, moments as ISO texts with their offset in `text`. `many` says that the field is a list (of
    anything but booleans): then it takes part in `in` and `missing` only.
    Conditions on it become `record_id IN (SELECT …)`, which an index on (key, text), (key, num) or (key, day)
    drives. Null and empty lists have no row.
    """

    record_id: ColumnElement[Any]
    values: FromClause
    key: str
    kind: ValueKind
    many: bool = False

    def where(self, condition: Callable[[ColumnElement[Any]], ColumnElement[bool]]) -> ColumnElement[bool]:
        """That a value of the field fulfils `condition`, which is given the column that holds values of this kind."""
        values = self.values.alias()
        ids = select(values.c.record_id).where(values.c.key == self.key, condition(self._column(values)))
        return self.record_id.in_(ids.correlate_except(values))

    def scalar(self) -> ColumnElement[Any]:
        """The value itself, for comparing with another column."""
        values = self.values.alias()
        column = self._column(values)
        found = select(column == 1 if self.kind == "boolean" else column).where(
            values.c.record_id == self.record_id, values.c.key == self.key
        )
        return found.correlate_except(values).scalar_subquery()

    def _column(self, values: FromClause) -> ColumnElement[Any]:
        column = values.c[_SIDE_COLUMNS[self.kind]]
        return _Moment(column) if self.kind == "moment" else column


@dataclass(frozen=True, eq=False)
class CodedColumn:
    """What the code in a field says in one of its columns: `field` holds the code, `values` what each code says."""

    field: ColumnElement[Any] | SideValues
    kind: ValueKind
    values: Mapping[str, Any]

    def scalar(self) -> ColumnElement[Any]:
        """What is said itself, for comparing with another column."""
        code = self.field.scalar() if isinstance(self.field, SideValues) else self.field
        type_ = _TYPES[self.kind]
        said = {key: literal(value, type_) for key, value in self.values.items() if value is not None}
        return type_coerce(case(said, value=code) if said else null(), type_)

    def where(self, fits: Callable[[Any], bool]) -> ColumnElement[bool]:
        """That it fulfils `fits`: the code is one of those that say so, which an index on the field drives."""
        codes = [key for key, value in self.values.items() if value is not None and fits(value)]
        return (
            self.field.where(lambda column: column.in_(codes))
            if isinstance(self.field, SideValues)
            else and_(self.field.is_not(None), self.field.in_(codes))
        )


_TYPES: Mapping[ValueKind, TypeEngine[Any]] = {
    "text": Text(), "number": Numeric(), "boolean": Boolean(), "date": Date(),
}  # fmt: skip


_SIDE_COLUMNS: Mapping[ValueKind, str] = {
    "text": "text", "number": "num", "boolean": "num", "date": "day", "moment": "text",
}  # fmt: skip

Columns: TypeAlias = Mapping[str, ColumnElement[Any] | SideValues | CodedColumn]
"""The paths a list can be filtered by: a column (or any scalar SQL expression with a type), a side table, or what the
codes in one of these say."""


def to_clause(expr: Any, columns: Columns, facts: Mapping[str, Any] | None = None) -> ColumnElement[bool]:
    """The clause for `expr` (JSON, place "filter"), true for the records for which Python says true.

    `facts` are what is the same for all records: `today`, `actor.unit`. ExpressionError when `expr` is not of the
    grammar or a slot is open; UnfilterableError for a path that is in neither `columns` nor `facts`, and for a
    column under an operator that SQL lacks. What reads no column is worked out in Python.
    """
    node = parse(expr)
    return _Translator(columns, facts or {}).condition(node)


@dataclass(frozen=True, eq=False)
class _Value:
    """The same for all records."""

    value: Any


@dataclass(frozen=True, eq=False)
class _Field:
    """A column with its kind. `side` is set where conditions on constants go through the side table, `coded` where
    they come to which codes fulfil them."""

    kind: ValueKind
    element: ColumnElement[Any]
    side: SideValues | None = field(default=None)
    coded: CodedColumn | None = field(default=None)


@dataclass(frozen=True, eq=False)
class _Many:
    """A list in the side table."""

    side: SideValues


_Operand: TypeAlias = _Value | _Field | _Many
_ORDER: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_CONDITIONS = ("and", "or", "!", "==", "!=", "in", "missing", *_ORDER)


class _Translator:
    def __init__(self, columns: Columns, facts: Mapping[str, Any]) -> None:
        self.columns = columns
        self.facts = facts

    def condition(self, node: Node) -> ColumnElement[bool]:
        """A clause that is never NULL. What is not a condition is false."""
        if not self.reads_column(node):
            return true() if self.worked_out(node) is True else false()
        if not isinstance(node, Call) or node.operator not in _CONDITIONS:
            return _equal(self.operand(node), _Value(True))
        match node.operator:
            case "and":
                return and_(true(), *map(self.condition, node.operands))
            case "or":
                return or_(false(), *map(self.condition, node.operands))
            case "!":
                return not_(self.condition(node.operands[0]))
        operands = [self.operand(operand) for operand in node.operands]
        match node.operator:
            case "missing":
                return _missing(operands[0])
            case "==":
                return _equal(*operands)
            case "!=":
                return not_(_equal(*operands))
            case "in":
                return _within(*operands)
        return _ordered(node.operator, *operands)

    def operand(self, node: Node) -> _Operand:
        if not self.reads_column(node):
            return _Value(self.worked_out(node))
        if isinstance(node, Var):
            found = self.columns[node.path]
            if isinstance(found, CodedColumn):
                return _Field(found.kind, found.scalar(), coded=found)
            if not isinstance(found, SideValues):
                return _Field(_kind(found), found)
            return _Many(found) if found.many else _Field(found.kind, found.scalar(), found)
        if isinstance(node, Call) and node.operator in _CONDITIONS:
            # SQLAlchemy forgets that a negation is a boolean.
            return _Field("boolean", type_coerce(self.condition(node), Boolean()))
        raise UnfilterableError(f"SQL has no way to filter by {node.pointer}")

    def reads_column(self, node: Node) -> bool:
        return not self.columns.keys().isdisjoint(dependencies(node))

    def worked_out(self, node: Node) -> Any:
        """The value of what reads no column."""
        if unknown := dependencies(node) - self.facts.keys():
            raise UnfilterableError(f"neither columns nor facts: {sorted(unknown)}")
        return compile_expression(node)(self.facts)


def _kind(column: ColumnElement[Any]) -> ValueKind:
    """The kind of a column, from the Python type of its values."""
    type_ = column.type
    found = (type_.impl_instance if isinstance(type_, TypeDecorator) else type_).python_type
    for python_type, kind in _KINDS:
        if issubclass(found, python_type):
            return kind
    raise UnfilterableError(f"no kind for a column of {found}")


# bool before int and datetime before date: each is a subclass of the other.
_KINDS: tuple[tuple[type, ValueKind], ...] = (
    (bool, "boolean"),
    (int, "number"),
    (float, "number"),
    (Decimal, "number"),
    (str, "text"),
    (datetime, "moment"),
    (date, "date"),
)


def _missing(operand: _Operand) -> ColumnElement[bool]:
    if isinstance(operand, _Many):
        return not_(operand.side.where(lambda column: true()))
    return not_(_compared(_field(operand), _present))


def _present(column: ColumnElement[Any]) -> ColumnElement[bool]:
    filled = column.is_not(None)
    return and_(filled, column != "") if _kind(column) == "text" else filled


def _equal(left: _Operand, right: _Operand) -> ColumnElement[bool]:
    if isinstance(left, _Many) or isinstance(right, _Many):
        return false()
    if isinstance(left, _Value):
        left, right = right, left
    left = _field(left)
    if isinstance(right, _Value):
        if right.value is None:
            return not_(_compared(left, lambda column: column.is_not(None)))
        return _compared_with(right.value, left, operator.eq)
    both_null = and_(left.element.is_(None), right.element.is_(None))
    return or_(both_null, _both(left, right, operator.eq))


def _ordered(name: str, left: _Operand, right: _Operand) -> ColumnElement[bool]:
    if isinstance(left, _Many) or isinstance(right, _Many):
        return false()
    if isinstance(left, _Value):
        return _ordered(_MIRRORED[name], right, left)
    if left.kind == "boolean":
        return false()
    if isinstance(right, _Value):
        return _compared_with(right.value, left, _ORDER[name])
    return _both(left, right, _ORDER[name])


def _within(needle: _Operand, listed: _Operand) -> ColumnElement[bool]:
    if isinstance(listed, _Many):
        return _among_many(needle, listed.side)
    if isinstance(needle, _Many) or not isinstance(listed, _Value):
        return false()
    field_ = _field(needle)
    members = [read_fact(member) for member in listed.value] if isinstance(listed.value, list | tuple) else []
    alike = [member for member in members if kind_of(member) == field_.kind]
    clause = _compared(field_, lambda column: column.in_([_bound(member, column) for member in alike]))
    return or_(clause, _equal(needle, _Value(None))) if None in members else clause


def _among_many(needle: _Operand, side: SideValues) -> ColumnElement[bool]:
    if isinstance(needle, _Field) and needle.kind == side.kind:
        return side.where(lambda column: and_(column.is_not(None), column == needle.element))
    if not isinstance(needle, _Value):
        return false()
    return _compared_with(needle.value, _Field(side.kind, side.scalar(), side), operator.eq)


def _compared(found: _Field, condition: Callable[[ColumnElement[Any]], ColumnElement[bool]]) -> ColumnElement[bool]:
    """`condition` on the column, false where it is null."""
    if found.side is not None:
        return found.side.where(lambda column: and_(column.is_not(None), condition(column)))
    return and_(found.element.is_not(None), condition(found.element))


def _compared_with(value: Any, found: _Field, compare: Callable[[Any, Any], Any]) -> ColumnElement[bool]:
    """`found` compared with what is the same for all records; unlike kinds never compare."""
    if kind_of(value) != found.kind:
        return false()
    if found.coded is not None:
        return found.coded.where(lambda said: bool(compare(said, read_fact(value))))
    return _compared(found, lambda column: compare(_in_order(column, compare), _bound(value, column)))


def _both(left: _Field, right: _Field, compare: Callable[[Any, Any], Any]) -> ColumnElement[bool]:
    """Two columns compared with each other."""
    if left.kind != right.kind:
        return false()
    present = and_(left.element.is_not(None), right.element.is_not(None))
    return and_(present, compare(_in_order(left.element, compare), right.element))


def _field(operand: _Operand) -> _Field:
    """The operand, known to be a field because comparisons of values alone are worked out beforehand."""
    if not isinstance(operand, _Field):
        raise TypeError(f"a field is expected, found {operand}")
    return operand


def _bound(value: Any, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """`value` as a parameter that is compared exactly: never cut or rounded to the column's length or scale."""
    if isinstance(value, bool) and _kind(column) == "number":
        value = int(value)
    return literal(value, _parameter_type(value, column.type))


def _parameter_type(value: Any, column: TypeEngine[Any]) -> TypeEngine[Any]:
    if isinstance(column, TypeDecorator) or isinstance(value, bool | datetime):
        return column
    if isinstance(value, str):
        return Text()
    if isinstance(value, date):
        return Date()
    if isinstance(column, Integer) and isinstance(value, int):
        return column if abs(value) < 2**31 else BigInteger()
    return Numeric()


def _in_order(column: ColumnElement[Any], compare: Callable[[Any, Any], Any]) -> ColumnElement[Any]:
    """`column` so that `compare` orders text by code point; equality needs no order, and keeps its index."""
    return _ByCodePoint(column) if _kind(column) == "text" and compare is not operator.eq else column


class _ByCodePoint(FunctionElement[str]):
    """Text in the order of its code points, which is SQLite's own order and PostgreSQL's collation "C"."""

    name = "by_code_point"
    type = Text()
    inherit_cache = True


@compiles(_ByCodePoint)
def _in_its_own_order(element: _ByCodePoint, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(_ByCodePoint, "postgresql")
def _in_order_of_c(element: _ByCodePoint, compiler: SQLCompiler, **options: Any) -> str:
    return f'({compiler.process(element.clauses, **options)} COLLATE "C")'


class _Moment(FunctionElement[datetime]):
    """A moment that stands as an ISO text with its offset, so that it compares with the moments of other columns."""

    name = "moment"
    type = UtcDateTime()
    inherit_cache = True


@compiles(_Moment)
def _in_utc(element: _Moment, compiler: SQLCompiler, **options: Any) -> str:
    """As SQLite keeps moments: UTC without an offset, six digits behind the second."""
    return f"(strftime('%Y-%m-%d %H:%M:%f', {compiler.process(element.clauses, **options)}) || '000')"


@compiles(_Moment, "postgresql")
def _with_its_zone(element: _Moment, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AS TIMESTAMP WITH TIME ZONE)"
