"""What each record of a list names above itself, on both databases."""

from __future__ import annotations

from typing import Any

import pytest

from liaison.access import Scope
from liaison.store import Placed, UnfilterableError, Wanted, placed

DONE = {"==": [{"var": "record.done"}, True]}


def hung(place: Any, scope: Scope | None = None, **how: Any) -> tuple[Placed, ...]:
    reach = {place.installation: scope or Scope(types=frozenset({"matter"}))}
    wanted = Wanted(place.installation, "matter", order=("record.created",), **how.pop("wanted", {}))
    with place.database.read() as connection:
        return placed(connection, place.database.shelf, reach, wanted, place.now, **how)


def test_each_says_what_it_names_and_how_it_stands(place: Any) -> None:
    first = place.submit(category="B").record
    second = place.submit(category="A").record
    assert place.do(second, "refuse", reason="不属于受理范围")
    found = hung(place, under="category", done=DONE)
    assert found == (Placed(first, "B", False, False), Placed(second, "A", True, False))
    late = hung(place, under="category", late={"==": [{"var": "record.state"}, "reported"]})
    assert [one.late for one in late] == [True, False]


def test_only_what_may_be_seen_and_what_is_asked_for(place: Any) -> None:
    place.submit(category="B")
    assigned = place.assigned()
    economy = Scope(units=frozenset({"economy"}))
    assert [one.record for one in hung(place, economy, under="category")] == [assigned]
    assert hung(place, Scope(), under="category") == ()
    assert hung(place, wanted={"filters": ({"==": [{"var": "category"}, "C"]},)}) == ()


def test_without_a_path_nothing_is_named(place: Any) -> None:
    place.submit()
    assert [one.under for one in hung(place)] == [None]


@pytest.mark.parametrize("path", ["problem", "part.support", "nothing"])
def test_what_lists_do_not_know_carries_no_tree(place: Any, path: str) -> None:
    with pytest.raises(UnfilterableError):
        hung(place, under=path)
