"""Reports and boards over HTTP: each number opens its records, who sees what, files, print, and every state."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from datetime import datetime
from html import unescape
from io import BytesIO, StringIO
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from werkzeug.test import Client, TestResponse

from liaison.calendars import ZONE
from liaison.definitions import Package
from liaison.store import access_log, end_grant, install, publish
from liaison.store import tables as t
from liaison.web import create_app

PASSWORD = "a sentence to remember"
Q2 = "/desk/reports/quarter?period=2026-Q2"


class Site:
    """A place with its application."""

    def __init__(self, place: Any) -> None:
        self.place = place
        self.app: Flask = create_app(
            {
                "SECRET_KEY": "test",
                "SESSION_COOKIE_SECURE": False,
                "WTF_CSRF_ENABLED": False,
                "DATABASE": place.database,
                "NOW": lambda: self.place.now,
            }
        )

    def signed_in(self, login: str) -> Client:
        """A browser in which `login` is signed in."""
        client = self.app.test_client()
        assert client.post("/accounts/sign-in", data={"login": login, "password": PASSWORD}).status_code == 302
        return client


@pytest.fixture
def site(place: Any) -> Site:
    """Nothing has happened yet."""
    return Site(place)


@pytest.fixture
def lively(busy: Any) -> Site:
    """Half a year has happened."""
    return Site(busy)


def text_of(answer: TestResponse) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


def behind(page: TestResponse) -> Iterator[tuple[str, str]]:
    """(number as shown, address) of every number of a report that opens something."""
    for href, shown in re.findall(r'<a[^>]*href="([^"]*/records\?[^"]*)"[^>]*>(.*?)</a>', page.text):
        yield re.sub(r"<[^>]+>[^<]*</span>|<[^>]+>", "", shown).strip(), unescape(href)


def total(answer: TestResponse) -> int:
    """How many records a list says it has."""
    found = re.search(r"共 ([\d,]+) 条", answer.text)
    return int(found[1].replace(",", "")) if found else 0


@pytest.mark.parametrize("login", ["office", "north"])
def test_each_number_opens_exactly_its_records(lively: Site, login: str) -> None:
    client = lively.signed_in(login)
    opened = 0
    for page in (client.get(Q2), client.get("/desk/reports/month")):
        assert page.status_code == 200
        for shown, address in behind(page):
            there = client.get(address)
            assert there.status_code == 200, address
            counted = total(there)
            assert counted > 0, address
            if shown.endswith("%"):
                continue  # its parts stand beside it
            if "/" in shown:
                assert counted == int(shown.split("/")[1].replace(",", "")), address
            elif "amount" not in address and "people" not in address:
                assert counted == int(shown.replace(",", "")), address
            opened += 1
    assert opened > (30 if login == "office" else 10)


def test_the_last_full_quarter_is_what_one_sees_first(lively: Site) -> None:
    client = lively.signed_in("office")
    assert client.get("/desk/reports").location == "/desk/reports/quarter"
    page = client.get("/desk/reports/quarter")
    assert "2026年第2季度" in text_of(page)
    assert "2026年4月1日至2026年6月30日" in text_of(page)
    assert '<option value="2026-Q3">2026年第3季度（至今）' in page.text
    assert '<option value="2026-Q2" selected>' in page.text
    assert re.search(r'rel="next" href="[^"]*2026-Q3"', page.text)
    assert 'rel="next"' not in client.get("/desk/reports/quarter?period=2026-Q3").text
    month = client.get("/desk/reports/month")
    assert "2026年8月" in text_of(month)
    for odd in ("2026-Q5", "x", "1999", "2026-13", "2026-Q2'"):
        assert '<option value="2026-Q2" selected>' in client.get(f"/desk/reports/quarter?period={odd}").text


def test_every_number_says_how_it_is_counted(lively: Site) -> None:
    words = text_of(lively.signed_in("office").get(Q2))
    for note in (
        "逾期未报的计入分母",
        "未评价的不计入",
        "可多选，各行之和可大于合计",
        "分母：",
        "统计期内发生过“评价”的",
    ):
        assert note in words
    for line in ("A. 招商引资", "未评价", "示例山镇", "未沟通", "已解决", "示例北局"):
        assert line in words


def test_beside_each_number_stands_the_period_before(site: Site) -> None:
    place = site.place
    for month, count in ((2, 1), (5, 3)):
        for _ in range(count):
            place.report(at=datetime(2026, month, 5, tzinfo=ZONE), category="A", reported_on=f"2026-0{month}-05")
    words = text_of(site.signed_in("office").get(Q2))
    assert "收到件数 3 上期 1 增 2" in words
    assert "满意率 — 上期 —" in words
    assert "在办件数 4 截至今天" in words


def test_what_one_may_not_see_is_not_counted(lively: Site) -> None:
    whole, partly = (lively.signed_in(login).get(Q2) for login in ("office", "north"))
    assert "只统计您能查看的记录" not in text_of(whole)
    assert "只统计您能查看的记录" in text_of(partly)
    counts = [int(re.search(r"收到件数 (\d+)", text_of(page))[1]) for page in (whole, partly)]  # type: ignore[index]
    assert 0 < counts[1] < counts[0]


def _withheld(files: dict[str, bytes]) -> dict[str, bytes]:
    """The mechanism with the rating for the office's eyes only."""
    path = "rules/hearing/lifecycle/matter.json"
    content = json.loads(files[path])
    for state in content["states"]:
        state["read"] = {"matter.rating": [{"post": "office"}]}
    return {**files, path: json.dumps(content, ensure_ascii=False).encode()}


