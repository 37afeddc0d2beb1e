"""Wenzhou's lists counted: what is listed, met in time, missed and resolved. The outcome that the source reports for
old problems is a sample here, never part of the mechanism."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from liaison.access import Actor
from liaison.calendars import SHANGHAI, ZONE, Span, period_of
from liaison.definitions import load, read_package
from liaison.engine import Command, MemoryWorld, run
from liaison.engine.figures import Counts, measure
from liaison.reports import reports_of
from liaison.roster import Holding, Person, Roster

BEGAN = datetime(2026, 4, 1, 9, tzinfo=ZONE)
NOW = datetime(2026, 6, 30, 18, tzinfo=ZONE)
QUARTER = period_of(date(2026, 5, 1), Span.QUARTER)


class Lists:
    """The mechanism in memory with its office and one department."""

    def __init__(self) -> None:
        definition = load(read_package("wenzhou")).definition
        assert definition is not None
        plan, people = definition.roster, {key: Person(key, "示例") for key in ("office", "lead")}
        holdings = (Holding("office", "office_staff", "federation"), Holding("lead", "liaison", "lead_department"))
        self.world = MemoryWorld(definition, Roster(plan.units, plan.posts, people, holdings), SHANGHAI)
        self.metrics = {one.key: one for one in reports_of(definition)["lists"].metrics}
        self._keys = iter(range(10**6))

    def do(self, who: str, action: str, at: datetime, record: str = "", *, type: str = "", **values: Any) -> str:  # noqa: A002
        command = Command(
            action, Actor(who, "示例"), str(next(self._keys)), record=record, type=type,
            installation=self.world.installation, values=values,
        )  # fmt: skip
        result = run(self.world, command, at)
        assert result, result.refusal
        return result.record

    def item(self, list_: str, due: str, done: datetime | None = None) -> None:
        """An entry of a list, completed or not."""
        values = {"list": list_, "item_no": "1", "content": "示例", "lead_unit": "lead_department", "due_on": due}
        record = self.do("office", "list", BEGAN, type="item", **values)
        if done is not None:
            self.do("lead", "complete", done, record, result="示例")

    def counted(self, key: str) -> Counts:
        world = self.world
        mechanism = world.mechanism(world.installation)
        return measure(self.metrics[key], mechanism, world.records.values(), QUARTER, NOW, world.events)


@pytest.fixture(scope="module")
def lists() -> Lists:
    """Four entries: one in time, one late, one missed, one still running; and as many old problems as reported 示例."""
    told = Lists()
    told.item("duties", "2026-05-29", datetime(2026, 5, 20, 9, tzinfo=ZONE))
    told.item("duties", "2026-05-29", datetime(2026, 6, 10, 9, tzinfo=ZONE))
    told.item("policies", "2026-06-12")
    told.item("duties_2020", "2026-12-31")
    for _ in range(152):
        problem = {"problem": "示例", "responsible": "lead_department", "amount": "1000.50"}
        record = told.do("office", "register", BEGAN, type="legacy", **problem)
        told.do("lead", "resolve", NOW, record, plan="示例", resolved_on="2026-06-01")
    told.do("office", "register", BEGAN, type="legacy", problem="示例", responsible="lead_department")
    return told


def test_the_board_of_met_and_missed(lists: Lists) -> None:
    listed = lists.counted("listed")
    assert {key: line.records for key, line in listed.lines.items()} == {"duties": 2, "policies": 1, "duties_2020": 1}
    met = lists.counted("met")
    assert (met.whole.hits, met.whole.records) == (1, 3)  # of three that ended in the quarter
    assert met.line("lead_department").value("share") == Decimal(1) / 3
    assert lists.counted("overdue").whole.records == 1


def test_resolved_old_problems_of_the_sample(lists: Lists) -> None:
    assert lists.counted("resolved").whole.records == 152
    assert lists.counted("resolved_amount").whole.total == Decimal("152076.00")
