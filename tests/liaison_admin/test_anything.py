"""Whatever anybody sends to any page, anywhere in its address or form, is answered; never with a failure of ours."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from werkzeug.routing import Rule
from werkzeug.test import Client

from liaison.access import GUEST, Actor
from liaison.definitions import Package, blank_files, read_package
from liaison.engine import Command
from liaison.store import (
    Database,
    act,
    add_account,
    add_file,
    add_organisation,
    add_person,
    begin_draft,
    begin_work,
    deputise,
    grant,
    hold,
    import_notice,
    install,
    installations,
    pair,
    publish,
    upgrade,
)
from liaison.web.limits import Windows
from liaison.web.typed import Typed
from liaison_admin import create_site

from .conftest import NOW, PASSWORD, VALUES

FILES = ("file", "package")
"""Fields that bring a file."""
ALL = "everything"
"""Who may come in everywhere: a post of the office, every role of the administration."""
WORST = ("a\x00b", "\ud800", "9" * 30, "甲" * 3000, '{"days": [{"date": "2026-09-03", "name": "\\u0000"}]}', "1e999")
"""What every field and every place of every page gets."""
BAD = (
    "\x00", "\x1b[31m", "\x7f\x85\x9f", "\udfff甲", "\ufffe\uffff", "\u202eabc", "", " ", "\r\n\t", "0", "-1", "1.5",
    "NaN", "9" * 5000, "２０２６", "²", "2026-02-30", "0000-00-00", "true", "null", "[]", "{}", '"\\u0000"',
    '{"a": "\\ud800"}', "..", "../../etc/passwd", "%00", "%", "_", "' or 1=1 --", "<script>", "{{7*7}}", "=1+1",
    "a" * 100_000, "~look", "~edit:report.company", "record.state", "https://example.org/", "//example.org",
)  # fmt: skip
NASTY = st.one_of(st.sampled_from(BAD), st.text(st.characters(), max_size=60))


def _with_pairs() -> Package:
    """The scheme that ships, with a matching."""
    files = dict(read_package("shunde").files)
    path = "rules/shunde/roster.json"
    roster = json.loads(files[path])
    roster["matchings"] = [
        {"key": "pairs", "title": "结对", "left": {"kind": "town"}, "right": {"kind": "chamber"},
         "per_left": {"minimum": 1}, "rotation": {"may_return": True}}
    ]  # fmt: skip
    return Package({**files, path: json.dumps(roster, ensure_ascii=False).encode()})


def fill(url: str) -> None:
    """A site in which something stands under every kind of id, and somebody may see all of it."""
    database = Database(url)
    upgrade(database.engine)
    with database.write() as connection:
        add_organisation(connection, "district", "示例区", NOW)
        digest = publish(connection, _with_pairs(), "seed", NOW)
        installation = install(connection, "district", digest, "seed", NOW)
        for person, post, unit in ((ALL, "office_staff", "federation"), ("economy", "liaison", "economy")):
            add_person(connection, "district", "李办", id_=person, phone="13900001111")
            add_account(connection, "district", person, person, PASSWORD, NOW)
            hold(connection, installation, person, post, unit, first_day=date(2026, 1, 1))
        for role in ("configurer", "security", "auditor", "viewer", "reader"):
            grant(connection, ALL, role, "organisation", "district", "seed", organisation="district")
        deputise(connection, "district", "economy", ALL, date(2026, 1, 1), date(2026, 1, 31))
        pair(connection, installation, "pairs", "daliang", "chamber_daliang")
        add_file(connection, "district", "a.pdf", "pdf", b"%PDF-1.4\n", ALL, NOW)
        begin_draft(connection, installation, "matter", "submit", ALL, NOW)
        begin_work(connection, "district", "some", "示例机制", blank_files("some", "示例机制"), ALL, NOW)
    days = [{"date": "2026-09-03", "name": "示例活动日", "isOffDay": True}]
    import_notice(database, "district", {"papers": [], "days": days}, "seed", NOW, "local")
    for number in range(3):
        key = f"matter/{number}"
        done = act(
            database, Command("submit", GUEST, key, type="matter", installation=installation, values=VALUES), NOW
        )
        if number:
            assert act(database, Command("accept", Actor(ALL, "李办"), f"accept/{number}", done.record), NOW)
    database.close()


class Heard(Typed):
    """Fields that note which of them are asked for."""

    names: set[str] = set()  # noqa: RUF012 - one set for all, emptied by the test

    def __getitem__(self, key: str) -> Any:
        self.names.add(key)
        return super().__getitem__(key)

    def getlist(self, key: str, *rest: Any, **more: Any) -> Any:
        self.names.add(key)
        return super().getlist(key, *rest, **more)

    def get(self, key: str, *rest: Any, **more: Any) -> Any:
        self.names.add(key)
        return super().get(key, *rest, **more)

    def __contains__(self, key: object) -> bool:
        self.names.add(str(key))
        return super().__contains__(key)


@dataclass
class World:
    """The site, a browser of somebody who may do everything and one of nobody, and what stands under which name."""

    app: Any
    known: dict[str, list[str]]
    clients: list[Client] = field(default_factory=list)
    cookies: list[str | None] = field(default_factory=list)

    def send(self, who: int, rule: Rule, method: str, places: dict[str, str], fields: list[tuple[str, str]]) -> int:
        """One request as whoever was signed in at the beginning, whatever became of that; its status."""
        client, cookie = self.clients[who], self.cookies[who]
        client.delete_cookie("session")
        if cookie:
            client.set_cookie("session", cookie)
        self.app.extensions["liaison_limits"] = Windows()
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda place: quote(_wire(places[place[1]]), safe=""), rule.rule)
        with client.open(path, method=method, **_with(method, fields)) as answer:
            return int(answer.status_code)


def _wire(text: str) -> bytes:
    """The bytes of a text as they are sent, of one that is no text too."""
    return text.encode("utf-8", "surrogatepass")


def _with(method: str, fields: list[tuple[str, str]]) -> dict[str, Any]:
    """The fields as a browser sends them: in the address, or in the body; with a file in several parts."""
    encoded = urlencode([(_wire(name), _wire(value)) for name, value in fields])
    if method == "GET":
        return {"query_string": encoded}
    if not any(name in FILES for name, _ in fields):
        return {"data": encoded, "content_type": "application/x-www-form-urlencoded"}
    data: MultiDict[str, Any] = MultiDict()
    for name, value in fields:
        sent = _wire(value).decode("utf-8", "replace")
        data.add(
            _wire(name).decode("utf-8", "replace"),
            (BytesIO(_wire(value)), sent[:200] or "x") if name in FILES else sent,
        )
    return {"data": data}


@pytest.fixture(scope="module")
def site() -> Flask:
    """One application for all: it keeps nothing of its database, of which every test has its own."""
    app = create_site(
        {"SECRET_KEY": "test", "SESSION_COOKIE_SECURE": False, "WTF_CSRF_ENABLED": False,
         "NOW": lambda: NOW, "PROPAGATE_EXCEPTIONS": True}
    )  # fmt: skip
    app.request_class = type("HeardRequest", (app.request_class,), {"parameter_storage_class": Heard})
    return app


@pytest.fixture
def world(database_like: Callable[[Callable[[str], object]], str], site: Flask) -> Iterator[World]:
    app = site
    app.config["DATABASE"] = database = Database(database_like(fill))
    with database.read() as connection:
        [installed] = installations(connection)
        rows = {
            name: [str(value) for value in connection.exec_driver_sql(f"SELECT id FROM {name}").scalars()]
            for name in (
                "record",
                "file",
                "draft",
                "account",
                "holding",
                "role_grant",
                "calendar_notice",
                "deputy",
                "party",
                "pair",
                "mechanism_draft",
            )
        }
    known = {
        "record": rows["record"], "file": rows["file"], "id_": rows["draft"], "account": rows["account"],
        "given": rows["role_grant"], "notice": rows["calendar_notice"], "holding": rows["holding"],
        "party": rows["party"], "column": ["x"], "matching": ["pairs"], "kept": rows["pair"],
        "work": rows["mechanism_draft"],
        "installation": [installed.id], "organisation": ["district"], "digest": [installed.digest],
        "person": [ALL, "economy"], "type_": ["matter"], "action": ["accept", "return", "assign", "recall", "rate"],
        "section": ["report.company", "handling.assignment"], "form": ["report", "handling"],
        "field": ["evidence", "contact_phone"],
        "view": ["collected", "handling"], "kind": ["notice", "local"], "post": ["office_staff", "liaison"],
        "unit": ["federation", "economy", "-"], "token": ["x"], "filename": ["liaison.css"], "lang": ["en"],
    }  # fmt: skip
    made = World(app, known)
    for login in (ALL, ""):
        client = app.test_client()
        if login:
            assert client.post("/accounts/sign-in", data={"login": login, "password": PASSWORD}).status_code == 302
        cookie = client.get_cookie("session")
        made.clients.append(client)
        made.cookies.append(cookie.value if cookie else None)
    yield made
    database.close()


ROUTES = sorted(
    (rule.rule, method)
    for rule in create_site({"SECRET_KEY": "test"}).url_map.iter_rules()
    for method in (rule.methods or set()) & {"GET", "POST"}
)


@pytest.mark.parametrize(("route", "method"), ROUTES, ids=[f"{method} {route}" for route, method in ROUTES])
def test_every_page_takes_anything(world: World, route: str, method: str) -> None:
    """First as it is meant, which tells the names of its fields; then with something nasty in all of them at once, in
    one of them, and in the places of its address."""
    rule = next(one for one in world.app.url_map.iter_rules() if one.rule == route)
    meant = {name: random.Random(0).choice(world.known.get(name, ["x"])) for name in rule.arguments}
    Heard.names.clear()
    for who in (0, 1):
        assert world.send(who, rule, method, meant, []) < 500
        assert world.send(who, rule, method, meant, [("step", "do"), ("key", "k"), ("in_force", "1")]) < 500
    names = sorted({*Heard.names, "key", "step"} - {"csrf_token"})

    def fields(bad: str, *wanted: str) -> list[tuple[str, str]]:
        """Something nasty in the fields wanted, and what leads on in the others."""
        return [(name, bad) for name in wanted] + [
            one for one in (("key", "k"), ("step", "do"), ("in_force", "1")) if one[0] not in wanted
        ]

    for bad in WORST:
        assert world.send(0, rule, method, meant, [(name, bad) for name in names]) < 500, bad[:60]
        for place in sorted(meant):
            assert world.send(0, rule, method, {**meant, place: bad}, []) < 500, bad[:60]

    @given(bad=NASTY, one=st.sampled_from([*names, *meant]), who=st.integers(0, 1), data=st.data())
    @settings(max_examples=6, suppress_health_check=list(HealthCheck), database=None)
    def send(bad: str, one: str, who: int, data: st.DataObject) -> None:
        places = {name: data.draw(st.sampled_from(world.known.get(name, ["x"]))) for name in rule.arguments}
        if one in places:
            places[one] = bad or "x"
        assert world.send(who, rule, method, places, fields(bad, one)) < 500

    send()
