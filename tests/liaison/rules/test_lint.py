"""Every lint has a fixture where it is silent and one where it speaks; the sentences exist in both languages."""

from __future__ import annotations

import json
import random
import time
from itertools import product
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource

from liaison.rules import ColumnType, Decider, analyse, lint_table, read_table
from liaison.texts import Finding, Severity, catalogue, hint, say

FIXTURES = Path(__file__).parent / "fixtures"
SCHEMAS = Path(__file__).parents[3] / "platform" / "liaison" / "definitions" / "schemas"
LINTS = sorted(each.name for each in FIXTURES.iterdir())
UNLIKE_LINTS = ("rules.preflight_", "rules.cell_", "rules.why_", "rules.saw")
WORDS = {"rules.yes", "rules.no"}


def load(path: Path) -> tuple[dict[str, Any], dict[str, ColumnType], dict[str, list[str]]]:
    data = json.loads(path.read_text("utf-8"))
    types = {
        key: ColumnType(**{**given, **({"codes": tuple(given["codes"])} if "codes" in given else {})})
        for key, given in data["types"].items()
    }
    return data["table"], types, data["codes"]


def lint(path: Path) -> list[Finding]:
    table, types, codes = load(path)
    return lint_table(read_table(table), types, codes, "rules/x/tables/t.json")


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schemas = [json.loads(path.read_text("utf-8")) for path in SCHEMAS.glob("*.json")]
    registry: Registry[Any] = Registry().with_resources([(s["$id"], Resource.from_contents(s)) for s in schemas])
    schema = registry.contents("urn:liaison:format:1:table")
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema, registry=registry)


@pytest.mark.parametrize("code", LINTS)
def test_each_lint_speaks_where_it_should_and_nowhere_else(code: str) -> None:
    assert code not in {each.code for each in lint(FIXTURES / code / "valid.json")}
    found = [each for each in lint(FIXTURES / code / "invalid.json") if each.code == code]
    assert found
    for each in found:
        assert each.file
        for lang in ("zh", "en"):
            assert say(each.message, lang)
            assert hint(each.message, lang)


@pytest.mark.parametrize("code", LINTS)
def test_a_pointer_leads_into_the_file(code: str) -> None:
    table, _, _ = load(FIXTURES / code / "invalid.json")
    for each in lint(FIXTURES / code / "invalid.json"):
        node: Any = table
        for step in each.pointer.split("/")[1:]:
            node = node[int(step)] if isinstance(node, list) else node[step]


def test_every_lint_of_the_catalogue_has_its_fixtures() -> None:
    mine = {code for code in catalogue() if code.startswith("rules.") and not code.startswith(UNLIKE_LINTS)}
    assert mine - WORDS == set(LINTS)


@pytest.mark.parametrize("code", LINTS)
def test_the_fixtures_have_the_shape_of_the_schema(code: str, validator: jsonschema.Draft202012Validator) -> None:
    table, _, _ = load(FIXTURES / code / "valid.json")
    assert [error.message for error in validator.iter_errors(table)] == []


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("rows", 0, "if", "category"), {}),
        (("rows", 0, "if", "category"), {"like": "A"}),
        (("rows", 0, "if", "category"), {"in": []}),
        (("rows", 0, "if", "category"), {"between": [1]}),
        (("rows", 0, "if", "category"), {"empty": False}),
        (("rows", 0, "surplus"), 1),
        (("collect",), "sum"),
        (("hit",), "any"),
        (("inputs", 0, "value"), {"var": "x"}),
    ],
)
def test_the_schema_refuses_other_shapes(
    where: tuple[str | int, ...], value: Any, validator: jsonschema.Draft202012Validator
) -> None:
    table, _, _ = load(FIXTURES / "rules.gap" / "valid.json")
    node: Any = table
    for step in where[:-1]:
        node = node[step]
    node[where[-1]] = value
    assert list(validator.iter_errors(table))


