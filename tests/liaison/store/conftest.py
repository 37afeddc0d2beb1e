"""A migrated database with one organisation that runs the scheme that ships, and a few people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import event

from harness.cast import PEOPLE, actor, report
from liaison.access import GUEST, Actor
from liaison.calendars import ZONE
from liaison.definitions import read_package
from liaison.engine import Command, Record, Result
from liaison.store import (
    Database,
    SqlWorld,
    act,
    add_organisation,
    add_person,
    hold,
    install,
    installations,
    publish,
    upgrade,
)

NOW = datetime(2026, 8, 20, 10, 0, tzinfo=ZONE)
OFFICE, ECONOMY = actor("office"), actor("economy")


def fill(url: str) -> None:
    """An organisation, the scheme, and who holds what."""
    database = Database(url)
    upgrade(database.engine)
    with database.write() as connection:
        add_organisation(connection, "city", "示例市", NOW, level="city")
        add_organisation(connection, "district", "示例区", NOW, parent="city")
        digest = publish(connection, read_package("shunde"), "seed", NOW)
        installation = install(connection, "district", digest, "seed", NOW)
        for person in ("office", "economy", "housing"):
            name, post, unit = PEOPLE[person]
            add_person(connection, "district", name, id_=person)
            hold(connection, installation, person, post, unit)
    database.close()


@dataclass
class Place:
    """The database under test and short ways to do things in it."""

    url: str
    database: Database
    installation: str
    now: datetime = NOW
    office: Actor = OFFICE
    economy: Actor = ECONOMY
    _count: int = 0

    def submit(
        self, key: str = "", now: datetime = NOW, actor: Actor = GUEST, files: tuple[str, ...] = (), **values: Any
    ) -> Result:
        self._count += 1
        command = Command(
            "submit",
            actor,
            key or f"submit/{self._count}",
            type="matter",
            installation=self.installation,
            values=report(**values),
            files=files,
        )
        result = act(self.database, command, now)
        assert result, result.refusal
        return result

    def do(self, record: str, action: str, actor: Actor = OFFICE, now: datetime = NOW, **rest: Any) -> Result:
        self._count += 1
        return act(self.database, Command(action, actor, f"{action}/{self._count}", record=record, **rest), now)

    def assigned(self, **values: Any) -> str:
        """A matter on its way: accepted, and assigned to a lead and a supporting unit; its id."""
        id_ = self.submit(**values).record
        assert self.do(id_, "accept")
        asked = {"level": "general", "subject": "续贷", "lead_unit": "economy", "support_units": ["housing_water"]}
        result = self.do(id_, "assign", values=asked)
        assert result, result.refusal
        return id_

    def record(self, id_: str) -> Record:
        with self.database.read() as connection:
            return SqlWorld(connection, self.database.shelf).families([id_])[id_].record

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
    url = database_like(fill)
    database = Database(url)
    with database.read() as connection:
        installation = installations(connection)[0].id
    yield Place(url, database, installation)
    database.close()
