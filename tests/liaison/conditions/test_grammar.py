"""What is of the grammar and what is not: findings with pointers, the limits, and the published JSON Schema."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from harness.sources import ROOT
from liaison.conditions import (
    OPERATORS,
    ExpressionError,
    compile_expression,
    dependencies,
    parse,
    spell,
    substitute_slots,
)
from liaison.conditions.model import MAX_DEPTH, MAX_NODES

SCHEMA = json.loads(
    (ROOT / "platform" / "liaison" / "definitions" / "schemas" / "expression.schema.json").read_text(encoding="utf-8")
)
VALID = Draft202012Validator(SCHEMA)
TABLE: list[dict[str, Any]] = json.loads(Path(__file__).with_name("truth_table.json").read_text(encoding="utf-8"))

V = {"var": "x"}
# What is wrong, where, and whether the JSON Schema sees it as well.
WRONG: list[tuple[Any, str, str, bool]] = [
    ({}, "one_operator", "", True),
    ({"==": [1, 1], "!": True}, "one_operator", "", True),
    ({"and": [{"===": [1, 1]}]}, "unknown_operator", "/and/0/===", True),
    ({"if": [True, 1, 2]}, "unknown_operator", "/if", True),
    ({"==": [1]}, "operands_exactly", "/==", True),
    ({"==": 1}, "operands_exactly", "/==", True),
    ({"<": [1, V, 3]}, "operands_exactly", "/<", True),
    ({"and": []}, "operands_at_least", "/and", True),
    ({"+": [1]}, "operands_at_least", "/+", True),
    ({"round": [V, 7]}, "round_places", "/round/1", True),
    ({"round": [V, True]}, "round_places", "/round/1", True),
    ({"date_add": [V, 1, "workdays"]}, "date_unit", "/date_add/2", True),
    ({"date_add": [V, 1, ["days"]]}, "date_unit", "/date_add/2", True),
    ({"any": V}, "aggregate_condition", "/any", True),
    ({"count": [V]}, "aggregate_condition", "/count", True),
    ({"count": [V, True, True]}, "aggregate_condition", "/count", True),
    ({"sum": [V]}, "aggregate_value", "/sum", True),
    ({"sum": [V, 1, True, 1]}, "aggregate_value", "/sum", True),
    ({"sum": [[1, 2], V]}, "aggregate_over", "/sum/0", True),
    ({"count": {"slot": "n"}}, "aggregate_over", "/count", True),
    ({"var": "X"}, "bad_path", "/var", True),
    ({"var": "a..b"}, "bad_path", "/var", True),
    ({"var": "a.~~b"}, "bad_path", "/var", True),
    ({"var": ["a", 1]}, "bad_path", "/var", True),
    ({"var": "__class__"}, "bad_path", "/var", True),
    ({"var": ""}, "outside_aggregate", "/var", False),
    ({"any": [V, {"var": "outer.outer.x"}]}, "outside_aggregate", "/any/1/var", False),
    ({"in": ["a", ["a", V]]}, "literals_only", "/in/1/1", True),
    ({"in": ["a", ["a", ["b"]]]}, "literals_only", "/in/1/1", True),
    ({"!": [V]}, "literals_only", "/!/0", True),
    ({"slot": "A b"}, "bad_slot", "/slot", True),
    ({"date": "2026-02-30"}, "bad_date", "/date", False),
    ({"date": 20260230}, "bad_date", "/date", True),
    ({"moment": "2026-01-26T10:00:00"}, "bad_moment", "/moment", True),
    ({"==": [V, "a\0"]}, "bad_text", "/==/1", False),
    ({"==": [V, "\ud800"]}, "bad_text", "/==/1", False),
    (1e15, "bad_number", "", False),
    (0.0000001, "bad_number", "", False),
    (float("nan"), "bad_number", "", False),
    (float("inf"), "bad_number", "", False),
    (10**400, "bad_number", "", False),
    (b"x", "not_an_expression", "", True),
]


@pytest.mark.parametrize(("expr", "code", "pointer", "by_schema"), WRONG)
def test_what_is_wrong_is_found(expr: Any, code: str, pointer: str, by_schema: bool) -> None:
    with pytest.raises(ExpressionError) as error:
        parse(expr, "terms.json", "/terms/0/when")
    assert [(each.code, each.file, each.pointer) for each in error.value.findings] == [
        (f"conditions.{code}", "terms.json", f"/terms/0/when{pointer}")
    ]
    assert VALID.is_valid(expr) is not by_schema


def test_all_that_is_wrong_is_found_at_once() -> None:
    with pytest.raises(ExpressionError) as error:
        parse({"and": [{"==": [1]}, {"nope": 1}, {"/": [{"var": "A"}, {"date": "x"}]}]})
    wrong = [each.pointer for each in error.value.findings]
    assert wrong == ["/and/0/==", "/and/1/nope", "/and/2/~1/0/var", "/and/2/~1/1/date"]


def test_the_schema_takes_what_the_grammar_takes() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert set(SCHEMA["$defs"]["expression"]["properties"]) == {*OPERATORS, "date", "moment", "slot"}
    for case in TABLE:
        parse(case["expr"])
        VALID.validate(case["expr"])


def test_a_relation_is_read_from_its_other_side() -> None:
    expr = {"count": {"var": "linked.~visits"}}
    VALID.validate(expr)
    assert compile_expression(expr)({"linked.~visits": [{}, {}]}) == 2


def nested(levels: int) -> Any:
    expr: Any = True
    for _ in range(levels):
        expr = {"!": expr}
    return expr


@pytest.mark.parametrize(
    "verb", [parse, compile_expression, dependencies, lambda e: spell(e, {}), lambda e: substitute_slots(e, {})]
)
def test_a_thousand_levels_are_one_finding(verb: Any) -> None:
    for levels in (MAX_DEPTH, 1000, 100_000):
        with pytest.raises(ExpressionError) as error:
            verb(nested(levels))
        assert [each.code for each in error.value.findings] == ["conditions.too_deep"]
    verb(nested(MAX_DEPTH - 1))


@pytest.mark.parametrize(
    "expr",
    [
        {"and": [True] * (MAX_NODES + 9)},
        {"in": [V, list(range(MAX_NODES + 9))]},
        {"in": [V, [{"date": "2026-01-26"}] * (MAX_NODES + 9)]},
    ],
)
def test_too_many_parts_are_one_finding(expr: Any) -> None:
    with pytest.raises(ExpressionError) as error:
        parse(expr)
    assert [each.code for each in error.value.findings] == ["conditions.too_large"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just(V),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from([*OPERATORS, "date", "moment", "slot", "x", "/~"]), inner, max_size=2)
    ),
    max_leaves=20,
)


@given(JSON, JSON)
def test_nothing_but_an_expression_error_is_raised(expr: Any, fact: Any) -> None:
    before = repr(expr)
    with suppress(ExpressionError):
        compile_expression(expr)({"x": fact})
        spell(expr, {})
    assert repr(expr) == before


def test_slots_are_filled_with_literals_only() -> None:
    expr = {"and": [{"in": [V, {"slot": "units"}]}, {"<": [{"var": "day"}, {"slot": "until"}]}]}
    with pytest.raises(ExpressionError) as unfilled:
        compile_expression(expr)
    assert [each.pointer for each in unfilled.value.findings] == ["/and/0/in/1", "/and/1/</1"]
    filled = substitute_slots(expr, {"units": ["a", "b"], "until": {"date": "2026-01-26"}})
    assert filled == {"and": [{"in": [V, ["a", "b"]]}, {"<": [{"var": "day"}, {"date": "2026-01-26"}]}]}
    assert expr["and"][0] == {"in": [V, {"slot": "units"}]}
    with pytest.raises(ExpressionError) as error:
        substitute_slots(expr, {"units": {"var": "smuggled"}})
    assert [(each.code, each.params["slot"]) for each in error.value.findings] == [
        ("conditions.answer_no_literal", "units"),
        ("conditions.unfilled_slot", "until"),
    ]
    with pytest.raises(ExpressionError):
        substitute_slots({"in": [V, ["a", {"slot": "units"}]]}, {"units": ["b"]})


def test_dependencies_are_full_paths() -> None:
    expr = {
        "and": [
            {"==": [{"var": "category"}, "C"]},
            {"any": [{"var": "linked.visits"}, {"==": [{"var": "result"}, {"var": "outer.level"}]}]},
            {
                "count": [
                    {"var": "linked.visits"},
                    {"any": [{"var": "guests"}, {"==": [{"var": ""}, {"var": "outer.host"}]}]},
                ]
            },
        ]
    }
    assert dependencies(expr) == {
        "category", "level", "linked.visits", "linked.visits.result", "linked.visits.guests", "linked.visits.host",
    }  # fmt: skip
