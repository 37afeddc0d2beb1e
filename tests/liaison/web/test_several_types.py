"""Mechanisms of several forms and several ways in: the enterprise chooses, the desk registers, lists and counts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from html import unescape
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from harness import Sqlite
from harness.cast import PASSWORD
from liaison.access import Actor
from liaison.calendars import ZONE
from liaison.definitions import read_package
from liaison.engine import Command, Record
from liaison.store import (
    Database,
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
from liaison.web.portal import journey

from .conftest import Site
from .test_portal_pages import look

NOW = datetime(2026, 8, 20, 10, 0, tzinfo=ZONE)
OFFICE = {"nuanqi": "platform", "jinzhong": "express"}
"""Mechanism → who works in its office."""
COMPANY = {"company": "示例机械有限公司", "contact_name": "示例联系人", "contact_phone": "13800138000"}
SERVICES = {
    "recruiting": "线上招聘",
    "returning": "返岗直通",
    "catering": "配餐送餐",
    "counsel": "法律服务",
    "relief": "金融纾困",
}


def fill(url: str) -> None:
    """Two mechanisms in force, the office of each, and a bank that takes part in one."""
    database = Database(url)
    upgrade(database.engine)
    with database.write() as connection:
        add_organisation(connection, "city", "示例市", NOW)
        installed = {
            key: install(connection, "city", publish(connection, read_package(key), "seed", NOW), "seed", NOW)
            for key in OFFICE
        }
        people = {
            **{person: (installed[key], "office_staff", "federation") for key, person in OFFICE.items()},
            "banker": (installed["nuanqi"], "account_manager", "bank"),
        }
        for person, (installation, post, unit) in people.items():
            add_person(connection, "city", f"示例·{person}", id_=person)
            add_account(connection, "city", person, person, PASSWORD, NOW)
            hold(connection, installation, person, post, unit, first_day=date(2026, 1, 1))
    database.close()


class Place:
    """A database with a clock, as `Site` wants it, and a short way to do something in it."""

    def __init__(self, url: str) -> None:
        self.database, self.now, self._count = Database(url), NOW, 0

    def installation(self, key: str) -> str:
        """The id of a mechanism in force."""
        with self.database.read() as connection:
            return next(one.id for one in installations(connection) if one.key == key)

    def do(self, action: str, by: str, record: str = "", **rest: Any) -> str:
        """`by` takes an action; the id of the record."""
        self._count += 1
        result = act(self.database, Command(action, Actor(by), f"{action}/{self._count}", record, **rest), self.now)
        assert result, result.refusal
        return result.record

    def lent(self, amount: str, granted: str = "") -> str:
        """A need of money, which the bank met with `granted`, if so."""
        values = {**COMPANY, "amount": amount, "months": 6, "purpose": "示例：支付货款"}
        need = self.do("ask_loan", "", type="relief", installation=self.installation("nuanqi"), values=values)
        if granted:
            self.do("introduce", "platform", need, values={"bank": "bank"})
            self.do("grant", "banker", need, values={"granted": granted, "granted_on": "2026-08-20"})
        return need


@pytest.fixture
def place(database_like: Callable[[Callable[[str], object]], str]) -> Iterator[Any]:
    """The site, on each database in turn."""
    made = Place(database_like(fill))
    yield Site(made)
    made.database.close()


def test_the_enterprise_chooses_among_five_forms(place: Any) -> None:
    nuanqi, guest = place.installation("nuanqi"), place.app.test_client()
    home = guest.get("/").text
    for key, title in SERVICES.items():
        assert re.search(rf'<a class="button" href="/m/{nuanqi}#{key}">{title}</a>', home)
    page = guest.get(f"/m/{nuanqi}").text
    types = read_types(place, "nuanqi")
    for key, title in SERVICES.items():
        choice = page.partition(f'id="{key}"')[2].partition("</li>")[0]
        assert types[key].about in unescape(choice), "what it is for"
        assert f'action="/m/{nuanqi}/{key}/new"' in choice
        assert f"填写{title}" in choice
        assert "怎样办理" in choice
    assert "开始填写" not in page, "no button that does not say which"


def read_types(place: Any, key: str) -> Any:
    with place.database.read() as connection:
        edition = next(one.edition for one in installations(connection) if one.key == key)
        return place.database.shelf.mechanism(connection, edition).definition.record_types


@pytest.mark.parametrize(("key", "asked"), [("recruiting", "岗位"), ("catering", "用餐"), ("relief", "资金需求")])
def test_each_choice_opens_its_own_form(key: str, asked: str, place: Any) -> None:
    guest = place.app.test_client()
    begun = guest.post(f"/m/{place.installation('nuanqi')}/{key}/new")
    assert begun.status_code == 303
    first = guest.get(begun.headers["Location"]).text
    assert "企业名称" in first
    assert asked in first


def test_the_desk_lists_each_type_and_registers_any(place: Any) -> None:
    place.lent("200", granted="150")
    office = place.signed_in("platform")
    todo = office.get("/desk/").text
    for key, title in SERVICES.items():
        assert f'href="/desk/ledgers/{key}"' in todo, "a list of its own in the navigation"
        assert f'href="/desk/new/{key}">登记{title}</a>' in todo
        assert ("NQ-2026-0001" in office.get(f"/desk/ledgers/{key}").text) == (key == "relief")
    assert "150 万元" in office.get("/desk/ledgers/relief").text


def test_each_figure_opens_what_it_counts(place: Any) -> None:
    met, open_ = place.lent("200", granted="150"), place.lent("80")
    office = place.signed_in("platform")
    page = unescape(office.get("/desk/reports/platforms?period=2026-08").text)
    assert "280 万元" in page, "asked for"
    assert "150 万元" in page, "granted"
    figure = "/desk/reports/platforms/records?period=2026-08&metric="
    behind = {metric: office.get(figure + metric).text for metric in ("needs", "amount", "loans", "granted")}
    assert all(met in text for text in behind.values())
    assert [metric for metric, text in behind.items() if open_ in text] == ["needs", "amount"]
    by_bank = office.get(f"{figure}granted_by_bank&line=bank").text
    assert met in by_bank
    assert open_ not in by_bank


def test_another_way_in_stands_beside_the_first_and_says_where_a_matter_came_from(place: Any) -> None:
    office = place.signed_in("express")
    todo = office.get("/desk/").text
    assert 'href="/desk/new/appeal">登记诉求</a>' in todo
    assert 'href="/desk/new/appeal?action=note_visit">登记走访得知的诉求</a>' in todo
    form = office.get("/desk/new/appeal?action=note_visit", follow_redirects=True).text
    assert "<h1>登记走访得知的诉求</h1>" in form
    assert 'action="/desk/new/appeal?action=note_visit&amp;draft=' in form
    found = re.search(r'name="key" value="([^"]+)"', form)
    assert found is not None
    told = {**COMPANY, "abroad": "yes", "channel": "bank", "subject": "示例：资金周转", "problem": "示例：产品积压。"}
    sent = {**told, "key": found[1], "step": "do"}
    missing = office.post("/desk/new/appeal?action=note_visit", data=sent)
    assert missing.status_code == 422
    assert "请填写“需要的金额”" in unescape(missing.text)
    done = office.post("/desk/new/appeal?action=note_visit", data={**sent, "amount": "800"})
    record = office.get(done.headers["Location"]).text
    assert "走访得知" in record
    assert "800 万元" in record
    assert office.get("/desk/new/appeal?action=reply").status_code == 403, "that begins nothing"
    assert place.app.test_client().post(f"/m/{place.installation('jinzhong')}/appeal/new").status_code == 303


@pytest.fixture(scope="module")
def backend_here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sqlite]:
    backend = Sqlite(tmp_path_factory.mktemp("several"))
    yield backend
    backend.close()


@pytest.mark.slow
def test_the_choice_is_clear_on_every_screen(backend_here: Sqlite, serve: Callable[[Any], str], page: Page) -> None:
    made = Place(backend_here.like(fill))
    base = serve(Site(made).app)
    page.goto(base)
    look(page)
    page.get_by_role("link", name="金融纾困", exact=True).click()
    look(page)
    expect(page.get_by_role("heading", level=3)).to_have_text(list(SERVICES.values()))
    chosen = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="金融纾困"))
    expect(chosen).to_be_in_viewport()
    chosen.get_by_text("怎样办理", exact=True).click()
    expect(chosen.get_by_text("待对接")).to_be_visible()
    look(page)
    chosen.get_by_role("button", name="填写金融纾困").click()
    expect(page.get_by_role("heading", level=2, name="企业")).to_be_visible()
    look(page)
    made.database.close()


def test_each_way_a_matter_may_go_is_told(place: Any) -> None:
    page = place.app.test_client().get(f"/m/{place.installation('jinzhong')}").text
    steps = re.findall(r'timeline__title"[^>]*>([^<]+)<', page)
    assert steps == ["待受理", "视情况走其中一路", "办理中", "已答复"]
    ways = ["呈请批示：待批示 → 已批示", "交部门", "转银行", "转商会"]
    assert all(way in page for way in ways)


def test_where_there_is_nothing_to_fill_in_the_page_says_so(place: Any) -> None:
    with place.database.write() as connection:
        digest = publish(connection, read_package("policy_library"), "seed", NOW)
        here = install(connection, "city", digest, "seed", NOW)
    page = unescape(place.app.test_client().get(f"/m/{here}").text)
    assert "这里没有要企业填写的" in page
    assert "填写之前" not in page
    assert "个人信息" not in page


@pytest.mark.parametrize(
    ("route", "steps"),
    [("department", ["办理中", "已答复"]), ("instruction", ["待批示", "已批示", "办理中", "已答复"])],
)
def test_once_it_is_known_which_way_a_matter_goes_only_that_is_told(place: Any, route: str, steps: list[str]) -> None:
    with place.database.read() as connection:
        edition = next(one.edition for one in installations(connection) if one.key == "jinzhong")
        ready = place.database.shelf.mechanism(connection, edition)
    one = Record(id="r", type="appeal", installation="", state="received", values={"route": route})
    with place.app.test_request_context():
        assert [step["title"] for step in journey.ahead(ready, one)] == steps
