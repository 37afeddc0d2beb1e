"""Expressions of a form read facts one by one: they may be worked out only when asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from liaison.conditions import BOOLEAN, DATE, TEXT
from liaison.forms import Coded
from liaison.forms.settle import View

DAY = date(2026, 3, 2)


class Lazy(Mapping[str, Any]):
    """Knows what it is asked, and cannot say beforehand what that may be."""

    def __getitem__(self, path: str) -> Any:
        return {"record.state": "open", "name": "from the facts"}.get(path)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def test_a_fact_is_asked_for_when_it_is_read():
    assert View({}, {}, Lazy(), DAY).get("record.state") == "open"


def test_a_field_is_what_stands_in_it_whatever_the_facts_say():
    assert View({"name": TEXT}, {"name": "typed"}, Lazy(), DAY).get("name") == "typed"
    assert View({"name": TEXT}, {}, Lazy(), DAY).get("name") is None


def test_a_day_is_within_the_times_of_a_duty_as_it_is_typed():
    facts = {"within.meeting": lambda day: day.day < 8, "within.meeting.held": False}
    typed = {"held": "2026-03-03"}
    assert View({"held": DATE}, typed, facts, DAY).get("within.meeting.held") is True
    assert View({"held": DATE}, {"held": "2026-03-30"}, facts, DAY).get("within.meeting.held") is False
    assert View({"held": DATE}, {}, facts, DAY).get("within.meeting.held") is None
    assert View({"held": DATE}, typed, {}, DAY).get("within.meeting.held") is None


def test_a_code_says_what_its_column_says():
    coded = {"rank.urgent": Coded("rank", BOOLEAN, {"high": True, "low": False})}
    types = {"rank": TEXT}
    facts = {"rank.urgent": "from the facts"}
    for typed, urgent in (({"rank": "high"}, True), ({"rank": "low"}, False), ({"rank": "lost"}, None), ({}, None)):
        assert View(types, typed, facts, DAY, coded).get("rank.urgent") is urgent


def test_today_is_the_day_where_the_facts_do_not_say():
    assert View({}, {}, {}, DAY).get("record.today") == DAY
    assert View({}, {}, {"record.today": date(2025, 1, 1)}, DAY).get("record.today") == date(2025, 1, 1)
