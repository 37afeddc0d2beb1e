"""Shunde on English pages: read in English, acted upon in its own language."""

from __future__ import annotations

import csv
import json
import re
from html import unescape
from io import StringIO
from typing import Any

import pytest
from sqlalchemy import select, update
from werkzeug.test import Client, TestResponse

from harness.cast import PEOPLE, report
from harness.queries import counted
from liaison.definitions import Package, read_package
from liaison.store import install, publish
from liaison.store import tables as t

HAN = re.compile("[一-鿿]+")
OURS = {"续贷", "示例区", "中文", "附件", "张", *(name for name, _, _ in PEOPLE.values()), *map(str, report().values())}
"""What people wrote, how the scheme is quoted, and the way back."""
ASKED = {"level": "general", "subject": "续贷", "category": "B", "lead_unit": "economy", "support_units": []}
EN = "rules/shunde/i18n/en.json"


def in_english(client: Client) -> Client:
    """The browser, its visitor having chosen English."""
    assert client.post("/language", data={"lang": "en"}).status_code == 302
    return client


def words_of(answer: TestResponse) -> str:
    """The words of a page, with those of labels and titles that are not seen."""
    page = re.sub(r"<(script|style|template)\b.*?</\1>", " ", answer.text, flags=re.DOTALL)
    hidden = " ".join(re.findall(r'(?:aria-label|title|placeholder)="([^"]*)"', page))
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)) + " " + hidden)


def left_in_chinese(answer: TestResponse) -> set[str]:
    """The Chinese on a page that nobody typed, and that does not say that it is Chinese."""
    assert answer.status_code == 200, answer.text
    words = words_of(answer)
    for ours in sorted(OURS, key=len, reverse=True):
        words = words.replace(ours, " ")
    return set(HAN.findall(words)) - set("一二三四五六七八九十")  # the numbers of its parts


def test_the_portal_is_in_english(place: Any) -> None:
    guest = in_english(place.app.test_client())
    home = guest.get("/")
    assert "Shunde District private enterprise liaison" in words_of(home)
    assert left_in_chinese(home) == set()
    assert left_in_chinese(guest.get(f"/m/{place.installation}")) == set()
    draft = guest.post(f"/m/{place.installation}/matter/new").location
    for step in (1, 2, 3):
        page = guest.get(f"{draft}?step={step}")
        assert left_in_chinese(page) == set()
    assert "Problems met in planning and building projects" in words_of(guest.get(f"{draft}?step=2"))
    assert "District Tax Bureau" in words_of(guest.get(f"{draft}?step=2"))


@pytest.mark.parametrize("login", ["office", "economy", "director"])
def test_the_desk_is_in_english(place: Any, login: str) -> None:
    record = place.assigned()
    client = in_english(place.signed_in(login))
    page = client.get(f"/desk/records/{record}")
    assert "District Economic Promotion Bureau" in words_of(page)
    assert "General problem: handling report" in words_of(page)
    ledgers = re.findall(r'href="(/desk/ledgers/\w+)"', client.get("/desk/ledgers").text)
    reading = "/desk/", f"/desk/records/{record}", "/desk/ledgers", *ledgers, "/desk/duties", "/desk/reports"
    for address in reading:
        answer = client.get(address)
        while answer.status_code == 302:
            answer = client.get(answer.location)
        assert left_in_chinese(answer) == set(), address


def test_what_an_action_would_do_is_said_in_english(place: Any) -> None:
    record = place.submit().record
    place.do(record, "accept")
    office = in_english(place.signed_in("office"))
    address = f"/desk/records/{record}/do/assign"
    asked = office.get(address)
    assert left_in_chinese(asked) == set()
    form = re.search(r'<form[^>]*id="act".*?</form>', asked.text, re.DOTALL)
    assert form
    sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0])) | ASKED
    looked = office.post(address, data={**sent, "step": "look"}, follow_redirects=True)
    assert "Lead unit" in words_of(looked)
    assert left_in_chinese(looked) == set()
    assert office.post(address, data={**sent, "step": "do"}).status_code == 303
    with place.database.read() as connection:
        written = [
            connection.execute(select(table)).mappings().all() for table in (t.Event, t.Notice, t.Clock, t.Record)
        ]
    said = json.dumps([[dict(row) for row in rows] for rows in written], default=str)
    assert all(written)
    assert not re.search("Economic Promotion|General problem|Assign", said), "what is done is told in its own language"
    notices = words_of(in_english(place.signed_in("economy")).get("/desk/notices"))
    assert "新交办" in notices


def test_a_refusal_is_said_in_english(place: Any) -> None:
    record = place.submit().record
    place.do(record, "accept")
    office = in_english(place.signed_in("office"))
    address = f"/desk/records/{record}/do/assign"
    form = re.search(r'<form[^>]*id="act".*?</form>', office.get(address).text, re.DOTALL)
    assert form
    sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0])) | ASKED | {"lead_unit": ""}
    answer = office.post(address, data={**sent, "step": "do"})
    assert answer.status_code == 422
    assert "Lead unit" in words_of(answer)


def test_lists_are_exported_in_english_and_papers_are_not(place: Any) -> None:
    record = place.assigned()
    office = in_english(place.signed_in("office"))
    exported = office.get("/desk/ledgers/collected/file?as=csv")
    heads, first = list(csv.reader(StringIO(exported.data.decode("utf-8-sig"))))[:2]
    assert "Name of the enterprise" in heads, heads
    assert not any(HAN.search(one) for one in heads)
    assert "示例机械有限公司" in first
    paper = office.get(f"/desk/records/{record}/print/report")
    assert "民营企业反映问题情况表" in words_of(paper)
    assert "项目规划建设、企业生产经营" in words_of(paper)


def test_a_unit_that_is_called_otherwise_keeps_its_name(place: Any) -> None:
    place.assigned()
    with place.database.write() as connection:
        connection.execute(update(t.Unit).where(t.Unit.key == "economy").values(title="区经促局"))
        connection.execute(update(t.Installation).values(roster_version=t.Installation.roster_version + 1))
    page = words_of(in_english(place.signed_in("office")).get("/desk/ledgers/general"))
    assert "区经促局" in page
    assert "District Economic Promotion Bureau" not in page
    assert "District Housing" in page


def test_what_has_no_translation_is_chinese_and_says_so(place: Any) -> None:
    package = read_package("shunde")
    content = json.loads(package.files[EN])
    del content["texts"]["form_definitions/report.json#/schema/properties/company/title"]
    files = {**package.files, EN: json.dumps(content).encode()}
    with place.database.write() as connection:
        install(connection, "district", publish(connection, Package(files), "seed", place.now), "seed", place.now)
    guest = in_english(place.app.test_client())
    page = guest.get(guest.post(f"/m/{place.installation}/matter/new").location).text
    assert re.search(r'<label[^>]* lang="zh-CN">企业名称', page)
    assert not re.search(r'<label[^>]* lang="zh-CN">Reported by', page)
    assert 'lang="zh-CN">报送单位' not in place.app.test_client().get("/").text


def test_in_english_no_page_asks_the_database_more(place: Any) -> None:
    record = place.assigned()
    office, other = place.signed_in("office"), in_english(place.signed_in("office"))
    for address in ("/desk/", f"/desk/records/{record}", "/desk/ledgers/collected", "/"):
        asked = []
        for client in (office, other):
            client.get(address)
            with counted(place.database) as statements:
                client.get(address)
            asked.append(statements)
        assert asked[0] == asked[1], address
