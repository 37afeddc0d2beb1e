"""One scheme in two districts side by side, from the answers to its slots alone: other units, numbers and hours, and
neither sees the other's records."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from harness.cast import PASSWORD
from liaison.access import Actor, may_see, scope_of
from liaison.calendars import OfficeHours
from liaison.definitions import read_package
from liaison.store import (
    SqlWorld,
    Wanted,
    add_account,
    add_organisation,
    add_person,
    grant,
    hold,
    install,
    installations,
    publish,
    records,
)
from liaison.web import create_app

from .conftest import NOW, OFFICE, Place

ANSWERS = {
    "title": "示例邻区企业直联",
    "numbers": "LQ{year}{month}-{serial:3}",
    "office_hours": {"hours": "09:00-12:00,13:30-17:00"},
    "units": [
        {"key": "federation", "title": "邻区工商联", "kind": "department"},
        {"key": "works", "title": "邻区住建局", "kind": "department"},
        {"key": "chamber", "title": "邻区总商会", "kind": "chamber"},
    ],
}
NEIGHBOUR = Actor("neighbour_office", "邻区李办")
WORKS = Actor("neighbour_works", "邻区赵住建")


@pytest.fixture
def neighbour(place: Place) -> Place:
    """The same mechanism in the district next door, with its own answers and people."""
    with place.database.write() as connection:
        add_organisation(connection, "neighbour", "示例邻区", NOW, parent="city")
        digest = publish(connection, read_package("shunde"), "seed", NOW)
        installation = install(connection, "neighbour", digest, "seed", NOW, answers=ANSWERS)
        for person, name, post, unit in (
            (NEIGHBOUR.id, NEIGHBOUR.name, "office_staff", "federation"),
            (WORKS.id, WORKS.name, "liaison", "works"),
        ):
            add_person(connection, "neighbour", name, id_=person)
            hold(connection, installation, person, post, unit)
    return replace(place, installation=installation, office=NEIGHBOUR)


def test_each_has_its_own_units_numbers_and_hours(place, neighbour):
    ours, theirs = place.submit("ours"), neighbour.submit("theirs")
    assert (ours.number, theirs.number) == ("SDMQ-2026-0001", "LQ202608-001")
    with place.database.read() as connection:
        world = SqlWorld(connection, place.database.shelf)
        here, there = (world.surroundings(one.installation, NOW.date()) for one in (place, neighbour))
        titles = [world.mechanism(one.installation).definition.title for one in (place, neighbour)]
        called = {one.id: one.title for one in installations(connection)}
    assert len(here.today.roster.units) == 42
    assert list(there.today.roster.units) == ["federation", "works", "chamber"]
    assert titles == ["顺德区民营企业项目联络协作", "示例邻区企业直联"]
    assert [called[one.installation] for one in (place, neighbour)] == titles
    assert [around.hours == OfficeHours.from_json(ANSWERS["office_hours"]) for around in (here, there)] == [False, True]


def test_the_neighbours_scheme_runs_with_its_own_people(place, neighbour):
    matter = neighbour.submit("theirs").record
    assert neighbour.do(matter, "accept", NEIGHBOUR)
    asked = {"level": "general", "subject": "示例", "lead_unit": "works"}
    strangers = neighbour.do(matter, "assign", NEIGHBOUR, values={**asked, "lead_unit": "economy"})
    assert [problem.field for problem in strangers.refusal.problems] == ["lead_unit"], "a unit of the other district"
    assert neighbour.do(matter, "assign", NEIGHBOUR, values=asked)
    record = neighbour.record(matter)
    assert record.clock("general_reply").due_day.isoformat() == "2026-09-20"
    sign = neighbour.do(record.parts[0].assignment, "sign", WORKS, values={"person": "示例", "phone": "0757-22221111"})
    assert sign
    assert neighbour.record(matter).state == "handling"


def test_neither_sees_or_touches_the_others_records(place, neighbour):
    ours, theirs = place.submit("ours").record, neighbour.submit("theirs").record
    assert place.do(theirs, "accept", OFFICE).refusal.code == "engine.not_yours"
    assert neighbour.do(ours, "accept", NEIGHBOUR).refusal.code == "engine.not_yours"
    with place.database.read() as connection:
        world = SqlWorld(connection, place.database.shelf)
        for actor, own, other in ((OFFICE, ours, theirs), (NEIGHBOUR, theirs, ours)):
            reach = {}
            for one in (place, neighbour):
                around, mechanism = world.surroundings(one.installation, NOW.date()), world.mechanism(one.installation)
                reach[one.installation] = scope_of(actor, mechanism.definition.record_types, around.today)
            seen = {
                record.id
                for one in (place, neighbour)
                for record in records(
                    connection, place.database.shelf, reach, Wanted(one.installation, "matter"), NOW
                ).records
            }
            assert seen == {own}
            families = world.families([own, other])
            answers = [bool(may_see(reach[families[id_].record.installation], families[id_].record.seen))
                       for id_ in (own, other)]  # fmt: skip
            assert answers == [True, False]


def test_numbers_of_the_two_do_not_touch_each_other(place, neighbour):
    pairs = [(n, one) for n in range(3) for one in (place, neighbour)]
    numbers = [one.submit(f"{one.installation}/{n}", NOW + timedelta(minutes=n)).number for n, one in pairs]
    assert numbers == [
        "SDMQ-2026-0001", "LQ202608-001", "SDMQ-2026-0002", "LQ202608-002", "SDMQ-2026-0003", "LQ202608-003",
    ]  # fmt: skip


def test_the_city_above_counts_both_and_opens_neither(place, neighbour):
    ours = [place.submit(f"ours/{n}").record for n in range(2)]
    neighbour.submit("theirs")
    with place.database.write() as connection:
        add_person(connection, "city", "市观察员", id_="above")
        add_account(connection, "city", "above", "above", PASSWORD, NOW)
        grant(connection, "above", "viewer", "organisation", "city", "seed", organisation="city")
    above = create_app(
        {"SECRET_KEY": "test", "SESSION_COOKIE_SECURE": False, "WTF_CSRF_ENABLED": False, "DATABASE": place.database,
         "NOW": lambda: NOW}
    ).test_client()  # fmt: skip
    above.post("/accounts/sign-in", data={"login": "above", "password": PASSWORD})
    page = above.get("/desk/reports/quarter?at=city&of=shunde&period=2026-Q3").text
    rows = re.findall(r'<tr><th scope="row">(示例[邻]?区)</th>\s*<td class="num">.*?>(\d+)</span>', page)
    assert dict(rows) == {"示例区": "2", "示例邻区": "1"}
    assert re.search(r"收到件数\s*3", re.sub(r"<[^>]+>", " ", page))
    assert above.get(f"/desk/records/{ours[0]}").status_code == 403
