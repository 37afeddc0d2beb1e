"""The roster on one day: who holds what, deputies standing in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

from liaison.definitions import Post, Unit
from liaison.texts import Message

from .model import Lack, Person, Roster

_T = TypeVar("_T")
Pair = tuple[str, str]
"""The keys of two partners, left and right: of a unit, a person or a party."""


@dataclass(frozen=True, slots=True)
class Held:
    """A post held on the day. `instead_of` names the absent holder where a deputy stands in."""

    person: str
    post: str
    unit: str
    instead_of: str = ""


@dataclass(frozen=True)
class RosterDay:
    """A roster seen on `day`, indexed for the questions the engine asks again and again."""

    roster: Roster
    day: date

    @cached_property
    def units(self) -> Mapping[str, Unit]:
        """The units there are today: those that have come to an end are picked no more and owe no posts."""
        ended = self.roster.ended
        return {key: unit for key, unit in self.roster.units.items() if key not in ended or self.day <= ended[key]}

    @cached_property
    def held(self) -> tuple[Held, ...]:
        """Every post held today; a deputy holds it beside the absent person, who keeps it."""
        found: list[Held] = []
        for holding in self.roster.holdings:
            if holding.covers(self.day):
                found.append(Held(holding.person, holding.post, holding.unit))
                found.extend(
                    Held(person, holding.post, holding.unit, holding.person)
                    for person in self.deputies_of(holding.person)
                )
        return tuple(found)

    @cached_property
    def _of_person(self) -> Mapping[str, tuple[Held, ...]]:
        return _grouped((held.person, held) for held in self.held)

    @cached_property
    def _of_post(self) -> Mapping[str, tuple[Held, ...]]:
        return _grouped((held.post, held) for held in self.held)

    @cached_property
    def _of_unit(self) -> Mapping[str, tuple[Held, ...]]:
        return _grouped((held.unit, held) for held in self.held)

    def posts_of(self, person: str) -> tuple[Held, ...]:
        """The posts a person holds today, own and as a deputy."""
        return self._of_person.get(person, ())

    def units_of(self, person: str) -> tuple[str, ...]:
        """The units a person acts for today, in order of first holding, each once."""
        return tuple(dict.fromkeys(held.unit for held in self.posts_of(person) if held.unit))

    def holders(self, post: str, unit: str | None = None) -> tuple[Held, ...]:
        """Who holds `post` today, in `unit` where one is given."""
        return tuple(held for held in self._of_post.get(post, ()) if unit is None or held.unit == unit)

    def appointed(self, post: str, unit: str | None = None) -> tuple[str, ...]:
        """The people who hold `post` themselves today, not as deputies, each once; in `unit` where one is given."""
        return tuple(dict.fromkeys(held.person for held in self.holders(post, unit) if not held.instead_of))

    def meant_for(self, post: str, unit: str) -> tuple[str, ...]:
        """The people who are to hold `post`, as they hold the one it is held with: in `unit`, where that has both."""
        other = self.roster.posts.get(self.roster.posts[post].same_as)
        if other is None:
            return ()
        return self.appointed(other.key, unit if unit in self.places(other) else None)

    def members(self, unit: str) -> tuple[Held, ...]:
        """Everybody who holds a post of `unit` today."""
        return self._of_unit.get(unit, ())

    def units_of_kind(self, kind: str, region: str = "") -> tuple[Unit, ...]:
        """Units of a kind, or in the group of that key; with `region` only the one of that region."""
        units, groups = self.units.values(), self.roster.groups
        return tuple(one for one in units if one.is_of(kind, groups) and (not region or one.region == region))

    def places(self, post: Post) -> Sequence[str]:
        """The units that have a post today; of a leading post, none in particular."""
        if not post.kinds and not post.units:
            return ("",)
        return [unit.key for unit in self.units.values() if unit.kind in post.kinds or unit.key in post.units]

    def deputies_of(self, person: str) -> tuple[str, ...]:
        """Who stands in for a person today."""
        return tuple(
            deputy.person
            for deputy in self.roster.deputies
            if deputy.absent == person and deputy.first_day <= self.day <= deputy.last_day
        )

    def absents_of(self, person: str) -> tuple[str, ...]:
        """For whom a person stands in today."""
        return tuple(
            deputy.absent
            for deputy in self.roster.deputies
            if deputy.person == person and deputy.first_day <= self.day <= deputy.last_day
        )

    def readings_of(self, person: str) -> frozenset[str]:
        """The units whose records a person may read today though no post says so; empty text among them: all units."""
        return frozenset(one.unit for one in self.roster.readers if one.person == person and one.covers(self.day))

    @cached_property
    def _pairs(self) -> Mapping[str, tuple[Pair, ...]]:
        found: dict[str, list[Pair]] = defaultdict(list)
        for one in self.roster.pairs:
            if one.covers(self.day):
                found[one.matching].append((one.left, one.right))
        return {key: tuple(pairs) for key, pairs in found.items()}

    def pairs(self, matching: str = "") -> tuple[Pair, ...]:
        """The pairs of a matching today, or of all."""
        return (
            self._pairs.get(matching, ()) if matching else tuple(one for some in self._pairs.values() for one in some)
        )

    @cached_property
    def _partners(self) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        return {
            matching: _grouped(way for left, right in pairs for way in ((left, right), (right, left)))
            for matching, pairs in self._pairs.items()
        }

    def partners(self, matching: str, key: str) -> tuple[str, ...]:
        """Whom a unit, person or party is joined with today, on whichever side it stands."""
        return self._partners.get(matching, {}).get(key, ())

    def unit_title(self, key: str) -> str:
        """The unit's title; a key the roster does not know is given back as it is."""
        unit = self.roster.units.get(key)
        return unit.title if unit else key

    def person(self, id_: str) -> Person | None:
        """The person, or None where the roster does not know the id."""
        return self.roster.people.get(id_)

    def names(self, people: Iterable[str]) -> list[str]:
        """What people are called; an id the roster does not know is given back as it is."""
        return [known.name if (known := self.person(one)) else one for one in people]

    def why_held(self, held: Held) -> Message:
        """Why this person: the post, the unit, and for whom a deputy stands in."""
        post = self.roster.posts.get(held.post)
        params = {
            "post": post.title if post else held.post,
            "unit": self.unit_title(held.unit),
            "day": self.day,
        }
        if held.instead_of:
            absent = self.person(held.instead_of)
            return Message("roster.deputy", {**params, "absent": absent.name if absent else held.instead_of})
        return Message("roster.holds_unit_post" if held.unit else "roster.holds_post", params)


