"""The tree of organisations, kept from its page; and two districts of one city set up side by side by hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from werkzeug.test import Client, TestResponse

from harness.cast import PASSWORD, report
from liaison.access import GUEST, Actor
from liaison.engine import Command
from liaison.store import act, add_account, add_person, grant, installations, lookup

from .test_accounts import shown
from .test_pages import sound

HELD = {"office": ("office_staff", "federation"), "economy": ("liaison", "economy")}


def organisations(place: Any) -> dict[str, lookup.Place]:
    with place.database.read() as connection:
        return {one.title: one for one in lookup.organisations(connection)}


def text_of(answer: TestResponse) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


@pytest.fixture
def city(place: Any) -> Client:
    """The city's administrator, who configures and keeps accounts for all below."""
    with place.database.write() as connection:
        add_person(connection, "city", "示例市管理员", id_="city_admin")
        add_account(connection, "city", "city_admin", "city_admin", PASSWORD, place.now)
        for role in ("configurer", "security"):
            grant(connection, "city_admin", role, "organisation", "city", "seed", organisation="city")
    client: Client = place.signed_in("city_admin")
    return client


def test_an_organisation_is_added_below_and_corrected(place: Any, city: Client) -> None:
    typed = {"parent": "district", "title": "示例街道", "level": "street", "region": "440606001"}
    answer = city.post("/admin/organisations/", data=typed)
    assert answer.status_code == 302
    street = organisations(place)["示例街道"]
    assert (street.above, street.level, street.region) == (("city", "district"), "street", "440606001")
    assert "示例街道" in city.get("/admin/organisations/").text
    address = f"/admin/organisations/{street.id}"
    changed = {"title": "示例功能区", "level": "other", "region": ""}
    assert city.post(address, data=changed).status_code == 302
    known = organisations(place)["示例功能区"]
    assert (known.id, known.level, known.region) == (street.id, "other", "")
    page = city.get(address)
    # From here one goes on to its calendar, which begins as the one above, and to setting up a mechanism in it.
    for section in ("mechanisms", "calendars", "accounts", "grants", "parties"):
        assert f"/admin/organisation/{street.id}?back=admin_{section}" in page.text
    assert "示例功能区" in city.get(f"/admin/organisation/{street.id}?back=admin_calendars", follow_redirects=True).text


def test_a_mechanism_is_set_up_from_the_page_of_its_organisation(place: Any, city: Client) -> None:
    page = city.get("/admin/organisations/other").text
    way = re.search(r'href="([^"]+)">设立顺德区民营企业项目联络协作', page)
    assert way
    form = city.get(unescape(way[1]), follow_redirects=True)
    assert city.post(form.request.path, data={"slot-numbers": "LQ-{year}-{serial:4}"}).status_code == 302
    with place.database.read() as connection:
        [one] = installations(connection, "other")
    page = city.get("/admin/organisations/other").text
    assert f'href="/admin/mechanisms/installations/{one.id}"' in page
    assert ">设立顺德" not in page
    # Who keeps accounts and configures nothing is offered nothing to configure.
    assert "version=" not in place.signed_in("keeper").get("/admin/organisations/district").text


