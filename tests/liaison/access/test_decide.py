"""Who acts for the applicant: through a link or a query code, and never who handles the matter."""

from __future__ import annotations

from datetime import date

import pytest

from liaison.access import Actor, is_one_of
from liaison.definitions import load, read_package
from liaison.roster import Holding, Person, Roster, RosterDay, Subject

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
