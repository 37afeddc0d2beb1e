"""The shapes of this room: types, scopes, the parsed expression, and the closed list of operators."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from liaison.texts import Finding

Json: TypeAlias = Any
"""An expression as it stands in a file: what `json.loads` returns."""

Scalar: TypeAlias = str | bool | int | Decimal | date | datetime | None
"""What a condition compares. None is both null and missing. Moments are aware datetimes."""

MAX_DEPTH = 40
"""Levels of nesting an expression may have."""
MAX_NODES = 5_000
"""Nodes an expression may have, members of literal lists included."""
PLACES_AFTER_POINT = 6
"""Every number is kept to this many decimal places, halves rounded away from zero."""
NUMBER_LIMIT = 10**15
"""A number this large (yuan, pieces, anything) or larger is missing."""

SEGMENT = r"[a-z][a-z0-9_]{0,39}"
KEY = re.compile(SEGMENT)
PATH = re.compile(rf"{SEGMENT}(\.~?{SEGMENT})*")
"""Segments with points between; `~` marks a relation seen from its other side: `linked.~visits`."""
OUTER = "outer"
"""First segment by which the inner part of an aggregate reads the record around it."""

SHARED_FACTS = ("record.today", "record.now", "actor.")
"""Beginnings of the facts that are the same for all records of a list."""

DATE_UNITS = ("days", "months", "years")

COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
ORDERINGS = COMPARISONS[2:]
CONNECTIVES = ("and", "or", "!")
ARITHMETIC = ("+", "-", "*", "/", "round")
AGGREGATES = ("count", "any", "all", "sum", "min", "max", "mean")
CONDITIONS = (*CONNECTIVES, *COMPARISONS, "in", "missing", "any", "all")
"""Operators whose value is always true or false."""
OPERATORS = ("var", *CONNECTIVES, *COMPARISONS, "in", "missing", *ARITHMETIC, "date_add", *AGGREGATES)
"""The closed list. Beside them stand literals, `{"date": …}`, `{"moment": …}` and `{"slot": …}`."""

Kind = Literal["text", "number", "money", "boolean", "date", "moment", "code", "list", "rows", "null", "unknown"]


@dataclass(frozen=True, slots=True)
class Type:
    """The type of a field, a fact or an expression.

    `codes` names the code list of kind code; `item` is what a list holds; `fields` are the columns of rows
    (a repeating table, or linked records), by their path. `nullable` says that it may be missing.
    """

    kind: Kind
    nullable: bool = True
    codes: str = ""
    item: Type | None = None
    fields: Mapping[str, Type] = field(default_factory=dict)

    def as_json(self) -> Json:
        """The shape the browser reads: "date", {"list": "code"}, {"rows": {"amount": "money"}}."""
        if self.item is not None:
            return {"list": self.item.as_json()}
        if self.kind == "rows":
            return {"rows": {path: column.as_json() for path, column in self.fields.items()}}
        return self.kind


TEXT = Type("text")
NUMBER = Type("number")
MONEY = Type("money")
BOOLEAN = Type("boolean")
DATE = Type("date")
MOMENT = Type("moment")


def code(codes: str, *, nullable: bool = True) -> Type:
    """A key of the code list `codes`."""
    return Type("code", nullable, codes)


def list_of(item: Type, *, nullable: bool = True) -> Type:
    """A list of scalars, such as several codes chosen."""
    return Type("list", nullable, item=item)


def rows(fields: Mapping[str, Type]) -> Type:
    """A repeating table or linked records. No row at all is a count of 0, so it is never missing."""
    return Type("rows", nullable=False, fields=fields)


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression may read: paths with their types, code lists with their keys, slots with their types.

    A code list that is not in `codes` is not looked into: that it dangles is another lint's finding.
    """

    types: Mapping[str, Type]
    codes: Mapping[str, Collection[str]] = field(default_factory=dict)
    slots: Mapping[str, Type] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal value."""

    value: Scalar
    pointer: str


@dataclass(frozen=True, slots=True)
class Constants:
    """A literal list: its members are Constant or Slot."""

    members: tuple[Constant | Slot, ...]
    pointer: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A place that an adopting district fills with a literal."""

    key: str
    pointer: str


@dataclass(frozen=True, slots=True)
class Var:
    """A path. `ups` counts the `outer.` taken off it; the empty path is the item of an aggregate itself."""

    path: str
    ups: int
    pointer: str


@dataclass(frozen=True, slots=True)
class Call:
    """An operator on its operands."""

    operator: str
    operands: tuple[Node, ...]
    pointer: str


@dataclass(frozen=True, slots=True)
class Aggregate:
    """An operator over the items of a list. `value` is taken of each item for which `where` holds.

    count, any and all have no `value`; sum, min, max and mean without one take the item itself.
    """

    operator: str
    over: Var
    value: Node | None
    where: Node | None
    pointer: str


Node: TypeAlias = Constant | Constants | Slot | Var | Call | Aggregate


class ExpressionError(ValueError):
    """The expression is not of the grammar; `findings` say where and why."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("; ".join(f"{finding.pointer or '/'}: {finding.code}" for finding in findings))
        self.findings = findings
