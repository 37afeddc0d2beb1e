"""The world in memory: for the simulator, golden cases and what-if replay; nothing outlives the object."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time

from liaison.access import Actor, may_see, scope_of
from liaison.calendars import ZONE, Calendar, OfficeHours
from liaison.definitions import Definition, Json
from liaison.roster import Roster, RosterDay

from .facts import Facts
from .mechanism import Mechanism, compile_mechanism
from .model import Command, Event, Notice, Outcome, Override, Paper, Record
from .naming import called
from .numbering import number, period_of
from .world import FOUND_AT_MOST, Done, Family, StaleError, Surroundings


class MemoryWorld:
    """One installation of one mechanism, with its records, events and notices."""

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
        self.overrides: list[Override] = []
        self.roster, self.calendar = roster, calendar
        self._mechanism = compile_mechanism(definition)
        self._hours = hours or self._mechanism.hours
        self._counters: Counter[tuple[str, str]] = Counter()
        self._done: dict[str, Done] = {}

    def installation_of(self, record: str) -> str:
        return self.records[record].installation

    def mechanism(self, installation: str, record: str = "") -> Mechanism:
        if installation != self.installation:
            raise KeyError(installation)
        return self._mechanism

    def neighbour(self, installation: str, mechanism: str) -> str:
        if mechanism != self._mechanism.definition.key:
            raise KeyError(mechanism)
        return self.installation

    def surroundings(self, installation: str, day: date) -> Surroundings:
        return Surroundings(RosterDay(self.roster, day), self.calendar, self._hours, _Records(self, day))

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
            if outcome.series and record.id not in numbers:
                numbers[record.id] = self._number(outcome.series, now)
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

    def _number(self, key: str, now: datetime) -> str:
        series = self._mechanism.definition.series[key]
        day = now.astimezone(ZONE).date()
        self._counters[key, period_of(series, day)] += 1
        return number(series, day, self._counters[key, period_of(series, day)])

    def ringing(self, now: datetime, limit: int) -> Sequence[str]:
        waiting = [
            (ring, record.id)
            for record in self.records.values()
            for clock in record.clocks
            if (ring := clock.next_ring) is not None and ring <= now
        ]
        return list(dict.fromkeys(record for _, record in sorted(waiting)))[:limit]


class _Records:
    """The records of a memory world as they are while it is asked."""

    def __init__(self, world: MemoryWorld, day: date) -> None:
        self._world, self._day = world, day

    def found(self, type_: str, where: Json, asker: Actor) -> Sequence[Record]:
        mechanism = self._world.mechanism(self._world.installation)
        scope = scope_of(asker, mechanism.definition.record_types, RosterDay(self._world.roster, self._day))
        now = datetime.combine(self._day, time.max, ZONE)
        fitting = [
            record
            for record in self._world.records.values()
            if record.type == type_
            and may_see(scope, record.seen)
            and mechanism.holds(where, Facts(mechanism, record, now))
        ]
        return fitting[:FOUND_AT_MOST]

    def titles(self, ids: Collection[str]) -> Mapping[str, str]:
        mechanism = self._world.mechanism(self._world.installation)
        known = self._world.records
        return {id_: called(mechanism, known[id_]) for id_ in ids if id_ in known}
