"""Who owes a duty, and whose a record is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from liaison.access import Actor
from liaison.definitions import Definition, Duty, Who
from liaison.roster import Responsible, RosterDay, Subject, resolve
from liaison.texts import Message

from ..world import Surroundings
from .model import Found, Instance, Sought
from .world import DutyWorld

_PATHS = {"applicant": "record.applicant", "took": "record.reporter", "unit_kind": "region"}
"""Where a record says whom these ways of naming people mean."""
_BETWEEN = "/"
"""Stands between the two of a matched pair."""
_ACTING = ("unit", "person")
"""What may be one of a pair and is of the roster; else it is a party of the directory."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody who owes a duty. `unit` or `person`: who does, where it is owed for a record; `minimum`: how many that
    record says."""

    key: str
    unit: str = ""
    person: str = ""
    minimum: int | None = None


def owners(world: DutyWorld, installation: str, duty: Duty, today: RosterDay, now: datetime) -> list[Owner]:
    """Everybody who owes `duty` today, each once."""
    if duty.each is None:
        return [Owner(key) for key in dict.fromkeys(_keys(duty.owed_by, today))]
    named = path_of(duty.owed_by)
    paths = tuple(path for path in (named, duty.minimum_field) if path)
    found = world.find(installation, Sought(duty.each.of, duty.each.where, paths=paths), now)
    return [_of_record(duty, one, named, today) for one in found]


def _keys(who: Who, today: RosterDay) -> Iterable[str]:
    match who.kind:
        case "unit":
            return [who.key] if who.key in today.units else []
        case "unit_kind":
            return [unit.key for unit in today.units_of_kind(who.key)]
        case "partner":
            return [_BETWEEN.join(pair) for pair in today.pairs(who.key)]
        case "post" if _leads(who.key, today):
            return [who.key]
        case "post":
            return today.places(today.roster.posts[who.key])
    raise ValueError(f"{who.kind} owes nothing by itself")  # a lint says so before


def _leads(post: str, today: RosterDay) -> bool:
    """Whether a post is one of the mechanism itself, not of its units."""
    found = today.roster.posts[post]
    return not found.kinds and not found.units


def _of_record(duty: Duty, found: Found, path: str, today: RosterDay) -> Owner:
    key = _first(found, path)
    if duty.owed_by.kind == "unit_kind" and key:
        key = next((unit.key for unit in today.units_of_kind(duty.owed_by.key, key)), "")
    is_unit = key in today.roster.units
    many = _first(found, duty.minimum_field)
    return Owner(
        found.record, key if is_unit else "", "" if is_unit else key, int(float(many)) if many else duty.minimum
    )


def _first(found: Found, path: str) -> str:
    values = found.values.get(path, ())
    return str(values[0]) if values else ""


# ── Whose a record is ────────────────────────────────────────────────────────────────────────────────────────────

Names = Callable[[Found], frozenset[str] | None]
"""Whose a record found is: the keys of owners, or of the halves of pairs; None: everybody's."""


def path_of(who: Who) -> str:
    """The path at which a record says whom `who` means; empty where that is the same for every record."""
    match who.kind:
        case "part":
            return f"part.{who.key}"
        case "field":
            return who.key
        case "unit_kind" if not who.region:
            return ""
    return _PATHS.get(who.kind, "")


def paths_of(whose: Iterable[Who]) -> tuple[str, ...]:
    """The paths that `names_by` reads."""
    return tuple(dict.fromkeys(path for who in whose if (path := path_of(who))))


def names_by(whose: tuple[Who, ...], today: RosterDay) -> Names:
    """Whose a record is by `whose`. A person stands for the unit acted for on the record's day, and for the leading
    post held: a record is the unit's whose liaison it was."""
    if not whose:
        return lambda found: None

    @cache
    def held(person: str, day: date) -> tuple[str, ...]:
        then = today if day == today.day else RosterDay(today.roster, day)
        return tuple(one.unit or one.post for one in then.posts_of(person))

    def one_by_one(found: Found) -> Iterable[str]:
        for who in whose:
            for value in map(str, found.values.get(path_of(who), ())):
                if who.kind == "unit_kind":
                    yield from (unit.key for unit in today.units_of_kind(who.key, value))
                else:
                    yield value
                    yield from held(value, found.day or today.day)

    return lambda found: frozenset(one_by_one(found))


