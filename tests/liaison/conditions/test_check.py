"""The lint: operators and types against the scope and the place."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from liaison.conditions import (
    BOOLEAN,
    DATE,
    MOMENT,
    MONEY,
    NUMBER,
    PLACES,
    TEXT,
    Scope,
    Type,
    check,
    code,
    compile_expression,
    list_of,
    result_type,
    rows,
)
from liaison.texts import Severity, hint, say

SCOPE = Scope(
    types={
        "title": TEXT,
        "units": NUMBER,
        "amount": MONEY,
        "urgent": BOOLEAN,
        "day": DATE,
        "record.since": MOMENT,
        "record.round": Type("number", nullable=False),
        "level": code("level"),
        "rating": code("rating"),
        "elsewhere": code("dangling"),
        "topics": list_of(code("topic")),
        "linked.visits": rows({"result": code("rating"), "cost": MONEY, "day": DATE, "note": TEXT}),
    },
    codes={"level": {"general", "key"}, "rating": {"good", "bad"}, "topic": {"tax", "land"}},
    slots={"quota": NUMBER, "limit": DATE, "wanted": code("level")},
)


def v(path: str) -> Any:
    return {"var": path}


TODAY = {"date": "2026-01-26"}
VISITS = v("linked.visits")

SOUND: list[Any] = [
    {"==": [v("level"), "key"]},
    {"==": ["key", v("level")]},
    {"==": [v("elsewhere"), "whatever"]},
    {"==": [v("level"), v("title")]},
    {"==": [v("title"), None]},
    {"<": [v("day"), TODAY]},
    {"<": [v("day"), {"slot": "limit"}]},
    {"<": [v("record.since"), {"moment": "2026-01-26T10:00:00+08:00"}]},
    {">=": [v("amount"), {"*": [v("units"), 2.5]}]},
    {">": [v("units"), {"slot": "quota"}]},
    {"in": [v("level"), ["general", {"slot": "wanted"}, None]]},
    {"in": ["tax", v("topics")]},
    {"<": [v("day"), {"date_add": [TODAY, {"-": [v("units"), 1]}, "months"]}]},
    {"missing": v("title")},
    {"missing": VISITS},
    v("urgent"),
    {"any": [VISITS, {"and": [{"==": [v("result"), "good"]}, {"<": [v("day"), v("outer.day")]}]}]},
    {"all": [v("topics"), {"in": [v(""), ["tax"]]}]},
    {">": [{"sum": [VISITS, v("cost"), {"==": [v("result"), "bad"]}]}, v("amount")]},
    {">": [{"max": [VISITS, v("day")]}, v("day")]},
    {"==": [{"count": v("topics")}, 2]},
]


@pytest.mark.parametrize("expr", SOUND, ids=str)
def test_sound_expressions_have_no_finding(expr: Any) -> None:
    assert check(expr, SCOPE, "guard") == []


WRONG: list[tuple[Any, str, str]] = [
    ({"==": [v("levle"), "key"]}, "unknown_variable", "/==/0/var"),
    ({"any": [VISITS, {"==": [v("level"), "key"]}]}, "unknown_variable", "/any/1/==/0/var"),
    ({">": [v("units"), {"slot": "quotas"}]}, "unknown_slot", "/>/1"),
    ({"==": [v("level"), "urgent"]}, "code_not_in_list", "/==/1"),
    ({"in": [v("level"), ["key", "urgent"]]}, "code_not_in_list", "/in/1/1"),
    ({"in": ["sport", v("topics")]}, "code_not_in_list", "/in/0"),
    ({"==": [v("level"), v("rating")]}, "different_lists", ""),
    ({"==": [v("title"), 1]}, "type_mismatch", ""),
    ({"==": [v("urgent"), "true"]}, "type_mismatch", ""),
    ({"<": [v("day"), 20260126]}, "date_with_number", ""),
    ({"==": [v("record.since"), v("amount")]}, "date_with_number", ""),
    ({"<": [v("day"), "2026-01-26"]}, "date_as_text", ""),
    ({"<": [v("day"), v("record.since")]}, "type_mismatch", ""),
    ({"in": [v("units"), ["1"]]}, "type_mismatch", "/in/1/0"),
    ({"in": ["a", v("title")]}, "list_expected", "/in/1"),
    ({"in": [v("topics"), ["tax"]]}, "not_comparable", "/in/0"),
    ({"==": [v("topics"), "tax"]}, "not_comparable", "/==/0"),
    ({"in": [v("title"), ["a", 1]]}, "mixed_list", "/in/1"),
    ({"<": [v("level"), "key"]}, "not_ordered", "/</0"),
    ({">": [v("urgent"), False]}, "not_ordered", "/>/0"),
    ({">": [v("units"), None]}, "null_never_orders", ""),
    ({"missing": v("record.round")}, "never_missing", "/missing"),
    ({"==": [v("record.round"), None]}, "never_missing", "/==/0"),
    ({"and": [v("urgent"), v("title")]}, "condition_expected", "/and/1"),
    (v("units"), "condition_expected", ""),
    ({">": [{"+": [v("title"), 1]}, 0]}, "number_expected", "/>/0/+/0"),
    ({">": [{"sum": [VISITS, v("note")]}, 0]}, "number_expected", "/>/0/sum/1"),
    ({">": [{"sum": VISITS}, 0]}, "column_needed", "/>/0"),
    ({">": [{"max": [VISITS, v("result")]}, "a"]}, "not_ordered", "/>/0/max/1"),
    ({"<": [{"date_add": [v("title"), 1, "days"]}, v("day")]}, "date_expected", "/</0/date_add/0"),
    ({">": [{"count": v("title")}, 0]}, "list_expected", "/>/0/count"),
    ({"nope": 1}, "unknown_operator", "/nope"),
]


@pytest.mark.parametrize(("expr", "what", "pointer"), WRONG, ids=str)
def test_what_does_not_fit_is_found_where_it_stands(expr: Any, what: str, pointer: str) -> None:
    found = check(expr, SCOPE, "guard", "terms.json", "/terms/0/when")
    assert [(each.code, each.file, each.pointer) for each in found if each.code == f"conditions.{what}"] == [
        (f"conditions.{what}", "terms.json", f"/terms/0/when{pointer}")
    ]
    for each in found:
        assert each.severity is (Severity.WARNING if what == "never_missing" else Severity.ERROR)
        for lang in ("zh", "en"):
            assert say(each.message, lang)
            hint(each.message, lang)


def test_a_comparison_found_mismatched_is_false_when_evaluated() -> None:
    facts = {
        "title": "1",
        "urgent": True,
        "units": 1,
        "topics": ["tax"],
        "record.since": datetime(2026, 1, 1, tzinfo=UTC),
    }
    mismatched = [expr for expr, what, _ in WRONG if what in ("type_mismatch", "date_with_number", "date_as_text")]
    assert len(mismatched) > 5
    assert [expr for expr in mismatched if compile_expression(expr)(facts) is not False] == []


def test_a_place_takes_its_operators_only() -> None:
    expr = {"and": [{"any": [VISITS, v("outer.urgent")]}, {">": [{"+": [v("units"), 1]}, 1]}]}
    found = check(expr, SCOPE, "filter")
    assert [(each.code, each.pointer, each.params["operator"]) for each in found] == [
        ("conditions.not_allowed_here", "/and/0/any", "any"),
        ("conditions.not_allowed_here", "/and/1/>/0/+", "+"),
    ]
    assert "清单" in say(found[0].message)
    for place, demands in PLACES.items():
        wants_condition = bool(check(3, SCOPE, place))
        assert wants_condition is (demands.asks == "condition")


def test_a_filter_moves_no_date_of_a_record() -> None:
    scope = Scope({**SCOPE.types, "record.today": DATE, "actor.since": DATE})
    sound = {"<": [v("day"), {"date_add": [v("record.today"), -30, "days"]}]}
    wrong = {"<": [{"date_add": [v("day"), v("units"), "days"]}, v("record.today")]}
    assert check(sound, scope, "filter") == []
    assert check(wrong, scope, "guard") == []
    assert [(each.code, each.pointer, each.params["path"]) for each in check(wrong, scope, "filter")] == [
        ("conditions.date_add_of_column", "/</0/date_add", "day"),
        ("conditions.date_add_of_column", "/</0/date_add", "units"),
    ]


def test_a_slot_in_a_list_is_looked_at_once() -> None:
    expr = {"in": [v("level"), [None, "key", {"slot": "nobody"}]]}
    assert [each.code for each in check(expr, SCOPE, "guard")] == ["conditions.unknown_slot"]
    expr = {"in": [v("level"), [{"slot": "quota"}]]}
    assert [(each.code, each.pointer) for each in check(expr, SCOPE, "guard")] == [
        ("conditions.type_mismatch", "/in/1/0")
    ]


@pytest.mark.parametrize(
    ("expr", "kind", "nullable"),
    [
        ({"+": [v("units"), 1]}, "number", True),
        ({"+": [v("record.round"), 1]}, "number", False),
        ({"/": [v("record.round"), 1]}, "number", True),
        ({"==": [v("units"), 1]}, "boolean", False),
        ({"date_add": [v("day"), 1, "days"]}, "date", True),
        ({"count": VISITS}, "number", False),
        ({"max": [VISITS, v("day")]}, "date", True),
        ({"mean": [VISITS, v("cost")]}, "number", True),
        (v("amount"), "money", True),
        (v("nowhere"), "unknown", True),
    ],
    ids=str,
)
def test_the_type_of_a_value(expr: Any, kind: str, nullable: bool) -> None:
    found = result_type(expr, SCOPE)
    assert (found.kind, found.nullable) == (kind, nullable)
