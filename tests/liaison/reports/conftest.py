"""A small mechanism with figures of every kind, running in two districts below one city, and what happened there."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from liaison.access import Actor, Scope, may_see, scope_of
from liaison.calendars import ZONE
from liaison.definitions import Package, read_package
from liaison.engine import Command, Event, Mechanism, Record
from liaison.store import (
    Database,
    SqlWorld,
    act,
    add_account,
    add_organisation,
    add_person,
    grant,
    hold,
    install,
    installations,
    publish,
    upgrade,
)
from liaison.store import tables as t
from liaison.store.codec import event_from
from liaison.store.loading import loaded, rows_where

FILES = Path(__file__).parent / "mechanism"
NOW = datetime(2026, 9, 10, 9, 0, tzinfo=ZONE)
PASSWORD = "a sentence to remember"
PEOPLE = (
    ("office", "李办", "office", "centre"),
    ("north", "王北", "liaison", "north"),
    ("south", "赵南", "liaison", "south"),
)
DISTRICTS = (("east", "示例东区"), ("west", "示例西区"))


def begin(url: str) -> None:
    """A city, two districts that run the mechanism, their people, and somebody of the city who sees totals."""
    database = Database(url)
    upgrade(database.engine)
    with database.write() as connection:
        add_organisation(connection, "city", "示例市", NOW, level="city")
        digest = publish(connection, read_package(FILES), "seed", NOW)
        for district, title in DISTRICTS:
            add_organisation(connection, district, title, NOW, parent="city")
            installation = install(connection, district, digest, "seed", NOW)
            for key, name, post, unit in PEOPLE:
                id_ = key if district == "east" else f"{district}_{key}"
                add_person(connection, district, name, id_=id_)
                add_account(connection, district, id_, id_, PASSWORD, NOW)
                hold(connection, installation, id_, post, unit, first_day=date(2026, 1, 1))
        add_person(connection, "city", "市观察员", id_="above")
        add_account(connection, "city", "above", "above", PASSWORD, NOW)
        grant(connection, "above", "viewer", "organisation", "city", "seed", organisation="city")
    database.close()


def fill(url: str) -> None:
    """What happened in half a year, drawn by lot: always the same."""
    begin(url)
    place = Place(Database(url))
    lot = random.Random(19)
    for installation, count in zip(place.installations, (90, 30), strict=True):
        for _ in range(count):
            _one_matter(place.at(installation), lot)
        for month in range(3, 9):
            session = place.at(installation).plan(held_on=f"2026-{month:02}-05")
            if lot.random() < 0.8:
                place.at(installation).do(session, "hold", at=datetime(2026, month, 5, 15, tzinfo=ZONE))
    place.database.close()


def _one_matter(place: Place, lot: random.Random) -> None:
    def some(values: Sequence[Any], absent: float = 0.0) -> Any:
        return None if lot.random() < absent else lot.choice(values)

    def chosen(**values: Any) -> dict[str, Any]:
        return {key: value for key, value in values.items() if value is not None}

    at = datetime(2026, lot.randint(3, 8), lot.randint(1, 28), lot.choice((0, 9, 16, 23)), 30, tzinfo=ZONE)
    day = f"{at:%Y-%m-%d}"
    visited = f"{at - timedelta(days=lot.randint(0, 40)):%Y-%m-%dT%H:%M:%S}+08:00"
    matter = place.report(
        at=at,
        **chosen(
            subject="示例事由", company="示例企业", category=some("ABC", 0.1),
            town=some(("hill", "river", "lake"), 0.2),
            amount=some(("1000.50", "250000.00", "0.10"), 0.4), people=some((0, 3, 12, 250), 0.3),
            reported_on=some((day, "2026-04-30", "2026-07-01"), 0.1), visited_at=some((visited,), 0.5),
        ),
    )  # fmt: skip
    for step in range(lot.choice((0, 1, 2, 3, 3, 3, 5))):
        at += timedelta(days=lot.choice((0, 3, 20, 45)), hours=1)
        action = ("assign", "reply", "rate", "again", "reply")[step]
        values = {
            "assign": chosen(level=some(("general", "key")), lead_unit=some(("north", "south")),
                             support_units=lot.sample(("centre", "hill", "river"), lot.randint(0, 2))),
            "reply": chosen(outcome=some(("solved", "solving", "unsolvable"), 0.1)),
            "rate": chosen(rating=some(("satisfied", "fairly", "dissatisfied"), 0.2),
                           channels=some((["telephone"], ["telephone", "visit"], ["none"], []))),
        }.get(action, {})  # fmt: skip
        place.do(matter, action, at=at, **values)
        if action == "assign" and lot.random() < 0.5:
            place.do(matter, "discuss", at=at + timedelta(days=1))


@dataclass
class Place:
    """The database under test and short ways to do and count things in it."""

    database: Database
    installation: str = ""
    now: datetime = NOW
    _count: int = 0

    def __post_init__(self) -> None:
        self.installation = self.installation or self.installations[0]

    @property
    def installations(self) -> list[str]:
        """East, then west."""
        with self.database.read() as connection:
            return [installations(connection, district)[0].id for district, _ in DISTRICTS]

    def at(self, installation: str) -> Place:
        """The same database, seen from one installation."""
        return Place(self.database, installation, self.now)

    @property
    def office(self) -> Actor:
        """The clerk of the district."""
        return Actor("office" if self.installation == self.installations[0] else "west_office", "李办")

    def give(self, action: str, at: datetime, **rest: Any) -> str:
        """Carry out a command of the office; the record."""
        with self.database.read() as connection:
            done = len(connection.execute(select(t.CommandDone.key)).all())
        command = Command(action, self.office, f"{action}/{done}", installation=self.installation, **rest)
        result = act(self.database, command, at)
        assert result, result.refusal
        return result.record

    def report(self, *, at: datetime = NOW, **values: Any) -> str:
        """A new matter; its id."""
        return self.give("report", at, type="matter", values=values)

    def plan(self, *, at: datetime = datetime(2026, 2, 1, tzinfo=ZONE), **values: Any) -> str:
        """A new session; its id."""
        return self.give("plan", at, type="session", values=values)

    def do(self, record: str, action: str, *, at: datetime = NOW, **values: Any) -> str:
        """The office takes an action."""
        return self.give(action, at, record=record, values=values)

    @property
    def mechanism(self) -> Mechanism:
        """The mechanism as it is in force."""
        with self.database.read() as connection:
            return SqlWorld(connection, self.database.shelf).mechanism(self.installation)

    def scope(self, person: str) -> Scope:
        """What somebody may see."""
        with self.database.read() as connection:
            world = SqlWorld(connection, self.database.shelf)
            today = world.surroundings(self.installation, self.now.date()).today
        return scope_of(Actor(person), self.mechanism.definition.record_types, today)

    def everything(self, person: str = "office") -> tuple[list[Record], Mapping[str, list[Event]]]:
        """All records a person may see, and what happened to them."""
        with self.database.read() as connection:
            rows = rows_where(connection, t.Record.installation_id == self.installation)
            records = [kept.record for kept in loaded(connection, rows).values()]
            events: dict[str, list[Event]] = {record.id: [] for record in records}
            for row in connection.execute(select(t.Event.__table__)):
                if row.record_id in events:
                    events[row.record_id].append(event_from(row._mapping))
        scope = self.scope(person)
        return [record for record in records if may_see(scope, record.seen)], events

    def statements(self, work: Callable[[], object]) -> list[str]:
        """The statements that `work` sends to the database."""
        seen: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        event.listen(self.database.engine, "before_cursor_execute", note)
        try:
            work()
        finally:
            event.remove(self.database.engine, "before_cursor_execute", note)
        return seen


@pytest.fixture
def place(database_like: Callable[[Callable[[str], object]], str]) -> Iterator[Place]:
    """Both districts, nothing in them yet."""
    database = Database(database_like(begin))
    yield Place(database)
    database.close()


@pytest.fixture
def busy(database_like: Callable[[Callable[[str], object]], str]) -> Iterator[Place]:
    """Both districts after half a year."""
    database = Database(database_like(fill))
    yield Place(database)
    database.close()


@pytest.fixture(scope="session")
def package() -> Package:
    """The files of the mechanism."""
    return read_package(FILES)
