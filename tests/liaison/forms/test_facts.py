"""Expressions of a form read facts one by one: they may be worked out only when asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from liaison.conditions import TEXT
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


def test_today_is_the_day_where_the_facts_do_not_say():
    assert View({}, {}, {}, DAY).get("record.today") == DAY
    assert View({}, {}, {"record.today": date(2025, 1, 1)}, DAY).get("record.today") == date(2025, 1, 1)
