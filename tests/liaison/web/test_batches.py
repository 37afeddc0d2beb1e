"""Many at once: a spreadsheet brought row by row, and one action on many records."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Page, expect
from sqlalchemy import select

from harness import Sqlite, Visitors, live_server
from harness.cast import PASSWORD
from liaison.access import Actor
from liaison.calendars import ZONE
from liaison.definitions import read_package
from liaison.engine import Command
from liaison.jobs import Ticker
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
from liaison.store import tables as t

from .conftest import Site

NOW = datetime(2026, 8, 20, 10, 0, tzinfo=ZONE)
HEADS = [
    "会员企业*",
    "统一社会信用代码",
    "联系人*",
    "联系电话*",
    "有没有困难*",
    "哪方面的困难",
    "困难是什么",
    "具体情况和希望怎样解决",
]
PLACE = "/desk/new/difficulty/rows"


def fill(url: str) -> None:
    """The survey in force, with two departments."""
    database = Database(url)
    upgrade(database.engine)
    units = [("federation", "federation"), ("department", "department"), ("bureau", "department")]
    answers = {
        "units": [{"key": key, "title": f"示例{key}", "kind": kind} for key, kind in units],
        "finance_unit": "bureau",
    }
    with database.write() as connection:
        add_organisation(connection, "district", "示例区", NOW)
        digest = publish(connection, read_package("longgang"), "seed", NOW)
        here = install(connection, "district", digest, "seed", NOW, answers=answers)
        people = {
            "office": ("office_staff", "federation"), "second": ("office_staff", "federation"),
            "clerk": ("handler", "bureau"),
        }  # fmt: skip
        for person, (post, unit) in people.items():
            add_person(connection, "district", f"示例·{person}", id_=person)
            add_account(connection, "district", person, person, PASSWORD, NOW)
            hold(connection, here, person, post, unit, first_day=date(2026, 1, 1))
    database.close()


class Place:
    """A database with a clock, as `Site` wants it."""

    def __init__(self, url: str) -> None:
        self.database, self.now = Database(url), NOW


@pytest.fixture
def place(database_like: Callable[[Callable[[str], object]], str]) -> Iterator[Any]:
    """The site, on each database in turn."""
    made = Place(database_like(fill))
    yield Site(made)
    made.database.close()


def row(company: str, *rest: Any, phone: Any = "13800138000") -> list[Any]:
    """A row of the spreadsheet: `rest` begins with whether there is a difficulty."""
    return [company, None, "示例联系人", phone, *rest]


def book(rows: Sequence[Sequence[Any]], heads: Sequence[str] = HEADS, above: Sequence[str] = ()) -> bytes:
    """A workbook as somebody fills it in."""
    made = Workbook()
    sheet: Any = made.active
    for line in ([above] if above else []) + [heads, *rows]:
        sheet.append(list(line))
    kept = BytesIO()
    made.save(kept)
    return kept.getvalue()


def bring(client: Any, data: bytes, name: str = "普查表.xlsx") -> Any:
    """Upload a file, and go where that leads."""
    return client.post(PLACE, data={"file": (BytesIO(data), name)}, follow_redirects=True)


def said(answer: Any) -> str:
    """The words of a page, on one line."""
    main = answer.text.partition("<main")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def lacking(text: str, *sentences: str) -> list[str]:
    """What a page does not say."""
    return [one for one in sentences if one not in text]


def press(client: Any, answer: Any, step: str) -> Any:
    """Press a button of the page of a batch."""
    wrong = re.search(r'name="wrong" value="(\d+)"', answer.text)
    assert wrong is not None
    assert f'value="{step}"' in answer.text, said(answer)
    return client.post(answer.request.path, data={"step": step, "wrong": wrong[1]}, follow_redirects=True)


def numbers(place: Any) -> list[tuple[str, str, str]]:
    """Number, state and company of every record, in order."""
    with place.database.read() as connection:
        found = connection.execute(select(t.Record).where(t.Record.type == "difficulty").order_by(t.Record.ordinal))
        return [(one.number, one.state, one.values["company"]) for one in found]


def sheet_of(answer: Any) -> list[list[Any]]:
    """The first sheet of a workbook that was handed out."""
    assert answer.status_code == 200
    sheet: Any = load_workbook(BytesIO(answer.data)).worksheets[0]
    return [[cell.value for cell in line] for line in sheet.iter_rows()]


def test_a_survey_is_brought_put_right_and_written(place: Any) -> None:
    office = place.signed_in("office")
    assert "批量导入会员困难" in office.get("/desk/").text
    made = load_workbook(BytesIO(office.get(f"{PLACE}/template").data))
    sheet, explained = made.worksheets
    assert [cell.value for cell in sheet[1]] == HEADS
    assert sheet.column_dimensions["D"].number_format == "@", "no telephone loses its zero"
    assert {rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list"} == {
        "'填写说明'!$E$2:$E$3", "'填写说明'!$F$2:$F$6",
    }  # fmt: skip
    assert [cell.value for cell in explained["F"]][:6] == [
        "哪方面的困难",
        "资金周转",
        "防疫物资",
        "产业链上下游",
        "法律",
        "其他",
    ]

    rows = [
        row("示例甲公司", "有", "资金周转", "示例：货款", phone=13800138000),
        row("示例乙公司", "没有", phone="075528886666"),
        row("示例丙公司", "有", "天气", "示例：下雨"),
        row("示例丁公司", "是的", phone="12"),
        row("示例戊公司", True, "finance", "=1+1"),
    ]
    tried = bring(office, book(rows, above=["会员企业困难普查"]))
    text = said(tried)
    assert lacking(text, "共 5", "无误 2", "有误 3") == []
    assert "第 5 行（F5） 「哪方面的困难」：“哪方面的困难”没有“天气”这一项，可写：资金周转、防疫物资" in text
    assert lacking(text, "第 6 行（E6）", "第 7 行（G7） 「困难是什么」：“困难是什么”这一格是公式") == []
    assert "只导入无误的 2 行" in text
    assert numbers(place) == [], "nothing was written"
    wrong = sheet_of(office.get(f"{tried.request.path}/file?rest=1"))
    assert wrong[0] == [*HEADS, "错误（系统填写）"]
    assert [bool(line[-1]) for line in wrong[1:]] == [False, False, True, True, True]

    # Put right in the very workbook that was handed out, and brought again.
    wrong[3][5], wrong[4][3:5], wrong[5][6] = "其他", ["0755-28886666", "没有"], "示例：利息"
    good = book(wrong[1:], wrong[0])
    tried = bring(office, good)
    assert "导入全部 5 行" in said(tried)
    assert numbers(place) == []
    done = press(office, tried, "write")
    assert "已办 5" in said(done)
    assert numbers(place) == [
        ("KN-2026-00001", "collected", "示例甲公司"), ("KN-2026-00002", "none", "示例乙公司"),
        ("KN-2026-00003", "collected", "示例丙公司"), ("KN-2026-00004", "none", "示例丁公司"),
        ("KN-2026-00005", "collected", "示例戊公司"),
    ]  # fmt: skip
    answer = sheet_of(office.get(f"{done.request.path}/file"))
    assert [line[-2:] for line in answer][:2] == [["编号（系统填写）", "结果（系统填写）"], ["KN-2026-00001", "已办"]]

    # The same file again, and the same rows beside others: said, and nobody is kept from it.
    again = bring(office, good)
    assert "同一个文件 示例·office 在 2026年8月20日 10:00 已经导入过，写入了 5 条" in said(again)
    assert "可能与 KN-2026-00001 重复（相似 100%）" in said(again)
    same = row("示例己公司", "有", "其他", "示例：同一件")
    near = row("示例己公司", "有", "其他", "示例：同一件", phone="13900139000")
    assert lacking(said(bring(office, book([same, same, near]))), "与第 2 行完全相同", "可能与第 2 行重复") == []
    assert numbers(place)[5:] == [], "they are said, not written"
    mine = office.get("/desk/batches")
    assert "已完成：5 条里办成 5 条" in said(mine)
    dropped = press(office, again, "drop")
    assert "这一批已放弃" in dropped.text
    assert len(numbers(place)) == 5
    # What others brought is not theirs to see; who may not register may not bring.
    assert place.signed_in("second").get(done.request.path).status_code == 404
    clerk = place.signed_in("clerk")
    assert clerk.get(PLACE).status_code == 403
    assert clerk.post(PLACE, data={"file": (BytesIO(good), "x.xlsx")}).status_code == 403


def test_a_declared_part_is_written_and_the_rest_comes_back(place: Any) -> None:
    office = place.signed_in("office")
    text = "会员企业,联系人,联系电话,有没有困难\n示例甲公司,示例人,13800138000,没有\n示例乙公司,示例人,一二三,没有\n"
    tried = bring(office, text.encode("gb18030"), "普查表.csv")
    assert "没有这些列，按没填处理" in tried.text
    done = press(office, tried, "write")
    assert lacking(said(done), "已办 1", "未办 1") == []
    assert [company for *_, company in numbers(place)] == ["示例甲公司"]
    rest = sheet_of(office.get(f"{done.request.path}/file?rest=1"))
    assert [line[0] for line in rest] == [HEADS[0], "示例乙公司"]


def test_a_file_is_passed_from_hand_to_hand(place: Any) -> None:
    """One fills it in in English, another brings it in Chinese."""
    english = place.signed_in("second")
    english.post("/language", data={"lang": "en"})
    assert "Import: Difficulty of a member" in english.get("/desk/").text
    made = load_workbook(BytesIO(english.get(f"{PLACE}/template").data))
    sheet: Any = made.worksheets[0]
    assert (sheet["A1"].value, sheet["F1"].value) == ("Member enterprise*", "What it is about")
    assert made.worksheets[1]["F2"].value == "Money"
    sheet.append(row("示例甲公司", "Yes", "money", "示例：货款"))
    kept = BytesIO()
    made.save(kept)
    tried = bring(place.signed_in("office"), kept.getvalue())
    assert lacking(said(tried), "共 1", "无误 1") == []
    assert lacking(said(bring(english, kept.getvalue())), "1 in all", "Good 1", "Import all 1 rows") == []


def broken(members: dict[str, bytes]) -> bytes:
    kept = BytesIO()
    with ZipFile(kept, "w", ZIP_DEFLATED) as packed:
        for member, data in members.items():
            packed.writestr(member, data)
    return kept.getvalue()


def hidden_first() -> bytes:
    made = Workbook()
    first: Any = made.active
    first.append(["不要的"])
    first.sheet_state = "hidden"
    second: Any = made.create_sheet("表")
    second.append(HEADS)
    second.append(row("示例甲公司", "没有"))
    kept = BytesIO()
    made.save(kept)
    return kept.getvalue()


FILES = {
    "nothing": (b"", "没有选择文件"),
    "old": (b"\xd0\xcf\x11\xe0" + b"x" * 600, "旧版 Excel"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "文件读不了"),
    "no workbook": (broken({"a.txt": b"x"}), "文件读不了"),
    "bomb": (broken({"xl/workbook.xml": b"0" * 60_000_000}), "超过 50 MB"),
    "macros": (broken({"xl/vbaProject.bin": b"x"}), "带有宏"),
    "no heads": (book([["甲"]], ["谁", "什么"]), "没有找到列名。应有的列：会员企业、"),
    "lacking": (book([row("甲", "有")], [*HEADS[:3], "电话", *HEADS[4:]]), "不认识这些列：电话。"),
    "missing": (book([["甲"]], HEADS[:1]), "缺少必填的列：联系人、联系电话、有没有困难。"),
    "doubled": (book([row("甲", "有")], [*HEADS[:7], HEADS[0]]), "这些列出现了两次：会员企业。"),
    "empty": (book([]), "列名下面一行也没有"),
    "too many": (
        ("会员企业,联系人,联系电话,有没有困难\n" + "甲,乙,13800138000,没有\n" * 10_001).encode(),
        "一次最多导入 10000 行",
    ),
}  # fmt: skip


def test_what_is_no_such_spreadsheet_is_said(tmp_path: Path) -> None:
    backend = Sqlite(tmp_path)
    made = Place(backend.like(fill))
    office = Site(made).signed_in("office")
    for name, (data, sentence) in FILES.items():
        answer = bring(office, data)
        assert answer.status_code == 422, name
        assert sentence in said(answer), name
    assert "共 1" in said(bring(office, hidden_first())), "the first sheet that one sees"
    made.database.close()
    backend.close()


def merged_heads() -> bytes:
    """A title above the heads, and heads of two lines: the telephone stands under 联系方式 beside who has it."""
    made = Workbook()
    sheet: Any = made.active
    sheet.append(["示例区会员企业困难普查表"])
    sheet.append([*HEADS[:2], "联系方式", None, *HEADS[4:]])
    sheet.append([None, None, *HEADS[2:4]])
    sheet.append(row("示例甲公司", "没有"))
    sheet.merge_cells("A1:H1")
    sheet.merge_cells("C2:D2")
    for letter in "ABEFGH":
        sheet.merge_cells(f"{letter}2:{letter}3")
    kept = BytesIO()
    made.save(kept)
    return kept.getvalue()


def test_heads_of_merged_cells_under_a_title_are_understood(place: Any) -> None:
    office = place.signed_in("office")
    text = said(bring(office, merged_heads()))
    assert lacking(text, "共 1", "无误 1") == []


def registered(place: Any, *topics: str) -> list[str]:
    """Difficulties on file; their ids."""
    with place.database.read() as connection:
        here = installations(connection)[0].id
    values = {"contact_name": "示例联系人", "contact_phone": "13800138000", "trouble": "yes"}
    found = []
    for n, topic in enumerate(topics):
        more = {**values, "company": f"示例{n}公司", "topic": topic, "subject": f"示例：困难{n}"}
        command = Command("enter", Actor("office"), f"r{n}", type="difficulty", installation=here, values=more)
        found.append(act(place.database, command, NOW).record)
    return found


def test_many_are_passed_on_each_to_whom_the_table_says(place: Any) -> None:
    office, clerk = place.signed_in("office"), place.signed_in("clerk")
    ids = registered(place, "finance", "finance", "legal", "other")
    ledger = office.get("/desk/ledgers/collected")
    assert "批量反馈给部门" in said(ledger)
    assert 'name="picked"' not in clerk.get("/desk/ledgers/collected").text
    assert clerk.post("/desk/ledgers/collected/together/pass_on", data={"picked": ids}).status_code == 404
    none = office.post("/desk/ledgers/collected/together/pass_on", data={}, follow_redirects=True)
    assert "请先勾选要办的记录" in none.text

    form = office.post("/desk/ledgers/collected/together/pass_on", data={"all": "1"}, follow_redirects=True)
    assert lacking(said(form), "选了 4 条", "没有填的按系统的建议（3 条有）") == []
    tried = office.post(form.request.path, data={}, follow_redirects=True)
    text = said(tried)
    assert lacking(text, "无误 3", "有误 1") == []
    assert "KN-2026-00004 「有关部门」：请选择“有关部门”" in text
    assert lacking(text, "示例bureau 2", "示例department 1") == []
    # Somebody else is quicker with one of them.
    quick = Command("pass_on", Actor("second", "示例·second"), "quick", ids[0], values={"department": "bureau"})
    act(place.database, quick, NOW)
    done = press(office, tried, "write")
    text = said(done)
    assert lacking(text, "已办 2", "没办成 1", "未办 1") == []
    assert lacking(text, "KN-2026-00001", "示例·second") == []
    assert [state for _, state, _ in numbers(place)] == ["passed_on", "passed_on", "passed_on", "collected"]

    # One unit for all of them, where that is said: against a suggestion with a reason.
    form = office.post("/desk/ledgers/collected/together/pass_on", data={"picked": ids[3:]}, follow_redirects=True)
    tried = office.post(form.request.path, data={"department": "department"}, follow_redirects=True)
    press(office, tried, "write")
    assert numbers(place)[3][1] == "passed_on"

    # Taken back together, with one reason; where each was sent before is seen before it is sent there again.
    form = office.post("/desk/ledgers/all/together/take_back", data={"all": "1"}, follow_redirects=True)
    tried = office.post(form.request.path, data={"reason": "示例：重新研究"}, follow_redirects=True)
    press(office, tried, "write")
    assert {state for _, state, _ in numbers(place)} == {"collected"}
    form = office.post("/desk/ledgers/collected/together/pass_on", data={"all": "1"}, follow_redirects=True)
    tried = office.post(form.request.path, data={}, follow_redirects=True)
    assert lacking(said(tried), "无误 4", "示例bureau 2", "示例department 2") == []


@pytest.mark.slow
def test_a_batch_goes_on_by_itself_and_can_be_followed(tmp_path: Path, visitor: Visitors) -> None:
    backend = Sqlite(tmp_path)
    made = Place(backend.like(fill))
    site = Site(made)
    rows = [row(f"示例{n}公司", "没有") for n in range(200)]
    bell = Ticker(made.database, lambda: NOW)
    bell.start()
    with live_server(site.app) as base:
        for size in ("desktop", "phone"):
            page: Page = visitor(size)
            page.goto(f"{base}/accounts/sign-in?next=/desk/")
            page.get_by_label("账号").fill("office")
            page.get_by_label("密码").fill(PASSWORD)
            page.get_by_role("button", name="登录").click()
            page.goto(f"{base}{PLACE}")
            page.get_by_label("填好的表格").set_input_files(
                {"name": f"{size}.xlsx", "mimeType": "application/octet-stream", "buffer": book(rows)}
            )
            page.get_by_role("button", name="上传并检查").click()
            page.wait_for_url("**/desk/batches/*")
            expect(page.get_by_text("无误 200")).to_be_visible(timeout=60_000)
            page.get_by_role("button", name="导入全部 200 行").click()
            expect(page.get_by_text("已办 200")).to_be_visible(timeout=60_000)
            assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    bell.stop()
    assert len(numbers(made)) == 400
    made.database.close()
    backend.close()
