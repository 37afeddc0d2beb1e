"""The shapes of this room: a decision table, the types of its columns, and a verdict."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias

from liaison.texts import Message

Json: TypeAlias = Any
"""What `json.loads` returns, or the same frozen (mappings and tuples)."""

Kind = Literal["text", "code", "number", "boolean", "date", "list"]
Hit = Literal["unique", "first", "collect"]
Gather = Literal["list", "sum", "min", "max", "count"]

OTHERWISE = "otherwise"
"""What a verdict calls the answer when no row is met. No row may have this key."""

OPERATORS: Mapping[Kind, frozenset[str]] = {
    "text": frozenset({"is", "is_not", "in", "contains", "empty", "not_empty"}),
    "code": frozenset({"is", "is_not", "in", "empty", "not_empty"}),
    "number": frozenset(
        {"is", "is_not", "in", "at_least", "at_most", "more_than", "less_than", "between", "empty", "not_empty"}
    ),
    "boolean": frozenset({"is", "is_not", "empty", "not_empty"}),
    "date": frozenset(
        {"is", "is_not", "in", "at_least", "at_most", "more_than", "less_than", "between", "empty", "not_empty"}
    ),
    "list": frozenset({"contains", "empty", "not_empty"}),
}
"""Which cell operators a column of each kind knows."""


@dataclass(frozen=True, slots=True)
class ColumnType:
    """The type of an input.

    `decimals`: places after the point a number is declared with. `codes`: the closed list of keys a code (or a
    member of a list) comes from; None where the list is open. `nullable`: the value may be missing.
    """

    kind: Kind
    decimals: int = 0
    codes: tuple[str, ...] | None = None
    nullable: bool = True


@dataclass(frozen=True, slots=True)
class Input:
    """A column of conditions: the field it reads, or the expression it is worth. The caller evaluates both, and may
    lend it what people call it and its codes: `title`, `labels`."""

    key: str
    field: str = ""
    value: Json = None
    title: str = ""
    labels: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Output:
    """A column of answers: a code of the list `codes`, or a value of type `type`."""

    key: str
    codes: str = ""
    type: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison in a cell. `operand` as in the file; a list is a tuple; True for empty and not_empty."""

    op: str
    operand: Any

    __test__ = False  # not a case for pytest


@dataclass(frozen=True, slots=True)
class Row:
    """A row: it is met when every test of every cell holds. An input without a cell may be anything.

    `at` is its index in the file, for JSON Pointers: rows out of use are counted there but are not in the table.
    """

    key: str
    at: int
    cells: Mapping[str, tuple[Test, ...]]
    then: Mapping[str, Any]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table, its rows in use in the order of the file."""

    key: str
    title: str
    on: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rows: tuple[Row, ...]
    otherwise: Mapping[str, Any]
    hit: Hit = "unique"
    gather: Gather = "list"
    suggests: bool = False
    idle: tuple[Row, ...] = ()
    """Rows with `in_use: false`: checked like the others, never met."""

    def explain(self, verdict: Verdict) -> Message:
        """Which row decided and why, for the timeline. KeyError where the verdict is of another table."""
        titles = {each.key: each.title or each.key for each in self.inputs}
        if verdict.row == OTHERWISE:
            seen = [saw(titles[key], value) for key, value in verdict.inputs.items()]
            return Message("rules.why_otherwise", {"table": self.title, "seen": seen})
        rows = {row.key: (number, row) for number, row in enumerate(self.rows, 1)}
        if self.hit == "collect" and len(verdict.matched) > 1:
            named = [rows[key][1].note or key for key in verdict.matched]
            return Message("rules.why_rows", {"table": self.title, "rows": named})
        number, row = rows[verdict.row]
        cells = [
            Message(f"rules.cell_{test.op}", {"input": titles[key], "value": spelled(test.operand)})
            for key, tests in row.cells.items()
            for test in tests
        ]
        return Message(
            "rules.why_row",
            {
                "table": self.title,
                "number": number,
                "row": row.note or row.key,
                "cells": cells or [Message("rules.cell_any")],
            },
        )


class Verdict(NamedTuple):
    """What a table answered, and from what. (A named tuple: making one must cost little beside deciding.)

    `row`: the first row met, or "otherwise". `matched`: every row met, in the order of the table. `inputs`: the
    values it saw. `agreed`: False when the two evaluators differed or one could not answer (`outputs` are then the
    matcher's). `clash`: several rows of a `unique` table were met with different outputs; the first one stands.
    """

    row: str
    outputs: Mapping[str, Any]
    inputs: Mapping[str, Any]
    matched: tuple[str, ...] = ()
    agreed: bool = True
    clash: bool = False


def saw(title: str, value: Any) -> Message:
    """Category is A; category is empty."""
    if value in (None, "", [], ()):
        return Message("rules.saw_nothing", {"input": title})
    return Message("rules.saw", {"input": title, "value": spelled(value)})


def spelled(value: Any) -> Any:
    """`value` as a parameter of a sentence: true and false have words of their own."""
    return Message("rules.yes" if value else "rules.no") if isinstance(value, bool) else value
