"""A stage for small mechanisms: the same acts on the world in memory and on the world in SQL, on both databases.

What a test sees is the same everywhere: whoever changes one world learns whether the other still agrees.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from harness import Backend, Postgres, Sqlite
from liaison.access import GUEST, Actor
from liaison.calendars import SHANGHAI, ZONE, with_local
from liaison.definitions import Definition, Package, PartyKind, load, read_package
from liaison.engine import (
    Command,
    Event,
    Family,
    Mechanism,
    MemoryWorld,
    Move,
    Moved,
    Outcome,
    Record,
    Refusal,
    Result,
    States,
    Surroundings,
    moved_by,
    recount_command,
    ring,
    run,
)
from liaison.engine import move as move_record
from liaison.engine.duties import Instance, Sought, Standing, move, standings
from liaison.roster import Deputy, Holding, Paired, Party, Person, Roster
from liaison.store import (
    Database,
    Directory,
    OtherRecords,
    SqlWorld,
    act,
    add_organisation,
    add_party,
    add_person,
    close_party,
    deputise,
    duties,
    hold,
    import_notice,
    install,
    installations,
    pair,
    papers,
    preview_moves,
    publish,
    recompute,
    ring_due,
    timeline,
    upgrade,
)
from liaison.store import tables as t

MECHANISMS = Path(__file__).parent / "mechanisms"
KEYS = sorted(path.name for path in MECHANISMS.iterdir())
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
"""A Monday; the next rest day is Saturday the 7th, and no holiday is near."""
PEOPLE = {
    "office": ("示例办公室", [("office", "")]),
    "chief": ("示例总召集人", [("chief", "")]),
    "vice": ("示例副召集人", [("deputy_chief", "")]),
    "north": ("示例北局联络员", [("liaison", "north")]),
    "south": ("示例南局联络员", [("liaison", "south")]),
    "club": ("示例商会联络员", [("liaison", "club")]),
    "company": ("示例企业", []),
    "stand_in": ("示例代理人", []),
}
PAIRS = {"hand_in_hand": (("chief", "north"), ("chief", "south"))}
"""Matching → who is joined with whom, where a mechanism has it."""
ABSENT = (date(2026, 4, 1), date(2026, 4, 30))
"""In April somebody stands in for the chief."""


Told = tuple[str, tuple[str, ...]]
"""A notice, as far as worlds can differ on it: its template, and whom it goes to, sorted."""


class Stage(ABC):
    """One mechanism with a few people, and short ways to act on it and to look."""

    installation: str
    now = NOW

    def __init__(self) -> None:
        self._count = 0

    def begin(self, *, who: str = "company", at: datetime = NOW, key: str = "", **values: Any) -> Result:
        """Start a matter; the company is its applicant."""
        return self.give(Command(
            "begin", self.actor(who), key or self._key("begin"), type="matter", installation=self.installation,
            values=values, applicant="company",
        ), at)  # fmt: skip

    def do(self, record: str, action: str, *, who: str = "office", at: datetime = NOW, reason: str = "",
           expected: int | None = None, key: str = "", **values: Any) -> Result:  # fmt: skip
        """Take an action."""
        return self.give(Command(
            action, self.actor(who), key or self._key(action), record=record, values=values, reason=reason,
            expected=expected,
        ), at)  # fmt: skip

    def actor(self, who: str) -> Actor:
        """Somebody of the roster, or a guest."""
        return Actor(who, PEOPLE[who][0]) if who in PEOPLE else GUEST

    def _key(self, action: str) -> str:
        self._count += 1
        return f"{action}/{self._count}"

    def record(self, id_: str) -> Record:
        """The record as it stands."""
        return self.family(id_).record

    def children(self, id_: str) -> list[Record]:
        """Its assignments and sign-offs, in the order of their ids."""
        return sorted(self.family(id_).children, key=lambda one: one.id)

    def held(self, id_: str, part: str, unit: str) -> str:
        """The assignment through which a unit holds a part."""
        [found] = [one.assignment for one in self.record(id_).parts
                   if (one.part, one.unit) == (part, unit) and one.ended is None]  # fmt: skip
        return found

    def keys(self, id_: str) -> list[str]:
        """The events of a record, by their keys."""
        return [event.key for event in self.events(id_)]

    @abstractmethod
    def give(self, command: Command, now: datetime) -> Result: ...

    @abstractmethod
    def ring(self, now: datetime) -> list[Result]: ...

    @abstractmethod
    def tend(self, now: datetime) -> None:
        """Let duties be opened, looked at and settled."""

    @abstractmethod
    def duties(self) -> list[Instance]:
        """All instances of duties there are."""

    @abstractmethod
    def standings(self, now: datetime) -> Mapping[str, Standing]: ...

    @abstractmethod
    def move(self, id_: str, to: date, who: str, reason: str, now: datetime) -> Instance | Refusal: ...

    @abstractmethod
    def family(self, id_: str) -> Family: ...

    @abstractmethod
    def events(self, id_: str) -> Sequence[Event]: ...

    @abstractmethod
    def timeline(self, id_: str) -> Sequence[Event]: ...

    @abstractmethod
    def told(self) -> list[Told]: ...

    @abstractmethod
    def papers(self, id_: str) -> list[str]: ...

    @abstractmethod
    def overrides(self) -> list[tuple[str, Any, Any, str]]: ...

    @abstractmethod
    def write(self, command: Command, outcomes: Sequence[Outcome]) -> None: ...

    @abstractmethod
    def around(self, who: str) -> Surroundings:
        """What the installation lends somebody today."""

    @abstractmethod
    def put_in_force(self, package: Package) -> None:
        """Put another version of the mechanism in force."""

    @abstractmethod
    def preview(self, id_: str, states: States, now: datetime) -> Move:
        """What moving a record to the version in force would change."""

    @abstractmethod
    def party(self, kind: PartyKind, name: str) -> str:
        """Enter a party into the directory; its id."""

    @abstractmethod
    def close_party(self, id_: str, last_day: date) -> None: ...

    @abstractmethod
    def join(self, matching: str, left: str, right: str, first: date | None = None, last: date | None = None) -> None:
        """Make two of them partners."""

    @abstractmethod
    def close(self) -> None: ...

    @abstractmethod
    def mechanism(self) -> Mechanism:
        """The mechanism in force."""

    @abstractmethod
    def take_off(self, day: date, now: datetime) -> tuple[list[Moved], int]:
        """Make a day a holiday: the clocks that moved, and how many records could not be counted anew."""

    @abstractmethod
    def find(self, where: Any, now: datetime) -> list[str]:
        """The matters a condition finds, their ids."""


def _off(day: date) -> dict[str, Any]:
    return {"days": [{"name": "示例活动日", "date": day.isoformat(), "isOffDay": True}]}


def _told(template: str, to: Any) -> Told:
    return template, tuple(sorted(one["person"] or one["unit"] or "applicant" for one in to))


class InMemory(Stage):
    """On `MemoryWorld`."""

    def __init__(self, key: str) -> None:
        super().__init__()
        definition = load(read_package(MECHANISMS / key)).definition
        assert definition is not None
        roster = Roster(
            definition.roster.units,
            definition.roster.posts,
            {id_: Person(id_, name) for id_, (name, _) in PEOPLE.items()},
            tuple(Holding(id_, post, unit) for id_, (_, held) in PEOPLE.items() for post, unit in held),
            (Deputy("stand_in", "chief", *ABSENT),),
            tuple(
                Paired(key, left, right)
                for key, pairs in PAIRS.items()
                if key in definition.roster.matchings
                for left, right in pairs
            ),
            definition.roster.groups,
            definition.roster.matchings,
        )
        self.world = MemoryWorld(definition, roster, SHANGHAI)
        self.world.duties_at = NOW
        self.installation = self.world.installation
        for other in KEYS:
            beside = load(read_package(MECHANISMS / other)).definition
            assert beside is not None
            if other != key:
                self.world.install(beside, other)

    def give(self, command: Command, now: datetime) -> Result:
        return run(self.world, command, now)

    def ring(self, now: datetime) -> list[Result]:
        return ring(self.world, now)

    def tend(self, now: datetime) -> None:
        assert not self.world.tend(now, "a seed")

    def duties(self) -> list[Instance]:
        return list(self.world.duties.values())

    def standings(self, now: datetime) -> Mapping[str, Standing]:
        return standings(self.world, self.duties(), now)

    def move(self, id_: str, to: date, who: str, reason: str, now: datetime) -> Instance | Refusal:
        return move(self.world, id_, to, self.actor(who), reason, now)

    def family(self, id_: str) -> Family:
        return self.world.families([id_])[id_]

    def events(self, id_: str) -> Sequence[Event]:
        return self.world.events[id_]

    def timeline(self, id_: str) -> Sequence[Event]:
        return [event for one in (id_, *(child.id for child in self.children(id_))) for event in self.events(one)]

    def told(self) -> list[Told]:
        return [
            _told(one.template, [{"person": r.person, "unit": r.unit} for r in one.to]) for one in self.world.notices
        ]

    def papers(self, id_: str) -> list[str]:
        return [one.document for one in self.world.papers if one.record == id_]

    def overrides(self) -> list[tuple[str, Any, Any, str]]:
        return [(one.field, one.suggested, one.chosen, one.reason) for one in self.world.overrides]

    def write(self, command: Command, outcomes: Sequence[Outcome]) -> None:
        self.world.write(command, outcomes, NOW)

    def around(self, who: str) -> Surroundings:
        return self.world.surroundings(self.installation, NOW.date()).asked_by(self.actor(who))

    def put_in_force(self, package: Package) -> None:
        definition = load(package).definition
        assert definition is not None, load(package).findings
        self.world.install(definition, self.installation)

    def preview(self, id_: str, states: States, now: datetime) -> Move:
        world, here = self.world, self.installation
        old, new = world.mechanism(here, id_), world.mechanism(here)
        return move_record(old, new, self.family(id_), world.surroundings(here, now.date()), now, states)

    def mechanism(self) -> Mechanism:
        return self.world.mechanism(self.installation)

    def take_off(self, day: date, now: datetime) -> tuple[list[Moved], int]:
        self.world.calendar, _ = with_local(self.world.calendar, _off(day))
        done = [run(self.world, recount_command(id_, "off"), now) for id_ in list(self.world.records)]
        return [moved for one in done for moved in moved_by(one)], sum(not one for one in done)

    def find(self, where: Any, now: datetime) -> list[str]:
        return [one.record for one in self.world.find(self.installation, Sought("matter", where), now)]

    def party(self, kind: PartyKind, name: str) -> str:
        id_ = f"party-{len(self.world.parties)}"
        self.world.parties[id_] = Party(id_, kind, name)
        return id_

    def close_party(self, id_: str, last_day: date) -> None:
        self.world.parties[id_] = replace(self.world.parties[id_], last_day=last_day)

    def join(self, matching: str, left: str, right: str, first: date | None = None, last: date | None = None) -> None:
        pairs = (*self.world.roster.pairs, Paired(matching, left, right, first, last))
        self.world.roster = replace(self.world.roster, pairs=pairs)

    def close(self) -> None:
        pass


class InSql(Stage):
    """On `SqlWorld`, through `act` and `ring_due`."""

    def __init__(self, key: str, url: str, drop: Callable[[str], object]) -> None:
        super().__init__()
        self.database, self._url, self._drop = Database(url), url, drop
        with self.database.read() as connection:
            [self.installation] = [one.id for one in installations(connection) if one.key == key]

    def give(self, command: Command, now: datetime) -> Result:
        return act(self.database, command, now)

    def ring(self, now: datetime) -> list[Result]:
        return ring_due(self.database, now)

    def tend(self, now: datetime) -> None:
        assert not duties.tend(self.database, now).refused

    def duties(self) -> list[Instance]:
        with self.database.read() as connection:
            ids = connection.execute(
                select(t.DutyInstance.id).where(t.DutyInstance.installation_id == self.installation)
            ).scalars()
            return list(SqlWorld(connection, self.database.shelf).instances(ids.all()))

    def standings(self, now: datetime) -> Mapping[str, Standing]:
        with self.database.read() as connection:
            return standings(SqlWorld(connection, self.database.shelf), self.duties(), now)

    def move(self, id_: str, to: date, who: str, reason: str, now: datetime) -> Instance | Refusal:
        return duties.move(self.database, id_, to, self.actor(who), reason, now)

    def family(self, id_: str) -> Family:
        with self.database.read() as connection:
            return SqlWorld(connection, self.database.shelf).families([id_])[id_]

    def events(self, id_: str) -> Sequence[Event]:
        return [event for event in self.timeline(id_) if event.record == id_]

    def timeline(self, id_: str) -> Sequence[Event]:
        with self.database.read() as connection:
            return timeline(connection, id_)

    def told(self) -> list[Told]:
        with self.database.read() as connection:
            rows = connection.execute(select(t.Outbox.template, t.Outbox.to).order_by(t.Outbox.id))
            return [_told(template, to) for template, to in rows]

    def papers(self, id_: str) -> list[str]:
        with self.database.read() as connection:
            return [paper.document for paper in papers(connection, id_)]

    def overrides(self) -> list[tuple[str, Any, Any, str]]:
        with self.database.read() as connection:
            columns = (t.Override.field, t.Override.suggested, t.Override.chosen, t.Override.reason)
            return [tuple(row) for row in connection.execute(select(*columns).order_by(t.Override.id))]

    def write(self, command: Command, outcomes: Sequence[Outcome]) -> None:
        with self.database.write() as connection:
            SqlWorld(connection, self.database.shelf, writes=True).write(command, outcomes, NOW)

    def around(self, who: str) -> Surroundings:
        with self.database.read() as connection:
            world = SqlWorld(connection, self.database.shelf)
            found = world.surroundings(self.installation, NOW.date())
            others = OtherRecords(
                self.database.read, self.database.shelf, world.installed(self.installation), NOW.date()
            )
        directory = Directory(self.database.read, "district")
        return replace(found, records=others, parties=directory).asked_by(self.actor(who))

    def put_in_force(self, package: Package) -> None:
        with self.database.write() as connection:
            install(connection, "district", publish(connection, package, "office", NOW), "office", NOW)

    def preview(self, id_: str, states: States, now: datetime) -> Move:
        [found] = preview_moves(self.database, self.database.shelf, self.installation, [id_], states, now)
        return found

    def mechanism(self) -> Mechanism:
        with self.database.read() as connection:
            return SqlWorld(connection, self.database.shelf).mechanism(self.installation)

    def take_off(self, day: date, now: datetime) -> tuple[list[Moved], int]:
        notice = import_notice(self.database, "district", _off(day), "office", now, "local").id
        done = recompute(self.database, "district", notice, now)
        return list(done.clocks), len(done.uncounted)

    def find(self, where: Any, now: datetime) -> list[str]:
        with self.database.read() as connection:
            world = SqlWorld(connection, self.database.shelf)
            return [one.record for one in world.find(self.installation, Sought("matter", where), now)]

    def party(self, kind: PartyKind, name: str) -> str:
        with self.database.write() as connection:
            return add_party(connection, "district", kind, name)

    def close_party(self, id_: str, last_day: date) -> None:
        with self.database.write() as connection:
            close_party(connection, id_, last_day)

    def join(self, matching: str, left: str, right: str, first: date | None = None, last: date | None = None) -> None:
        with self.database.write() as connection:
            pair(connection, self.installation, matching, left, right, first_day=first, last_day=last)

    def close(self) -> None:
        self.database.close()
        self._drop(self._url)


def fill(url: str) -> None:
    """All the mechanisms in one organisation, with the same people."""
    database = Database(url)
    upgrade(database.engine)
    with database.write() as connection:
        add_organisation(connection, "district", "示例区", NOW)
        for id_, (name, _) in PEOPLE.items():
            add_person(connection, "district", name, id_=id_)
        deputise(connection, "district", "stand_in", "chief", *ABSENT)
        for key in KEYS:
            digest = publish(connection, read_package(MECHANISMS / key), "office", NOW)
            installation = install(connection, "district", digest, "office", NOW)
            for id_, (_, held) in PEOPLE.items():
                for post, unit in held:
                    hold(connection, installation, id_, post, unit)
            for matching, pairs in PAIRS.items():
                for left, right in pairs:
                    pair(connection, installation, matching, left, right)
    database.close()


@pytest.fixture(scope="session", params=["memory", "sqlite", "postgresql"])
def ground(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend | None]:
    """Where stages are put up: nowhere but in memory, or on a kind of database."""
    if request.param == "memory":
        yield None
        return
    made = Sqlite(tmp_path_factory.mktemp("sqlite")) if request.param == "sqlite" else Postgres()
    yield made
    made.close()


@pytest.fixture
def stage(ground: Backend | None) -> Iterator[Callable[[str], Stage]]:
    """`stage("effects")`: that mechanism, ready to be acted on."""
    put_up: list[Stage] = []

    def make(key: str) -> Stage:
        put_up.append(InMemory(key) if ground is None else InSql(key, ground.like(fill), ground.drop))
        return put_up[-1]

    yield make
    for one in put_up:
        one.close()


@pytest.fixture(scope="session")
def mechanisms() -> dict[str, Definition]:
    """The small mechanisms by key."""
    loaded = {key: load(read_package(MECHANISMS / key)).definition for key in KEYS}
    return {key: definition for key, definition in loaded.items() if definition is not None}
