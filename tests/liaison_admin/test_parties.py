"""The directory of parties: searched, added to, corrected, closed, and brought in as a table that is seen first."""

from __future__ import annotations

import csv
import re
import threading
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from io import BytesIO, StringIO
from typing import Any

import pytest
from openpyxl import Workbook
from playwright.sync_api import Page
from werkzeug.test import TestResponse

from liaison.forms.kinds.uscc import check_character
from liaison.store import Entry, add_party, directory
from liaison_admin import party_table

from .test_pages import sound

CODE, OTHER = (f"{begins}{check_character(begins)}" for begins in ("91440606MA4W7L6X5", "91440606MA5123456"))
HEAD = "名称,类别,统一社会信用代码,行政区划代码\n"


def entries(place: Any, **asked: Any) -> dict[str, Entry]:
    with place.database.read() as connection:
        return {one.name: one for one in directory(connection, "district", **asked)[0]}


def stand(place: Any, name: str) -> list[Entry]:
    """The parties of a name that can be picked today."""
    with place.database.read() as connection:
        return directory(connection, "district", words=name, on=place.now.date())[0]


def text_of(answer: TestResponse) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


def book(*rows: tuple[Any, ...]) -> BytesIO:
    made = Workbook()
    for row in rows:
        made.active.append(row)
    kept = BytesIO()
    made.save(kept)
    return BytesIO(kept.getvalue())


def test_a_party_is_added_found_corrected_and_closed(place: Any) -> None:
    client = place.signed_in("config")
    typed = {"name": " 示例  机械有限公司 ", "kind": "enterprise", "credit_code": CODE.lower(), "region": "440606"}
    assert client.post("/admin/parties/", data=typed).status_code == 302
    entry = entries(place, kinds=["enterprise"])["示例 机械有限公司"]
    assert (entry.credit_code, entry.region) == (CODE, "440606")
    assert "示例 机械有限公司" in client.get(f"/admin/parties/?q={CODE[:10]}&kind=enterprise").text
    assert "示例 机械有限公司" not in client.get("/admin/parties/?q=示例&kind=bank").text
    address = f"/admin/parties/{entry.id}"
    assert client.post(address, data={**typed, "name": "改名公司"}).status_code == 302
    assert "改名公司" in client.get(address).text
    yesterday = (place.now - timedelta(days=1)).date()
    client.post(f"{address}/close", data={"until": yesterday.isoformat()})
    assert "改名公司" not in client.get("/admin/parties/?q=改名").text
    assert "改名公司" in client.get("/admin/parties/?q=改名&closed=1").text
    client.post(f"{address}/close", data={"until": ""})
    assert "改名公司" in client.get("/admin/parties/?q=改名").text
    client.post(f"{address}/close", data={"until": "2026-02-30"})
    assert entries(place)["改名公司"].last_day is None


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"kind": "moon"}, {"credit_code": "91440606"}, {"region": "990000"}, {"name": "长" * 201},
     {"name": "区税务局"}, {"credit_code": OTHER}],
    ids=str,
)  # fmt: skip
def test_what_is_wrong_is_said_and_not_entered(place: Any, wrong: dict[str, str]) -> None:
    with place.database.write() as connection:
        add_party(connection, "district", "enterprise", "别的公司", credit_code=OTHER)
    before = entries(place)
    typed = {"name": "示例公司", "kind": "enterprise", "credit_code": "", "region": ""} | wrong
    answer = place.signed_in("config").post("/admin/parties/", data=typed)
    assert answer.status_code == 422
    assert "field--wrong" in answer.text
    assert entries(place) == before


def test_the_units_of_the_roster_are_there_already(place: Any) -> None:
    client = place.signed_in("config")
    tax = next(one for name, one in entries(place).items() if "税务" in name)
    page = text_of(client.get(f"/admin/parties/{tax.id}"))
    assert "名册中的单位" in page
    assert page.count(tax.name) > 1
    assert "商会" in {name[-2:] for name, one in entries(place).items() if one.kind == "chamber"}


def mark(preview: TestResponse) -> str:
    """What the button that enters a table says was seen."""
    found = re.search(r'name="sure" value="(\w+)"', preview.text)
    assert found
    return found[1]


