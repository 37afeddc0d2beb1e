"""What still says 待填 keeps a mechanism from being in force: answers to questions, and names of units."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from liaison.definitions import load, read_package
from liaison.store import (
    InForce,
    add_organisation,
    change_unit,
    end_unit,
    install,
    installations,
    obstacles,
    publish,
)
from liaison.store import tables as t
from liaison.texts import Message, say

from .conftest import NOW, Place

KEY = "wenzhou"


@pytest.fixture
def digest(place: Place) -> str:
    with place.database.write() as connection:
        add_organisation(connection, "neighbour", "示例邻区", NOW, parent="city")
        return publish(connection, read_package(KEY), "seed", NOW)


def set_up(place: Place, digest: str, **answers: Any) -> InForce:
    """The mechanism with these answers, not in force."""
    with place.database.write() as connection:
        id_ = install(connection, "neighbour", digest, "seed", NOW, answers=answers, in_force=False)
        return next(one for one in installations(connection, "neighbour") if one.id == id_)


def lacking(place: Place, one: InForce, language: str = "zh") -> list[Message]:
    with place.database.read() as connection:
        found = obstacles(connection, place.database.shelf.speaking(language), one, NOW.date())
    return [message for message in found if message.code in ("definitions.slot_open", "store.units_to_name")]


def units(place: Place, one: InForce) -> dict[str, tuple[str, bool]]:
    """Key → what a unit is called, and whether it stands in the directory."""
    with place.database.read() as connection:
        rows = connection.execute(select(t.Unit).where(t.Unit.installation_id == one.id))
        return {row.key: (row.title, row.party_id is not None) for row in rows}


NAMED = [
    {"key": "federation", "title": "市工商联", "kind": "department"},
    {"key": "first_county", "title": "示例东区", "kind": "county"},
]


def test_each_is_said_until_it_is_filled(place: Place, digest: str) -> None:
    definition = load(read_package(KEY)).definition
    assert definition is not None
    to_fill = [slot for slot in definition.slots.values() if slot.type == "text" and "待填" in slot.default]
    assert len(to_fill) == 35 + 13
    one = set_up(place, digest)
    said = [say(message) for message in lacking(place, one)]
    assert said[: len(to_fill)] == [f"待填：{slot.question}" for slot in to_fill]
    assert said[len(to_fill) :] == ["单位的名称待填：待填（责任单位）、待填（第1个县市区）、待填（第2个县市区）"]
    assert len(lacking(place, one, "en")) == len(said)
    assert not units(place, one)["lead_department"][1], "nobody is in the directory under such a name"

    half = {slot.key: f"示例{slot.key}" for slot in to_fill[:-1]}
    one = set_up(place, digest, **half)
    assert next(say(message) for message in lacking(place, one)) == f"待填：{to_fill[-1].question}"

    one = set_up(place, digest, **half, **{to_fill[-1].key: "示例最后一项"}, units=NAMED)
    assert lacking(place, one) == []
    assert units(place, one)["first_county"] == ("示例东区", True)


def test_a_unit_that_is_named_or_ended_in_the_roster_waits_no_more(place: Place, digest: str) -> None:
    one = set_up(place, digest)
    with place.database.write() as connection:
        change_unit(connection, one.id, "lead_department", title="示例发改委", region="")
        change_unit(connection, one.id, "first_county", title="示例东区", region="")
        end_unit(connection, one.id, "second_county", NOW.date() - timedelta(days=1))
    assert [message.code for message in lacking(place, one)].count("store.units_to_name") == 0