def _grouped(pairs: Iterable[tuple[str, _T]]) -> Mapping[str, tuple[_T, ...]]:
    groups: dict[str, list[_T]] = defaultdict(list)
    for key, held in pairs:
        groups[key].append(held)
    return {key: tuple(group) for key, group in groups.items()}


def unheld(roster: Roster, day: date) -> tuple[Lack, ...]:
    """Posts with too few or too many holders on `day`, people who hold twice what one may hold once, and posts that one
    person is to hold and two do."""
    today = RosterDay(roster, day)
    found: list[Lack] = []
    for post in roster.posts.values():
        held: dict[str, list[str]] = defaultdict(list)
        for unit in today.places(post):
            holders = today.appointed(post.key, unit)
            params = {"post": _called(post, unit, today), "count": len(holders)}
            if len(holders) < post.minimum:
                found.append(Lack(post.key, (unit,), Message("roster.too_few", {**params, "minimum": post.minimum})))
            elif post.maximum is not None and len(holders) > post.maximum:
                found.append(Lack(post.key, (unit,), Message("roster.too_many", {**params, "maximum": post.maximum})))
            for person in holders:
                held[person].append(unit)
        found += _twice(post, held, today) if post.once else ()
        found += _apart(post, today)
    return tuple(found)


def _called(post: Post, unit: str, today: RosterDay) -> Message | str:
    """A post, of the unit where it is one's."""
    return Message("roster.post_of", {"post": post.title, "unit": today.unit_title(unit)}) if unit else post.title


def _apart(post: Post, today: RosterDay) -> Iterable[Lack]:
    """Where others hold a post than those it is meant for. A post that nobody holds is lacking already."""
    for unit in today.places(post):
        wanted = today.meant_for(post.key, unit)
        others = [one for one in today.appointed(post.key, unit) if one not in wanted]
        if wanted and others:
            told = {"post": _called(post, unit, today), "other": today.roster.posts[post.same_as].title}
            names = {"who": today.names(others), "wanted": today.names(wanted)}
            yield Lack(post.key, (unit,), Message("roster.apart", {**told, **names}))


def _twice(post: Post, held: Mapping[str, Sequence[str]], today: RosterDay) -> Iterable[Lack]:
    for key, units in sorted(held.items()):
        if len(units) > 1:
            told = {"post": post.title, "who": today.names([key])[0]}
            yield Lack(
                post.key, tuple(units), Message("roster.twice", {**told, "units": [*map(today.unit_title, units)]})
            )