def names_in(duty: Duty, definition: Definition, today: RosterDay) -> tuple[Names, tuple[str, ...]]:
    """Whose the records are that fulfil `duty`, and the paths that it reads."""
    if duty.each is None:
        return names_by(duty.whose, today), paths_of(duty.whose)
    ways = ways_to(definition, duty)
    return lambda found: frozenset(str(one) for path in ways for one in found.values.get(path, ())), ways


def ways_to(definition: Definition, duty: Duty) -> tuple[str, ...]:
    """The paths by which the records that fulfil a duty lead to the record it is owed for."""
    if duty.each is None:
        return ()
    mine, theirs = definition.record_types[duty.of], definition.record_types[duty.each.of]
    return (
        *(f"linked.{one.key}" for one in mine.relations.values() if one.to == theirs.key),
        *(f"linked.~{one.key}" for one in theirs.relations.values() if one.to == mine.key),
        *(("record.parent",) if mine.child else ()),
    )


def halves(owner: str) -> tuple[str, ...]:
    """The key of an owner, or of both of a pair: a record must name all of them."""
    return tuple(owner.split(_BETWEEN))


# ── The people ───────────────────────────────────────────────────────────────────────────────────────────────────


def responsible(duty: Duty, one: Instance, today: RosterDay) -> tuple[Responsible, ...]:
    """The people who owe an instance today, each with why; a unit itself where nobody holds a post in it."""
    who = duty.owed_by
    if one.unit:
        return resolve(Who("unit", one.unit, who.post), Subject(), today)
    if one.person:
        return (Responsible(Message("roster.named"), one.person),)
    match who.kind:
        case "partner":
            return tuple(found for key in halves(one.owner) for found in _half(key, today))
        case "unit" | "unit_kind" if duty.each is None:
            return resolve(Who("unit", one.owner, who.post), Subject(), today)
        case "post" if duty.each is None and not _leads(who.key, today):
            return resolve(Who("unit", one.owner, who.key), Subject(), today)
    return resolve(who, Subject(), today)


def _half(key: str, today: RosterDay) -> tuple[Responsible, ...]:
    """Who acts for one of a pair; a party of the directory acts through nobody here."""
    if key in today.roster.units:
        return resolve(Who("unit", key), Subject(), today)
    return (Responsible(Message("roster.partner"), key),) if today.person(key) else ()


def is_owed_by(actor: Actor, duty: Duty, one: Instance, today: RosterDay) -> bool:
    """Whether `actor` is among those who owe it today."""
    return actor.kind == "person" and any(found.person == actor.id for found in responsible(duty, one, today))


def learn_owners(duty: Duty, those: Iterable[Instance], around: Surroundings) -> None:
    """Ask at once what the owners of several instances are called, before `owner_title` is asked one by one."""
    if duty.each is not None:
        around.learn(one.owner for one in those)
    elif duty.owed_by.kind == "partner":
        around.learn_parties(
            key for one in those for key in halves(one.owner) if not any(around.names(kind, key) for kind in _ACTING)
        )


def owner_title(duty: Duty, one: Instance, around: Surroundings) -> str:
    """What the owner is called: the unit, the post, both of a pair, or the record."""
    if duty.each is not None:
        return around.names("record", one.owner) or one.owner
    posts, today = around.today.roster.posts, around.today
    if one.owner in posts and duty.owed_by.kind == "post" and _leads(one.owner, today):
        return posts[one.owner].title
    kinds = (*_ACTING, "party")
    return " · ".join(
        next((name for kind in kinds if (name := around.names(kind, key))), key) for key in halves(one.owner)
    )