def test_a_figure_of_what_one_may_not_read_is_left_out(lively: Site, package: Package) -> None:
    with lively.place.database.write() as connection:
        digest = publish(connection, Package(_withheld(dict(package.files))), "seed", lively.place.now)
        install(connection, "east", digest, "seed", lively.place.now)
    office, north = (lively.signed_in(login) for login in ("office", "north"))
    assert "满意率" in text_of(office.get(Q2))
    words = text_of(north.get(Q2))
    assert "满意率" not in words
    assert "有 4 项指标含您不能查看的内容" in words
    assert north.get("/desk/reports/quarter/records?metric=satisfied&period=2026-Q2").status_code == 404
    assert north.get("/desk/reports/quarter/records?metric=received&period=2026-Q2").status_code == 200


# ── Totals ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_city_sees_totals_and_opens_nothing(lively: Site) -> None:
    above = lively.signed_in("above")
    assert above.get("/accounts/sign-in").location == "/desk/reports"
    page = above.get("/desk/reports", follow_redirects=True)
    words = text_of(page)
    assert "不能由此打开下级的记录" in words
    assert list(behind(page)) == []
    rows = dict(re.findall(r'<tr><th scope="row">(示例[东西]区)</th>\s*<td class="num">.*?>(\d+)</span>', page.text))
    whole = int(re.search(r"收到件数 (\d+)", words)[1])  # type: ignore[index]
    assert set(rows) == {"示例东区", "示例西区"}
    assert whole == sum(map(int, rows.values()))
    east = lively.signed_in("office").get(Q2)
    assert int(rows["示例东区"]) == int(re.search(r"收到件数 (\d+)", text_of(east))[1])  # type: ignore[index]
    for closed in ("/desk/", "/desk/units", "/desk/ledgers", "/desk/reports/quarter/records?metric=received"):
        assert above.get(closed).status_code == 403, closed
    with lively.place.database.read() as connection:
        record = connection.execute(t.Record.__table__.select().limit(1)).mappings().one()["id"]
    assert above.get(f"/desk/records/{record}").status_code == 403


def test_totals_are_for_viewers_only(lively: Site) -> None:
    for login in ("office", "north"):
        assert lively.signed_in(login).get("/desk/reports/quarter?at=city&of=hearing").status_code == 404
    assert lively.signed_in("above").get("/desk/reports/quarter?at=elsewhere").status_code == 404
    assert lively.signed_in("above").get("/desk/reports/quarter?at=city&of=other").status_code == 404
    with lively.place.database.write() as connection:
        end_grant(connection, 1, lively.place.now.date().replace(day=1))
    assert lively.signed_in("above").get("/desk/reports").status_code == 403
    assert lively.app.test_client().get("/desk/reports").location.startswith("/accounts/sign-in")


def test_a_version_that_counts_otherwise_stands_apart(lively: Site, package: Package) -> None:
    path = "rules/hearing/reports.json"
    content = json.loads(package.files[path])
    [received] = [one for one in content["reports"][0]["metrics"] if one["key"] == "received"]
    received["where"] = {"==": [{"var": "category"}, "A"]}
    other = Package({**package.files, path: json.dumps(content, ensure_ascii=False).encode()})
    above = lively.signed_in("above")
    before = int(re.search(r"收到件数 (\d+)", text_of(above.get(Q2)))[1])  # type: ignore[index]
    with lively.place.database.write() as connection:
        install(connection, "west", publish(connection, other, "seed", lively.place.now), "seed", lively.place.now)
    words = text_of(above.get(Q2))
    assert "示例西区的版本算法不同，未计入：收到件数" in words
    after = int(re.search(r"收到件数 (\d+)", words)[1])  # type: ignore[index]
    assert 0 < after < before
    assert int(re.search(r"按问题类别.*?合计 (\d+)", words)[1]) == before  # type: ignore[index]


# ── Files, print, states ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_files_hold_every_number(lively: Site) -> None:
    client = lively.signed_in("office")
    answer = client.get("/desk/reports/quarter/file?as=csv&period=2026-Q2")
    assert "attachment" in answer.headers["Content-Disposition"]
    lines = list(csv.reader(StringIO(answer.data.decode("utf-8-sig"))))
    sheet = load_workbook(BytesIO(client.get("/desk/reports/quarter/file?as=xlsx&period=2026-Q2").data)).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert len(cells) == len(lines) > 40
    assert lines[0] == cells[0] == ["指标", "分项", "本期", "分子", "分母", "上期", "上期分子", "上期分母", "口径"]
    received = next(line for line in lines if line[0] == "收到件数")
    shown = int(re.search(r"收到件数 (\d+)", text_of(client.get(Q2)))[1])  # type: ignore[index]
    assert (received[1], int(received[2]), received[8]) == ("合计", shown, "按提交日期计。")
    rate = next(line for line in cells if line[0] == "满意率")
    assert rate[2] == pytest.approx(rate[3] / rate[4])
    assert client.get("/desk/reports/quarter/file?as=exe").status_code == 404
    with lively.place.database.read() as connection:
        taken = [one for one in access_log(connection, "east") if one.what == "export"]
    assert [one.detail["report"] for one in taken] == ["quarter", "quarter"]


