"""docs/expressions.md says what the code does."""

from __future__ import annotations

import json
import re
from typing import Any

from harness.sources import ROOT
from liaison.conditions import OPERATORS, PLACES, compile_expression
from liaison.conditions.model import CONDITIONS, MAX_DEPTH, MAX_NODES

TEXT = (ROOT / "docs" / "expressions.md").read_text(encoding="utf-8")


def table_after(marker: str) -> list[list[str]]:
    """The rows of the table that follows `<!-- marker: … -->`, without its two head lines."""
    lines = TEXT.split(f"<!-- {marker}:")[1].split("-->")[1].strip().splitlines()
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split(" | ")])
    return rows[2:]


def test_the_table_of_places_is_the_code_s() -> None:
    wanted = [
        [f"`{operator}`", "条件 condition" if operator in CONDITIONS else "值 value"]
        + ["✓" if operator in place.operators else "–" for place in PLACES.values()]
        for operator in OPERATORS
    ]
    assert table_after("places") == wanted
    assert f"| {' | '.join(f'`{place}`' for place in PLACES)} |" in TEXT
    for place in PLACES:
        assert f"- `{place}` " in TEXT


def test_what_is_said_of_null_and_missing_is_true() -> None:
    said = table_after("missing")
    for operator, example, value in said:
        expr: Any = json.loads(example.strip("`"))
        assert list(expr) == [operator.strip("`")]
        found = compile_expression(expr)({"none": []})
        wanted = json.loads(value.strip("`"))
        assert (type(found), found) == (type(wanted), wanted), example
    assert {row[0].strip("`") for row in said} == set(OPERATORS)


def test_the_limits_are_the_code_s() -> None:
    assert re.findall(r"`(\d+)`", TEXT.split("## 限度")[1]) == [str(MAX_DEPTH), str(MAX_NODES)]


def test_every_example_is_of_the_grammar() -> None:
    for block in re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL):
        compile_expression(json.loads(block))
