"""The world a command is run in: a small protocol with two implementations, in memory here and SQL in `store`.

One behaviour suite runs on both: what the simulator shows is what happens.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Protocol

from liaison.access import SYSTEM, Actor
from liaison.calendars import Calendar, OfficeHours
from liaison.definitions import Json
from liaison.forms import Choice, Field, entries_in
from liaison.roster import Party, RosterDay

from .mechanism import Mechanism
from .model import Command, Outcome, Record


class StaleError(Exception):
    """Somebody else changed the record first: `by` did `event` at `at`. Nothing of this command was written."""

    def __init__(self, record: str, by: str, event: str, at: datetime | None) -> None:
        super().__init__(f"{record} was changed by {by or 'somebody'}: {event}")
        self.record, self.by, self.event, self.at = record, by, event, at


@dataclass(frozen=True, slots=True)
class Family:
    """A record with what `advance` may need of its surroundings, loaded in bulk."""

    record: Record
    children: tuple[Record, ...] = ()
    parent: Record | None = None
    linked: Mapping[str, tuple[Record, ...]] = field(default_factory=dict)
    """Relation → the linked records, in the order they were linked; also those that link to this record, under
    the key of the relation with `~` before it."""
    picked: Mapping[str, Record] = field(default_factory=dict)
    """Id → record: in a command, of those at least that the rows of its tables pick; elsewhere only what is linked is
    known."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a record is called where another names it; `open`: whoever asks may see it."""

    title: str
    open: bool


class Records(Protocol):
    """The other records of an installation, asked for by condition or by name."""

    def found(self, type_: str, where: Json, asker: Actor, at_most: int | None = None) -> Sequence[Record]:
        """The records of a type under a condition that `asker` may see, the oldest first, all or so many."""
        ...

    def named(self, ids: Collection[str], asker: Actor) -> Mapping[str, Named]:
        """What records are called, by id; unknown ids are absent. In a number of queries that does not grow."""
        ...


FOUND_AT_MOST = 500
"""How many records a picker offers, and how many parties before it is searched."""


class NoRecords:
    """Where there are no other records: a form nobody has begun to fill in."""

    def found(self, _type: str, _where: Json, _asker: Actor, _at_most: int | None = None) -> Sequence[Record]:
        return ()

    def named(self, _ids: Collection[str], _asker: Actor) -> Mapping[str, Named]:
        return {}


class Parties(Protocol):
    """The directory of an organisation, shared by its mechanisms."""

    def offered(self, kinds: Collection[str], day: date, words: str = "") -> Sequence[Party]:
        """The parties of some kinds (none: of all) that may be picked on `day` and have every one of `words` in their
        names, by name, at most `FOUND_AT_MOST`."""
        ...

    def known(self, ids: Collection[str]) -> Mapping[str, Party]:
        """Parties by id, whether they may still be picked or not; unknown ids are absent. One query."""
        ...