def test_a_label_never_becomes_a_formula(site: Site, package: Package) -> None:
    path = "rules/hearing/reports.json"
    content = json.loads(package.files[path])
    content["reports"][0]["metrics"][0]["title"] = "=1+1"
    content["reports"][0]["title"] = "[\u0001]"
    content["reports"][0]["metrics"][1]["note"] = "\u0007口径"
    with site.place.database.write() as connection:
        digest = publish(
            connection, Package({**package.files, path: json.dumps(content).encode()}), "x", site.place.now
        )
        install(connection, "east", digest, "x", site.place.now)
    client = site.signed_in("office")
    book = load_workbook(BytesIO(client.get("/desk/reports/quarter/file?as=xlsx").data))
    assert (book.active["A2"].value, book.active["A2"].data_type) == ("=1+1", "s")
    assert "'=1+1" in client.get("/desk/reports/quarter/file?as=csv").data.decode()


def test_the_page_to_print_holds_the_same_numbers(lively: Site) -> None:
    client = lively.signed_in("office")
    shown = re.search(r"收到件数 (\d+)", text_of(client.get(Q2)))
    words = text_of(client.get("/desk/reports/quarter/print?period=2026-Q2"))
    assert shown is not None
    assert re.search(rf"收到件数 按提交日期计。 {shown[1]} ", words)
    assert "未评价" in words


def test_nothing_to_count_says_so(site: Site) -> None:
    words = text_of(site.signed_in("office").get("/desk/reports/quarter"))
    assert "这一期没有可统计的记录" in words


def test_a_report_that_cannot_be_worked_out_says_so(site: Site, package: Package) -> None:
    path = "rules/hearing/reports.json"
    content = json.loads(package.files[path])
    content["reports"][0]["metrics"][0]["where"] = {">": [{"var": "times_ever.rate"}, 1]}
    with site.place.database.write() as connection:
        digest = publish(
            connection, Package({**package.files, path: json.dumps(content).encode()}), "x", site.place.now
        )
        install(connection, "east", digest, "x", site.place.now)
    client = site.signed_in("office")
    answer = client.get("/desk/reports/quarter")
    assert (answer.status_code, "这份报表现在算不出来" in text_of(answer)) == (422, True)
    assert client.get("/desk/reports/quarter/file").status_code == 422
    assert client.get("/desk/reports/month").status_code == 200


def test_a_mechanism_without_reports_has_none_in_its_navigation(site: Site, package: Package) -> None:
    without = {path: data for path, data in package.files.items() if not path.endswith("reports.json")}
    with site.place.database.write() as connection:
        install(connection, "east", publish(connection, Package(without), "x", site.place.now), "x", site.place.now)
    client = site.signed_in("office")
    assert "/desk/reports" not in client.get("/desk/").text
    assert "本机制没有设置报表" in text_of(client.get("/desk/reports"))
    assert client.get("/desk/reports/quarter").status_code == 404


def test_english_is_complete(lively: Site) -> None:
    client = lively.signed_in("office")
    client.post("/language", data={"lang": "en", "next": "/desk/"})
    for address in (Q2, "/desk/units", "/desk/units/north", "/desk/reports/quarter/print"):
        words = text_of(client.get(address))
        assert not re.search(r"口径|统计期|上期|看板|怎样|增减|临期", words), address


# ── Boards ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_boards_count_what_their_lists_hold(lively: Site) -> None:
    client = lively.signed_in("office")
    board = client.get("/desk/units")
    links = re.findall(r'<a class="lit[^"]*" href="([^"]+)">(\d+)</a>', board.text)
    assert len(links) > 3
    for address, shown in links:
        assert total(client.get(unescape(address))) == int(shown), address
    for unit, count in re.findall(
        r'<a href="(/desk/units/\w+)">[^<]*</a></th><td class="num"><b>(\d+)</b>', board.text
    ):
        assert total(client.get(unit)) == int(count), unit


def test_a_unit_sees_its_own_board_only(lively: Site) -> None:
    north = lively.signed_in("north")
    assert north.get("/desk/units").location == "/desk/units/north"
    page = north.get("/desk/units/north")
    assert page.status_code == 200
    assert north.get("/desk/units/south").status_code == 403
    assert north.get("/desk/units/nobody").status_code == 404
    days = re.findall(r'<td class="date[^>]*><time datetime="([\d-]+)"', page.text)
    assert len(days) > 3
    assert days == sorted(days)
