"""The schemas of the fragments say the same as the readers."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from liaison.calendars import Length, MalformedError, OfficeHours, Schedule
from liaison.calendars.model import LONGEST


def schema(name: str) -> dict[str, Any]:
    path = files("liaison.definitions").joinpath("schemas", f"{name}.schema.json")
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


READERS = {"length": Length.from_json, "schedule": Schedule.from_json, "office_hours": OfficeHours.from_json}
SCHEMAS = {name: schema(name) for name in READERS}
VALIDATORS = {name: Draft202012Validator(SCHEMAS[name]) for name in READERS}


def read(name: str, value: object) -> bool:
    try:
        READERS[name](value)
    except MalformedError:
        return False
    return True


def keys(name: str) -> list[str]:
    return list(SCHEMAS[name]["properties"])


@pytest.mark.parametrize("name", READERS)
def test_the_schema_is_one(name: str) -> None:
    assert SCHEMAS[name]["$id"] == f"urn:liaison:format:1:{name}"
    Draft202012Validator.check_schema(SCHEMAS[name])


# Values near the edge of what is allowed, for every key of the fragment.
NEAR: st.SearchStrategy[Any] = (
    st.integers(-1, 32)
    | st.none()
    | st.booleans()
    | st.sampled_from(
        ["each", "middle", "month", "week", "days_1_to_7", "12-31", "02-30", "skip", "next", "2026-01-01"]
    )
    | st.dictionaries(st.sampled_from(["from", "to"]), st.sampled_from([0, 7, 7, 32]))
)


@pytest.mark.parametrize("name", ["length", "schedule"])
def test_the_schema_and_the_reader_agree(name: str) -> None:
    @settings(max_examples=400)
    @given(st.dictionaries(st.sampled_from([*keys(name), "colour"]), NEAR, max_size=3))
    def agree(value: dict[str, Any]) -> None:
        value = {key: item for key, item in value.items() if key not in ("source", "note")}
        assert VALIDATORS[name].is_valid(value) == read(name, value), value

    agree()


def test_what_only_the_reader_can_refuse() -> None:
    backward = {"day_range": {"from": 7, "to": 1}}
    assert VALIDATORS["schedule"].is_valid(backward)
    assert not read("schedule", backward)


@given(
    st.text("0123456789:-,", max_size=24) | st.sampled_from(["08:30-12:00", "08:30-12:00,14:00-24:00", "08:30-12:00,"])
)
def test_hours_that_are_read_are_valid(text: str) -> None:
    if read("office_hours", {"hours": text}):
        assert VALIDATORS["office_hours"].is_valid({"hours": text})


@pytest.mark.parametrize("text", ["06-31", "02-30", "13-01", "6-1", "06-30", "02-29"])
def test_month_and_day_agree(text: str) -> None:
    value = {"hours": "08:00-12:00", "seasons": [{"key": "a", "from": text, "to": text, "hours": "09:00-12:00"}]}
    assert VALIDATORS["office_hours"].is_valid(value) == read("office_hours", value)


def test_the_limits_of_a_length_are_the_same() -> None:
    properties = SCHEMAS["length"]["properties"]
    limits = {f"{unit.value}s": most for unit, most in LONGEST.items()}
    assert {unit: rule["maximum"] for unit, rule in properties.items()} == limits
    assert {unit: -rule["minimum"] for unit, rule in properties.items()} == limits