class NoParties:
    """Where there is no directory."""

    def offered(self, _kinds: Collection[str], _day: date, _words: str = "") -> Sequence[Party]:
        return ()

    def known(self, _ids: Collection[str]) -> Mapping[str, Party]:
        return {}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an installation lends every decision of a day."""

    today: RosterDay
    calendar: Calendar
    hours: OfficeHours | None
    records: Records = field(default_factory=NoRecords, compare=False)
    parties: Parties = field(default_factory=NoParties, compare=False)
    asker: Actor = SYSTEM
    """On whose behalf records are looked for."""
    _named: dict[str, Named | None] = field(default_factory=dict, compare=False)
    """What the asker was told of records; None of those that nobody knows."""
    _known: dict[str, Party | None] = field(default_factory=dict, compare=False)
    """The same of parties."""

    def asked_by(self, actor: Actor) -> Surroundings:
        """The same, looked at by `actor`."""
        return replace(self, asker=actor, _named={})

    def learn(self, ids: Iterable[str]) -> None:
        """Ask at once what several records are called, before `names` and `opens` are asked one by one."""
        if wanted := set(ids) - self._named.keys():
            self._named.update({**dict.fromkeys(wanted), **self.records.named(wanted, self.asker)})

    def learn_named(self, some: Iterable[tuple[Mapping[str, Field], Mapping[str, Any]]]) -> None:
        """Ask at once what the records and parties are called that values name: fields with what they hold."""
        told = list(some)
        self.learn(id_ for fields, values in told for id_ in entries_in("record", fields, values))
        self.learn_parties(id_ for fields, values in told for id_ in entries_in("party", fields, values))

    def learn_parties(self, ids: Iterable[str]) -> None:
        """The same as `learn` of parties."""
        if wanted := set(ids) - self._known.keys():
            self._known.update({**dict.fromkeys(wanted), **self.parties.known(wanted)})

    def options(self, kind: str, filter_: Mapping[str, Any], day: date) -> Sequence[Choice]:
        """What a picker of `kind` (unit, person, record, party) offers; `filter_` may name the `kinds` wanted of units
        and parties, the `posts` of people, or the record `type` and `where`. `among`: of parties only these ids."""
        if kind == "record":
            found = self.records.found(filter_["type"], filter_.get("where"), self.asker, FOUND_AT_MOST)
            self.learn([record.id for record in found])
            return [Choice(record.id, self.names(kind, record.id) or record.number) for record in found]
        if kind == "unit":
            wanted, roster = filter_.get("kinds"), self.today.roster
            units = self.today.units.values()
            fitting = (one for one in units if not wanted or any(one.is_of(kind, roster.groups) for kind in wanted))
            return [Choice(unit.key, unit.title) for unit in fitting]
        if kind == "person":
            posts, people = filter_.get("posts"), self.today.roster.people.values()
            holding = {held.person for held in self.today.held if held.post in posts} if posts else None
            return [Choice(one.id, one.name) for one in people if holding is None or one.id in holding]
        if kind == "party":
            return [Choice(party.id, party.name) for party in self._parties(filter_, day)]
        return []

    def _parties(self, filter_: Mapping[str, Any], day: date) -> Iterable[Party]:
        kinds = filter_.get("kinds", ())
        if "among" not in filter_:
            return self.parties.offered(kinds, day)
        self.learn_parties(filter_["among"])
        known = (self._known[id_] for id_ in filter_["among"])
        return [one for one in known if one is not None and one.covers(day) and (not kinds or one.kind in kinds)]

    def names(self, kind: str, key: str) -> str | None:
        """What a unit, person, record or party is called; None where it is not known."""
        if kind == "record":
            named = self._of(key)
            return named.title if named else None
        if kind == "unit":
            unit = self.today.roster.units.get(key)
            return unit.title if unit else None
        if kind == "party":
            self.learn_parties([key])
            party = self._known[key]
            return party.name if party else None
        person = self.today.person(key)
        return person.name if person else None

    def opens(self, record: str) -> bool:
        """Whether the asker may see a record."""
        named = self._of(record)
        return named is not None and named.open

    def _of(self, record: str) -> Named | None:
        self.learn([record])
        return self._named[record]


@dataclass(frozen=True, slots=True)
class Done:
    """A command that had been carried out before."""

    record: str
    number: str


class World(Protocol):
    """What `run` needs. Reads see everything written before; `write` is all or nothing."""

    def installation_of(self, record: str) -> str:
        """The installation a record belongs to. KeyError: there is no such record."""
        ...

    def mechanism(self, installation: str, record: str = "") -> Mechanism:
        """The version `record` is on; without a record, the version in force. KeyError: no such installation."""
        ...

    def neighbour(self, installation: str, mechanism: str) -> str:
        """The installation of another mechanism in the same organisation. KeyError: it is not in force there."""
        ...

    def surroundings(self, installation: str, day: date) -> Surroundings:
        """Roster, calendar and office hours on `day`."""
        ...

    def families(self, records: Collection[str]) -> Mapping[str, Family]:
        """The records with their surroundings, in a bounded number of queries. Unknown ids are absent."""
        ...

    def done(self, key: str) -> Done | None:
        """What command `key` did, if it was carried out before."""
        ...

    def write(self, command: Command, outcomes: Sequence[Outcome], now: datetime) -> Mapping[str, str]:
        """Write all outcomes of one command in one transaction; record id → the number it was given.
        StaleError where a record is no longer at the revision the outcome began from."""
        ...

    def ringing(self, now: datetime, limit: int) -> Sequence[tuple[str, int]]:
        """Records with a clock whose next ring is not after `now`, with their revisions, the longest waiting first."""
        ...
