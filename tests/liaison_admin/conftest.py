"""A site with the administration: a city, a district that runs the scheme that ships, one person for each role."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page
from werkzeug.test import Client

from harness.cast import PASSWORD, PEOPLE, actor, report
from liaison.access import GUEST, Actor
from liaison.calendars import ZONE
from liaison.definitions import read_package
from liaison.engine import Command, Record
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
from liaison_admin import create_site

NOW = datetime(2026, 12, 2, 10, 0, tzinfo=ZONE)
VALUES = report(submitted_on="2026-12-02")
KEEPERS = (("config", "陈配置", "configurer"), ("keeper", "林安全", "security"), ("auditor", "何审计", "auditor"))


def fill(url: str) -> None:
    """The organisations, the scheme in force, two who work with it, and one for each role of the administration."""
    database = Database(url)
    upgrade(database.engine)
    with database.write() as connection:
        add_organisation(connection, "city", "示例市", NOW, level="city")
        add_organisation(connection, "district", "示例区", NOW, parent="city")
        add_organisation(connection, "other", "邻区", NOW, parent="city")
        digest = publish(connection, read_package("shunde"), "seed", NOW)
        installation = install(connection, "district", digest, "seed", NOW)
        for person in ("office", "economy"):
            name, post, unit = PEOPLE[person]
            add_person(connection, "district", name, id_=person, phone="13900001111")
            add_account(connection, "district", person, person, PASSWORD, NOW)
            hold(connection, installation, person, post, unit, first_day=date(2026, 1, 1))
        for person, name, role in KEEPERS:
            add_person(connection, "district", name, id_=person)
            add_account(connection, "district", person, person, PASSWORD, NOW)
            grant(connection, person, role, "organisation", "district", "seed", organisation="district")
    database.close()


@dataclass
class Place:
    """The site and short ways to do things in it. `now` is what its clock says."""

    database: Database
    app: Flask
    now: datetime = NOW
    values: Mapping[str, str] = field(default_factory=lambda: VALUES)
    _count: int = 0

    @property
    def installation(self) -> str:
        """The id of the mechanism set up in the district."""
        with self.database.read() as connection:
            return installations(connection, "district")[0].id

    def signed_in(self, login: str) -> Client:
        """A browser in which `login` is signed in."""
        client = self.app.test_client()
        answer = client.post("/accounts/sign-in", data={"login": login, "password": PASSWORD})
        assert answer.status_code == 302, answer.text
        return client

    def enter(self, page: Page, base: str, login: str) -> None:
        """Sign in by hand."""
        page.goto(f"{base}/accounts/sign-in")
        page.fill("#login", login)
        page.fill("#password", PASSWORD)
        page.click("main button")
        page.wait_for_load_state()

    def do(self, action: str, actor: Actor, record: str = "", **rest: Any) -> str:
        """Carry out a command; the record."""
        self._count += 1
        result = act(self.database, Command(action, actor, f"test/{self._count}", record, **rest), self.now)
        assert result, result.refusal
        return result.record

    def assigned(self) -> str:
        """A matter assigned today: its term ends in January."""
        record = self.do("submit", GUEST, type="matter", installation=self.installation, values=VALUES)
        office = actor("office")
        self.do("accept", office, record)
        asked = {"level": "general", "subject": "续贷", "lead_unit": "economy", "support_units": []}
        self.do("assign", office, record, values=asked)
        return record

    def record(self, id_: str) -> Record:
        """A record as it stands."""
        with self.database.read() as connection:
            return SqlWorld(connection, self.database.shelf).families([id_])[id_].record


def _opened(url: str) -> Iterator[Place]:
    database = Database(url)
    made: list[Place] = []
    app = create_site(
        {
            "SECRET_KEY": "test",
            "SESSION_COOKIE_SECURE": False,
            "WTF_CSRF_ENABLED": False,
            "DATABASE": database,
            "NOW": lambda: made[0].now,
        }
    )
    made.append(Place(database, app))
    yield made[0]
    database.close()


@pytest.fixture
def place(database_like: Callable[[Callable[[str], object]], str]) -> Iterator[Place]:
    """A site of this test's own, on each kind of database in turn."""
    yield from _opened(database_like(fill))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Place]:
    """A site on SQLite, for tests of what pages look like."""
    url = f"sqlite:///{tmp_path / 'site.sqlite'}"
    fill(url)
    yield from _opened(url)
