"""What the tables keep of sign-offs: who may see the record, whose work it is, fingerprints instead of values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from liaison.access import GUEST, Actor, Scope
from liaison.definitions import read_package
from liaison.engine import Command
from liaison.store import Wanted, act, add_person, hold, install, publish, records, verify, work_list
from liaison.store import tables as t

MECHANISM = Path(__file__).parents[1] / "engine" / "mechanisms" / "signoffs"


@pytest.fixture
def asked(place: Any) -> tuple[Any, str, str]:
    """Place, installation and a matter that the chief and a unit without people are asked to sign."""
    with place.database.write() as connection:
        digest = publish(connection, read_package(MECHANISM), "seed", place.now)
        installation = install(connection, "district", digest, "seed", place.now)
        add_person(connection, "district", "示例总召集人", id_="chief")
        hold(connection, installation, "office", "office", "")
        hold(connection, installation, "chief", "chief", "")
    begin = Command("begin", GUEST, "begin", type="matter", installation=installation, values={"subject": "内情不详"})
    matter = act(place.database, begin, place.now).record
    assert act(place.database, Command("ask_every", place.office, "ask", record=matter), place.now)
    return place, installation, matter


def test_who_signs_finds_the_record_in_lists_but_not_among_the_work(asked: tuple[Any, str, str]) -> None:
    place, installation, matter = asked
    for scope in (Scope(units=frozenset({"chief"})), Scope(units=frozenset({"club"}))):
        reach = {installation: scope}
        with place.database.read() as connection:
            wanted = Wanted(installation, "matter")
            listed = records(connection, place.database.shelf, reach, wanted, place.now).records
            work = work_list(connection, reach, mine=True).records
        assert [one.id for one in listed] == [matter]
        assert [one.type for one in work] == ["signoff"]


def test_a_sheet_keeps_fingerprints_and_comes_back_whole(asked: tuple[Any, str, str]) -> None:
    place, _installation, matter = asked
    with place.database.read() as connection:
        sheets = connection.execute(select(t.Record.id, t.Record.memory).where(t.Record.parent_id == matter)).all()
    assert len(sheets) == 2
    for sheet in sheets:
        assert list(sheet.memory["signs"]) == ["subject"]
        assert "内情不详" not in str(sheet.memory)
        assert place.record(sheet.id).signs == sheet.memory["signs"]
    mine = next(held.assignment for held in place.record(matter).parts if held.unit == "chief")
    assert act(place.database, Command("agree", Actor("chief", "示例总召集人"), "agree", record=mine), place.now)
    assert verify(place.database, "district") == []
