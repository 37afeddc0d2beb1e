"""Who is joined with a unit stands on its board."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from liaison.definitions import read_package
from liaison.store import add_party, hold, install, pair, publish, put_in_force

MECHANISM = Path(__file__).parents[1] / "engine" / "mechanisms" / "matching"


@pytest.fixture
def joined(place: Any) -> str:
    """A club with two members of the directory, served by a bureau that somebody looks after."""
    with place.database.write() as connection:
        digest = publish(connection, read_package(MECHANISM), "office", place.now)
        installation = install(connection, "district", digest, "office", place.now)
        for person, post, unit in (("office", "office", ""), ("office", "chief", ""), ("economy", "liaison", "north")):
            hold(connection, installation, person, post, unit)
        pair(connection, installation, "serves", "club", "north")
        pair(connection, installation, "looks_after", "office", "north")
        for name in ("示例企业甲", "示例企业乙"):
            pair(connection, installation, "members", add_party(connection, "district", "enterprise", name), "club")
        put_in_force(connection, installation, True, place.now)
    return installation


def test_a_board_shows_the_partners_of_its_unit(place: Any, joined: str) -> None:
    client = place.signed_in("office")
    client.get(f"/desk/at/{joined}")
    north, club = (client.get(f"/desk/units/{unit}").text for unit in ("north", "club"))
    assert "示例商会" in north
    assert "联系领导" in north
    assert "会员" not in north, "it has no members"
    assert re.search(r'href="/desk/register/\w+">示例企业甲</a>', club)
    assert "示例企业乙" in club
    assert "示例北局" in club
    assert "<h2>结对</h2>" in club
    assert "<h2>结对</h2>" not in client.get("/desk/units/south").text
