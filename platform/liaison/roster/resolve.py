"""Turn a *who* into people and units on a day, each with the reason."""

from __future__ import annotations

from typing import Any

from liaison.definitions import Who
from liaison.texts import Message

from .model import Responsible, Subject
from .today import RosterDay


def resolve(who: Who, subject: Subject, today: RosterDay) -> tuple[Responsible, ...]:
    """Everybody `who` names today. A unit in which nobody holds a post answers as the unit itself, so that what
    is owed is never owed by nobody."""
    match who.kind:
        case "applicant":
            return (Responsible(Message("roster.applicant"), person=subject.applicant, applicant=True),)
        case "post":
            return tuple(Responsible(today.why_held(h), h.person, h.unit) for h in today.holders(who.key))
        case "took":
            person = subject.took.get(who.key, "")
            return (Responsible(Message("roster.took", {"action": who.key}), person=person),) if person else ()
        case "part":
            return tuple(found for key in subject.parts.get(who.key, ()) for found in _of_holder(key, who.post, today))
        case "unit":
            return _of_units((who.key,), who.post, today)
        case "unit_kind":
            region = subject.region if who.region else ""
            if who.region and not region:
                return ()
            return _of_units(tuple(u.key for u in today.units_of_kind(who.key, region)), who.post, today)
        case "partner":
            keys = _partners(who, subject, today)
            partners = tuple(found for key in keys for found in _partner(key, who.post, today))
            return partners or (resolve(who.otherwise, subject, today) if who.otherwise else ())
        case "field":
            named = _named(subject.values.get(who.key))
            return tuple(found for key in named for found in _of_holder(key, who.post, today))
        case "anyone" | "system" | "rung" | "recorder":
            return ()


def is_among(person: str, who: Who, subject: Subject, today: RosterDay) -> Message | None:
    """Why `person` is among those `who` names today, or None. `anyone` names everybody; the applicant and the system
    are recognised by the engine, which knows how the actor came in."""
    if who.kind == "anyone":
        return Message("roster.anyone")
    if who.kind == "applicant":
        return Message("roster.applicant") if person and person == subject.applicant else None
    return next((found.why for found in resolve(who, subject, today) if person and found.person == person), None)


def _of_units(units: tuple[str, ...], post: str, today: RosterDay) -> tuple[Responsible, ...]:
    found: list[Responsible] = []
    for unit in units:
        held = today.holders(post, unit) if post else today.members(unit)
        people = tuple(Responsible(today.why_held(h), h.person, h.unit) for h in held)
        found.extend(people or (Responsible(Message("roster.unit", {"unit": today.unit_title(unit)}), unit=unit),))
    return tuple(found)


def _of_holder(key: str, post: str, today: RosterDay) -> tuple[Responsible, ...]:
    """Who acts in a part: the people of the unit that holds it, or the person who does."""
    return _whoever(key, today) if not post else _of_units((key,), post, today)


def _partners(who: Who, subject: Subject, today: RosterDay) -> tuple[str, ...]:
    """The keys of the partners in a matching, of whomever it is asked for."""
    match who.of:
        case None:
            of: tuple[str, ...] = (subject.applicant,)
        case Who("part", key):
            of = subject.parts.get(key, ())
        case Who("field", key):
            of = _named(subject.values.get(key))
        case Who("partner"):
            of = _partners(who.of, subject, today)
        case Who("unit_kind", key):
            of = tuple(unit.key for unit in today.units_of_kind(key))
        case Who(_, key):
            of = (key,)
    return tuple(dict.fromkeys(partner for key in of for partner in today.partners(who.key, key)))


def _partner(key: str, post: str, today: RosterDay) -> tuple[Responsible, ...]:
    """The people of a unit, or the person and whoever stands in; a party of the directory acts through nobody here."""
    if key in today.roster.units:
        return _of_units((key,), post, today)
    known = (key, *today.deputies_of(key)) if today.person(key) else ()
    return tuple(Responsible(Message("roster.partner"), person=person) for person in known)


def _named(value: Any) -> tuple[str, ...]:
    """The keys in a field that holds one or several."""
    return tuple(value) if isinstance(value, list | tuple) else (value,) if isinstance(value, str) and value else ()


def _whoever(key: str, today: RosterDay) -> tuple[Responsible, ...]:
    """A unit, or a person and whoever stands in for them today."""
    if key in today.roster.units:
        return _of_units((key,), "", today)
    return tuple(Responsible(Message("roster.named"), person=person) for person in (key, *today.deputies_of(key)))
