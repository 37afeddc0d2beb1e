"""Ask a table: both evaluators, one verdict."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from decimal import Decimal, localcontext
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from .columns import Value, WrongInputError, comparable
from .matcher import Rows, index
from .model import OTHERWISE, ColumnType, Table, Verdict
from .ruleengine import AVAILABLE, RuleEngine, ShardPoisonedError, limits

_log = logging.getLogger(__name__)

Evaluator: TypeAlias = Literal["durable_rules", "matcher"]

LEADING: Evaluator = "durable_rules" if AVAILABLE else "matcher"
"""Who leads where nobody says otherwise."""

_REMEMBERED = 4_096


class Decider:
    """A table ready to be asked, from any thread and on both sides of a fork.

    `types`: the type of each input by its key. With `leads="durable_rules"` every answer of the rule engine is
    compared with the matcher's; `marked` tells whether they ever differed, or the engine ever failed twice on one
    record. The matcher alone decides with `leads="matcher"`, and where the table is beyond the engine's limits.
    Raises WrongLiteralError for a table that `check_table` finds wrong.
    """

    def __init__(self, table: Table, types: Mapping[str, ColumnType], leads: Evaluator = LEADING) -> None:
        self.table = table
        self.marked = False
        self._everything: Rows = (1 << len(table.rows)) - 1
        self._columns = [
            (each.key, comparable(types[each.key]), column.rows)
            for each, column in zip(table.inputs, index(table, types), strict=True)
        ]
        second = leads == "durable_rules" and table.rows and not limits(table, types)
        self._engine = RuleEngine(table, types) if second else None
        self._answers: dict[int, _Answer] = {}

    def decide(self, record: Mapping[str, Any]) -> Verdict:
        """What the table answers for `record` (input key → evaluated value; absent is empty).

        WrongInputError, naming the input, where a value is not of its column's type.
        """
        seen: dict[str, Any] = {}
        values: list[Value] = []
        rows = self._everything
        try:
            for key, compare, admitting in self._columns:
                seen[key] = given = record.get(key)
                value = compare(given)
                values.append(value)
                rows &= admitting(value)
        except WrongInputError as error:
            raise WrongInputError(f"{self.table.key}.{key}: {error}") from None
        engine = self._engine
        try:
            agreed = engine is None or engine.met(values) == rows or self._differ(rows)
        except ShardPoisonedError:
            agreed = self._ask_again(values, rows)
        row, outputs, matched, clash = self._answers.get(rows) or self._answer(rows)
        return Verdict(row, outputs, seen, matched, agreed, clash)

    def close(self) -> None:
        """Free what the rule engine holds. The decider stays usable."""
        if self._engine is not None:
            self._engine.close()

    def _ask_again(self, values: Sequence[Value], rows: int) -> bool:
        assert self._engine is not None
        try:  # asking rebuilds the shard that was poisoned
            return self._engine.met(values) == rows or self._differ(rows)
        except ShardPoisonedError:
            return self._differ(rows)

    def _differ(self, rows: int) -> bool:
        self.marked = True
        met = [row.key for at, row in enumerate(self.table.rows) if rows >> at & 1]
        # Rows only: what a record holds has no place in a log.
        _log.error("table %s: durable_rules and the matcher differ; the matcher met %s", self.table.key, met)
        return False

    def _answer(self, rows: int) -> _Answer:
        if len(self._answers) >= _REMEMBERED:
            self._answers.clear()
        answer = self._answers[rows] = _answer(self.table, rows)
        return answer


_Answer: TypeAlias = tuple[str, Mapping[str, Any], tuple[str, ...], bool]
"""Deciding row, outputs, rows met, whether they clash."""


def _answer(table: Table, rows: int) -> _Answer:
    met = [row for at, row in enumerate(table.rows) if rows >> at & 1]
    if not met:
        return OTHERWISE, table.otherwise, (), False
    keys = tuple(row.key for row in met)
    if table.hit != "collect":
        clash = table.hit == "unique" and any(row.then != met[0].then for row in met)
        return keys[0], met[0].then, keys, clash
    gathered = {
        each.key: gather(table.gather, [row.then[each.key] for row in met if row.then[each.key] is not None])
        for each in table.outputs
    }
    return keys[0], MappingProxyType(gathered), keys, False


def gather(how: str, values: Sequence[Any]) -> Any:
    """The outputs of all rows met, in the order of the table, made one. Numbers are added exactly.

    Sum, min and max of nothing are None.
    """
    match how:
        case "list":
            return tuple(values)
        case "count":
            return len(values)
        case _ if not values:
            return None
        case "sum":
            with localcontext(prec=100):
                total = sum((_exact(each) for each in values), Decimal(0))
                return int(total) if total == total.to_integral_value() else total
        case "min":
            return min(values)
        case _:
            return max(values)


def _exact(number: Any) -> Decimal:
    return Decimal(repr(number)) if isinstance(number, float) else Decimal(number)