def test_what_the_analysis_says_is_what_happens() -> None:
    """On a small domain, gaps, overlaps and never-winning rows found by asking the table for every input."""
    lot = random.Random(11)
    domain = {"category": ["A", "B", "C", None], "units": [*range(8), None], "tags": [[], ["x"], ["y"], ["x", "y"]]}
    types = {
        "category": ColumnType("code", codes=("A", "B", "C")),
        "units": ColumnType("number"),
        "tags": ColumnType("list", codes=("x", "y")),
    }
    for _ in range(60):
        rows = [
            {
                "key": f"r{n}",
                "if": {key: cell for key in domain if (cell := _cell(lot, key)) is not None},
                "then": {"level": lot.choice(["a", "b"])},
            }
            for n in range(lot.randrange(1, 6))
        ]
        for hit in ("unique", "first"):
            table = read_table(
                {
                    "key": "t",
                    "title": "t",
                    "on": "m",
                    "hit": hit,
                    "inputs": [{"key": key, "field": key} for key in domain],
                    "outputs": [{"key": "level", "type": "text"}],
                    "rows": rows,
                    "otherwise": {"level": "c"},
                }
            )
            decider = Decider(table, types, leads="matcher")
            all_met = [
                decider.decide(dict(zip(domain, values, strict=True))).matched for values in product(*domain.values())
            ]
            found = analyse(table, types)
            assert any(f.code == "rules.gap" for f in found) == any(not met for met in all_met)
            dead = {f.pointer for f in found if f.code == "rules.dead"}
            reached = {key for met in all_met for key in met}
            assert dead == {f"/rows/{row.at}" for row in table.rows if row.key not in reached}
            if hit == "first":
                shadowed = {f.pointer for f in found if f.code == "rules.shadowed"}
                winners = {met[0] for met in all_met if met}
                assert shadowed | dead == {f"/rows/{row.at}" for row in table.rows if row.key not in winners}
            else:
                pairs = {(a, b) for met in all_met for at, b in enumerate(met) for a in met[:at]}
                overlaps = [f for f in found if f.code in ("rules.conflict", "rules.overlap")]
                assert {(f.params["other"], f.params["row"]) for f in overlaps} == pairs
                then = {row.key: row.then for row in table.rows}
                for f in overlaps:
                    differ = then[f.params["other"]] != then[f.params["row"]]
                    assert f.severity is (Severity.ERROR if differ else Severity.WARNING)


def _cell(lot: random.Random, key: str) -> dict[str, Any] | None:
    choices: dict[str, list[dict[str, Any] | None]] = {
        "category": [None, {"is": "A"}, {"is_not": "B"}, {"in": ["A", "C"]}, {"empty": True}, {"not_empty": True}],
        "units": [
            None,
            {"at_least": lot.randrange(1, 7)},
            {"less_than": lot.randrange(1, 7)},
            {"between": [2, 5]},
            {"is_not": 3},
            {"more_than": 3, "less_than": 4},
            {"in": [1, 6]},
        ],
        "tags": [None, {"contains": "x"}, {"contains": ["x", "y"]}, {"empty": True}],
    }
    return lot.choice(choices[key])


def test_a_large_table_is_analysed_within_a_moment() -> None:
    rows = [
        {"key": f"r{n}", "if": {"a": {"between": [10 * n, 10 * n + 9]}, "b": {"is": f"k{n % 7}"}}, "then": {"o": n}}
        for n in range(500)
    ]
    table = read_table(
        {
            "key": "t",
            "title": "t",
            "on": "m",
            "inputs": [{"key": "a", "field": "a"}, {"key": "b", "field": "b"}],
            "outputs": [{"key": "o", "type": "number"}],
            "rows": rows,
            "otherwise": {"o": 0},
        }
    )
    begun = time.perf_counter()
    found = analyse(table, {"a": ColumnType("number"), "b": ColumnType("text")})
    assert time.perf_counter() - begun < 5
    assert [f.code for f in found] == ["rules.gap"]