@pytest.mark.parametrize(
    "wrong",
    [{"title": ""}, {"title": "邻区"}, {"title": "长" * 101}, {"level": "moon"}, {"region": "99"}, {"parent": "moon"},
     {"parent": ""}],
    ids=str,
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_added(place: Any, city: Client, wrong: dict[str, str]) -> None:
    before = organisations(place)
    typed = {"parent": "city", "title": "新区", "level": "district", "region": ""} | wrong
    answer = city.post("/admin/organisations/", data=typed)
    assert answer.status_code == 422
    assert "field--wrong" in answer.text
    assert organisations(place) == before


def test_nobody_reaches_above_or_beside_the_own_organisation(place: Any) -> None:
    keeper = place.signed_in("keeper")
    page = text_of(keeper.get("/admin/organisations/"))
    assert "示例区" in page
    assert "邻区" not in page
    for other in ("city", "other"):
        assert keeper.get(f"/admin/organisations/{other}").status_code == 404
        typed = {"parent": other, "title": "新区", "level": "district", "region": ""}
        assert keeper.post("/admin/organisations/", data=typed).status_code == 422
        changed = {"title": "改", "level": "district", "region": ""}
        assert keeper.post(f"/admin/organisations/{other}", data=changed).status_code == 404


def test_the_page_on_both_screens(site: Any, serve: Callable[[Any], str], page: Page) -> None:
    base = serve(site.app)
    site.enter(page, base, "keeper")
    page.goto(f"{base}/admin/organisations/")
    sound(page)
    page.get_by_role("textbox", name="机构名称").fill("示例街道")
    page.get_by_label("级别").select_option(label="镇街")
    page.get_by_role("button", name="添加", exact=True).click()
    expect(page.get_by_role("heading", name="示例街道")).to_be_visible()
    sound(page)
    page.locator("main").get_by_role("link", name="账号").click()
    page.get_by_role("heading", name="账号", exact=True).wait_for()
    expect(page.locator(".top__mechanism summary")).to_have_text("示例街道")


# ── Two districts under one city ─────────────────────────────────────────────────────────────────────────────────


class District:
    """A district set up through the pages, from the organisation to the first account."""

    def __init__(self, place: Any, city: Client, title: str, key: str, answers: dict[str, str]) -> None:
        self.place, self.key, self.title = place, key, title
        typed = {"parent": "city", "title": title, "level": "district", "region": ""}
        self.id = str(city.post("/admin/organisations/", data=typed).location.rpartition("/")[2])
        city.get(f"/admin/organisation/{self.id}?back=admin_mechanisms")
        with place.database.read() as connection:
            digest = installations(connection, "district")[0].digest
        answer = city.post(f"/admin/mechanisms/versions/{digest}/install", data=answers)
        assert answer.status_code == 302, text_of(answer)
        with place.database.read() as connection:
            [found] = installations(connection, self.id)
        self.installation = found.id
        assert not found.in_force
        self._staff(city)
        force = f"/admin/mechanisms/installations/{self.installation}/force"
        assert city.post(force, data={"in_force": "1"}).status_code == 302

    def _staff(self, city: Client) -> None:
        """A roster in one file, and accounts for two of those in it."""
        blank = city.get(f"/admin/roster/{self.installation}/roster.csv").data.decode("utf-8-sig").splitlines()
        lines = [blank[0]]
        for number, line in enumerate(blank[1:]):
            unit, post = line.split(",")[:2]
            one_person = post in ("召集人（区工商联党组书记）", "办公室主任")
            lines.append(f"{unit},{post},{self.key}{'' if one_person else number},,,,")
        answer = city.post(f"/admin/roster/{self.installation}/import", data={"csv": "\n".join(lines)})
        assert answer.status_code == 302, text_of(answer)
        self.people: dict[str, str] = {}
        with self.place.database.read() as connection:
            held = lookup.holdings(connection, self.installation)
        for name, (post, unit) in HELD.items():
            person = next(one.person for one in held if (one.post, one.unit) == (post, unit))
            login = f"{self.key}_{name}"
            city.get(f"/admin/organisation/{self.id}?back=admin_accounts")
            answer = city.post("/admin/accounts/", data={"login": login, "person": person, "name": ""})
            once = shown(answer.text)
            client = self.place.app.test_client()
            client.post("/accounts/sign-in", data={"login": login, "password": once})
            changed = client.post("/accounts/password", data={"old": once, "new": PASSWORD, "again": PASSWORD})
            assert changed.status_code == 302, text_of(changed)
            self.people[name] = person

    def office(self) -> Client:
        client: Client = self.place.signed_in(f"{self.key}_office")
        return client

    def submit(self, **values: Any) -> str:
        key = f"{self.key}/{values}"
        command = Command("submit", GUEST, key, type="matter", installation=self.installation,
                          values=report(submitted_on="2026-12-02", **values))  # fmt: skip
        result = act(self.place.database, command, self.place.now)
        assert result, result.refusal
        return result.record

    def accept(self, record: str) -> None:
        command = Command("accept", Actor(self.people["office"], "x"), f"accept/{record}", record)
        result = act(self.place.database, command, self.place.now)
        assert result, result.refusal


def test_a_city_sees_totals_of_two_districts_and_neither_sees_the_other(place: Any, city: Client) -> None:
    east = District(place, city, "东区", "east", {"slot-title": "东区企业直联", "slot-numbers": "DQ-{year}-{serial:4}"})
    west = District(place, city, "西区", "west", {"slot-title": "西区企业直联", "slot-numbers": "XQ-{year}-{serial:4}"})
    theirs = {
        east: [east.submit(company=f"东区示例公司{n}", category="A") for n in range(3)],
        west: [west.submit(company=f"西区示例公司{n}", category="B") for n in range(2)],
    }
    east.accept(theirs[east][0])
    for one, other, numbers in ((east, west, "DQ"), (west, east, "XQ")):
        office = one.office()
        assert text_of(office.get("/desk/ledgers/collected")).count(f"{numbers}-2026-") == len(theirs[one])
        assert f"{one.title}企业直联" in office.get(f"/m/{one.installation}").text
        assert {office.get(f"/desk/records/{id_}").status_code for id_ in theirs[one]} == {200}
        assert {office.get(f"/desk/records/{id_}").status_code for id_ in theirs[other]} == {403}
        assert office.get(f"/desk/at/{other.installation}").status_code == 404
        assert not set(re.findall(r"/desk/records/([0-9a-f-]{36})", office.get("/desk/search?q=示例公司").text)) & {
            *theirs[other]
        }
    with place.database.write() as connection:
        add_person(connection, "city", "示例市领导", id_="leader")
        add_account(connection, "city", "leader", "leader", PASSWORD, place.now)
    city.get("/admin/organisation/city?back=admin_grants")
    given = {"person": "leader", "role": "viewer", "on": "organisation:city", "first_day": "", "last_day": ""}
    assert city.post("/admin/grants/", data=given).status_code == 302
    leader = place.signed_in("leader")
    whole = _received(leader, "city")
    assert whole == sum(map(len, theirs.values())) == 5
    for all_ in theirs.values():
        assert {leader.get(f"/desk/records/{id_}").status_code for id_ in all_} == {403}
    assert leader.get("/desk/ledgers/collected").status_code == 403
    assert leader.get("/desk/search?q=示例公司").status_code == 403
    # One more grant, to read, and the records of that district alone open.
    given = {"person": "leader", "role": "reader", "on": f"installation:{east.installation}", "first_day": ""}
    assert city.post("/admin/grants/", data=given).status_code == 302
    assert {leader.get(f"/desk/records/{id_}").status_code for id_ in theirs[east]} == {200}
    assert {leader.get(f"/desk/records/{id_}").status_code for id_ in theirs[west]} == {403}


def _received(client: Client, over: str) -> int:
    """The first number of the report over an organisation: what was received, all places together."""
    page = client.get(f"/desk/reports/month?at={over}&of=shunde&period=2026-12")
    assert page.status_code == 200
    found = re.search(r"收到件数 (\d+)", text_of(page))
    assert found, text_of(page)
    return int(found[1])
