"""A third reading of decision tables, as plainly as it can be written, and tables and records drawn by lot."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from liaison.rules import ColumnType, Table, read_table

WORDS = [
    "A",
    "B",
    "5",
    "true",
    "null",
    "NaN",
    "",
    'quo"te',
    "back\\slash",
    "工商联",
    "a\u0000b",
    "r01",
    "end",
    "$or",
    "%s",
]
LONG = "长" * 30_000


def meets(table: Table, types: Mapping[str, ColumnType], record: Mapping[str, Any]) -> tuple[str, ...]:
    """The keys of the rows `record` meets."""
    return tuple(
        row.key
        for row in table.rows
        if all(
            holds(types[key].kind, test.op, test.operand, record.get(key))
            for key, tests in row.cells.items()
            for test in tests
        )
    )


def holds(kind: str, op: str, operand: Any, value: Any) -> bool:
    """One comparison, on the values as they are written."""
    if value is None or value == "" or value == []:
        return op == "empty"
    if op in ("empty", "not_empty"):
        return op == "not_empty"
    if op == "contains":
        return any(each in value for each in (operand if isinstance(operand, tuple) else (operand,)))
    if kind == "number":
        value, operand = _number(value), _each(operand, _number)
    if kind == "date":
        operand = _each(operand, date.fromisoformat)
    match op:
        case "is":
            return bool(value == operand)
        case "is_not":
            return bool(value != operand)
        case "in":
            return value in operand
        case "at_least":
            return bool(value >= operand)
        case "at_most":
            return bool(value <= operand)
        case "more_than":
            return bool(value > operand)
        case "less_than":
            return bool(value < operand)
        case "between":
            return bool(operand[0] <= value <= operand[1])
    raise AssertionError(op)


def _number(value: Any) -> Decimal:
    return Decimal(str(value))


def _each(operand: Any, convert: Any) -> Any:
    return tuple(map(convert, operand)) if isinstance(operand, tuple) else convert(operand)


TYPES = {
    "word": ColumnType("text"),
    "code": ColumnType("code", codes=("A", "B", "C", "D")),
    "whole": ColumnType("number"),
    "money": ColumnType("number", decimals=2),
    "day": ColumnType("date"),
    "flag": ColumnType("boolean"),
    "tags": ColumnType("list", codes=("p", "q", "r", "s")),
}


def literal(lot: random.Random, key: str) -> Any:
    """Something a cell of the column could say."""
    match key:
        case "word":
            return lot.choice([word for word in WORDS if word])
        case "code":
            return lot.choice("ABCD")
        case "whole":
            return lot.choice([lot.randrange(-3, 12), lot.randrange(-3, 12), 10**14, -(10**14)])
        case "money":
            return lot.choice([lot.randrange(-3, 12), lot.randrange(-300, 1200) / 100, 0.1, 0.3, 1e15])
        case "day":
            return (date(2026, 1, 1) + timedelta(lot.randrange(12))).isoformat()
        case "flag":
            return lot.random() < 0.5
    return lot.choice("pqrs")


def value(lot: random.Random, key: str) -> Any:
    """Something a record could hold, the bounds and oddities among it."""
    if lot.random() < 0.1:
        return None
    match key:
        case "word":
            return lot.choice([*WORDS, "other", LONG, "A" * 65_536 + "A", "A\n", "AB"])
        case "whole":
            return lot.choice([lot.randrange(-4, 13), Decimal("2.5"), 10**14, 10**30, -(10**30), Decimal("1E+500")])
        case "money":
            exact = Decimal(lot.randrange(-400, 1300)).scaleb(-2)
            return lot.choice(
                [exact, Decimal("0.1") + Decimal("0.2"), 0.3, Decimal("0.3000001"), Decimal("1E-60"), 10**15]
            )
        case "day":
            return date(2025, 12, 31) + timedelta(lot.randrange(14))
        case "tags":
            return lot.sample("pqrs", lot.randrange(5))
    return literal(lot, key)


def cell(lot: random.Random, key: str) -> dict[str, Any]:
    """A cell of one or two comparisons."""
    many = [literal(lot, key) for _ in range(lot.choice([1, 2, 3, 9, 12]))]
    ordered = {op: literal(lot, key) for op in ("at_least", "at_most", "more_than", "less_than", "is", "is_not")}
    match TYPES[key].kind:
        case "number" | "date":
            ops = {**ordered, "in": many, "between": sorted([literal(lot, key), literal(lot, key)])}
        case "list":
            ops = {"contains": lot.choice([literal(lot, key), many])}
        case "boolean":
            ops = {"is": literal(lot, key), "is_not": literal(lot, key)}
        case kind:
            ops = {"is": literal(lot, key), "is_not": literal(lot, key), "in": many}
            if kind == "text":
                ops["contains"] = lot.choice([literal(lot, key), many])
    ops |= {"empty": True, "not_empty": True}
    return {op: ops[op] for op in lot.sample(sorted(ops), lot.choice([1, 1, 1, 2]))}


def table(lot: random.Random, rows: int) -> Table:
    """A table of `rows` rows over all columns; rows overlap freely, some are met by everything."""
    keys = list(TYPES)
    lot.shuffle(keys)
    keys = keys[: lot.randrange(1, len(keys) + 1)]
    width = min(len(keys), 3)
    return read_table(
        {
            "key": "t",
            "title": "t",
            "on": "matter",
            "hit": "first",
            "inputs": [{"key": key, "field": key} for key in keys],
            "outputs": [{"key": "o", "type": "number"}],
            "rows": [
                {
                    "key": f"row_{n}",
                    "if": {key: cell(lot, key) for key in lot.sample(keys, lot.randrange(width + 1))},
                    "then": {"o": n},
                }
                for n in range(rows)
            ],
            "otherwise": {"o": -1},
        }
    )


def record(lot: random.Random, given: Table) -> dict[str, Any]:
    """A record for `given`."""
    return {each.key: value(lot, each.key) for each in given.inputs}
