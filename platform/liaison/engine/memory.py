"""The world in memory: for the simulator, golden cases and what-if replay; nothing outlives the object."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from liaison.access import Actor, Scope, may_see, scope_of
from liaison.calendars import ZONE, Calendar, OfficeHours
from liaison.definitions import Definition, Json
from liaison.roster import Roster, RosterDay

from .duties.model import Change, Found, Instance, Sought
from .facts import Facts
from .mechanism import Mechanism, compile_mechanism
from .model import Command, Event, Link, Notice, Outcome, Override, Paper, Record
from .naming import called
from .numbering import number, period_of
from .world import FOUND_AT_MOST, Done, Family, Named, StaleError, Surroundings


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
        self.duties: dict[str, Instance] = {}
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

    # ── Duties ───────────────────────────────────────────────────────────────────────────────────────────────────

    def find(self, installation: str, sought: Sought, now: datetime) -> Sequence[Found]:
        return [
            Found(record.id, day, {path: self._values(record, path) for path in sought.paths})
            for record in self.records.values()
            if record.type == sought.type
            and (sought.ids is None or record.id in sought.ids)
            and _within(sought, day := _day(Facts(self._mechanism, record, now)[sought.on]))
            and self._mechanism.holds(sought.where, _Beside(sought.facts, Facts(self._mechanism, record, now)))
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
        return max((one.period.first for one in self.duties.values() if one.duty == duty), default=None)

    def in_period(self, installation: str, duty: str, first: date) -> Sequence[Instance]:
        found = (one for one in self.duties.values() if one.duty == duty and one.period.first == first)
        return sorted(found, key=lambda one: one.owner)

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


class _Records:
    """The records of a memory world as they are while it is asked."""

    def __init__(self, world: MemoryWorld, day: date) -> None:
        self._world, self._day = world, day

    def found(self, type_: str, where: Json, asker: Actor) -> Sequence[Record]:
        mechanism = self._world.mechanism(self._world.installation)
        scope = self._scope(asker)
        now = datetime.combine(self._day, time.max, ZONE)
        fitting = [
            record
            for record in self._world.records.values()
            if record.type == type_
            and may_see(scope, record.seen)
            and mechanism.holds(where, Facts(mechanism, record, now))
        ]
        return fitting[:FOUND_AT_MOST]

    def named(self, ids: Collection[str], asker: Actor) -> Mapping[str, Named]:
        mechanism = self._world.mechanism(self._world.installation)
        scope = self._scope(asker)
        known = [self._world.records[id_] for id_ in ids if id_ in self._world.records]
        return {one.id: Named(called(mechanism, one), bool(may_see(scope, one.seen))) for one in known}

    def _scope(self, asker: Actor) -> Scope:
        types = self._world.mechanism(self._world.installation).definition.record_types
        return scope_of(asker, types, RosterDay(self._world.roster, self._day))
