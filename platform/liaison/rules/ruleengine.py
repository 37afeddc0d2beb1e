"""The one module that owns durable_rules. `docs/tables.md` tells what it guards against.

What reaches the engine is made of numbers only: properties `c0…cN`, whole numbers, null, and rules `r01…r50`. Texts
and codes are numbered by the literals of their column; a number is scaled, a date a day number, a truth value 0 or
1; whether a value is missing, contains something or is in a long list is worked out beforehand as 0 or 1. Of the
engine's conditions only equality, inequality, ranges, `$and` and one `$or` of equalities a row are used.
"""

from __future__ import annotations

import json
import logging
import os
import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from liaison.texts import Finding, Severity

from .columns import Value, comparable_test
from .model import ColumnType, Row, Table, Test

try:
    import durable_rules_engine as _engine
except ImportError:  # Python 3.13 and later: it builds, and does not import
    _engine = None

_log = logging.getLogger(__name__)

AVAILABLE = _engine is not None
"""Whether durable_rules can be imported here."""

ROWS_A_SHARD = 50
"""More than 64 matches pending for one record, and the next record fires this one's rules."""
ALTERNATIVES = 8
"""Values an `$or` of equalities may have. Times rows a shard it must stay below 512 siblings on one property."""
PROPERTIES = 240
"""A message has at most 252, with `sid` and `id`."""

_CANARY = "end"
_CANARY_PROPERTY = "c0"
_LAST = 100_000
_SID = "s"
_RETRACT = '{"sid":"s","id":"s"}'  # it goes by the id alone
_RANGES = {"at_least": "$gte", "at_most": "$lte", "more_than": "$gt", "less_than": "$lt", "is_not": "$neq"}

Condition: TypeAlias = dict[str, Any]
Encode: TypeAlias = Callable[[Value], object]


class ShardPoisonedError(Exception):
    """A shard answered with an error or without its canary; it has been dropped and may be built again."""


def limits(table: Table, types: Mapping[str, ColumnType], file: str = "") -> list[Finding]:
    """What no split into shards can bring under the engine's hard limits: rows that alone need too many properties.

    The matcher decides such a table alone. Shards hold the other limits by their making: at most 50 rules, 8
    alternatives a row, one `sid`.
    """
    findings = []
    properties = _Properties(table, types)
    for row in table.rows:
        wanted = len(properties.wants(row)) + 1
        if wanted > PROPERTIES:
            params = {"row": row.key, "wanted": wanted, "limit": PROPERTIES}
            findings.append(Finding("rules.beyond_engine", Severity.WARNING, file, f"/rows/{row.at}/if", params))
    return findings


class RuleEngine:
    """A table compiled into shards of durable_rules, built on the first question in each process.

    RuntimeError where durable_rules is not installed.
    """

    def __init__(self, table: Table, types: Mapping[str, ColumnType]) -> None:
        if _engine is None:
            raise RuntimeError("durable_rules is not installed")
        self._plans = _split(table, types)
        self._shards: list[_Shard] = []
        self._lock = threading.Lock()
        _living.add(self)

    def met(self, values: Sequence[Value]) -> int:
        """The rows met by `values` (one for each input, in comparable form) as bits, row 0 the lowest.

        ShardPoisonedError when a shard failed; asking again rebuilds it.
        """
        shards = self._shards or self._build()
        if len(shards) == 1:
            return shards[0].met(values)
        rows = 0
        for shard in shards:
            rows |= shard.met(values)
        return rows

    def close(self) -> None:
        """Drop the rulesets; the next question builds them again."""
        with self._lock:
            shards, self._shards = self._shards, []
        for shard in shards:
            shard.drop()

    def _build(self) -> list[_Shard]:
        with self._lock:
            if not self._shards:
                shards = [_Shard(plan) for plan in self._plans]
                for shard in shards:
                    weakref.finalize(self, shard.drop).atexit = False
                self._shards = shards
            return self._shards

    def _forget(self) -> None:
        # In the child of a fork: rulesets and locks belong to the parent, and a lock may have been held just then.
        for shard in self._shards:
            shard.disown()
        self._lock = threading.Lock()


