"""Who may come together, what is amiss with a matching, and the even proposal; people who may hold a post once, and who
are to hold two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison.definitions import Matching, Post, Side, Unit
from liaison.roster import (
    Deputy,
    Holding,
    Joined,
    Lack,
    Pair,
    Paired,
    Party,
    Person,
    Roster,
    RosterDay,
    joined,
    lacking,
    misfits,
    proposal,
    unheld,
    unmatched,
)
from liaison.texts import say

DAY = date(2026, 3, 2)
Numbers = tuple[int, int | None]


def units(kind: str, keys: Iterable[str]) -> dict[str, Unit]:
    return {key: Unit(key, f"示例{key}", kind) for key in keys}


def standing(
    left: Iterable[str], right: Iterable[str], per_left: Numbers, per_right: Numbers, pairs: Iterable[Pair] = ()
) -> Joined:
    """Groups and banks on a day, with these pairs."""
    matching = Matching("serve", "对口", Side("unit_kind", "group", *per_left), Side("unit_kind", "bank", *per_right))
    kept = tuple(Paired("serve", *pair) for pair in pairs)
    roster = Roster(units("group", left) | units("bank", right), {}, pairs=kept, matchings={"serve": matching})
    return joined(matching, RosterDay(roster, DAY))


def told(lacks: Iterable[Lack]) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.message.code.removeprefix("roster."), one.where) for one in lacks]


# ── What is amiss ────────────────────────────────────────────────────────────────────────────────────────────────


def test_nobody_is_left_out_and_nobody_taken_twice() -> None:
    pairs = [("a", "x"), ("a", "y"), ("b", "x")]
    assert told(lacking(standing("abc", "xyz", (1, 1), (1, 1), pairs))) == [
        ("alone", ("c",)), ("crowded", ("a",)), ("alone", ("z",)), ("crowded", ("x",)),
    ]  # fmt: skip
    assert told(lacking(standing("ab", "xy", (1, 1), (1, 1), [("a", "y"), ("b", "x")]))) == []
    assert told(lacking(standing("ab", "xy", (0, None), (0, None), pairs[:2]))) == []


def test_a_partner_who_is_there_no_more_is_said_and_gives_nobody_cover() -> None:
    one = standing("a", "x", (1, 1), (1, 1), [("a", "closed")])
    assert told(lacking(one)) == [("alone", ("a",)), ("alone", ("x",)), ("gone", ("closed",))]
    one = standing("a", "x", (1, 1), (1, 1), [("closed", "x")])
    assert proposal(one) == (("a", "x"),)
    assert list(misfits(one, proposal(one))) == [None]


def test_what_is_amiss_calls_a_few_by_name_and_says_how_many_there_are() -> None:
    [lack] = lacking(standing("abcdefg", "x", (1, 1), (0, None)))
    text = say(lack.message)
    assert "对口" in text
    assert "7" in text
    assert [one in text for one in ("示例a", "示例e", "示例f", "…")] == [True, True, False, True]


def test_the_sides_are_units_holders_of_a_post_and_parties_of_the_directory() -> None:
    matching = Matching("looks", "挂点", Side("post", "prosecutor", 1), Side("party", "enterprise", 1, 1))
    people = {key: Person(key, f"示例{key}") for key in ("a", "b", "c", "d")}
    holdings = (
        Holding("a", "prosecutor"), Holding("b", "prosecutor", last_day=date(2026, 3, 1)), Holding("c", "other"),
    )  # fmt: skip
    deputies = (Deputy("d", "a", DAY, DAY),)
    posts = {key: Post(key, key) for key in ("prosecutor", "other")}
    roster = Roster({}, posts, people, holdings, deputies, (Paired("looks", "a", "e1"),), matchings={"looks": matching})
    parties = [
        Party("e1", "enterprise", "示例企业"), Party("e2", "enterprise", "示例企业乙"), Party("k", "bank", "示例银行"),
        Party("e3", "enterprise", "示例歇业企业", last_day=date(2026, 3, 1)),
    ]  # fmt: skip
    one = joined(matching, RosterDay(roster, DAY), parties)
    assert dict(one.left) == {"a": "示例a"}, "who stands in has no pair of one's own"
    assert dict(one.right) == {"e1": "示例企业", "e2": "示例企业乙"}
    assert told(unmatched(RosterDay(roster, DAY), parties)) == [("alone", ("e2",))]
    assert proposal(one) == (("a", "e2"),)


def test_a_pair_is_refused_with_why() -> None:
    one = standing("abc", "xyz", (1, 1), (0, 2), [("a", "x")])
    assert list(misfits(one, [("b", "x")])) == [None]
    for pair, code in (
        (("nobody", "x"), "not_offered"), (("b", "nobody"), "not_offered"), (("a", "x"), "paired_already"),
        (("a", "y"), "has_enough"), (("b", "z"), "not_again"),
    ):  # fmt: skip
        [why] = misfits(one, [pair], {("b", "z")})
        assert why is not None
        assert why.code == f"roster.{code}"
        assert say(why)
    told = misfits(standing("abc", "x", (0, None), (0, 2)), [("a", "x"), ("a", "x"), ("b", "x"), ("c", "x")])
    assert [why and why.code.removeprefix("roster.") for why in told] == [None, "paired_already", None, "has_enough"]


def test_one_person_may_hold_once_what_is_to_be_held_once() -> None:
    post = Post("cadre", "小组联络员", kinds=("group",), minimum=1, maximum=1, once=True)
    people = {"one": Person("one", "示例干部"), "other": Person("other", "示例另一名干部")}
    twice = (Holding("one", "cadre", "a"), Holding("one", "cadre", "b"), Holding("other", "cadre", "c"))
    roster = Roster(units("group", "abc"), {"cadre": post}, people, twice)
    [lack] = unheld(roster, DAY)
    assert (lack.of, lack.where, lack.message.code) == ("cadre", ("a", "b"), "roster.twice")
    assert "示例干部" in say(lack.message)
    assert unheld(Roster(units("group", "abc"), {"cadre": Post("cadre", "", ("group",))}, people, twice), DAY) == ()


def test_one_person_holds_what_one_person_is_to_hold() -> None:
    """The director is whoever is the convenor; the clerk of each group its cadre."""
    posts = {
        "convenor": Post("convenor", "召集人"),
        "director": Post("director", "主任", units=("a",), same_as="convenor"),
        "cadre": Post("cadre", "小组联络员", kinds=("group",)),
        "clerk": Post("clerk", "记录员", kinds=("group",), same_as="cadre"),
    }
    people = {key: Person(key, f"示例{key}") for key in ("one", "other")}

    def lacks(*holdings: Holding, **more: Any) -> list[tuple[str, tuple[str, ...]]]:
        found = unheld(Roster(units("group", "ab"), posts, people, holdings, **more), DAY)
        assert {lack.message.code for lack in found} <= {"roster.apart"}
        return [(lack.of, lack.where) for lack in found if say(lack.message)]

    convenor, director = Holding("one", "convenor"), Holding("one", "director", "a")
    assert lacks(convenor, director) == lacks(convenor) == lacks(director) == []
    assert lacks(convenor, Holding("other", "director", "a")) == [("director", ("a",))]
    assert lacks(convenor, director, deputies=(Deputy("other", "one", DAY, DAY),)) == []
    assert RosterDay(Roster(units("group", "ab"), posts, people, (convenor,)), DAY).meant_for("director", "a") == (
        "one",
    )
    crossed = [Holding(who, post, unit) for who, post, unit in (
        ("one", "cadre", "a"), ("other", "cadre", "b"), ("one", "clerk", "a"), ("one", "clerk", "b"),
    )]  # fmt: skip
    assert lacks(*crossed) == [("clerk", ("b",))]


# ── The proposal ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("left", "right", "per_left", "per_right", "pairs", "wanted"),
    [
        ("abc", "xyz", (1, 1), (1, 1), [], [("a", "x"), ("b", "y"), ("c", "z")]),
        ("abc", "xyz", (1, 1), (1, 1), [("a", "z")], [("b", "x"), ("c", "y")]),
        ("abc", "xy", (1, 1), (1, 1), [], [("a", "x"), ("b", "y")]),
        ("ab", "xyz", (0, 1), (1, 1), [], [("a", "x"), ("b", "y")]),
        ("abcde", "xy", (1, 1), (1, None), [("e", "y")], [("a", "x"), ("b", "x"), ("c", "y"), ("d", "x")]),
        ("ab", "xy", (2, None), (0, None), [("a", "x")], [("a", "y"), ("b", "x"), ("b", "y")]),
        ("ab", "xy", (0, None), (0, None), [], []),
    ],
)
def test_a_proposal(left, right, per_left, per_right, pairs, wanted) -> None:
    assert list(proposal(standing(left, right, per_left, per_right, pairs))) == wanted


def test_room_is_made_where_a_first_choice_would_leave_somebody_out() -> None:
    apart = {("b", "y"), ("b", "z"), ("c", "z")}
    assert proposal(standing("abc", "xyz", (1, 1), (1, 1)), apart) == (("a", "z"), ("b", "x"), ("c", "y"))


KEYS = st.lists(st.sampled_from("abcde"), unique=True, min_size=1, max_size=5)
OTHERS = st.lists(st.sampled_from("vwxyz"), unique=True, min_size=1, max_size=5)
SOME = st.frozensets(st.tuples(st.sampled_from("abcde"), st.sampled_from("vwxyz")), max_size=14)
NUMBERS = st.tuples(st.integers(0, 3), st.one_of(st.none(), st.integers(1, 4))).filter(
    lambda numbers: numbers[1] is None or numbers[0] <= numbers[1]
)


@given(KEYS, OTHERS, NUMBERS, NUMBERS, SOME, SOME)
def test_a_proposal_keeps_what_there_is_goes_over_no_maximum_and_asks_nobody_twice(
    left, right, per_left, per_right, pairs, apart
) -> None:
    before = standing(left, right, per_left, per_right, sorted(pairs))
    found = proposal(before, apart)
    assert len(set(found)) == len(found)
    assert not set(found) & (apart | pairs)
    assert all(a in left and b in right for a, b in found)
    after = standing(left, right, per_left, per_right, [*sorted(pairs), *found])
    for now, was in zip(after.sides, before.sides, strict=True):
        assert set(now.crowded) <= set(was.crowded)
    assert proposal(after, apart) == (), "who confirms it all is proposed nothing more"
    assert proposal(before, apart) == found


@given(KEYS, OTHERS, SOME)
def test_one_to_one_as_many_come_together_as_can(left, right, apart) -> None:
    found = proposal(standing(left, right, (1, 1), (1, 1)), apart)
    seats = [*right, *([None] * len(left))]
    best = max(
        sum(b is not None and (a, b) not in apart for a, b in zip(left, order, strict=True))
        for order in permutations(seats, len(left))
    )
    assert len(found) == best


@given(st.integers(1, 60), st.integers(1, 7), st.lists(st.integers(0, 6), max_size=12))
def test_a_proposal_is_even(many, banks, had) -> None:
    left = [f"g{n}" for n in range(many)]
    right = [f"k{n}" for n in range(banks)]
    pairs = [(left[at], right[bank]) for at, bank in enumerate(had) if at < many and bank < banks]
    found = proposal(standing(left, right, (1, 1), (0, None), pairs))
    before, load = Counter(b for _, b in pairs), Counter(b for _, b in [*pairs, *found])
    assert sum(load.values()) == many
    gained = [bank for bank in right if load[bank] > before[bank]]
    assert all(load[bank] <= min(load[other] for other in right) + 1 for bank in gained)


def test_five_thousand_are_spread_at_once() -> None:
    one = standing([f"g{n}" for n in range(5000)], [f"k{n}" for n in range(12)], (1, 1), (1, None))
    found = proposal(one)
    assert len(found) == 5000
    assert set(Counter(b for _, b in found).values()) == {416, 417}
