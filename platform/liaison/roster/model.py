"""Units, posts and the people who hold them, each from a day to a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from liaison.definitions import Group, Matching, Post, Unit
from liaison.texts import Message


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may act. `phone` and `email` are personal data: never shown in a list."""

    id: str
    name: str
    phone: str = ""
    email: str = ""


def _covers(first: date | None, last: date | None, day: date) -> bool:
    """Whether `day` lies between two days, both counted; without one of them there is no end on that side."""
    return (first is None or first <= day) and (last is None or day <= last)


@dataclass(frozen=True, slots=True)
class Party:
    """An entry of an organisation's directory, from a day to a day, both counted. `kind`: one of
    `definitions.PARTY_KINDS`."""

    id: str
    kind: str
    name: str
    first_day: date | None = None
    last_day: date | None = None

    def covers(self, day: date) -> bool:
        """Whether it may be picked on `day`."""
        return _covers(self.first_day, self.last_day, day)


@dataclass(frozen=True, slots=True)
class Holding:
    """`person` holds `post` (of `unit`; empty for a leading post) from a day to a day, both counted."""

    person: str
    post: str
    unit: str = ""
    first_day: date | None = None
    last_day: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the post is held on `day`."""
        return _covers(self.first_day, self.last_day, day)


@dataclass(frozen=True, slots=True)
class Paired:
    """`left` and `right` (units, people, parties) are partners in a matching from a day to a day, both counted."""

    matching: str
    left: str
    right: str
    first_day: date | None = None
    last_day: date | None = None

    def covers(self, day: date) -> bool:
        """Whether they are partners on `day`."""
        return _covers(self.first_day, self.last_day, day)


@dataclass(frozen=True, slots=True)
class Deputy:
    """`person` stands in for `absent` in all posts from a day to a day, both counted."""

    person: str
    absent: str
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Reader:
    """`person` may read what `unit` has or had a part in, or every record where `unit` is empty, from a day to a day,
    both counted; and do nothing with it."""

    person: str
    unit: str = ""
    first_day: date | None = None
    last_day: date | None = None

    def covers(self, day: date) -> bool:
        """Whether it may be read on `day`."""
        return _covers(self.first_day, self.last_day, day)


@dataclass(frozen=True, slots=True)
class Responsible:
    """Somebody a *who* resolves to on a day, and why. `person` or `unit` may be empty: a unit without people is still
    told through the unit; the applicant has neither."""

    why: Message
    person: str = ""
    unit: str = ""
    applicant: bool = False


@dataclass(frozen=True, slots=True)
class Lack:
    """What stands in the way of putting a mechanism in force: of a post or a matching `of`, `where` (units, partners)
    the numbers are wrong."""

    of: str
    where: tuple[str, ...]
    message: Message


@dataclass(frozen=True, slots=True)
class Subject:
    """What of a record the naming of people depends on.

    `parts`: part → units (or persons) holding it now; `took`: action → the person who took it last; `region`: the
    applicant's region; `values`: the fields, in which units and people may be named."""

    applicant: str = ""
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    took: Mapping[str, str] = field(default_factory=dict)
    region: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Roster:
    """The live roster of one installation: units and posts as adopted, people as they are."""

    units: Mapping[str, Unit]
    posts: Mapping[str, Post]
    people: Mapping[str, Person] = field(default_factory=dict)
    holdings: tuple[Holding, ...] = ()
    deputies: tuple[Deputy, ...] = ()
    pairs: tuple[Paired, ...] = ()
    groups: Mapping[str, Group] = field(default_factory=dict)
    matchings: Mapping[str, Matching] = field(default_factory=dict)
    readers: tuple[Reader, ...] = ()
    ended: Mapping[str, date] = field(default_factory=dict)
    """Of units that are no more, or will not be: the last day. They keep their names, and what they have in hand."""
