"""The browser back end against the Python back end: the truth table, random expressions, and reading of values."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from playwright._impl._driver import compute_driver_executable  # the node that Playwright brings

from harness.sources import ROOT
from liaison.conditions import (
    BOOLEAN,
    DATE,
    MOMENT,
    MONEY,
    NUMBER,
    TEXT,
    Type,
    compile_expression,
    list_of,
    read_fact,
    read_stored,
    rows,
)

SCRIPT = ROOT / "platform" / "liaison" / "web" / "static" / "conditions.js"
TABLE: list[dict[str, Any]] = json.loads(Path(__file__).with_name("truth_table.json").read_text(encoding="utf-8"))

CHINA = timezone(timedelta(hours=8))
TEXTS = ["", "a", "B", "ab", "税", "é", "￿", "\U0001f600", "general", "1", "2026-01-26"]
NUMBERS: list[Any] = [0, 1, -1, 2, 3, 7, 10, 0.1, 0.5, 2.5, -2.5, 12.345678, 0.000001, 99999999999.99, 10**14]
DAYS = [date(2026, 1, 26), date(2024, 1, 31), date(2024, 2, 29), date(1999, 12, 31), date(1, 1, 1)]
MOMENTS = [
    datetime(2026, 1, 26, 10, tzinfo=CHINA),
    datetime(2026, 1, 26, 2, tzinfo=UTC),
    datetime(2024, 1, 31, 23, 59, 59, 123456, tzinfo=UTC),
]
FIELDS = {
    "text": ("title", "record.state"),
    "number": ("amount", "units"),
    "boolean": ("urgent",),
    "date": ("day",),
    "moment": ("record.since",),
}
ROWS = "linked.visits"
MANY = "topics"
KINDS = tuple(FIELDS)


def random_value(rng: Random, kind: str) -> Any:
    """A fact of `kind`, as Python holds it."""
    return rng.choice(
        {"text": TEXTS, "number": NUMBERS, "boolean": [True, False], "date": DAYS, "moment": MOMENTS}[kind]
    )


def written(value: Any) -> Any:
    """A value as expressions and the truth table write it."""
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {path: written(each) for path, each in value.items()}
    return [written(each) for each in value] if isinstance(value, list) else value


def random_facts(rng: Random, ill: float) -> dict[str, Any]:
    """Facts for the fields above; some null, some absent, some of another kind."""
    facts: dict[str, Any] = {}
    for kind, paths in FIELDS.items():
        for path in paths:
            if (roll := rng.random()) < 0.15:
                facts[path] = None
            elif roll > 0.25:
                facts[path] = random_value(rng, rng.choice(KINDS) if rng.random() < ill else kind)
    facts[MANY] = [random_value(rng, "text") for _ in range(rng.randrange(4))]
    facts[ROWS] = [
        {path: random_value(rng, kind) for kind in KINDS for path in FIELDS[kind] if rng.random() < 0.8}
        for _ in range(rng.randrange(4))
    ]
    return facts


class Maker:
    """Makes expressions; `ill` is how often a part is of another kind than its place asks for."""

    def __init__(self, rng: Random, ill: float) -> None:
        self.rng = rng
        self.ill = ill

    def condition(self, depth: int, inside: int = 0) -> Any:
        rng = self.rng
        roll = rng.random()
        if depth > 0 and roll < 0.35:
            operator = rng.choice(["and", "or", "!"])
            if operator == "!":
                return {"!": self.condition(depth - 1, inside)}
            return {operator: [self.condition(depth - 1, inside) for _ in range(rng.randrange(1, 4))]}
        if roll < 0.45:
            return {"missing": self.value(self.kind(), depth - 1, inside)}
        if roll < 0.55:
            return {"in": self.membership(depth, inside)}
        if roll < 0.65 and depth > 0:
            return {rng.choice(["any", "all"]): [self.rows(inside), self.condition(depth - 1, inside + 1)]}
        if roll < 0.7:
            return self.value("boolean", 0, inside)
        kind = self.kind()
        other = self.kind() if rng.random() < self.ill else kind
        operator = rng.choice(["==", "!=", "<", "<=", ">", ">="])
        return {operator: [self.value(kind, depth - 1, inside), self.value(other, depth - 1, inside)]}

    def membership(self, depth: int, inside: int) -> list[Any]:
        kind = self.kind()
        if self.rng.random() < 0.3:
            return [self.value("text", 0, inside), {"var": ("outer." * inside) + MANY}]
        listed = [self.literal(kind) for _ in range(self.rng.randrange(4))]
        if self.rng.random() < 0.2:
            listed.append(None)
        return [self.value(kind, depth - 1, inside), listed]

    def rows(self, inside: int) -> Any:
        return {"var": "outer." * inside + self.rng.choice([ROWS, ROWS, ROWS, MANY, "amount"])}

    def kind(self) -> str:
        return self.rng.choice(KINDS)

    def literal(self, kind: str) -> Any:
        return written(random_value(self.rng, kind))

    def value(self, kind: str, depth: int, inside: int) -> Any:
        rng = self.rng
        if rng.random() < self.ill / 2:
            return None
        if depth > 0 and rng.random() < 0.4:
            if kind in ("date", "moment"):
                unit = rng.choice(["days", "months", "years"])
                amount = self.value("number", depth - 1, inside)
                return {"date_add": [self.value(kind, depth - 1, inside), amount, unit]}
            if kind == "number":
                return self.number(depth, inside)
            if kind == "boolean":
                return self.condition(depth - 1, inside)
        if rng.random() < 0.4:
            return self.literal(kind)
        ups = "outer." * rng.randrange(inside + 1)
        if inside and not ups and rng.random() < 0.1:
            return {"var": ""}
        return {"var": ups + rng.choice(FIELDS[kind])}

    def number(self, depth: int, inside: int) -> Any:
        rng = self.rng
        operator = rng.choice(["+", "-", "*", "/", "round", "count", "sum", "min", "max", "mean"])
        if operator == "round":
            return {"round": [self.value("number", depth - 1, inside), rng.randrange(7)]}
        if operator == "count":
            return {"count": [self.rows(inside), self.condition(depth - 1, inside + 1)]}
        if operator in ("sum", "min", "max", "mean"):
            parts = [self.rows(inside), self.value(self.kind(), depth - 1, inside + 1)]
            if rng.random() < 0.5:
                parts.append(self.condition(depth - 1, inside + 1))
            return {operator: parts if rng.random() < 0.9 else parts[0]}
        size = rng.randrange(2, 4) if operator in "+*" else 2
        return {operator: [self.value("number", depth - 1, inside) for _ in range(size)]}


def in_node(cases: list[dict[str, Any]]) -> list[Any]:
    """What the browser's script answers to `cases`."""
    node, _ = compute_driver_executable()
    run = subprocess.run(
        [node, str(Path(__file__).with_name("in_node.js")), str(SCRIPT)],
        input=json.dumps(cases),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stderr
    answers: list[Any] = json.loads(run.stdout)
    return answers


def shown(value: Any) -> Any:
    """A value of Python's as `in_node.js` writes it."""
    value = read_fact(value)
    if isinstance(value, list):
        return [shown(each) for each in value]
    if isinstance(value, dict):
        return {path: shown(each) for path, each in value.items()}
    if isinstance(value, datetime):
        return {"moment": value.astimezone(CHINA).isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return {"number": f"{Decimal(value):f}"}
    return value


def test_the_browser_keeps_the_truth_table() -> None:
    answers = in_node(TABLE)
    wanted = [shown(compile_expression(each["value"])({})) for each in TABLE]
    assert [each for each in zip(TABLE, answers, wanted, strict=True) if each[1] != each[2]] == []


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "ill"), [(1, 0.0), (2, 0.15), (3, 0.6)], ids=["well typed", "mixed", "ill typed"])
def test_python_and_the_browser_agree(seed: int, ill: float) -> None:
    rng = Random(seed)
    maker = Maker(rng, ill)
    cases, wanted = [], []
    for _ in range(3000):
        expr = maker.condition(3) if rng.random() < 0.5 else maker.value(maker.kind(), 3, 0)
        facts = random_facts(rng, ill)
        cases.append({"expr": expr, "facts": {path: written(value) for path, value in facts.items()}})
        wanted.append(shown(compile_expression(expr)(facts)))
    answers = in_node(cases)
    differing = [each for each in zip(cases, answers, wanted, strict=True) if each[1] != each[2]]
    assert differing == [], differing[0]
    # A generator that answers always the same would prove nothing.
    kinds = {json.dumps(answer)[:4] for answer in answers}
    assert len(kinds) > 10


