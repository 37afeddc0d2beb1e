"""Wherever a kind of units may be named, a group may: in *who*, in posts and their numbers of holders, in pickers."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from liaison.calendars import SHANGHAI
from liaison.definitions import Package, Unit, Who, load, read_package
from liaison.engine import Surroundings
from liaison.roster import Holding, Person, Roster, RosterDay, Subject, resolve, unheld
from liaison.texts import say

MINIMAL = Path(__file__).parents[1] / "definitions" / "fixtures" / "minimal"
FILE = "rules/mini/roster.json"
DAY = date(2026, 3, 2)
GROUPS = [
    {"key": "towns_and_one", "title": "各镇街和经济局", "kinds": ["town"], "units": ["economy"]},
    {"key": "single", "title": "经济局", "units": ["economy"]},
]


def roster(*holdings: Holding, live: tuple[Unit, ...] = (), **post: Any) -> RosterDay:
    """The minimal mechanism with two groups and a post offered to units of `post`."""
    files = dict(read_package(MINIMAL).files)
    content = json.loads(files[FILE])
    content["kinds"].append({"key": "town", "title": "镇街"})
    content["groups"] = GROUPS
    content["units"] += [
        {"key": "east", "title": "示例东镇", "kind": "town", "region": "440606"},
        {"key": "tax", "title": "示例税务局", "kind": "department"},
    ]
    content["posts"] = [{"key": "handler", "title": "经办", **post}]
    files[FILE] = json.dumps(content, ensure_ascii=False).encode()
    plan = load(Package(files)).definition
    assert plan is not None
    units = {**plan.roster.units, **{one.key: one for one in live}}
    people = {"somebody": Person("somebody", "示例")}
    return RosterDay(Roster(units, plan.roster.posts, people, holdings, groups=plan.roster.groups), DAY)


def units_of(today: RosterDay, who: Who, region: str = "") -> list[str]:
    return [one.unit for one in resolve(who, Subject(region=region), today)]


def test_a_who_names_a_group_like_a_kind() -> None:
    assert units_of(roster(), Who("unit_kind", "towns_and_one")) == ["economy", "east"]
    assert units_of(roster(), Who("unit_kind", "department")) == ["economy", "tax"]


def test_of_a_group_only_the_unit_of_the_region() -> None:
    assert units_of(roster(), Who("unit_kind", "towns_and_one", region=True), "440606") == ["east"]


def test_a_unit_that_joined_later_is_in_the_groups_of_its_kind() -> None:
    west = Unit("west", "示例西镇", "town")
    assert units_of(roster(live=(west,)), Who("unit_kind", "towns_and_one")) == ["economy", "east", "west"]
    assert units_of(roster(live=(west,)), Who("unit_kind", "single")) == ["economy"]


@pytest.mark.parametrize(
    ("offered", "lacking"),
    [
        ({"kinds": ["towns_and_one"]}, ["示例经济局", "示例东镇"]),
        ({"kinds": ["single", "town"]}, ["示例经济局", "示例东镇"]),
        ({"kinds": ["single"], "units": ["tax"]}, ["示例经济局", "示例税务局"]),
    ],
)
def test_a_post_is_held_in_each_unit_of_a_group(offered: dict[str, Any], lacking: list[str]) -> None:
    told = unheld(roster(minimum=1, **offered).roster, DAY)
    assert [one.message.params["post"].params["unit"] for one in told] == lacking
    assert all("经办" in say(one.message) for one in told)
    held = roster(Holding("somebody", "handler", "economy"), minimum=1, **offered)
    assert [one.message.params["post"].params["unit"] for one in unheld(held.roster, DAY)] == lacking[1:]


def test_a_picker_offers_the_units_of_a_group() -> None:
    around = Surroundings(roster(), SHANGHAI, None)
    assert [one.value for one in around.options("unit", {"kinds": ["towns_and_one"]}, DAY)] == ["economy", "east"]
    assert [one.value for one in around.options("unit", {"kinds": ["single", "town"]}, DAY)] == ["economy", "east"]
