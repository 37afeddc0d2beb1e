"""Who acts, what can be seen, and the answer to "may I?"."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from liaison.texts import Message


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever gives a command.

    person   signed in; `id` is the account's person
    link     came with a signed link or a query code: acts for the applicant of the records in `entitled`
    guest    came without anything
    system   the clock
    """

    id: str = ""
    name: str = ""
    kind: Literal["person", "link", "guest", "system"] = "person"
    entitled: frozenset[str] = frozenset()


SYSTEM = Actor(kind="system")
GUEST = Actor(kind="guest")


@dataclass(frozen=True, slots=True)
class Seen:
    """What access needs to know of a record, and no more: the columns of a list have it without loading the record."""

    id: str
    type: str
    applicant: str
    reporter: str
    units: frozenset[str]
    """Every unit or person that holds or has held a part in it."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What an actor may see, as data: the one answer that opens a record and filters a list.

    A record is seen if its type is in `types`, its id in `records`, its applicant or reporter is `person`, or one of
    those with a part in it is in `units`: the units acted for, the person and whoever is stood in for."""

    types: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    records: frozenset[str] = frozenset()
    person: str = ""


@dataclass(frozen=True, slots=True)
class Objects:
    """Which entries of a directory an actor may see from one mechanism, as data: all that the mechanism serves
    (`whole`); else `partners` of whoever the actor acts for, and what a record in the actor's `Scope` names.

    `own`: those through whom: the units acted for or read by a grant, the person and whoever is stood in for."""

    whole: bool = False
    own: frozenset[str] = frozenset()
    partners: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes or no, with the reason either way."""

    yes: bool
    why: Message = field(default_factory=lambda: Message("access.nothing"))

    def __bool__(self) -> bool:
        return self.yes