def test_of_two_who_bring_a_table_at_once_one_is_told(place: Any) -> None:
    table = f"名称,类别,统一社会信用代码\n示例律所,律所,{OTHER}\n示例银行,银行,\n"
    clients = [place.signed_in("config") for _ in range(2)]
    marks = [mark(client.post("/admin/parties/import", data={"table": table})) for client in clients]
    together, answers = threading.Barrier(2), []

    def enter(client: Any, seen: str) -> None:
        together.wait()
        answers.append(client.post("/admin/parties/import", data={"table": table, "sure": seen}))

    entering = [threading.Thread(target=enter, args=each) for each in zip(clients, marks, strict=True)]
    for one in entering:
        one.start()
    for one in entering:
        one.join()
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    told = max(answers, key=lambda answer: answer.status_code).text
    assert "有人改过目录" in told
    assert "新增 0 个" in told
    with place.database.read() as connection:
        assert directory(connection, "district", words="示例律所")[1] == 1
        assert directory(connection, "district", words="示例银行")[1] == 1


def test_a_table_is_seen_before_it_counts(place: Any) -> None:
    with place.database.write() as connection:
        add_party(connection, "district", "enterprise", "旧名公司", credit_code=CODE)
        add_party(connection, "district", "bank", "示例银行")
    before = entries(place)
    rows = [("名称", "类别", "统一社会信用代码"), ("新名公司", None, CODE), ("示例银行", "银行", None),
            ("示例律所", "律所", OTHER)]  # fmt: skip
    client = place.signed_in("config")
    answer = client.post("/admin/parties/import", data={"table": "", "file": (book(*rows), "目录.xlsx")})
    assert answer.status_code == 200
    assert "新增 1 个，修改 1 个，1 个没有变化" in answer.text
    assert "旧名公司" in answer.text
    assert entries(place) == before, "it was only looked at"
    table = re.search(r'name="table" value="([^"]*)"', answer.text)
    assert table
    kept = {"table": unescape(table[1]), "sure": mark(answer)}
    assert client.post("/admin/parties/import", data=kept).status_code == 302
    after = entries(place)
    assert after["新名公司"].id == before["旧名公司"].id
    assert after["新名公司"].kind == "enterprise", "an empty cell changes nothing"
    assert after["示例银行"] == before["示例银行"]
    assert (after["示例律所"].kind, after["示例律所"].credit_code) == ("law_firm", OTHER)
    again = client.post("/admin/parties/import", data={"table": kept["table"]})
    assert "新增 0 个，修改 0 个，3 个没有变化" in again.text
    out = client.get("/admin/parties/parties.csv").data.decode("utf-8-sig")
    assert f"示例律所,律所,{OTHER}," in out
    assert not party_table.read(out, list(after.values())).wrong
    assert all(one.before == one.after for one in party_table.read(out, list(after.values())).changes)


def test_what_looks_like_a_formula_is_text_and_comes_back_as_it_was(place: Any) -> None:
    names = ["=1+1", "+86 公司", "-甲", "@乙", "'=丙", "'丁"]
    with place.database.write() as connection:
        for name in names:
            add_party(connection, "district", "other", name)
    out = place.signed_in("config").get("/admin/parties/parties.csv").data.decode("utf-8-sig")
    cells = {row[0] for row in csv.reader(StringIO(out))}
    assert {"'=1+1", "'+86 公司", "'-甲", "'@乙", "''=丙", "'丁"} <= cells
    read = party_table.read(out, list(entries(place).values()))
    assert not read.wrong
    assert {one.after.name for one in read.changes} >= set(names)
    assert all(one.before == one.after for one in read.changes)


def test_an_encrypted_workbook_is_said_to_be_none(place: Any) -> None:
    data = bytearray(book(("名称", "类别"), ("示例公司", "企业")).getvalue())
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(header)
        while at >= 0:
            data[at + flags] |= 1
            at = data.find(header, at + 4)
    sent = {"table": "", "file": (BytesIO(bytes(data)), "目录.xlsx")}
    assert place.signed_in("config").post("/admin/parties/import", data=sent).status_code == 422


