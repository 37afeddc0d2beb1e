"""What units have on their hands: the same from the records themselves, whoever looks, in the order it runs out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from liaison.engine import ClockState, Record
from liaison.store import Board, hands_of, on_hand
from liaison.store import tables as t


def board(place: Any, person: str = "office", now: Any = None) -> Board:
    at = now or place.now
    return Board(place.installation, place.scope(person), ("matter",), {"reply": at.date() + timedelta(days=5)}, at)


def standing(records: list[Record], known: Board) -> dict[str, list[tuple[Any, str]]]:
    """Unit → (when it is due, light) of what it has on its hands, worked out record by record."""
    children = defaultdict(list)
    for record in records:
        children[record.parent].append(record)
    found: dict[str, list[tuple[Any, str]]] = defaultdict(list)
    for record in records:
        if record.type != "matter" or record.done:
            continue
        owed: dict[str, list[Any]] = defaultdict(list)
        for clock in (clock for one in (record, *children[record.id]) for clock in one.clocks):
            if (
                clock.state is ClockState.RUNNING
                and clock.term in known.soon
                and clock.owed_by
                and clock.owed_by[0].unit
            ):
                owed[clock.owed_by[0].unit].append(clock)
        for unit in {*owed, *(held.unit for held in record.parts if held.ended is None)}:
            first = min(owed[unit], key=lambda clock: clock.due, default=None)
            if first is None:
                found[unit].append((None, "none"))
                continue
            shine = (
                "overdue" if first.due < known.now else "soon" if first.due_day <= known.soon[first.term] else "in_time"
            )
            found[unit].append((first.due, shine))
    return found


@pytest.mark.parametrize("person", ["office", "north", "nobody"])
@pytest.mark.parametrize("days", [0, -60])
def test_the_board_is_what_the_records_say(busy: Any, person: str, days: int) -> None:
    known = board(busy, person, busy.now + timedelta(days=days))
    records, _ = busy.everything(person)
    expected = standing(records, known)
    with busy.database.read() as connection:
        counts = on_hand(connection, known)
        lists = {unit: hands_of(connection, known, unit, limit=500) for unit in counts}
    shines: dict[str, dict[str, int]] = {}
    for unit, listed in expected.items():
        for _, shine in listed:
            shines.setdefault(unit, {}).setdefault(shine, 0)
            shines[unit][shine] += 1
    assert counts == shines
    for unit, listed in lists.items():
        assert [(one.due, one.shine) for one in listed] == sorted(
            expected[unit], key=lambda one: (one[0] is None, one[0] or known.now)
        )
    assert bool(counts) == (person != "nobody")


def test_a_light_lists_what_it_counts_a_page_at_a_time(busy: Any) -> None:
    known = board(busy)
    with busy.database.read() as connection:
        for unit, counts in on_hand(connection, known).items():
            for shine, count in counts.items():
                pages = [hands_of(connection, known, unit, shine, offset=at, limit=3) for at in range(0, count + 3, 3)]
                listed = [one.record.id for page in pages for one in page]
                assert len(listed) == len(set(listed)) == count
                assert {one.shine for page in pages for one in page} == {shine}


def test_units_may_be_picked(busy: Any) -> None:
    known = board(busy)
    with busy.database.read() as connection:
        every = on_hand(connection, known)
        assert on_hand(connection, known, ["south"]) == {"south": every["south"]}
        assert on_hand(connection, Board(known.installation, known.scope, (), {}, known.now)) == {}


def test_what_a_person_owes_is_on_the_board_of_their_unit(busy: Any) -> None:
    known = board(busy)
    with busy.database.engine.connect() as connection:
        before = on_hand(connection, known)
        assert sum(count for shine, count in before["north"].items() if shine != "none")
        connection.execute(
            update(t.Clock).where(t.Clock.owed_unit == "north").values(owed_unit="", owed_person="north")
        )
        assert on_hand(connection, known)["north"] == before["north"]
        connection.execute(update(t.Holding).where(t.Holding.person_id == "north").values(last_day=date(2026, 1, 2)))
        assert set(on_hand(connection, known)["north"]) == {"none"}, "who has left the unit owes nothing for it"
        connection.rollback()


def test_what_several_owe_is_on_the_board_of_each(busy: Any) -> None:
    known = replace(board(busy), shared={"reply": "lead"})
    with busy.database.engine.connect() as connection:
        owing = [one.record.id for one in hands_of(connection, known, "north", limit=500) if one.shine != "none"]
        beside = update(t.RecordPart).where(t.RecordPart.record_id.in_(owing), t.RecordPart.part == "support")

        def owed_by(unit: str) -> set[str]:
            listed = hands_of(connection, known, unit, limit=500)
            return {one.record.id for one in listed if one.shine != "none"} & set(owing)

        assert not owed_by("river"), "who only supports owes nothing"
        connection.execute(beside.where(t.RecordPart.unit == "river").values(part="lead"))
        assert owed_by("river")
        connection.rollback()
