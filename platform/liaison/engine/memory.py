"""The world in memory: for the simulator, golden cases and what-if replay; nothing outlives the object."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from liaison.access import Actor, Scope, may_see, may_see_under, scope_of
from liaison.calendars import ZONE, Calendar, OfficeHours
from liaison.definitions import Definition, Json
from liaison.roster import Party, Roster, RosterDay

from .duties import Change, Found, Instance, Sought, look, open_duties
from .facts import Facts
from .indicators import Publication
from .mechanism import Mechanism, compile_mechanism
from .model import Command, Event, Link, Notice, Outcome, Override, Paper, Record, Refusal
from .naming import called
from .numbering import number, period_of
from .world import FOUND_AT_MOST, Done, Family, Named, StaleError, Surroundings


class MemoryWorld:
    """One organisation in which a mechanism is in force, with its records, events and notices; others may stand
    beside it. All share one roster and one calendar."""

    def __init__(
        self,
        definition: Definition,
        roster: Roster,
        calendar: Calendar,
        hours: OfficeHours | None = None,
        installation: str = "memory",
    ) -> None:
        self.installation = installation
        self.records: dict[str, Record] = {}
        self.events: dict[str, list[Event]] = defaultdict(list)
        self.notices: list[Notice] = []
        self.papers: list[Paper] = []
        self.parties: dict[str, Party] = {}
        self.overrides: list[Override] = []
        self.publications: list[Publication] = []
        self.duties: dict[str, Instance] = {}
        self.duties_at: datetime | None = None
        """When the next duties are to be opened: set it to the moment the mechanism comes into force."""
        self.roster, self.calendar = roster, calendar
        self._hours = hours
        self._in_force: dict[str, Mechanism] = {}
        """Installation → the version in force."""
        self._on: dict[str, Mechanism] = {}
        """Record → the version it is on."""
        self.install(definition, installation)
        self._counters: Counter[tuple[str, str, str]] = Counter()
        self._done: dict[str, Done] = {}

    def install(self, definition: Definition, installation: str) -> None:
        """Put a mechanism in force at an installation, in place of the version there; its records stay on theirs."""
        self._in_force[installation] = compile_mechanism(definition)

    def installation_of(self, record: str) -> str:
        return self.records[record].installation

    def mechanism(self, installation: str, record: str = "") -> Mechanism:
        return self._on[record] if record else self._in_force[installation]

    def neighbour(self, installation: str, mechanism: str) -> str:
        for id_, in_force in self._in_force.items():
            if in_force.definition.key == mechanism:
                return id_
        raise KeyError(mechanism)

    def surroundings(self, installation: str, day: date) -> Surroundings:
        hours = self._hours or self._in_force[installation].hours
        return Surroundings(
            RosterDay(self.roster, day), self.calendar, hours, _Records(self, installation, day), _Parties(self.parties)
        )

    def families(self, records: Collection[str]) -> Mapping[str, Family]:
        return {id_: self._family(self.records[id_]) for id_ in records if id_ in self.records}

    def _family(self, record: Record) -> Family:
        linked: dict[str, list[Record]] = defaultdict(list)
        for link in record.links:
            linked[link.relation].append(self.records[link.record])
        children: list[Record] = []
        for other in self.records.values():
            if other.parent == record.id:
                children.append(other)
            for link in other.links:
                if link.record == record.id:
                    linked[f"~{link.relation}"].append(other)
        return Family(
            record,
            tuple(children),
            self.records.get(record.parent),
            {key: tuple(found) for key, found in linked.items()},
        )

    def done(self, key: str) -> Done | None:
        return self._done.get(key)

    def write(self, command: Command, outcomes: Sequence[Outcome], now: datetime) -> Mapping[str, str]:
        revisions = {id_: record.revision for id_, record in self.records.items()}
        for outcome in outcomes:
            expected = outcome.before.revision if outcome.before else 0
            if revisions.get(outcome.after.id, 0) != expected:
                last = self.records[outcome.after.id].last
                raise StaleError(outcome.after.id, last.by if last else "", last.what if last else "", None)
            revisions[outcome.after.id] = outcome.after.revision
        numbers: dict[str, str] = {}
        for outcome in outcomes:
            record = outcome.after
            if outcome.moved:
                self._on[record.id] = self._in_force[record.installation]
            elif record.id not in self._on:
                self._on[record.id] = self._on.get(record.parent) or self._in_force[record.installation]
            if outcome.series and record.id not in numbers:
                numbers[record.id] = self._number(record, outcome.series, now)
            if given := numbers.get(record.id):
                record = replace(record, number=given)
            self.records[record.id] = record
            self.events[record.id].extend(outcome.events)
            self.notices.extend(outcome.notices)
            self.papers.extend(outcome.papers)
            self.overrides.extend(outcome.overrides)
        first = outcomes[0].after.id
        self._done[command.key] = Done(first, self.records[first].number)
        return numbers

    def _number(self, record: Record, key: str, now: datetime) -> str:
        series = self._on[record.id].definition.series[key]
        day = now.astimezone(ZONE).date()
        counted = (record.installation, key, period_of(series, day))
        self._counters[counted] += 1
        return number(series, day, self._counters[counted])

    def ringing(self, now: datetime, limit: int) -> Sequence[tuple[str, int]]:
        waiting = [
            (ring, record.id, record.revision)
            for record in self.records.values()
            for clock in record.clocks
            if (ring := clock.next_ring) is not None and ring <= now
        ]
        return list(dict.fromkeys((record, revision) for _, record, revision in sorted(waiting)))[:limit]

    # ── Duties ───────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def next_duty(self) -> datetime | None:
        """When there is something to do about duties again."""
        looks = [one.next_look for one in self.duties.values() if one.next_look is not None]
        return min([*looks, *([self.duties_at] if self.duties_at is not None else [])], default=None)

    def tend(self, now: datetime, seed: str = "") -> Sequence[Refusal]:
        """Open the duties whose time has come, and do what instances ask for by `now`; what could not be done."""
        if self.duties_at is not None and self.duties_at <= now:
            self.duties_at = open_duties(self, self.installation, self.duties_at, now, seed).again
        due = [one.id for one in self.duties.values() if one.next_look is not None and one.next_look <= now]
        return list(look(self, due, now).values())

    def find(self, installation: str, sought: Sought, now: datetime) -> Sequence[Found]:
        mechanism = self._in_force[installation]
        return [
            Found(record.id, day, {path: self._values(record, path) for path in sought.paths})
            for record in self.records.values()
            if (record.installation, record.type) == (installation, sought.type)
            and (sought.ids is None or record.id in sought.ids)
            and _within(sought, day := _day(Facts(mechanism, record, now)[sought.on]))
            and mechanism.holds(sought.where, _Beside(sought.facts, Facts(mechanism, record, now)))
        ]

    def _values(self, record: Record, path: str) -> tuple[Any, ...]:
        root, _, rest = path.partition(".")
        match root:
            case "record":
                one = {"reporter": record.reporter, "applicant": record.applicant, "parent": record.parent}[rest]
                return (one,) if one else ()
            case "part":
                return record.holders(rest)
            case "linked" if rest.startswith("~"):
                others = self.records.values()
                return tuple(one.id for one in others if Link(rest[1:], record.id) in map(_bare, one.links))
            case "linked":
                return tuple(link.record for link in record.links if link.relation == rest)
        value = record.values.get(path)
        return tuple(value) if isinstance(value, list | tuple) else () if value in (None, "") else (value,)

    def last_period(self, installation: str, duty: str) -> date | None:
        return max((one.period.first for one in self._owed(installation, duty)), default=None)

    def in_period(self, installation: str, duty: str, first: date) -> Sequence[Instance]:
        found = (one for one in self._owed(installation, duty) if one.period.first == first)
        return sorted(found, key=lambda one: one.owner)

    def _owed(self, installation: str, duty: str) -> Iterator[Instance]:
        return (one for one in self.duties.values() if (one.installation, one.duty) == (installation, duty))

    def instances(self, ids: Collection[str]) -> Sequence[Instance]:
        return [self.duties[id_] for id_ in sorted(ids) if id_ in self.duties]

    def keep(self, installation: str, changes: Sequence[Change], now: datetime) -> None:
        for change in changes:
            known = self.duties.get(change.after.id)
            if change.before is None and known is not None:
                continue
            if known is not None and known.revision != (change.before.revision if change.before else 0):
                raise StaleError(known.id, "", known.duty, None)
            self.duties[change.after.id] = change.after
            self.notices.extend(change.notices)


def _day(value: Any) -> date | None:
    return value.astimezone(ZONE).date() if isinstance(value, datetime) else value


def _within(sought: Sought, day: date | None) -> bool:
    if sought.since is None and sought.until is None:
        return True
    return day is not None and (sought.since or day) <= day <= (sought.until or day)


def _bare(link: Link) -> Link:
    return replace(link, values={})


class _Beside(Mapping[str, Any]):
    """Some facts laid over those of a record."""

    def __init__(self, over: Mapping[str, Any], facts: Facts) -> None:
        self._over, self._facts = over, facts

    def __getitem__(self, path: str) -> Any:
        return self._over[path] if path in self._over else self._facts[path]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._over, **dict.fromkeys(self._facts)})

    def __len__(self) -> int:
        return len({*self._over, *self._facts})


class _Parties:
    """The directory of a memory world."""

    def __init__(self, parties: Mapping[str, Party]) -> None:
        self._parties = parties

    def offered(self, kinds: Collection[str], day: date, words: str = "") -> Sequence[Party]:
        fitting = (one for one in self._parties.values() if one.covers(day) and (not kinds or one.kind in kinds))
        named = (one for one in fitting if all(word.casefold() in one.name.casefold() for word in words.split()))
        return sorted(named, key=lambda one: (one.name, one.id))[:FOUND_AT_MOST]

    def known(self, ids: Collection[str]) -> Mapping[str, Party]:
        return {id_: self._parties[id_] for id_ in ids if id_ in self._parties}


class _Records:
    """The records of an installation in a memory world as they are while it is asked."""

    def __init__(self, world: MemoryWorld, installation: str, day: date) -> None:
        self._world, self._installation, self._day = world, installation, day

    def found(self, type_: str, where: Json, asker: Actor, at_most: int | None = None) -> Sequence[Record]:
        mechanism = self._world.mechanism(self._installation)
        scope = self._scope(asker)
        now = datetime.combine(self._day, time.max, ZONE)
        fitting = [
            record
            for record in self._world.records.values()
            if (record.installation, record.type) == (self._installation, type_)
            and self._seen(scope, record)
            and mechanism.holds(where, Facts(mechanism, record, now))
        ]
        return fitting[:at_most]

    def named(self, ids: Collection[str], asker: Actor) -> Mapping[str, Named]:
        mechanism = self._world.mechanism(self._installation)
        scope = self._scope(asker)
        known = [self._world.records[id_] for id_ in ids if id_ in self._world.records]
        names = self._world.surroundings(self._installation, self._day).names
        return {one.id: Named(called(mechanism, one, names), self._seen(scope, one)) for one in known}

    def _seen(self, scope: Scope, record: Record) -> bool:
        if not record.parent:
            return bool(may_see(scope, record.seen))
        return bool(may_see_under(scope, record.seen, self._world.records[record.parent].seen))

    def _scope(self, asker: Actor) -> Scope:
        types = self._world.mechanism(self._installation).definition.record_types
        return scope_of(asker, types, RosterDay(self._world.roster, self._day))
