"""Every vector of the research comes out."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from liaison.calendars import SHANGHAI, Length, Schedule, Unit, due, occurrences

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "data/deadline_vectors.json").read_text("utf-8"))


def by_start(vector: dict[str, Any]) -> str:
    return str(vector["start"])


@pytest.mark.parametrize("vector", VECTORS["workdays"], ids=by_start)
def test_workdays(vector: dict[str, Any]) -> None:
    start, length = date.fromisoformat(vector["start"]), Length(vector["workdays"], Unit.WORKDAY)
    found = due(start, length, SHANGHAI)
    assert found.day == date.fromisoformat(vector["due"])
    assert found.certain
    counted = due(start, length, SHANGHAI, count_start_day=True)
    assert counted.day == date.fromisoformat(vector["due_if_start_day_counted"])


@pytest.mark.parametrize("vector", VECTORS["months"], ids=by_start)
def test_months(vector: dict[str, Any]) -> None:
    found = due(date.fromisoformat(vector["start"]), Length(vector["months"], Unit.MONTH), SHANGHAI)
    assert found.nominal == date.fromisoformat(vector["nominal"])
    assert found.day == date.fromisoformat(vector["due"])
    assert found.certain


@pytest.mark.parametrize("reading", ["days_1_to_7", "first_full_week", "week_of_the_1st"])
@pytest.mark.parametrize("vector", VECTORS["first_week"], ids=lambda vector: vector["month"])
def test_first_week(vector: dict[str, Any], reading: str) -> None:
    first = date.fromisoformat(f"{vector['month']}-01")
    [window] = [
        one
        for one in occurrences(Schedule.from_json({"first_week": reading}), first, first.replace(day=28), SHANGHAI)
        if one.period.first == first
    ]
    assert [day.isoformat() for day in window.workdays] == vector[reading]


@pytest.mark.parametrize("vector", VECTORS["unknown_year"], ids=by_start)
def test_unknown_year(vector: dict[str, Any]) -> None:
    unit = "workdays" if "workdays" in vector else "months"
    found = due(date.fromisoformat(vector["start"]), Length.from_json({unit: vector[unit]}), SHANGHAI.until(2026))
    assert not found.certain
    if "expect_nominal" in vector:
        assert found.nominal == date.fromisoformat(vector["expect_nominal"])
