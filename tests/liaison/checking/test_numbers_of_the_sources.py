"""Numbers that the sources report, played as examples 示例: what happened once is no part of a package."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from liaison.calendars import ZONE
from liaison.definitions import Definition, load, read_package
from liaison.engine import Timeline, simulate

START = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
AT_ONCE = 200
"""Rows of a table that says no number of its own."""
OFFICE = {"key": "staff", "name": "示例经办人", "holds": [{"post": "staff", "unit": "federation"}]}


def shipped_as(key: str) -> Definition:
    definition = load(read_package(key)).definition
    assert definition is not None
    return definition


def played(key: str, kind: str, count: int, steps: list[dict[str, Any]]) -> Timeline:
    """A story of a minute a step, with so many units of a kind and somebody in each."""
    units = [{"key": f"{kind}_{n}", "title": f"示例{kind}{n}", "kind": kind} for n in range(1, count + 1)]
    people = [
        {"key": one["key"], "name": f"{one['title']}联系人", "holds": [{"post": "contact", "unit": one["key"]}]}
        for one in units
    ]
    story = [
        {"key": f"step_{n}", "at": f"{START + timedelta(minutes=n):%Y-%m-%d %H:%M}", **step}
        for n, step in enumerate(steps)
    ]
    return simulate(shipped_as(key), {
        "key": "example", "title": "示例", "calendar": {"edition": "cn-2026"},
        "roster": {"units": [{"key": "federation", "kind": "federation"}, *units], "people": [OFFICE, *people]},
        "story": story,
    })  # fmt: skip


def wrong(told: Timeline) -> list[Any]:
    return [(step.key, one.code, dict(one.params)) for step in told.steps for one in step.failures] + [*told.failures]


def test_every_one_of_144_contact_points_gets_a_sheet_of_its_own():
    sheets = {f"point_{n}": "asked" for n in range(1, 145)}
    said = {"subject": "示例", "draft": "示例", "reach": ["points"]}
    sent = {"who": "staff", "does": "send", "as": "draft", "with": said, "then": {"assignments": {"consulted": sheets}}}
    told = played("consultation", "point", 144, [sent])
    assert wrong(told) == []
    due = {clock.due_day for record in told.steps[-1].touched.values() for clock in record.clocks}
    assert len(due) == 1
    assert sum(len(record.clocks) for record in told.steps[-1].touched.values()) == 144


def test_23_proposals_are_adopted_by_19_bodies():
    steps: list[dict[str, Any]] = []
    for n in range(1, 24):
        bodies = [f"bureau_{(n - 1) % 19 + 1}"] + ([f"bureau_{n % 19 + 1}"] if n % 3 == 0 else [])
        said = {"proposer": "示例工商联", "topic": "示例调研", "proposal": f"示例建议{n}"}
        steps.append({"who": "staff", "does": "propose", "as": f"p_{n}", "with": said})
        steps.append({"who": "staff", "does": "refer", "on": f"p_{n}", "with": {"adopters": bodies}})
        steps += [
            {"who": body, "does": "answer", "on": f"p_{n}", "of": {"part": "adopter", "unit": body},
             "with": {"adopted": "adopted", "adopted_how": "示例"}}
            for body in bodies
        ]  # fmt: skip
        steps.append({"tick": True, "on": f"p_{n}", "then": {"state": "settled", "fields": {"outcome": "adopted"}}})
    told = played("consultation", "bureau", 19, steps)
    assert wrong(told) == []
    assert {step.who for step in told.steps if step.does == "answer"} == {f"bureau_{n}" for n in range(1, 20)}


@pytest.mark.slow
def test_331_of_more_than_500_documents_are_selected():
    candidates, selected = 512, 331
    rows = [{"title": f"示例文件{n}", "issuer": "示例机关", "level": "city"} for n in range(candidates)]
    names = [f"d_{n}" for n in range(candidates)]
    steps: list[dict[str, Any]] = [
        {"who": "staff", "does": "enter", "as": f"list_{first}",
         "with": {"origin": "示例", "policies": rows[first : first + AT_ONCE]},
         "names": {"policy": names[first : first + AT_ONCE]}}
        for first in range(0, candidates, AT_ONCE)
    ]  # fmt: skip
    steps += [
        {"who": "staff", "does": "select" if n < selected else "pass_over", "on": name, "with": {"grounds": "示例"}}
        for n, name in enumerate(names)
    ]
    steps += [
        {"who": "staff", "does": "prepare", "as": "edition", "with": {"edition_title": "示例第一版"}},
        {"who": "staff", "does": "freeze", "on": "edition",
         "then": {"links": {"considered": names, "contents": names[:selected]}}},
        {"who": "staff", "does": "issue", "on": "edition", "with": {"everyone": ["all"]},
         "then": {"fields": {"considered_count": candidates, "selected_count": selected}}},
    ]  # fmt: skip
    assert wrong(played("policy_library", "enterprise", 3, steps)) == []
