"""The truth table on the Python back end. The browser and SQL back ends are held to the same file."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Any

import pytest

from liaison.conditions import OPERATORS, compile_condition, compile_expression

TABLE: list[dict[str, Any]] = json.loads(Path(__file__).with_name("truth_table.json").read_text(encoding="utf-8"))


def fact(written: Any) -> Any:
    """A fact as the table writes it: literals, lists of them, and rows."""
    match written:
        case {"date": str(day), **rest} if not rest:
            return date.fromisoformat(day)
        case {"moment": str(moment), **rest} if not rest:
            return datetime.fromisoformat(moment)
        case dict():
            return {path: fact(value) for path, value in written.items()}
        case list():
            return [fact(each) for each in written]
    return written


def shown(value: Any) -> Any:
    """A value with its kind, so that 1 is not true; dates stay dates, moments are instants."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return ("number", Decimal(str(value)))
    return (type(value).__name__, value)


@pytest.mark.parametrize("case", TABLE, ids=lambda case: json.dumps(case["expr"], ensure_ascii=True))
def test_python_keeps_the_truth_table(case: dict[str, Any]) -> None:
    facts = fact(case["facts"])
    value = compile_expression(case["expr"])(facts)
    assert shown(value) == shown(fact(case["value"]))
    assert compile_condition(case["expr"])(facts) is (value is True)


def test_the_table_is_whole() -> None:
    assert len(TABLE) >= 150
    text = json.dumps([case["expr"] for case in TABLE])
    assert [operator for operator in OPERATORS if f'"{operator}":' not in text] == []
    distinct = {json.dumps([case["expr"], case["facts"]], sort_keys=True) for case in TABLE}
    assert len(distinct) == len(TABLE)


def test_the_edge_of_the_calendar_is_missing_not_an_exception() -> None:
    later = compile_expression({"date_add": [{"var": "at"}, 0, "days"]})
    assert later({"at": datetime.max.replace(tzinfo=UTC)}) is None
    assert compile_condition({">": [{"var": "at"}, {"moment": "2026-01-26T10:00:00Z"}]})(
        {"at": datetime.max.replace(tzinfo=UTC)}
    )


def test_subclasses_count_as_what_they_are() -> None:
    class Level(StrEnum):
        KEY = "key"

    class Size(IntEnum):
        TWO = 2

    assert compile_condition({"in": [{"var": "x"}, ["key"]]})({"x": Level.KEY})
    assert compile_condition({"<": [{"var": "x"}, 3]})({"x": Size.TWO})


def test_a_moment_without_a_zone_is_a_programming_error() -> None:
    with pytest.raises(TypeError, match="without a zone"):
        compile_expression({"var": "at"})({"at": datetime(2026, 1, 26)})  # noqa: DTZ001