_living: weakref.WeakSet[RuleEngine] = weakref.WeakSet()


def _after_fork() -> None:
    for each in list(_living):
        each._forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


class _Properties:
    """The properties of a shard's messages: `c0` is the canary's, each other one a number made of one input."""

    def __init__(self, table: Table, types: Mapping[str, ColumnType]) -> None:
        self._types = types
        self._keys = [each.key for each in table.inputs]
        self._numbers: dict[str, dict[Value, int]] = {}
        for key in self._keys:
            if types[key].kind in ("text", "code"):
                tests = (comparable_test(types[key], t) for row in table.rows for t in row.cells.get(key, ()))
                mentioned = (v for t in tests for v in (t.operand if isinstance(t.operand, tuple) else (t.operand,)))
                self._numbers[key] = {v: n for n, v in enumerate(dict.fromkeys(mentioned), 1)}
        self._made: dict[tuple[str, str, Any], str] = {}

    def wants(self, row: Row) -> set[tuple[str, str, Any]]:
        """What properties the tests of `row` need: (input, "value" | "empty" | "any", literals)."""
        self._made = {}
        self.conditions(row)
        return set(self._made)

    def conditions(self, row: Row) -> list[Condition]:
        """The conditions of `row`, all of which must hold; properties are added as they are needed."""
        found: list[Condition] = []
        branched = False
        for key in self._keys:
            column = self._types[key]
            for test in (comparable_test(column, each) for each in row.cells.get(key, ())):
                if test.op == "in" and not branched and len(test.operand) <= ALTERNATIVES:
                    branched = True
                    name = self._name(key, "value")
                    found.append({"$or": [{name: self._number(key, each)} for each in test.operand]})
                else:
                    found += self._condition(key, test)
        return found

    def encoders(self) -> tuple[str, list[tuple[int, Encode]]]:
        """The message with a `%s` for each property after the canary's, and what to put there: (input, encode)."""
        names = [f'"{_CANARY_PROPERTY}":1', *(f'"{name}":%s' for name in self._made.values())]
        message = f'{{"sid":"{_SID}","id":"{_SID}",{",".join(names)}}}'
        return message, [(self._keys.index(key), self._encode(key, how, of)) for key, how, of in self._made]

    def _condition(self, key: str, test: Test) -> list[Condition]:
        if test.op in ("empty", "not_empty"):
            return [{self._name(key, "empty"): int(test.op == "empty")}]
        if test.op in ("in", "contains"):
            return [{self._name(key, "any", (test.op, test.operand)): 1}]
        name = self._name(key, "value")
        if test.op == "between":
            return [{"$gte": {name: test.operand[0]}}, {"$lte": {name: test.operand[1]}}]
        number = self._number(key, test.operand)
        return [{name: number} if test.op == "is" else {_RANGES[test.op]: {name: number}}]

    def _name(self, key: str, how: str, of: Any = None) -> str:
        return self._made.setdefault((key, how, of), f"c{len(self._made) + 1}")

    def _number(self, key: str, value: Value) -> int:
        if key in self._numbers:
            return self._numbers[key][value]
        assert isinstance(value, int)
        return int(value)

    def _encode(self, key: str, how: str, of: Any) -> Encode:
        if how == "empty":
            return lambda value: 1 if value is None else 0
        if how == "any":
            op, literals = of
            if op == "in":
                members = frozenset(literals)
                return lambda value: 1 if value in members else 0
            return lambda value: 1 if value is not None and any(x in value for x in literals) else 0  # type: ignore[operator]
        if key in self._numbers:
            number = self._numbers[key].get
            return lambda value: "null" if value is None else number(value, 0)
        if self._types[key].kind == "boolean":
            return lambda value: "null" if value is None else int(value)  # type: ignore[arg-type]
        return lambda value: "null" if value is None else value


