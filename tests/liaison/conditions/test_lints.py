"""Everything this room finds has an expression it is silent about and one it speaks of, a sentence and a hint."""

from __future__ import annotations

import json
from ast import literal_eval
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from liaison.conditions import (
    BOOLEAN,
    DATE,
    MOMENT,
    MONEY,
    NUMBER,
    TEXT,
    ExpressionError,
    Scope,
    Type,
    check,
    code,
    list_of,
    rows,
    substitute_slots,
)
from liaison.texts import Finding, Severity, catalogue, hint, say

FIXTURES = Path(__file__).parent / "fixtures"
FILE, WHERE = "rules/x/terms.json", "/terms/0/when"
CODES = sorted(
    name.removeprefix("conditions.") for name in catalogue() if name.startswith("conditions.") and name.count(".") == 1
)
SCOPE = Scope(
    types={
        "title": TEXT,
        "units": NUMBER,
        "amount": MONEY,
        "urgent": BOOLEAN,
        "day": DATE,
        "level": code("level"),
        "rating": code("rating"),
        "topics": list_of(code("topic")),
        "record.since": MOMENT,
        "record.today": DATE,
        "record.round": Type("number", nullable=False),
        "linked.visits": rows({"result": code("rating"), "cost": MONEY}),
    },
    codes={"level": {"general", "key"}, "rating": {"good", "bad"}, "topic": {"tax", "land"}},
    slots={"quota": NUMBER},
)


def read(name: str, which: str) -> Any:
    return json.loads((FIXTURES / name / f"{which}.json").read_text(encoding="utf-8"))


def found(fixture: Any) -> list[Finding]:
    if "answers" in fixture:  # loading a mechanism fills every slot before anything is checked
        try:
            substitute_slots(fixture["expr"], fixture["answers"])
        except ExpressionError as error:
            return [replace(one, file=FILE, pointer=WHERE + one.pointer) for one in error.findings]
        return []
    if "python" in fixture:  # no JSON holds what is no expression at all
        return check(literal_eval(fixture["python"]), SCOPE, fixture["place"], FILE, WHERE)
    return check(fixture["expr"], SCOPE, fixture["place"], FILE, WHERE)


def test_every_code_has_its_fixtures_and_no_other() -> None:
    assert sorted(path.name for path in FIXTURES.iterdir()) == CODES


@pytest.mark.parametrize("name", CODES)
def test_it_is_silent_where_all_is_well(name: str) -> None:
    assert found(read(name, "valid")) == []


@pytest.mark.parametrize("name", CODES)
def test_it_speaks_where_something_is_wrong(name: str) -> None:
    fixture = read(name, "invalid")
    findings = found(fixture)
    # A value of another kind among those of a list cannot be compared either.
    also = {"conditions.type_mismatch"} if name == "mixed_list" else set()
    assert {one.code for one in findings} - also == {f"conditions.{name}"}
    for one in findings:
        assert one.severity is (Severity.WARNING if name == "never_missing" else Severity.ERROR)
        assert one.file == FILE
        node = fixture.get("expr")
        for token in one.pointer.removeprefix(WHERE).split("/")[1:]:
            token = token.replace("~1", "/").replace("~0", "~")
            node = node[int(token)] if isinstance(node, list) else node[token]
        for lang in ("zh", "en"):
            assert say(one.message, lang)
            assert hint(one.message, lang)
