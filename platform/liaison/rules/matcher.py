"""The compiled matcher: for each column an index from value to the set of rows that admit it.

A set of rows is an integer with a bit for each row, row 0 the lowest. A record meets the rows in the intersection
over all columns, so a decision costs one look-up a column however many rows there are. This is the oracle of the
tests, the second opinion on every decision, and the evaluator where the rule engine cannot be installed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from .columns import comparable_test
from .model import ColumnType, Row, Table, Test

Rows: TypeAlias = int
"""A set of rows as bits."""


class Index:
    """The rows each value of one column admits."""

    rows: Callable[[Any], Rows]
    """The rows that admit a value, which is in comparable form."""

    def __init__(self, column: ColumnType, key: str, rows: Sequence[Row]) -> None:
        self.column = column
        self.empty: Rows = 0
        self.needs: dict[tuple[str, ...], Rows] = {}
        """Literals of which a text or list must contain one → the rows that ask it."""
        tests: list[tuple[Test, ...]] = []
        for at, row in enumerate(rows):
            cell = tuple(comparable_test(column, test) for test in row.cells.get(key, ()))
            tests.append(cell)
            if all(test.op == "empty" for test in cell):
                self.empty |= 1 << at
            for test in cell:
                if test.op == "contains":
                    self.needs[test.operand] = self.needs.get(test.operand, 0) | 1 << at
        self._fill(tests)

    def _fill(self, tests: Sequence[tuple[Test, ...]]) -> None:
        raise NotImplementedError


class Discrete(Index):
    """Text, code, truth value, list: each literal by itself, and all other values alike."""

    def _fill(self, tests: Sequence[tuple[Test, ...]]) -> None:
        self.other: Rows = 0
        self.known: dict[Any, Rows] = {}
        special: list[tuple[Any, int, bool]] = []
        for at, cell in enumerate(tests):
            closed = any(test.op in ("is", "in", "empty") for test in cell)
            self.other |= (not closed) << at
            for each in {e for test in cell for e in _mentioned(test)}:
                special.append((each, at, all(_admits(test, each) for test in cell)))
        for each, at, admitted in special:
            rows = self.known.get(each, self.other)
            self.known[each] = rows | 1 << at if admitted else rows & ~(1 << at)
        named, other = {**self.known, None: self.empty}.get, self.other
        self.rows = self._containing if self.needs else lambda value: named(value, other)

    def _containing(self, value: Any) -> Rows:
        if value is None:
            return self.empty
        found = self.known.get(value, self.other)
        for needed, rows in self.needs.items():
            if not any(each in value for each in needed):
                found &= ~rows
        return found


class Ordered(Index):
    """Number, date: each literal is a point, and between two points all values are alike.

    `spans[2 * i + 1]` is for `points[i]`, `spans[2 * i]` for what lies before it, the last for what lies after all.
    """

    def _fill(self, tests: Sequence[tuple[Test, ...]]) -> None:
        self.points: list[int] = sorted(
            {p for cell in tests for test in cell if test.op not in ("empty", "not_empty") for p in _operands(test)}
        )
        last = 2 * len(self.points)
        place = {point: 2 * at + 1 for at, point in enumerate(self.points)}
        turns: list[Rows] = [0] * (last + 2)  # a row's bit where it begins and where it ends to admit
        for at, cell in enumerate(tests):
            bit = 1 << at
            low, high, holes = 0, last, set[int]()
            only: set[int] | None = None
            for op, operand in ((test.op, test.operand) for test in cell):
                if op == "empty":
                    only = set()
                elif op in ("is", "in"):
                    named = {place[p] for p in (operand if op == "in" else (operand,))}
                    only = named if only is None else only & named
                elif op == "is_not":
                    holes.add(place[operand])
                elif op == "at_least":
                    low = max(low, place[operand])
                elif op == "more_than":
                    low = max(low, place[operand] + 1)
                elif op == "at_most":
                    high = min(high, place[operand])
                elif op == "less_than":
                    high = min(high, place[operand] - 1)
                elif op == "between":
                    low, high = max(low, place[operand[0]]), min(high, place[operand[1]])
            if only is not None:
                stretches = [(p, p) for p in only - holes if low <= p <= high]
            elif low <= high:
                stretches = [(low, high), *((p, p) for p in holes if low <= p <= high)]
            else:
                stretches = []
            for begin, end in stretches:
                turns[begin] ^= bit
                turns[end + 1] ^= bit
        self.spans: list[Rows] = []
        current = 0
        for turn in turns[:-1]:
            current ^= turn
            self.spans.append(current)
        # Whole numbers: a point begins at itself, and what follows it one further on.
        begins = [begin for point in self.points for begin in (point, point + 1)]
        spans, empty = self.spans, self.empty
        self.rows = lambda value: empty if value is None else spans[bisect_right(begins, value)]


def index(table: Table, types: Mapping[str, ColumnType]) -> tuple[Index, ...]:
    """An index for each input of `table`, in its order. WrongLiteralError where a cell does not fit."""
    return tuple(
        (Ordered if types[each.key].kind in ("number", "date") else Discrete)(types[each.key], each.key, table.rows)
        for each in table.inputs
    )


def _operands(test: Test) -> tuple[Any, ...]:
    return test.operand if isinstance(test.operand, tuple) else (test.operand,)


def _mentioned(test: Test) -> tuple[Any, ...]:
    return _operands(test) if test.op in ("is", "is_not", "in") else ()


def _admits(test: Test, value: Any) -> bool:
    # `contains` is asked of the value itself, in `rows`: here it stands aside.
    match test.op:
        case "is":
            return bool(value == test.operand)
        case "is_not":
            return bool(value != test.operand)
        case "in":
            return value in test.operand
        case op:
            return op != "empty"