def test_every_wrong_line_is_said_and_nothing_is_entered(place: Any) -> None:
    with place.database.write() as connection:
        for code in (CODE, OTHER):
            add_party(connection, "district", "enterprise", "同名公司", credit_code=code)
    before = entries(place)
    lines = ["甲公司,企业,123,", "乙公司,外星,,", ",企业,,", "丙公司,,,", "丁公司,企业,,990000", "同名公司,企业,,",
             "戊公司,企业,,", "戊公司,企业,,"]  # fmt: skip
    answer = place.signed_in("config").post("/admin/parties/import", data={"table": HEAD + "\n".join(lines), "sure": 1})
    assert answer.status_code == 422
    said = text_of(answer)
    for number, words in ((2, "18 位"), (3, "没有“外星”这个类别"), (4, "没有填写名称"), (5, "请填写类别"),
                          (6, "行政区划"), (7, "不止一个“同名公司”"), (9, "与前面的行重复")):  # fmt: skip
        assert re.search(rf"第 {number} 行：[^第]*{words}", said), (number, words, said)
    assert "甲公司,企业,123," in answer.text, "what was pasted is still there"
    assert entries(place) == before


@pytest.mark.parametrize("code", [CODE, ""])
def test_what_was_entered_again_is_not_opened_again(place: Any, code: str) -> None:
    client = place.signed_in("config")
    typed = {"name": "示例公司", "kind": "enterprise", "credit_code": code, "region": ""}
    client.post("/admin/parties/", data=typed)
    first = entries(place)["示例公司"].id
    today = place.now.date()
    close = f"/admin/parties/{first}/close"
    client.post(close, data={"until": (today - timedelta(days=1)).isoformat()})
    assert client.post("/admin/parties/", data=typed).status_code == 302
    for until in ("", today.isoformat()):
        answer = client.post(close, data={"until": until}, follow_redirects=True)
        assert "目录里已有这个单位" in answer.text
        assert [one.id for one in stand(place, "示例公司")] != [first]
        assert len(stand(place, "示例公司")) == 1
    [second] = stand(place, "示例公司")
    client.post(f"/admin/parties/{second.id}/close", data={"until": (today - timedelta(days=1)).isoformat()})
    client.post(close, data={"until": ""})
    assert [one.id for one in stand(place, "示例公司")] == [first]


def test_a_table_gives_no_code_twice(place: Any) -> None:
    with place.database.write() as connection:
        add_party(connection, "district", "enterprise", "没有代码的公司")
    lines = f"没有代码的公司,企业,{CODE},\n新公司,企业,{CODE},\n"
    answer = place.signed_in("config").post("/admin/parties/import", data={"table": HEAD + lines, "sure": 1})
    assert answer.status_code == 422
    assert "与前面的行重复" in answer.text
    assert entries(place)["没有代码的公司"].credit_code == ""


@pytest.mark.parametrize("data", [b"PK\x03\x04nonsense", b"\xff\xfe\x00\x01\xff", b""])
def test_a_file_that_is_no_table_is_said_to_be_none(place: Any, data: bytes) -> None:
    sent = {"table": "", "file": (BytesIO(data), "目录.xlsx")}
    assert place.signed_in("config").post("/admin/parties/import", data=sent).status_code == 422


def test_a_neighbours_party_is_not_ours(place: Any) -> None:
    with place.database.write() as connection:
        theirs = add_party(connection, "other", "bank", "邻区银行")
    client = place.signed_in("config")
    assert client.get(f"/admin/parties/{theirs}").status_code == 404
    assert client.post(f"/admin/parties/{theirs}/close", data={"until": "2026-01-01"}).status_code == 404
    assert "邻区银行" not in client.get("/admin/parties/?q=邻区").text


def test_the_directory_on_both_screens(site: Any, serve: Callable[[Any], str], page: Page) -> None:
    base = serve(site.app)
    site.enter(page, base, "config")
    page.goto(f"{base}/admin/parties/")
    sound(page)
    page.get_by_role("link", name="导入目录").click()
    page.get_by_label("或粘贴目录").fill(HEAD + "示例银行,银行,,\n示例公司,企业,1,\n")
    page.get_by_role("button", name="预览变化").click()
    page.get_by_role("alert").wait_for()
    sound(page)
    page.get_by_label("或粘贴目录").fill(HEAD + "示例银行,银行,,\n")
    page.get_by_role("button", name="预览变化").click()
    sound(page)
    page.get_by_role("button", name="确认导入").click()
    page.get_by_label("名称或代码").fill("示例银行")
    page.get_by_role("button", name="应用").click()
    page.get_by_role("link", name="示例银行").click()
    page.get_by_role("heading", name="示例银行").wait_for()
    sound(page)
