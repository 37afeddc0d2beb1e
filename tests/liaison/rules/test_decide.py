"""One conformance suite for both evaluators: whoever leads, a table means the same."""

from __future__ import annotations

import json
import logging
import os
import random
import time
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from naive_rules import TYPES, meets, record, table

from harness.engine import EXPECTED, with_durable_rules
from liaison.rules import LEADING, ColumnType, Decider, Evaluator, Table, WrongInputError, read_table
from liaison.rules.ruleengine import AVAILABLE
from liaison.texts import say

SECONDS = 300.0 if os.environ.get("LIAISON_LONG") else 10.0
"""Of differential testing, for each of the two sizes of tables."""

leaders = pytest.mark.parametrize(
    "leads",
    [
        "matcher",
        pytest.param("durable_rules", marks=with_durable_rules),
    ],
)


def make(rows: list[dict[str, Any]], inputs: list[str], otherwise: Any = "none", **more: Any) -> Table:
    return read_table(
        {
            "key": "t",
            "title": "示例",
            "on": "matter",
            "inputs": [{"key": key, "field": key} for key in inputs],
            "outputs": [{"key": "o", "type": "text"}],
            "rows": [{"key": f"r{n}", "then": {"o": f"{n}"}, **row} for n, row in enumerate(rows)],
            "otherwise": {"o": otherwise},
            **more,
        }
    )


def test_durable_rules_leads_wherever_it_can() -> None:
    assert AVAILABLE == EXPECTED
    assert ("durable_rules" if EXPECTED else "matcher") == LEADING


@leaders
@pytest.mark.parametrize(
    ("key", "cell", "meeting", "missing"),
    [
        ("word", {"is": "A"}, ["A"], ["a", "AA", "", None, "A" * 65_537]),
        ("word", {"is_not": "A"}, ["B", "5"], ["A", "", None]),
        ("word", {"contains": "商"}, ["工商联", "商"], ["工", "", None]),
        ("word", {"contains": ["工", "x"]}, ["工商联", "xyz"], ["商", None]),
        ("word", {"is": "5"}, ["5"], ["5.0", "05"]),
        ("code", {"in": ["A", "B"]}, ["A", "B"], ["C", None]),
        ("whole", {"at_least": 3}, [3, 4, Decimal("3.5"), 10**40], [2, Decimal("2.999"), None, -(10**40)]),
        ("whole", {"at_most": 3}, [3, -(10**40)], [Decimal("3.0000000001"), 4, None]),
        ("whole", {"more_than": 3}, [4, Decimal("3.1")], [3, None]),
        ("whole", {"less_than": 3}, [2, Decimal("2.9"), Decimal("-1E+90")], [3, None]),
        ("whole", {"is": 3}, [3, Decimal("3.00"), 3.0], [Decimal("3.01"), 2, None]),
        ("money", {"is": 0.3}, [Decimal("0.1") + Decimal("0.2"), 0.3], [Decimal("0.301"), Decimal("0.29"), 0]),
        ("money", {"between": [0.1, 0.2]}, [0.1, 0.2, Decimal("0.155")], [0, Decimal("0.0999"), Decimal("0.2001")]),
        ("money", {"at_least": 0, "less_than": 10}, [0, Decimal("9.999")], [10, Decimal("-0.001"), None]),
        ("day", {"at_least": "2026-03-01"}, [date(2026, 3, 1), "2026-12-31"], [date(2026, 2, 28), None, ""]),
        ("day", {"in": ["2026-03-01", "2026-03-03"]}, [date(2026, 3, 3)], [date(2026, 3, 2), None]),
        ("flag", {"is": True}, [True], [False, None]),
        ("flag", {"is_not": True}, [False], [True, None]),
        ("tags", {"contains": "p"}, [["p"], ["q", "p"], ("p",)], [["q"], [], None]),
        ("tags", {"contains": ["p", "q"]}, [["q"], ["p", "s"]], [["r"], [], None]),
        ("tags", {"empty": True}, [[], None], [["p"]]),
        ("word", {"empty": True}, ["", None], ["A", " "]),
        ("whole", {"empty": True}, [None], [0]),
        ("whole", {"not_empty": True}, [0], [None]),
        ("flag", {"not_empty": True}, [False], [None]),
    ],
)
def test_each_operator(
    leads: Evaluator, key: str, cell: dict[str, Any], meeting: list[Any], missing: list[Any]
) -> None:
    decider = Decider(make([{"if": {key: cell}}], [key]), TYPES, leads)
    for each in meeting:
        assert decider.decide({key: each})[:2] == ("r0", {"o": "0"}), each
    for each in missing:
        assert decider.decide({key: each})[:2] == ("otherwise", {"o": "none"}), each
    assert not decider.marked


@leaders
def test_an_absent_cell_is_met_by_anything_and_an_absent_value_is_empty(leads: Evaluator) -> None:
    decider = Decider(make([{}], ["word", "whole"]), TYPES, leads)
    assert decider.decide({}).row == "r0"
    assert decider.decide({}).inputs == {"word": None, "whole": None}


@leaders
def test_a_table_without_rows_answers_otherwise(leads: Evaluator) -> None:
    assert Decider(make([], ["word"]), TYPES, leads).decide({"word": "A"}).row == "otherwise"