STORED: list[Any] = [
    None, True, False, 0, 1, -0.0, 2.5, 1e-7, 5e-7, 1e21, 1e300, 123456.7891234, "", " ", "a", "12", "12.50", "-3",
    "1e3", "١", "1.", ".5", "12a", "9" * 15, "9" * 16, "0.0000005", "2026-01-26", "2026-02-29", "2024-02-29",
    "2026-1-6", "0000-01-01", "0001-01-01", "9999-12-31", "2026-13-01", "2026-01-26T10:00:00+08:00",
    "2026-01-26T02:00Z", "2026-01-26T24:00Z", "2026-01-26T02:00", "2026-01-26T02:00:00.5-05:30",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:00:00Z", "2026-01-26T10:00:00+08:99", [], ["a"], ["1", 2, None],
    [{"amount": "12.50", "day": "2026-01-26"}, {"day": "soon"}, 3], {"amount": 1},
]  # fmt: skip
TYPES: list[Type] = [
    TEXT, NUMBER, MONEY, BOOLEAN, DATE, MOMENT, list_of(NUMBER), list_of(TEXT), rows({"amount": MONEY, "day": DATE}),
]  # fmt: skip


def test_python_and_the_browser_read_alike() -> None:
    pairs = [(type_, stored) for type_ in TYPES for stored in STORED]
    answers = in_node([{"type": type_.as_json(), "stored": stored} for type_, stored in pairs])
    wanted = [shown(read_stored(type_, stored)) for type_, stored in pairs]
    assert [each for each in zip(pairs, answers, wanted, strict=True) if each[1] != each[2]] == []


def test_the_script_runs_under_a_strict_policy() -> None:
    source = SCRIPT.read_text(encoding="utf-8")
    assert [word for word in ("eval(", "Function(", "import ", "innerHTML", "document.") if word in source] == []
