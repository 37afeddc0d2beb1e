"""One mechanism as the person at the desk stands in it today: its definition, its roster, whose turn it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from flask import g, url_for

from liaison.access import Actor, is_one_of
from liaison.definitions import Action, Json, RecordType, View, served
from liaison.engine import Mechanism, Surroundings
from liaison.roster import Subject
from liaison.store import InForce, SqlWorld, columns_of

from .. import show, visit

ALWAYS: Json = True
"""It is this person's turn whatever the record."""


_KNOWN = ("post", "applicant", "anyone", "system")
"""Ways of naming people that are known without the record."""


@dataclass(frozen=True)
class Room:
    """A mechanism on the desk."""

    installed: InForce
    mechanism: Mechanism
    around: Surroundings
    actor: Actor
    units: tuple[str, ...]
    now: datetime

    @property
    def types(self) -> tuple[RecordType, ...]:
        """The record types that stand on their own."""
        return tuple(one for one in self.mechanism.definition.record_types.values() if not one.child)

    @property
    def views(self) -> tuple[View, ...]:
        """The ledgers of the menu."""
        return tuple(one for one in self.mechanism.definition.views.values() if one.menu)

    @property
    def sees_boards(self) -> bool:
        """Whether this person sees every record that units have a part in, and so the boards of all units."""
        scope = visit.reach()[self.installed.id]
        return all(one.key in scope.types for one in self.types if one.parts)

    @cached_property
    def boards(self) -> tuple[str, ...]:
        """The units whose boards this person may open: all; else those acted for, and those that a grant lets be
        read."""
        units, seen = self.around.today.roster.units, visit.reach()[self.installed.id].units
        return tuple(units) if self.sees_boards else tuple(unit for unit in units if unit in seen)

    @cached_property
    def served(self) -> tuple[str, ...]:
        """The kinds of the directory that the mechanism serves."""
        return served(self.mechanism.definition)

    @cached_property
    def my_place(self) -> str:
        """The units acted for here, else the posts held."""
        today = self.around.today
        posts = (today.roster.posts[held.post].title for held in today.posts_of(self.actor.id))
        return show.listed([today.unit_title(unit) for unit in self.units] or list(dict.fromkeys(posts)))

    def columns(self, type_: str) -> Mapping[str, Any]:
        """The paths lists of a type can be filtered and ordered by."""
        return columns_of(self.mechanism, type_, self.now)

    @property
    def facts(self) -> Mapping[str, Any]:
        """What filters may read beside columns."""
        actor = self.actor
        return {"actor.id": actor.id, "actor.name": actor.name, "actor.kind": actor.kind, "actor.units": [*self.units]}

    def starts(self, type_: str) -> tuple[Action, ...]:
        """The actions by which this person may begin a record of a type."""
        return tuple(
            action
            for action in self.mechanism.definition.lifecycles[type_].actions.values()
            if action.start and is_one_of(self.actor, action.by, Subject(), "", self.around.today)
        )

    def together(self, type_: str) -> tuple[Action, ...]:
        """The actions that may be taken on many records of a type at once and may be this person's: whom a record
        itself names, only the record knows."""
        return tuple(
            action
            for action in self.mechanism.definition.lifecycles[type_].actions.values()
            if action.bulk
            and not action.start
            and (
                is_one_of(self.actor, action.by, Subject(), "", self.around.today)
                or any(who.kind not in _KNOWN for who in action.by)
            )
        )

    def my_turn(self, type_: str) -> list[Json]:
        """The records of a type whose next step is this person's, as filters of which one must hold: each names one
        state, so that the store finds what is due first in it by an index.

        Who may act is read from the definition: a post is known without looking at records, a part by the unit that
        holds it, whoever began a record by the one who reported it. Rungs of ladders, partners and who took a later
        step are known only record by record: they are told by notices, not listed here."""
        ways: list[Json] = []
        for state in self.mechanism.definition.lifecycles[type_].states:
            standing = {"==": [{"var": "record.state"}, state]}
            who = list(self._who_is_me(type_, state))
            ways += [standing] if ALWAYS in who else [{"and": [standing, one]} for one in who]
        return ways

    def to_remedy(self, type_: str) -> Iterator[tuple[str, str, frozenset[str]]]:
        """What may stand still under records of a type and is this person's to get going: record type and state of
        what stands there, and the states of the record in which something can be done about it."""
        children = {part.assignment for part in self.mechanism.record_type(type_).parts.values()}
        for child in sorted(children):
            for state in show.stuck(self.mechanism, child):
                actions = show.remedies(self.mechanism, type_, child, state)
                mine = [one for one in actions if is_one_of(self.actor, one.by, Subject(), "", self.around.today)]
                if mine:
                    yield child, state, frozenset(origin for one in mine for origin in one.origins)

    def _who_is_me(self, type_: str, state: str) -> Iterator[Json]:
        starts = {one.key for one in self.mechanism.definition.lifecycles[type_].actions.values() if one.start}
        for action in show.steps(self.mechanism, type_, state):
            for who in action.by:
                if who.kind == "part":
                    held = self.around.today.posts_of(self.actor.id)
                    holders = [one.unit for one in held if one.unit and who.post in ("", one.post)]
                    if not who.post:  # a person may hold it too: oneself, or whom one stands in for
                        holders += [self.actor.id, *self.around.today.absents_of(self.actor.id)]
                    yield from (self._holds(type_, who.key, holder) for holder in dict.fromkeys(holders))
                elif who.kind == "took" and who.key in starts:
                    yield {"==": [{"var": "record.reporter"}, self.actor.id]}
                elif is_one_of(self.actor, [who], Subject(), "", self.around.today):
                    yield ALWAYS

    def _holds(self, type_: str, part: str, holder: str) -> Json:
        held = {"var": f"part.{part}"}
        single = self.mechanism.record_type(type_).parts[part].maximum == 1
        return {"==": [held, holder]} if single else {"in": [holder, held]}


def room_of(installed: InForce) -> Room:
    """The mechanism as the person signed in stands in it; worked out once in a request."""
    known: dict[str, Room] = g.setdefault("_desk_rooms", {})
    if installed.id not in known:
        with visit.database().read() as connection:
            world = SqlWorld(connection, visit.shelf())
            mechanism = visit.shelf().mechanism(connection, installed.edition)
            around = visit.surroundings(world, installed.id)
        units = visit.standings()[installed.id].units
        known[installed.id] = Room(installed, mechanism, around, visit.actor(), units, visit.now())
    return known[installed.id]


def way_in(mechanism: Mechanism, type_: str, action: Action) -> str:
    """What beginning a record by `action` is called: after its type where that is the first way, else as the action."""
    first = next(one for one in mechanism.definition.lifecycles[type_].actions.values() if one.start)
    title = mechanism.record_type(type_).title
    return visit.sentence("desk.begin", type=title) if action.key == first.key else action.title


def ways_in_rows(room: Room, type_: str) -> list[dict[str, str]]:
    """The ways to begin many records of a type at once that this person has, each with its address."""
    bulk = [one for one in room.starts(type_) if one.bulk]
    title = room.mechanism.record_type(type_).title
    return [
        {
            "title": visit.sentence("desk.batch.bring", what=one.title if len(bulk) > 1 else title),
            "href": url_for("desk.bring", type_=type_, action=one.key if len(bulk) > 1 else None),
        }
        for one in bulk
    ]


def here() -> Room:
    """The mechanism on the desk."""
    return room_of(visit.desk())