@leaders
def test_hits(leads: Evaluator) -> None:
    rows = [{"if": {"whole": {"at_least": n}}, "then": {"o": t}} for n, t in ((3, "x"), (2, "y"), (1, "x"))]

    def ask(given: Table, whole: int) -> Any:
        return Decider(given, TYPES, leads).decide({"whole": whole})

    first = ask(make(rows, ["whole"], hit="first"), 2)
    assert (first.row, first.outputs, first.matched, first.clash) == ("r1", {"o": "y"}, ("r1", "r2"), False)
    assert ask(make(rows, ["whole"]), 1).clash is False
    assert ask(make(rows, ["whole"]), 3).clash is True
    assert ask(make([rows[0], rows[2]], ["whole"]), 3).clash is False
    assert ask(make(rows, ["whole"], hit="collect"), 3).outputs == {"o": ("x", "y", "x")}
    assert ask(make(rows, ["whole"], hit="collect"), 0).outputs == {"o": "none"}


@leaders
@pytest.mark.parametrize(
    ("how", "expected"),
    [("sum", Decimal("0.6")), ("min", 0.1), ("max", 0.3), ("count", 3), ("list", (0.1, 0.2, 0.3))],
)
def test_collecting_never_drifts(leads: Evaluator, how: str, expected: Any) -> None:
    rows: list[dict[str, Any]] = [{"then": {"o": amount}} for amount in (0.1, 0.2, 0.3, None)]
    verdict = Decider(make(rows, ["word"], 0, hit="collect", collect=how), TYPES, leads).decide({})
    assert verdict.outputs == {"o": expected}
    assert verdict.matched == ("r0", "r1", "r2", "r3")


def test_rows_out_of_use_are_not_met() -> None:
    given = make([{"in_use": False}, {}], ["word"])
    assert Decider(given, TYPES).decide({}).matched == ("r1",)
    assert [row.key for row in given.idle] == ["r0"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("word", 5),
        ("whole", "5"),
        ("whole", True),
        ("whole", Decimal("NaN")),
        ("whole", float("inf")),
        ("day", 20260301),
        ("day", "2026-02-30"),
        ("day", datetime(2026, 3, 1)),  # noqa: DTZ001
        ("flag", 1),
        ("flag", "true"),
        ("tags", "p"),
        ("tags", [1]),
    ],
)
def test_a_value_of_another_type_is_refused_by_name(key: str, value: Any) -> None:
    with pytest.raises(WrongInputError, match=f"t.{key}"):
        Decider(make([{}], [key]), TYPES).decide({key: value})


def test_every_hostile_word_stays_a_word() -> None:
    words = ['"}]}', "r01", "end", "$or", "$and", "c0", "%s", "%(x)s", "null", "a\x00b", "\u2028", "\\", "😀", "{{}}"]
    given = make([{"if": {"word": {"is": word}}} for word in words], ["word"])
    decider = Decider(given, TYPES)
    for at, word in enumerate(words):
        assert decider.decide({"word": word}).matched == (f"r{at}",)
    assert not decider.marked


@pytest.mark.slow
@pytest.mark.parametrize("size", [12, 140])
def test_three_readings_agree(size: int, caplog: pytest.LogCaptureFixture) -> None:
    """Random tables × random records: durable_rules, the matcher and a naive reading."""
    seed = random.randrange(2**32)
    lot = random.Random(seed)
    end = time.monotonic() + SECONDS
    asked = 0
    while time.monotonic() < end:
        given = table(lot, lot.randrange(1, size))
        decider = Decider(given, TYPES)
        for _ in range(300):
            each = record(lot, given)
            verdict = decider.decide(each)
            assert verdict.matched == meets(given, TYPES, each), f"seed {seed}"
            assert verdict.agreed, f"seed {seed}: {caplog.text}"
            asked += 1
        decider.close()
    assert asked > 1_000
    assert not [each for each in caplog.records if each.levelno >= logging.ERROR]


def test_explanations_read_well() -> None:
    rows = [
        {"if": {"code": {"in": ["A", "B"]}, "money": {"at_least": 100, "less_than": 500}}, "note": "大额"},
        {"if": {"flag": {"is": True}}},
        {"if": {"tags": {"contains": "p"}}},
    ]
    given = make(rows, ["code", "money", "flag", "tags"], hit="first")
    decider = Decider(given, TYPES)
    assert say(given.explain(decider.decide({"code": "A", "money": 100}))) == (
        "《示例》第 1 行“大额”：code是 A、B 之一、money不小于 100、money小于 500"
    )
    assert say(given.explain(decider.decide({"flag": True}))) == "《示例》第 2 行“r1”：flag等于 是"
    assert say(given.explain(decider.decide({"code": "A"})), "en") == (
        "示例: no row was met, so the answer for all other cases stands; "
        "code is A, money is empty, flag is empty, tags is empty"
    )


def test_the_grading_table_that_ships() -> None:
    root = Path(__file__).parents[3]
    for path in sorted(root.glob("rules/*/tables/*.json")):
        given = read_table(json.loads(path.read_text("utf-8")))
        assert given.rows
        assert given.otherwise
    assert ColumnType("code") == ColumnType("code", 0, None, True)
