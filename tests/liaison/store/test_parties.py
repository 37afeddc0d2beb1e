"""The directory of an organisation, and the units of its rosters in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from liaison.definitions import load, read_package
from liaison.store import add_organisation, add_party, change_party, close_party, directory, install, publish
from liaison.store import tables as t

CODE = "91440606MA4W7L6X5G"


def names(place: Any, organisation: str = "district", **asked: Any) -> list[str]:
    with place.database.read() as connection:
        found, total = directory(connection, organisation, **asked)
    assert total >= len(found)
    return [one.name for one in found]


def test_entries_are_found_by_name_code_kind_and_day(place: Any) -> None:
    day = place.now.date()
    with place.database.write() as connection:
        firm = add_party(connection, "district", "enterprise", "示例机械有限公司", credit_code=CODE, region="440606")
        bank = add_party(connection, "district", "bank", "示例100%银行")
        add_party(connection, "city", "bank", "市里的示例银行")
    assert names(place, kinds=["bank"]) == ["示例100%银行"]
    assert names(place, words="机械 公司") == names(place, words=CODE[:8].lower()) == ["示例机械有限公司"]
    assert names(place, words="100%") == ["示例100%银行"]
    assert names(place, words="机_") == []
    with place.database.write() as connection:
        close_party(connection, bank, day)
        change_party(connection, firm, kind="enterprise", name="改名机械", credit_code="", region="")
    assert names(place, kinds=["bank"], on=day) == ["示例100%银行"]
    assert names(place, kinds=["bank"], on=day + timedelta(days=1)) == []
    assert names(place, kinds=["bank"]) == ["示例100%银行"]
    assert names(place, kinds=["enterprise"]) == ["改名机械"]
    assert names(place, "city") == ["市里的示例银行"]
    everything = names(place)
    assert names(place, offset=2, limit=3) == everything[2:5]
    with place.database.write() as connection, pytest.raises(KeyError):
        close_party(connection, "nobody", day)
    with place.database.write() as connection, pytest.raises(KeyError):
        change_party(connection, "nobody", kind="bank", name="x", credit_code="", region="")


def test_the_units_of_a_roster_stand_in_the_directory(place: Any) -> None:
    """What is there already is referred to; the rest is added, as what the roster says units of a kind are."""
    with place.database.write() as connection:
        add_organisation(connection, "next", "邻区", place.now, parent="city")
        known = add_party(connection, "next", "other", "区经济促进局")
        gone = add_party(connection, "next", "department", "区税务局")
        close_party(connection, gone, place.now.date() - timedelta(days=1))
        digest = publish(connection, read_package("shunde"), "seed", place.now)
        installation = install(connection, "next", digest, "seed", place.now)
        rows = connection.execute(
            select(t.Unit.key, t.Unit.title, t.Unit.kind, t.Unit.party_id, t.Party.kind, t.Party.name)
            .join(t.Party, t.Party.id == t.Unit.party_id)
            .where(t.Unit.installation_id == installation)
        ).all()
        definition = load(read_package("shunde")).definition
        assert definition is not None
        assert {row.key for row in rows} == set(definition.roster.units)
        assert {row.title for row in rows} == {row.name for row in rows}
        by_key = {row.key: row for row in rows}
        assert by_key["economy"].party_id == known
        assert by_key["tax"].party_id != gone
        assert {row[4] for row in rows if row[2] == "chamber"} == {"chamber"}
        before = directory(connection, "next")[1]
        install(connection, "next", digest, "seed", place.now)
        assert directory(connection, "next")[1] == before, "the same units are the same parties"
