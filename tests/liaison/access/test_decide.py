"""Who acts for the applicant: through a link or a query code, and never who handles the matter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from liaison.access import (
    Actor,
    Objects,
    Scope,
    Seen,
    handled_by,
    is_one_of,
    may_see,
    may_see_object,
    may_see_under,
    objects_of,
    scope_of,
)
from liaison.definitions import load, read_package
from liaison.roster import Deputy, Holding, Paired, Person, Reader, Roster, RosterDay, Subject

MATTER = "a matter"
LINKED = frozenset({MATTER})


@pytest.fixture
def today() -> RosterDay:
    """An officer of a unit, and somebody who holds no post."""
    definition = load(read_package("shunde")).definition
    assert definition is not None
    people = {id_: Person(id_, id_) for id_ in ("officer", "visitor")}
    holding = Holding("officer", "liaison", "economy")
    roster = Roster(definition.roster.units, definition.roster.posts, people, (holding,))
    return RosterDay(roster, date(2026, 8, 20))


@pytest.mark.parametrize(
    ("actor", "may"),
    [
        (Actor(kind="link", entitled=LINKED), True),
        (Actor("visitor", "visitor", "person", LINKED), True),
        (Actor("officer", "officer", "person", LINKED), False),
        (Actor("visitor", "visitor", "person"), False),
        (Actor(kind="link", entitled=frozenset({"another"})), False),
    ],
    ids=["a link", "a person with a link", "who holds a post", "a person without a link", "a link to another"],
)
def test_a_link_lets_act_for_the_applicant_who_holds_no_post(today: RosterDay, actor: Actor, may: bool) -> None:
    definition = load(read_package("shunde")).definition
    assert definition is not None
    whos = definition.lifecycles["matter"].actions["rate"].by
    assert bool(is_one_of(actor, whos, Subject(), MATTER, today)) is may


def matter(**more) -> Seen:
    return Seen(
        **({"id": MATTER, "type": "matter", "applicant": "visitor", "reporter": "", "units": frozenset()} | more)
    )


SHEET = Seen("a sheet", "signoff", "", "", frozenset({"signer"}))


def test_a_part_may_be_a_persons_and_whoever_stands_in_sees_as_much(today: RosterDay) -> None:
    away = Deputy("officer", "signer", date(2026, 8, 20), date(2026, 8, 20))
    roster = replace(today.roster, deputies=(away,))
    held = matter(units=frozenset({"signer"}))
    for day, person, sees in (
        (20, "signer", True),
        (20, "officer", True),
        (21, "officer", False),
        (20, "visitor", False),
    ):
        scope = scope_of(Actor(person), {}, RosterDay(roster, date(2026, 8, day)))
        assert bool(may_see(scope, replace(held, applicant=""))) is sees


def test_a_grant_lets_read_a_unit_or_everything_on_its_days_and_is_no_work(today: RosterDay) -> None:
    record_types = load(read_package("shunde")).definition.record_types
    readers = (
        Reader("visitor", "economy", date(2026, 8, 20), date(2026, 8, 20)),
        Reader("officer", "", date(2026, 8, 21)),
    )
    roster = replace(today.roster, readers=readers)
    economys, taxes = (matter(units=frozenset({unit}), applicant="") for unit in ("economy", "tax"))
    for day, person, sees in (
        (19, "visitor", (False, False)),
        (20, "visitor", (True, False)),
        (21, "visitor", (False, False)),
        (20, "officer", (True, False)),
        (21, "officer", (True, True)),
    ):
        on_day = RosterDay(roster, date(2026, 8, day))
        scope = scope_of(Actor(person), record_types, on_day)
        assert tuple(bool(may_see(scope, one)) for one in (economys, taxes)) == sees
        handled = handled_by(Actor(person), record_types, on_day)
        assert (handled.types, "economy" in handled.units) == (frozenset(), person == "officer")
        assert not scope_of(Actor(person, kind="guest"), {}, on_day).records


def test_what_stands_under_a_matter_is_seen_with_it_but_not_by_its_applicant(today: RosterDay) -> None:
    record_types = load(read_package("shunde")).definition.record_types
    lead = matter(units=frozenset({"economy"}))
    seen = {
        "by its part": may_see_under(scope_of(Actor("officer"), record_types, today), SHEET, lead),
        "by another's part": may_see_under(scope_of(Actor("officer"), record_types, today), SHEET, matter()),
        "as its signer": may_see_under(scope_of(Actor("signer"), record_types, today), SHEET, matter()),
        "as the applicant": may_see_under(scope_of(Actor("visitor"), record_types, today), SHEET, lead),
        "with a link": may_see_under(scope_of(Actor(kind="link", entitled=LINKED), record_types, today), SHEET, lead),
    }
    assert {how: bool(answer) for how, answer in seen.items()} == {
        "by its part": True, "by another's part": False, "as its signer": True, "as the applicant": False,
        "with a link": False,
    }  # fmt: skip


def test_an_object_is_seen_by_who_sees_all_that_names_it_else_by_its_partners_and_in_records(today: RosterDay) -> None:
    pairs = (
        Paired("pairs", "mine", "economy", today.day, today.day),
        Paired("pairs", "other's", "tax"),
        Paired("pairs", "once mine", "economy", None, date(2026, 8, 19)),
    )
    roster_day = replace(today, roster=replace(today.roster, pairs=pairs))
    unit = Scope(units=frozenset({"economy", "officer"}))
    objects = objects_of(unit, ["visit", "matter"], roster_day)
    assert objects == Objects(False, unit.units, frozenset({"mine"}))
    assert {key for key in ("mine", "other's", "once mine") if may_see_object(objects, key, False)} == {"mine"}
    assert may_see_object(objects, "other's", True).why.code == "access.by_record"
    assert may_see_object(objects, "other's", False).why.code == "access.no_object"
    some = replace(unit, types=frozenset({"visit"}))
    assert not objects_of(some, ["visit", "matter"], roster_day).whole, "what it does not see may name others"
    assert may_see_object(objects_of(some, ["visit"], roster_day), "other's", False).why.code == "access.by_post"
    assert not objects_of(some, [], roster_day).whole