class _Plan:
    """What one shard is built from: its rules, its message, and the bit of each rule's row."""

    def __init__(self, table: Table, types: Mapping[str, ColumnType], rows: Sequence[tuple[int, Row]]) -> None:
        properties = _Properties(table, types)
        rules: dict[str, Any] = {}
        self.bits: dict[str, int] = {_CANARY: 0}
        """Rule → the bit of its row. All names are three characters long, which is how `_ask` reads them."""
        for priority, (at, row) in enumerate(rows, 1):
            conditions = properties.conditions(row) or [{_CANARY_PROPERTY: 1}]
            condition = conditions[0] if len(conditions) == 1 else {"$and": conditions}
            rules[f"r{priority:02}"] = {"all": [{"m": condition}], "pri": priority}
            self.bits[f"r{priority:02}"] = 1 << at
        rules[_CANARY] = {"all": [{"m": {_CANARY_PROPERTY: 1}}], "pri": _LAST}
        self.rules = json.dumps(rules)
        self.message, self.encoders = properties.encoders()


class _Shard:
    """One ruleset with its lock. It is built when first asked, and again after it was poisoned."""

    def __init__(self, plan: _Plan) -> None:
        self._plan = plan
        self._message, self._encoders = plan.message, plan.encoders
        self._handle: int | None = None
        self._lock = threading.Lock()

    def met(self, values: Sequence[Value]) -> int:
        """Assert the record, take every rule that fires down to the canary, retract."""
        message = self._message % tuple([encode(values[at]) for at, encode in self._encoders])
        with self._lock:
            if self._handle is None:
                self._handle = _engine.create_ruleset("t", self._plan.rules)
            try:
                return self._ask(self._handle, message)
            except Exception as error:
                # Whatever went wrong, MemoryError included: what is pending in there would answer the next record.
                _log.exception("durable_rules: a shard is poisoned, dropping it")
                self._drop()
                raise ShardPoisonedError from error

    def drop(self) -> None:
        """Free the ruleset."""
        with self._lock:
            self._drop()

    def disown(self) -> None:
        """Let go of a ruleset that belongs to the process this one was forked from."""
        self._handle = None
        self._lock = threading.Lock()

    def _ask(self, handle: int, message: str) -> int:
        result, state = _engine.assert_fact(handle, message)
        if result:
            raise RuntimeError(f"assert_fact said {result}")
        started = _engine.start_action_for_state(handle, state)
        action = started[1] if started else None
        rows = 0
        bits = self._plan.bits
        go_on = _engine.complete_and_start_action
        name = ""
        while action:
            name = action[2:5]  # {"r01":{"m":…
            rows |= bits[name]
            action = go_on(handle, state)
        if name != _CANARY:
            raise RuntimeError("no canary")
        _engine.retract_fact(handle, _RETRACT)
        return rows

    def _drop(self) -> None:
        handle, self._handle = self._handle, None
        if handle is None:
            return
        # Without a canary fired and the state deleted, deleting the ruleset leaks 1.3 MB.
        try:
            self._ask(handle, self._message % tuple(["null"] * len(self._encoders)))
            _engine.delete_state(handle, _SID)
            _engine.delete_ruleset(handle)
        except Exception:
            # Deleting it regardless could crash the process; a leak of a megabyte does not.
            _log.exception("durable_rules: a ruleset is left undeleted")


def _split(table: Table, types: Mapping[str, ColumnType]) -> list[_Plan]:
    """Shards of at most 50 rows each, fewer where their messages would have too many properties."""
    waiting = [(at, row) for at, row in enumerate(table.rows)]
    plans: list[_Plan] = []
    while waiting:
        properties = _Properties(table, types)
        wanted: set[tuple[str, str, Any]] = set()
        taken: list[tuple[int, Row]] = []
        for at, row in waiting[:ROWS_A_SHARD]:
            both = wanted | properties.wants(row)
            if taken and len(both) + 1 > PROPERTIES:
                break
            wanted = both
            taken.append((at, row))
        plans.append(_Plan(table, types, taken))
        waiting = waiting[len(taken) :]
    return plans
