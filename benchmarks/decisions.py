"""Decisions a second on a table of 50 rows, as ratios within one run.

`liaison` is what the product runs: typed values in, durable_rules leading, the matcher as second opinion, a verdict
out. `durable_rules` is the engine raw: JSON prepared beforehand, assert, drain, retract. zen-engine and
panzi-json-logic decide the same table on prepared inputs.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from liaison.rules import ColumnType, Decider, Evaluator, Verdict, read_table

from .ratio import in_turn, over

ROWS = 50
RECORDS = 2_000
SECONDS = 0.1
ROUNDS = 25
TARGET = 0.5

TYPES = {
    "category": ColumnType("code", codes=tuple(f"k{n}" for n in range(10))),
    "amount": ColumnType("number", decimals=2),
    "units": ColumnType("number"),
}


def rows() -> list[tuple[str, int, int, int]]:
    """(category, least amount, most amount, least units) of each row."""
    return [(f"k{n % 10}", 100 * (n // 10), 100 * (n // 10) + 150, n % 4) for n in range(ROWS)]


def table() -> dict[str, Any]:
    """The table as a file of ours."""
    return {
        "key": "grading",
        "title": "定级",
        "on": "matter",
        "hit": "first",
        "inputs": [{"key": key, "field": key} for key in TYPES],
        "outputs": [{"key": "level", "type": "text"}],
        "rows": [
            {
                "key": f"row_{n}",
                "if": {"category": {"is": k}, "amount": {"between": [low, high]}, "units": {"at_least": units}},
                "then": {"level": f"level {n}"},
            }
            for n, (k, low, high, units) in enumerate(rows())
        ],
        "otherwise": {"level": "none"},
    }


def records() -> list[dict[str, Any]]:
    lot = random.Random(7)
    return [
        {"category": f"k{lot.randrange(10)}", "amount": lot.randrange(650), "units": lot.randrange(6)}
        for _ in range(RECORDS)
    ]


def liaison(leads: Evaluator) -> Callable[[dict[str, Any]], Verdict]:
    return Decider(read_table(table()), TYPES, leads).decide


def durable_rules() -> Callable[[str], list[str]]:
    import durable_rules_engine as engine

    rules: dict[str, Any] = {
        f"r{n}": {
            "all": [
                {
                    "m": {
                        "$and": [
                            {"category": k},
                            {"$gte": {"amount": low}},
                            {"$lte": {"amount": high}},
                            {"$gte": {"units": units}},
                        ]
                    }
                }
            ],
            "pri": n + 1,
        }
        for n, (k, low, high, units) in enumerate(rows())
    }
    rules["canary"] = {"all": [{"m": {"canary": 1}}], "pri": 1_000}
    handle = engine.create_ruleset("raw", json.dumps(rules))

    def decide(message: str) -> list[str]:
        fired = []
        _, state = engine.assert_fact(handle, message)
        started = engine.start_action_for_state(handle, state)
        action = started[1]
        while action:
            fired.append(action)
            action = engine.complete_and_start_action(handle, state)
        engine.retract_fact(handle, message)
        return fired

    return decide


def zen() -> Callable[[dict[str, Any]], str]:
    import zen

    columns = [{"id": key, "name": key, "field": key} for key in TYPES]
    content = {
        "hitPolicy": "first",
        "inputs": columns,
        "outputs": [{"id": "level", "name": "level", "field": "level"}],
        "rules": [
            {
                "_id": f"r{n}",
                "category": json.dumps(k),
                "amount": f"[{low}..{high}]",
                "units": f">= {units}",
                "level": json.dumps(f"level {n}"),
            }
            for n, (k, low, high, units) in enumerate(rows())
        ]
        + [{"_id": "rest", "category": "", "amount": "", "units": "", "level": '"none"'}],
    }
    graph = {
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode", "position": {"x": 0, "y": 0}},
            {"id": "t", "name": "t", "type": "decisionTableNode", "position": {"x": 0, "y": 0}, "content": content},
            {"id": "out", "name": "out", "type": "outputNode", "position": {"x": 0, "y": 0}},
        ],
        "edges": [
            {"id": "a", "sourceId": "in", "targetId": "t", "type": "edge"},
            {"id": "b", "sourceId": "t", "targetId": "out", "type": "edge"},
        ],
    }
    decision = zen.ZenEngine().create_decision(json.dumps(graph))
    return lambda record: str(decision.evaluate(record)["result"]["level"])


def panzi() -> Callable[[dict[str, Any]], str]:
    from json_logic import jsonLogic

    logic: list[Any] = []
    for n, (k, low, high, units) in enumerate(rows()):
        logic += [
            {
                "and": [
                    {"==": [{"var": "category"}, k]},
                    {"<=": [low, {"var": "amount"}, high]},
                    {">=": [{"var": "units"}, units]},
                ]
            },
            f"level {n}",
        ]
    expression = {"if": [*logic, "none"]}
    return lambda record: str(jsonLogic(expression, record))


def per_second(decide: Callable[[Any], Any], given: Sequence[Any]) -> float:
    """Decisions a second of processor time, so that what else the machine does is left out, over at least `SECONDS`."""
    count = 0
    begun = time.process_time()
    while (spent := time.process_time() - begun) < SECONDS:
        for each in given[:500]:
            decide(each)
        count += min(500, len(given))
    return count / spent


def measure() -> dict[str, tuple[float, tuple[float, float]]]:
    """Name → decisions a second over those of durable_rules raw: the median of `ROUNDS` rounds, and the lowest and the
    highest."""
    given = records()
    messages = [json.dumps({"sid": "s", "id": "s", "canary": 1, **record}) for record in given]
    ours = liaison("durable_rules")
    expected = [str(ours(each).outputs["level"]) for each in given]
    asked: dict[str, tuple[Callable[[Any], Any], Sequence[Any]]] = {
        "durable_rules": (durable_rules(), messages),
        "liaison": (ours, given),
        "matcher alone": (liaison("matcher"), given),
    }
    for name, make in (("zen-engine", zen), ("panzi-json-logic", panzi)):
        try:
            other = make()
        except ImportError:
            print(f"{name} is not installed, left out (pip install -e '.[bench]')", file=sys.stderr)
            continue
        assert [other(each) for each in given] == expected, f"{name} answers differently"
        asked[name] = (other, given)
    found = in_turn({name: partial(per_second, *one) for name, one in asked.items()}, ROUNDS)
    raw = found.pop("durable_rules")
    return {name: over(rates, raw) for name, rates in found.items()}
