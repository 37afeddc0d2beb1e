"""`running`: a database with one organisation that runs the scheme that ships, and a few people with accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from harness.cast import PASSWORD, PEOPLE, actor, report
from liaison.access import GUEST, Actor
from liaison.calendars import ZONE
from liaison.definitions import read_package
from liaison.engine import Command, Record, Result
from liaison.store import (
    Database,
    SqlWorld,
    act,
    add_account,
    add_organisation,
    add_person,
    hold,
    install,
    installations,
    publish,
    upgrade,
)

NOW = datetime(2026, 8, 20, 10, 0, tzinfo=ZONE)


def fill(url: str) -> None:
    """An organisation, the scheme in force, who holds what, an account for each with the login of the person's id."""
    database = Database(url)
    upgrade(database.engine)
    with database.write() as connection:
        add_organisation(connection, "district", "示例区", NOW)
        digest = publish(connection, read_package("shunde"), "seed", NOW)
        installation = install(connection, "district", digest, "seed", NOW)
        for person, (name, post, unit) in PEOPLE.items():
            add_person(connection, "district", name, id_=person, email=f"{person}@example.cn")
            add_account(connection, "district", person, person, PASSWORD, NOW)
            if post:
                hold(connection, installation, person, post, unit, first_day=date(2026, 1, 1))
    database.close()


@dataclass
class Running:
    """The database and short ways to do things in it. `now` is what its clock says."""

    url: str
    database: Database
    now: datetime = NOW
    _count: int = 0

    @property
    def installation(self) -> str:
        """The id of the only installation."""
        with self.database.read() as connection:
            return installations(connection)[0].id

    def wait(self, **more: float) -> None:
        """Let time pass: `wait(minutes=31)`."""
        self.now += timedelta(**more)

    def record(self, id_: str) -> Record:
        """A record as it stands."""
        with self.database.read() as connection:
            return SqlWorld(connection, self.database.shelf).families([id_])[id_].record

    def actor(self, person: str) -> Actor:
        """The person with this id."""
        return actor(person)

    def submit(self, by: str = "", **values: Any) -> Result:
        """A new matter, reported by a person or by a guest."""
        self._count += 1
        command = Command(
            "submit", self.actor(by) if by else GUEST, f"submit/{self._count}", type="matter",
            installation=self.installation, values=report(**values), applicant=by,
        )  # fmt: skip
        result = act(self.database, command, self.now)
        assert result, result.refusal
        return result

    def do(self, record: str, action: str, by: str = "office", **rest: Any) -> Result:
        """`by` takes an action on a record."""
        self._count += 1
        command = Command(action, self.actor(by), f"{action}/{self._count}", record, **rest)
        result = act(self.database, command, self.now)
        assert result, result.refusal
        return result

    def assigned(self, by: str = "", lead: str = "economy", support: tuple[str, ...] = ("housing_water",)) -> str:
        """A matter that is assigned; its id."""
        id_ = self.submit(by).record
        self.do(id_, "accept")
        asked = {"level": "general", "subject": "续贷", "lead_unit": lead, "support_units": list(support)}
        self.do(id_, "assign", values=asked)
        return id_


@pytest.fixture
def running(database_like: Callable[[Callable[[str], object]], str]) -> Iterator[Running]:
    """A database of this test's own, on each kind in turn."""
    url = database_like(fill)
    database = Database(url)
    yield Running(url, database)
    database.close()
