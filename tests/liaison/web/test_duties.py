"""Duties at the desk: the board, what counts, moving, and what waits for one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import event
from werkzeug.test import Client

from harness import axe
from liaison.access import Actor
from liaison.calendars import ZONE
from liaison.definitions import Package, Unit, read_package
from liaison.engine import Command
from liaison.engine.duties import Instance
from liaison.store import (
    Database,
    access_log,
    act,
    add_account,
    add_organisation,
    add_person,
    add_unit,
    duties,
    hold,
    install,
    installations,
    pair,
    publish,
    upgrade,
)
from liaison.web import create_app

SOURCE = Path(__file__).parents[1] / "engine" / "mechanisms" / "duties"
NOW = datetime(2026, 10, 1, 9, 0, tzinfo=ZONE)
PASSWORD = "a sentence to remember"
BUREAUS = ("发展改革局", "市场监管局", "人力资源和社会保障局", "自然资源局", "生态环境局", "税务局")
PEOPLE = (
    ("office", "示例办公室", "office", ""),
    ("chief", "示例总召集人", "chief", ""),
    ("north", "示例北局联络员", "liaison", "north"),
    ("south", "示例南局联络员", "liaison", "south"),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def package() -> Package:
    """The mechanism with the reading of the first week that falls into the holidays of October."""
    files = dict(read_package(SOURCE).files)
    path = "rules/duties/mechanism.json"
    files[path] = files[path].replace(b'"default": "first_full_week"', b'"default": "days_1_to_7"')
    return Package(files)


def fill(url: str) -> None:
    """The mechanism in force since August, with a few visits made and a meeting held."""
    database = Database(url)
    upgrade(database.engine)
    began = at("2026-08-01 09:00")
    with database.write() as connection:
        add_organisation(connection, "district", "示例区", began)
        installation = install(connection, "district", publish(connection, package(), "seed", began), "seed", began)
        for at_, name in enumerate(
            ("发展改革局", "市场监管局", "人力资源和社会保障局", "自然资源局", "生态环境局", "税务局")
        ):
            add_unit(connection, installation, Unit(f"bureau_{at_}", f"示例{name}", "bureau"))
        for person, name, post, unit in PEOPLE:
            add_person(connection, "district", name, id_=person)
            add_account(connection, "district", person, person, PASSWORD, began)
            hold(connection, installation, person, post, unit)
        for right in ("north", "south"):
            pair(connection, installation, "hand_in_hand", "chief", right)
    office, count = Actor("office", "示例办公室"), iter(range(1000))

    def begin(type_: str, day: str, **values: Any) -> str:
        now = at(f"{day} 10:00")
        duties.tend(database, now)
        key = f"{type_}/{next(count)}"
        result = act(database, Command(f"begin_{type_}", office, key, type=type_, installation=installation,
                                       values=values), now)  # fmt: skip
        assert result, result.refusal
        if type_ in ("visit", "session"):
            assert act(database, Command("finish", office, f"finish/{key}", result.record), now)
        return str(result.record)

    companies = [begin("company", "2026-08-01", name=f"示例{name}公司", unit="club") for name in "甲乙丙丁戊己"]
    begin("agreement", "2026-08-01", unit="north", visits=2)
    begin("session", "2026-08-05", held_on="2026-08-05")
    begin("session", "2026-09-10", held_on="2026-09-10")
    for day in ("2026-08-12", "2026-08-20", "2026-09-02", "2026-09-09", "2026-09-16", "2026-09-30"):
        for unit, several in (("north", companies[:2]), ("bureau_1", companies[2:4]), ("bureau_3", companies[4:5])):
            for company in several:
                begin("visit", day, unit=unit, visited_on=day, company=company[:6], of_company=company)
    duties.tend(database, NOW)
    database.close()


class Site:
    def __init__(self, database: Database, installation: str) -> None:
        self.database, self.installation = database, installation
        self.now = NOW
        self.app: Flask = create_app({
            "SECRET_KEY": "test", "SESSION_COOKIE_SECURE": False, "WTF_CSRF_ENABLED": False, "DATABASE": database,
            "NOW": lambda: self.now,
        })  # fmt: skip

    def signed_in(self, login: str) -> Client:
        client = self.app.test_client()
        answer = client.post("/accounts/sign-in", data={"login": login, "password": PASSWORD})
        assert answer.status_code == 302, answer.text
        return client

    def instance(self, key: str, owner: str, period: str = "") -> Instance:
        with self.database.read() as connection:
            last = duties.periods(connection, self.installation, key, limit=60)
            wanted = [one for one in last if one.key == (period or last[0].key)]
            [found] = [one for one in duties.board(connection, self.installation, key, wanted) if one.owner == owner]
        return found


@pytest.fixture
def site(database_like: Callable[[Callable[[str], object]], str]) -> Iterator[Site]:
    database = Database(database_like(fill))
    with database.read() as connection:
        [here] = installations(connection)
    yield Site(database, here.id)
    database.close()


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


# ── The board ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_office_sees_how_everybody_stands(site: Site) -> None:
    page = site.signed_in("office").get("/desk/duties?duty=weekly_visits")
    assert page.status_code == 200
    said = text_of(page.text)
    for unit in ("示例北局", "示例南局", "示例税务局"):
        assert unit in said
    for period in ("2026年第40周", "2026年第35周"):
        assert period in said
    assert "2026年第34周" not in said
    assert re.search(r"2026年第40周 已完成 2 / 2 示例北局 2026年第39周 未完成 0 / 2 示例北局 2026年第38周 已完成", said)
    assert "每周五" in said


def test_the_board_goes_back_as_far_as_there_are_periods(site: Site) -> None:
    office = site.signed_in("office")
    page = office.get("/desk/duties?duty=weekly_visits")
    [older] = re.findall(r'href="(/desk/duties\?[^"]*before=[^"]*)"', page.text)
    before = office.get(older.replace("&amp;", "&"))
    assert "2026年第34周" in before.text
    assert "2026年第35周" not in before.text
    assert office.get("/desk/duties?duty=weekly_visits&before=nonsense").status_code == 200
    assert office.get("/desk/duties?duty=nothing").status_code == 200


def test_a_period_names_the_records_that_met_it_and_who_has_none(site: Site) -> None:
    office, week = site.signed_in("office"), "/desk/duties?duty=weekly_visits&period=2026-09-28"
    board = office.get("/desk/duties?duty=weekly_visits").text.replace("&amp;", "&")
    assert f'href="{week}"' in board
    whole = office.get(week).text
    said = text_of(whole)
    assert "2026年第40周" in said
    assert re.search(r"全部 8 已完成 2 待完成 6", said)
    assert len(set(re.findall(r'href="(/desk/records/[^"]+)"', whole))) == 5
    met = office.get(f"{week}&standing=met").text
    assert "示例北局" in met
    assert "示例南局" not in met
    assert "没有这样的承担者" in office.get(f"{week}&standing=late").text
    assert "已完成 2 / 2" in text_of(office.get("/desk/duties?duty=weekly_visits&period=2026-09-07").text), "settled"
    assert "2026年第35周" in office.get("/desk/duties?duty=weekly_visits&period=2026-09-29").text, (
        "no first day: the board"
    )


def test_a_unit_sees_itself_in_a_period(site: Site) -> None:
    page = site.signed_in("north").get("/desk/duties?duty=weekly_visits&period=2026-09-28").text
    assert re.search(r"全部 1 已完成 1", text_of(page))
    assert "示例南局" not in page
    assert "另有 2 件" in page
    assert "/desk/records/" not in page


def test_a_unit_sees_its_own_only(site: Site) -> None:
    north = site.signed_in("north")
    said = text_of(north.get("/desk/duties?duty=weekly_visits").text)
    assert "示例北局" in said
    assert "示例南局" not in said
    mine, theirs = (site.instance("weekly_visits", owner) for owner in ("north", "south"))
    assert north.get(f"/desk/duties/{mine.id}").status_code == 200
    assert north.get(f"/desk/duties/{theirs.id}").status_code == 403
    assert north.get("/desk/duties/nothing").status_code == 404
    assert site.app.test_client().get(f"/desk/duties/{mine.id}").status_code == 302


def test_both_of_a_pair_see_what_they_owe(site: Site) -> None:
    one = site.instance("hand_in_hand", "chief/north")
    for who, status in (("chief", 200), ("north", 200), ("south", 403)):
        assert site.signed_in(who).get(f"/desk/duties/{one.id}").status_code == status


def test_a_window_without_a_workday_says_so(site: Site) -> None:
    said = text_of(site.signed_in("office").get("/desk/duties?duty=session").text)
    assert "没有工作日" in said
    assert "原则上" in said
    assert "2026年10月 10-01 – 10-07" in said
    one = site.instance("session", "office")
    assert "请改期" in site.signed_in("office").get(f"/desk/duties/{one.id}").text


def test_the_board_takes_no_more_queries_for_more_owners(site: Site) -> None:
    def count() -> int:
        seen: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        event.listen(site.database.engine, "before_cursor_execute", note)
        assert office.get("/desk/duties?duty=weekly_visits").status_code == 200
        event.remove(site.database.engine, "before_cursor_execute", note)
        return len(seen)

    office = site.signed_in("office")
    office.get("/desk/duties?duty=weekly_visits")
    before = count()
    with site.database.write() as connection:
        for number in range(20):
            add_unit(connection, site.installation, Unit(f"more_{number}", f"示例第{number}局", "bureau"))
    site.now = at("2026-10-05 09:00")
    duties.tend(site.database, site.now)
    office = site.signed_in("office")
    office.get("/desk/duties?duty=weekly_visits")  # the roster has changed: it is read anew once
    assert "示例第19局" in office.get("/desk/duties?duty=weekly_visits").text
    assert count() == before


# ── One instance ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_counts_can_be_opened(site: Site) -> None:
    one = site.instance("weekly_visits", "north")
    said = site.signed_in("office").get(f"/desk/duties/{one.id}").text
    assert len(re.findall(r'href="/desk/records/[^"]+"', said)) == 2
    assert "2 / 2" in text_of(said)


def test_what_counted_then_can_still_be_opened(site: Site) -> None:
    one = site.instance("weekly_visits", "north", "2026-W38")
    assert one.next_look is None
    said = site.signed_in("office").get(f"/desk/duties/{one.id}").text
    assert len(re.findall(r'href="/desk/records/[^"]+"', said)) == 2
    assert "结清：已完成" in text_of(said)


def test_what_one_may_not_see_is_counted_and_not_shown(site: Site) -> None:
    one = site.instance("weekly_visits", "north")
    said = site.signed_in("north").get(f"/desk/duties/{one.id}").text
    assert not re.findall(r'href="/desk/records/[^"]+"', said)
    assert "另有 2 件您无权查看" in said


def test_what_was_drawn_is_named_with_its_seed(site: Site) -> None:
    site.now = at("2027-01-04 09:00")
    duties.tend(site.database, site.now)
    one = site.instance("by_lot", "club", "2027")
    said = text_of(site.signed_in("office").get(f"/desk/duties/{one.id}").text)
    assert said.count("未覆盖 示例") == 3
    with site.database.read() as connection:
        kept = duties.one(connection, one.id)
    assert kept is not None
    assert kept.seed in said


def test_the_record_made_for_it_is_one_step_away(site: Site) -> None:
    one = site.instance("report", "office", "2026-Q3")
    assert f"/desk/records/{one.record}" in site.signed_in("office").get(f"/desk/duties/{one.id}").text


# ── Moving ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_moving_takes_a_day_and_a_reason(site: Site) -> None:
    office, one = site.signed_in("office"), site.instance("session", "office")
    address = f"/desk/duties/{one.id}/move"
    for data, said in (
        ({"to": "", "reason": "示例"}, "请选择改到哪一天"),
        ({"to": "2026-13-40", "reason": "示例"}, "请选择改到哪一天"),
        ({"to": "2026-10-12", "reason": " "}, "改期需要写明理由"),
        ({"to": "2026-09-12", "reason": "示例：撞期"}, "只能改到2026年10月1日至"),
    ):
        answer = office.post(address, data=data)
        assert answer.status_code == 422
        assert said in answer.text
        assert not data["reason"].strip() or data["reason"] in answer.text, "what was typed is still there"
    assert office.post(address, data={"to": "2026-10-12", "reason": "示例：七天都放假"}).status_code == 303
    page = text_of(office.get(f"/desk/duties/{one.id}").text)
    assert "由2026年10月7日改期到2026年10月12日" in page
    assert "示例：七天都放假" in page
    assert site.instance("session", "office").due == date(2026, 10, 12)
    with site.database.read() as connection:
        [line] = [line for line in access_log(connection, "district") if line.what == "duty_moved"]
    assert (line.person, line.detail["reason"]) == ("office", "示例：七天都放假")


def test_who_may_not_move_it_is_not_offered_it_and_refused(site: Site) -> None:
    one = site.instance("weekly_visits", "north")
    north = site.signed_in("north")
    assert "改期" not in north.get(f"/desk/duties/{one.id}").text
    answer = north.post(f"/desk/duties/{one.id}/move", data={"to": "2026-10-03", "reason": "示例"})
    assert answer.status_code == 422
    assert not site.instance("weekly_visits", "north").moves
    theirs = site.instance("weekly_visits", "south")
    assert north.post(f"/desk/duties/{theirs.id}/move", data={"to": "2026-10-03"}).status_code == 403


# ── What waits for one ───────────────────────────────────────────────────────────────────────────────────────────


def test_what_one_owes_stands_among_what_waits_for_one(site: Site) -> None:
    south = text_of(site.signed_in("south").get("/desk/").text)
    assert "定期义务" in south
    assert "每周走访两家企业" in south
    assert "挂点走访" in south
    north = text_of(site.signed_in("north").get("/desk/").text)
    assert "每周走访两家企业" not in north, "it is done"
    assert "备忘录承诺的走访" in north
    office = text_of(site.signed_in("office").get("/desk/").text)
    assert "每周走访两家企业" not in office, "others owe that"
    assert "抽签走访" not in office
    assert "每月会议" in office


def test_the_number_in_the_navigation_counts_it(site: Site) -> None:
    page = site.signed_in("south").get("/desk/duties").text
    [count] = re.findall(r'我的待办<span class="count">(\d+)</span>', page)
    listed = site.signed_in("south").get("/desk/").text
    assert re.findall(r'href="/desk/duties/[0-9a-f-]{36}"', listed)
    assert int(count) == listed.count('class="table__link"')


def test_a_reminder_leads_to_what_is_owed(site: Site) -> None:
    south = site.signed_in("south")
    page = south.get("/desk/notices").text
    assert "每周走访两家企业" in page
    [first, *_] = re.findall(r'href="(/desk/notices/\d+/duties/[^"]+)"', page)
    answer = south.get(first)
    assert answer.status_code == 302
    assert south.get(answer.headers["Location"]).status_code == 200


def test_where_nothing_is_owed_there_is_no_entry(place: Any) -> None:
    """Whatever the mechanism that ships owes, the entry is there if and only if it owes something."""
    with place.database.read() as connection:
        [here] = installations(connection)
        owes = bool(place.database.shelf.mechanism(connection, here.edition).definition.duties)
    assert ("/desk/duties" in place.signed_in("office").get("/desk/").text) == owes


# ── In the browser ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_pages_are_usable_at_both_sizes(site: Site, serve: Callable[[Any], str], page: Page) -> None:
    base = serve(site.app)
    page.goto(f"{base}/accounts/sign-in")
    page.get_by_label("账号").fill("office")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.goto(f"{base}/desk/duties?duty=weekly_visits")
    expect(page.get_by_role("heading", name="义务")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    axe(page)
    page.goto(f"{base}/desk/duties?duty=session")
    axe(page)
    page.get_by_role("link", name="办公室 2026年10月").click()
    expect(page.get_by_text("请改期")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="改期").click()
    page.get_by_label("改到").fill("2026-10-12")
    page.get_by_label("理由").fill("示例：七天都放假")
    page.get_by_role("dialog").get_by_role("button", name="改期").click()
    expect(page.get_by_text("已改期到2026年10月12日")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
