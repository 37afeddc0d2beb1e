"""What docs/tables.md shows is loaded, checked and run."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from liaison.rules import ColumnType, Decider, lint_table, read_table
from liaison.rules.model import OPERATORS
from liaison.texts import Severity, catalogue

TEXT = (Path(__file__).parents[3] / "docs" / "tables.md").read_text("utf-8")
TYPES = {
    "category": ColumnType("code", codes=("A", "B", "C")),
    "amount": ColumnType("number", decimals=2),
    "tags": ColumnType("list", codes=("urgent", "joint", "other")),
}
EXAMPLES = re.findall(r"```json\n(.*?)```.*?```verdicts\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize(("table", "verdicts"), EXAMPLES)
def test_an_example_answers_as_it_says(table: str, verdicts: str) -> None:
    given = read_table(json.loads(table))
    findings = lint_table(given, TYPES, {"level": ["general", "key"]})
    assert [each for each in findings if each.severity is not Severity.NOTE] == []
    decider = Decider(given, TYPES)
    for line in verdicts.splitlines():
        record, answer = line.split("→")
        row, outputs = answer.strip().split(maxsplit=1)
        verdict = decider.decide(json.loads(record, parse_float=Decimal))
        assert verdict.row == row
        assert verdict.agreed
        assert dict(verdict.outputs) == json.loads(outputs, parse_float=Decimal)


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == 2


def test_the_table_of_operators_is_the_one_that_holds() -> None:
    kinds = ("text", "code", "number", "date", "boolean", "list")
    said: dict[str, set[str]] = {kind: set() for kind in kinds}
    for line in re.findall(r"^\| `.*✓.*$", TEXT, re.MULTILINE):
        ops, _, *ticks = [cell.strip() for cell in line.strip("|").split("|")]
        for kind, tick in zip(kinds, ticks, strict=True):
            if tick:
                said[kind] |= set(re.findall(r"`(\w+)`", ops))
    assert said == {kind: set(OPERATORS[kind]) for kind in kinds}


def test_every_code_it_names_exists() -> None:
    assert set(re.findall(r"`(rules\.\w+)`", TEXT)) <= set(catalogue())
