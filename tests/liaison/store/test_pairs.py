"""Pairs of matchings: the database holds that no two stand twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from liaison.store import end_pairs, lock_pairs, pair, pairs_kept

DAY = date(2026, 9, 1)


def standing(place: Any) -> list[tuple[str, str]]:
    with place.database.read() as connection:
        return [one.pair for one in pairs_kept(connection, place.installation, "serves") if one.last_day is None]


def join(place: Any, together: Barrier, first_day: date) -> str:
    together.wait()
    try:
        with place.database.write() as connection:
            pair(connection, place.installation, "serves", "club", "north", first_day=first_day)
    except IntegrityError:
        return "refused"
    return "joined"


def test_of_two_who_join_the_same_at_once_one_is_refused(place: Any) -> None:
    together = Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        said = pool.map(lambda day: join(place, together, date(2026, 9, day)), (1, 2))
        assert sorted(said) == ["joined", "refused"]
    assert standing(place) == [("club", "north")]


def test_who_looks_first_waits_for_who_is_joining(place: Any) -> None:
    """How many partners somebody may have no index knows: whoever looks under the lock sees what the other did."""
    together = Barrier(2)

    def look_and_join(_: int) -> None:
        together.wait()
        with place.database.write() as connection:
            lock_pairs(connection, place.installation)
            if not pairs_kept(connection, place.installation, "serves"):
                pair(connection, place.installation, "serves", "club", "north", last_day=DAY)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(look_and_join, range(2)))
    with place.database.read() as connection:
        assert len(pairs_kept(connection, place.installation, "serves")) == 1


def test_who_parted_may_come_together_again(place: Any) -> None:
    with place.database.write() as connection:
        first = pair(connection, place.installation, "serves", "club", "north", first_day=DAY)
        with pytest.raises(IntegrityError), connection.begin_nested():
            pair(connection, place.installation, "serves", "club", "north")
        pair(connection, place.installation, "serves", "club", "south", first_day=DAY)
        end_pairs(connection, place.installation, [first], DAY)
        pair(connection, place.installation, "serves", "club", "north", first_day=DAY)
    assert sorted(standing(place)) == [("club", "north"), ("club", "south")]
