"""Everything this room finds has a value it is silent about and one it speaks of, a sentence and a hint."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from liaison.calendars import (
    SHANGHAI,
    Length,
    MalformedError,
    OfficeHours,
    Schedule,
    due,
    lint_schedule,
    read_calendar,
)
from liaison.texts import Finding, catalogue, hint, say

FIXTURES = Path(__file__).parent / "fixtures"
CODES = sorted(
    name.removeprefix("calendars.")
    for name, texts in catalogue().items()
    if name.startswith("calendars.") and "hint_zh" in texts
)
FILE, POINTER = "rules/x/terms.json", "/terms/0/at"


def read(name: str, which: str) -> Any:
    return json.loads((FIXTURES / name / f"{which}.json").read_text(encoding="utf-8"))


def found(fixture: Any) -> list[Finding]:
    value = fixture["value"]
    try:
        match fixture["read"]:
            case "length":
                Length.from_json(value, file=FILE, pointer=POINTER)
            case "office_hours":
                OfficeHours.from_json(value, file=FILE, pointer=POINTER)
            case "schedule":
                schedule = Schedule.from_json(value, file=FILE, pointer=POINTER)
                span = date(2023, 1, 1), date(2026, 12, 31)
                return lint_schedule(schedule, *span, SHANGHAI, file=FILE, pointer=POINTER)
            case "cutoff":  # the schema of terms lets no other in
                due(date(2026, 3, 2), Length.parse("1 day"), SHANGHAI, cutoff=value)
            case "calendar":
                return list(read_calendar(value.encode(), SHANGHAI, file=FILE)[1])
    except MalformedError as error:
        if fixture["read"] == "cutoff":  # it is of no file
            return [replace(one, file=FILE, pointer=POINTER) for one in error.findings]
        return list(error.findings)
    return []


def test_every_code_has_its_fixtures_and_no_other() -> None:
    assert sorted(path.name for path in FIXTURES.iterdir()) == CODES


@pytest.mark.parametrize("name", CODES)
def test_it_is_silent_where_all_is_well(name: str) -> None:
    assert found(read(name, "valid")) == []


@pytest.mark.parametrize("name", CODES)
def test_it_speaks_where_something_is_wrong(name: str) -> None:
    fixture = read(name, "invalid")
    findings = found(fixture)
    assert {one.code for one in findings} == {f"calendars.{name}"}
    for one in findings:
        assert one.file == FILE
        assert one.pointer.startswith(POINTER) or fixture["read"] == "calendar"
        for lang in ("zh", "en"):
            assert say(one.message, lang)
            assert hint(one.message, lang)
