"""The desk over HTTP: whose turn it is, ledgers, the record, actions with what follows from them, drafts, notices."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from datetime import date
from html import unescape
from io import BytesIO, StringIO
from typing import Any
from urllib.parse import quote

import pytest
from openpyxl import load_workbook
from werkzeug.test import Client, TestResponse

from harness.cast import report
from harness.queries import counted
from liaison.access import GUEST
from liaison.definitions import Package, load, read_package
from liaison.definitions.base import base_files
from liaison.engine import Command
from liaison.store import MOST_SAVED, SqlWorld, access_log, act, add_organisation, drafts_of, hold, install, publish

ASKED = {"level": "general", "subject": "道路修复", "category": "B", "lead_unit": "economy",
         "support_units": ["housing_water"]}  # fmt: skip


def text_of(answer: TestResponse) -> str:
    """The words of a page."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


def hidden(answer: TestResponse) -> dict[str, str]:
    """The hidden fields of the page's first form for acting."""
    form = re.search(r'<form[^>]*id="act".*?</form>', answer.text, re.DOTALL)
    assert form, answer.text
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0]))


def look_then_do(client: Client, record: str, action: str, **values: Any) -> tuple[TestResponse, TestResponse]:
    """Through the form and the page that says what will happen; both answers."""
    address = f"/desk/records/{record}/do/{action}"
    sent = hidden(client.get(address)) | values
    looked = client.post(address, data={**sent, "step": "look"}, follow_redirects=True)
    return looked, client.post(address, data={**sent, "step": "do"})


def numbers(answer: TestResponse) -> list[str]:
    """The numbers of the records listed, in their order."""
    return re.findall(r'class="table__link"[^>]*>(?:<span[^>]*>)?([A-Z]+-\d+-\d+)', answer.text)


# ── Lists ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_waits_for_me_is_what_i_can_carry_on(place: Any) -> None:
    reported = place.submit().number
    accepted = place.submit()
    place.do(accepted.record, "accept")
    place.assigned()
    office = place.signed_in("office").get("/desk/")
    assert numbers(office) == [reported, accepted.number]
    assert "受理" in text_of(office)
    assert "催办" not in text_of(office), "urging is possible, but nobody's next thing to do"


def test_an_assignment_stands_under_its_matter(place: Any) -> None:
    place.assigned(lead="economy", support=("housing_water",))
    for login in ("economy", "housing"):
        page = place.signed_in(login).get("/desk/")
        assert len(numbers(page)) == 1
        assert "签收" in text_of(page)
    assert numbers(place.signed_in("tax").get("/desk/")) == []
    assert "现在没有要您办理的事项" in place.signed_in("tax").get("/desk/").text


def test_what_runs_out_first_stands_on_top(place: Any) -> None:
    early = place.assigned()
    place.wait(days=5)
    late = place.assigned()
    place.wait(days=1)
    again = place.assigned()
    page = place.signed_in("economy").get("/desk/")
    assert re.findall(r'href="/desk/records/([0-9a-f-]{36})"', page.text) == [early, late, again]


def test_who_oversees_units_sees_what_runs_out_there_and_urges(place: Any) -> None:
    late = place.assigned()
    place.wait(days=20)
    soon = place.assigned(lead="housing_water", support=())
    assert 'id="pressing"' not in place.signed_in("office").get("/desk/").text
    place.wait(days=28)
    office = place.signed_in("office")
    page = office.get("/desk/")
    assert re.findall(r'href="/desk/records/([0-9a-f-]{36})"', page.text.split('id="pressing"')[1]) == [late, soon]
    words = text_of(page)
    for expected in ("单位逾期、临期", "逾期 1 件", "临期 1 件", "逾期 17 天", "区经济促进局", "一般问题报送办理情况"):
        assert expected in words, expected
    assert f'href="/desk/records/{late}/do/urge"' in page.text
    assert numbers(office.get("/desk/pressing")) == numbers(page)[-2:]
    # Who owes it finds it among the own work, and oversees nobody.
    economy = place.signed_in("economy")
    assert 'id="pressing"' not in economy.get("/desk/").text
    assert "没有单位逾期或临期" in economy.get("/desk/pressing").text


def test_an_objection_is_the_offices_turn(place: Any) -> None:
    record = place.assigned()
    office = place.signed_in("office")
    assert numbers(office.get("/desk/")) == []
    with place.database.read() as connection:
        family = SqlWorld(connection, place.database.shelf).families([record])[record]
    for held in family.record.parts:
        place.do(held.assignment, "object", "economy" if held.part == "lead" else "housing", reason="不属于本单位职责")
        assert len(numbers(office.get("/desk/"))) == 1, held.part


def changed(place: Any, path: str, change: Callable[[Any], None]) -> None:
    """Put the scheme in force with one of its files changed."""
    package = read_package("shunde")
    content = json.loads(
        package.files[path] if path in package.files else base_files()["/".join(path.split("/")[2:])][1]
    )
    change(content)
    files = {**package.files, path: json.dumps(content, ensure_ascii=False).encode()}
    with place.database.write() as connection:
        install(connection, "district", publish(connection, Package(files), "seed", place.now), "seed", place.now)


def test_what_stands_still_is_the_turn_of_who_may_see_to_it(place: Any) -> None:
    def without_contest(lifecycle: Any) -> None:
        lifecycle["actions"] = [one for one in lifecycle["actions"] if one["key"] != "contest"]

    changed(place, "rules/shunde/lifecycle/matter.json", without_contest)
    record = place.assigned()
    office = place.signed_in("office")
    assert numbers(office.get("/desk/")) == []
    with place.database.read() as connection:
        family = SqlWorld(connection, place.database.shelf).families([record])[record]
    support = next(held.assignment for held in family.record.parts if held.part == "support")
    place.do(support, "object", "housing", reason="不属于本单位职责")
    page = office.get("/desk/")
    assert len(numbers(page)) == 1
    assert "改派" in text_of(page)
    assert numbers(place.signed_in("economy").get("/desk/")) == numbers(page), "for its own assignment"
    assert "改派" not in text_of(place.signed_in("economy").get("/desk/"))


def test_a_step_of_the_office_on_an_assignment_is_its_turn(place: Any) -> None:
    def with_review(lifecycle: Any) -> None:
        review = {"key": "review", "title": "审核异议", "from": ["objected"], "to": "assigned",
                  "by": [{"post": "office_staff"}], "tone": "primary"}  # fmt: skip
        lifecycle["actions"].append(review)

    changed(place, "rules/shunde/lifecycle/assignment.json", with_review)
    record = place.assigned()
    with place.database.read() as connection:
        family = SqlWorld(connection, place.database.shelf).families([record])[record]
    lead = next(held.assignment for held in family.record.parts if held.part == "lead")
    place.do(lead, "object", "economy", reason="不属于本单位职责")
    office = place.signed_in("office")
    assert "审核异议" in text_of(office.get("/desk/"))
    assert "审核异议" in text_of(office.get(f"/desk/records/{record}"))
    looked = office.get(f"/desk/records/{lead}/do/review")
    assert office.post(f"/desk/records/{lead}/do/review", data={**hidden(looked), "step": "do"}).status_code == 303
    assert "审核异议" not in text_of(place.signed_in("director").get("/desk/")), "of this post, not of that"


def test_begun_handled_and_copied(place: Any) -> None:
    mine = place.submit("secretary")
    place.submit()
    assert numbers(place.signed_in("secretary").get("/desk/started")) == [mine.number]
    office = place.signed_in("office")
    assert numbers(office.get("/desk/handled")) == []
    place.do(mine.record, "accept")
    assert numbers(office.get("/desk/handled")) == [mine.number]
    # The secretary was told of it and has nothing to do; the office was told too, but it is its turn.
    assert numbers(place.signed_in("secretary").get("/desk/copied")) == [mine.number]
    assert numbers(office.get("/desk/copied")) == []


def test_a_ledger_is_the_definitions_view(place: Any) -> None:
    place.submit(company="甲机械厂")
    place.assigned()
    office = place.signed_in("office")
    assert office.get("/desk/ledgers").headers["Location"] == "/desk/ledgers/collected"
    collected, handled = office.get("/desk/ledgers/collected"), office.get("/desk/ledgers/handling")
    assert len(numbers(collected)) == 2
    assert len(numbers(handled)) == 1
    assert "配合单位" in handled.text
    assert "在期" in handled.text
    assert office.get("/desk/ledgers/nothing").status_code == 404


def test_a_ledger_is_searched_filtered_and_sorted_by_its_address(place: Any) -> None:
    one = place.submit(company="甲机械厂", category="A", contact_phone="13900139000").number
    other = place.submit(company="乙家具厂", category="B").number
    place.assigned()

    def listed(query: str) -> list[str]:
        return numbers(place.signed_in("office").get(f"/desk/ledgers/collected?{query}"))

    assert listed("q=机械厂") == [one]
    assert listed("q=13900139000") == [one]
    assert listed(f"q={other.lower()}") == [other]
    assert listed("category=A") == [one]
    assert sorted(listed("state=reported&sort=company")) == [one, other]
    assert listed("state=reported&sort=company") == listed("state=reported&sort=-company")[::-1]
    assert len(listed("state=nonsense&page=zzz&sort=problem")) == 3, "what the list does not know is left out"
    assert len(listed("light=in_time")) == 1
    place.wait(days=29)
    assert listed("light=in_time") == []
    assert len(listed("light=soon")) == 1
    place.wait(days=9)
    assert len(listed("light=overdue")) == 1
    page = place.signed_in("office").get("/desk/ledgers/collected?category=A&q=没有的字")
    assert "没有符合条件的记录" in page.text


def test_columns_are_chosen_and_kept(place: Any) -> None:
    place.submit()
    office = place.signed_in("office")
    office.post("/desk/ledgers/collected/columns", data={"column": ["record.number", "contact_phone"]})
    page = office.get("/desk/ledgers/collected")
    assert "138****8000" in page.text
    assert "13800138000" not in page.text
    assert "银行抽贷" not in page.text
    office.post("/desk/ledgers/collected/columns", data={})
    assert "银行抽贷" in office.get("/desk/ledgers/collected").text


def saved(answer: TestResponse) -> list[tuple[str, str, str]]:
    """The saved lists of a ledger: name, address, where to drop it."""
    found = re.search(r'<ul class="filters saved".*?</ul>', answer.text, re.DOTALL)
    each = re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>.*?action="([^"]+)"', found[0], re.DOTALL) if found else []
    return [(unescape(title), unescape(href), drop) for href, title, drop in each]


def test_a_list_is_saved_under_a_name_opened_and_dropped(place: Any) -> None:
    place.submit(category="A")
    place.submit(category="B", company="乙家具厂")
    office, ledger = place.signed_in("office"), "/desk/ledgers/collected"
    assert office.post(f"{ledger}/saved", data={"title": "什么也没问"}).status_code == 400
    answer = office.post(f"{ledger}/saved?category=B&sort=company&page=3", data={"title": "  B 类 "})
    assert answer.location == f"{ledger}?sort=company&category=B"
    page = office.get(ledger)
    [(title, href, drop)] = saved(page)
    assert title == "B 类"
    assert "aria-current" not in page.text.partition('class="filters saved"')[2].partition("</ul>")[0]
    opened = office.get(href)
    assert "乙家具厂" in opened.text
    assert "示例机械" not in opened.text
    assert 'aria-current="true">B 类' in opened.text
    office.post(f"{ledger}/saved?category=A", data={"title": "B 类"})
    assert [one[:2] for one in saved(office.get(ledger))] == [("B 类", f"{ledger}?category=A")], "the name is kept once"
    assert saved(office.get("/desk/ledgers/general")) == []
    director = place.signed_in("director")
    assert saved(director.get(ledger)) == [], "what one saves is for oneself"
    director.post(drop)
    assert len(saved(office.get(ledger))) == 1, "nor does another drop it"
    office.post(drop)
    assert saved(office.get(ledger)) == []
    office.post(f"{ledger}/saved?category=A", data={"title": ""})
    assert saved(office.get(ledger))[0][0].startswith("A. 项目招商"), "without a name it is called what it asks"


def test_a_ledger_has_room_for_so_many_saved_lists(place: Any) -> None:
    office, ledger = place.signed_in("office"), "/desk/ledgers/general"
    for number in range(MOST_SAVED):
        office.post(f"{ledger}/saved?q=w{number}", data={"title": f"第{number}个"})
    answer = office.post(f"{ledger}/saved?q=more", data={"title": "再一个"}, follow_redirects=True)
    assert len(saved(answer)) == MOST_SAVED
    assert f"最多存 {MOST_SAVED} 个" in text_of(answer)
    answer = office.post(f"{ledger}/saved?q=other", data={"title": "第3个"}, follow_redirects=True)
    assert ("第3个", f"{ledger}?q=other") in [one[:2] for one in saved(answer)], "what is kept can be changed"
    office.post(saved(answer)[0][2])
    answer = office.post(f"{ledger}/saved?q=more", data={"title": "再一个"}, follow_redirects=True)
    assert "再一个" in [one[0] for one in saved(answer)]


@pytest.mark.parametrize("asks", ["endpoint=x", "_method=POST", "_anchor=z", "_external=1", "_scheme=evil&_external=1"])
def test_choosing_columns_leads_back_to_what_the_ledger_knows(place: Any, asks: str) -> None:
    address = "/desk/ledgers/general"
    answer = place.signed_in("office").post(f"{address}/columns?q=a&{asks}", data={"column": "record.number"})
    assert (answer.status_code, answer.location) == (303, f"{address}?q=a")


def test_a_ledger_stands_in_the_navigation_where_it_asks_for_it(place: Any) -> None:
    office = place.signed_in("office")
    navs = [
        re.findall(
            r'<a href="([^"]+)"( aria-current="page")?>([^<]+)', office.get(address).text.partition('id="nav"')[2]
        )
        for address in ("/desk/ledgers/meetings", "/desk/ledgers/collected")
    ]
    found = [{title: (href, bool(on)) for href, on, title in nav[:9]} for nav in navs]
    assert list(found[0])[3:6] == ["抄送我的", "会议", "台账"]
    assert found[0]["会议"] == ("/desk/ledgers/meetings", True)
    assert [nav["台账"][1] for nav in found] == [False, True]


def test_the_file_holds_what_is_listed_masked_and_is_logged(place: Any) -> None:
    place.submit(company="=cmd|calc", contact_name="张三丰")
    place.submit(company="乙家具厂")
    office = place.signed_in("office")
    office.post("/desk/ledgers/collected/columns", data={"column": ["record.number", "company", "contact_name"]})
    answer = office.get("/desk/ledgers/collected/file?sort=company&as=csv")
    named = quote("问题收集清单-20260820.csv")
    assert answer.headers["Content-Disposition"].encode("latin-1").endswith(f"filename*=UTF-8''{named}".encode())
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0] == ["编号", "企业名称", "企业联系人"]
    assert sorted(row[1:] for row in rows[1:]) == [["'=cmd|calc", "张**"], ["乙家具厂", "张*"]]
    with place.database.read() as connection:
        logged = next(one for one in access_log(connection, "district") if one.what == "export")
    assert (logged.person, logged.detail["count"]) == ("office", 2)


def test_a_workbook_holds_days_as_days_and_nothing_as_a_formula(place: Any) -> None:
    place.submit(company='=HYPERLINK("http://x")', contact_name="张三丰")
    place.submit(company="乙家具厂", reporting_unit="0012345")
    office = place.signed_in("office")
    chosen = ["record.number", "company", "reporting_unit", "submitted_on", "record.created", "contact_phone"]
    office.post("/desk/ledgers/collected/columns", data={"column": chosen})
    answer = office.get("/desk/ledgers/collected/file?as=xlsx")
    named = quote("问题收集清单-20260820.xlsx")
    assert answer.headers["Content-Disposition"].encode("latin-1").endswith(f"filename*=UTF-8''{named}".encode())
    sheet = load_workbook(BytesIO(answer.data)).active
    assert sheet is not None
    rows = {row[0].value: row for row in sheet.iter_rows()}
    assert [cell.value for cell in rows["编号"]] == [
        "编号", "企业名称", "报送单位", "提交日期", "收到时间", "联系电话（企业和联系人）",
    ]  # fmt: skip
    assert rows["编号"][0].font.bold
    assert sheet.freeze_panes == "A2"
    number, company, unit, day, moment, phone = rows["SDMQ-2026-0001"]
    assert (company.value, company.data_type) == ('=HYPERLINK("http://x")', "s"), "text, never a formula"
    assert company.quotePrefix
    assert (day.value.date(), day.number_format) == (date(2026, 8, 20), "yyyy-mm-dd")
    assert f"{moment.value:%Y-%m-%d %H:%M}" == "2026-08-20 10:00", "told in Shanghai"
    assert phone.value == "138****8000"
    assert rows["SDMQ-2026-0002"][2].value == "0012345", "a number that names something keeps its zeros"
    widths = [sheet.column_dimensions[letter].width for letter in "AB"]
    assert widths[0] == len("SDMQ-2026-0001") + 2
    assert (number.data_type, unit.data_type) == ("s", "s")
    assert office.get("/desk/ledgers/collected/file?as=exe").status_code == 404


def test_an_export_says_how_far_it_is_and_is_kept_for_whoever_asked(place: Any) -> None:
    for _ in range(3):
        place.submit()
    office = place.signed_in("office")
    answer = office.get("/desk/ledgers/collected/file?as=xlsx&progress=1")
    assert answer.mimetype == "application/x-ndjson"
    *steps, last = [json.loads(line) for line in answer.text.splitlines()]
    assert steps == [{"done": 3}]
    assert (last["count"], last["cut"]) == (3, False)
    assert len(list(load_workbook(BytesIO(office.get(last["href"]).data)).active.iter_rows())) == 4  # type: ignore[union-attr]
    assert place.signed_in("director").get(last["href"]).status_code == 403
    with place.database.read() as connection:
        assert [one.detail["count"] for one in access_log(connection, "district") if one.what == "export"] == [3]


def test_a_file_says_where_it_was_cut(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("liaison.web.exporting.MOST", 2)
    for _ in range(3):
        place.submit()
    office = place.signed_in("office")
    rows = list(csv.reader(StringIO(office.get("/desk/ledgers/collected/file?as=csv").data.decode("utf-8-sig"))))
    assert len(rows) == 4
    assert rows[-1][0].startswith("只导出前 2 条")
    told = office.get("/desk/ledgers/collected/file?as=csv&progress=1").text.splitlines()
    assert json.loads(told[-1])["cut"] is True


@pytest.mark.parametrize("address", ["/desk/", "/desk/started", "/desk/handled", "/desk/copied", "/desk/pressing"])
def test_every_list_is_handed_out_as_a_file(place: Any, address: str) -> None:
    place.assigned("secretary")
    place.submit("secretary")
    place.wait(days=40)
    login = "secretary" if address in ("/desk/started", "/desk/copied") else "office"
    client = place.signed_in(login)
    page = client.get(address)
    [link] = set(re.findall(r'href="([^"]+/file\?as=csv)" data-export', page.text))
    rows = list(csv.reader(StringIO(client.get(unescape(link)).data.decode("utf-8-sig"))))
    assert rows[0][:2] == ["编号", "时限"]
    assert "操作" not in rows[0]
    assert [row[0] for row in rows[1:]] == numbers(page)[: len(rows) - 1]
    assert len(rows) > 1


def test_search_looks_everywhere_and_a_whole_number_leads_on(place: Any) -> None:
    found = place.submit(company="甲机械厂")
    place.submit(company="乙家具厂")
    office = place.signed_in("office")
    assert numbers(office.get("/desk/search?q=甲机械")) == [found.number]
    answer = office.get(f"/desk/search?q={found.number}")
    assert answer.headers["Location"] == f"/desk/records/{found.record}"
    assert "没有找到" in office.get("/desk/search?q=完全没有").text
    assert "没有找到" in place.signed_in("tax").get(f"/desk/search?q={found.number}").text


def test_pages_of_a_long_list(place: Any) -> None:
    for _ in range(45):
        place.submit()
    office = place.signed_in("office")
    first, second = office.get("/desk/ledgers/collected"), office.get("/desk/ledgers/collected?page=2")
    assert (len(numbers(first)), len(numbers(second))) == (40, 5)
    assert not set(numbers(first)) & set(numbers(second))
    assert (len(numbers(office.get("/desk/"))), len(numbers(office.get("/desk/?page=2")))) == (40, 5)


def test_no_list_asks_more_of_the_database_for_more_records(place: Any) -> None:
    office, economy = place.signed_in("office"), place.signed_in("economy")
    addresses = (
        "/desk/",
        "/desk/started",
        "/desk/handled",
        "/desk/copied",
        "/desk/ledgers/collected",
        "/desk/ledgers/collected?q=机械",
        "/desk/ledgers/handling?light=in_time",
        "/desk/search?q=机械",
        "/desk/notices",
    )

    def statements() -> dict[tuple[str, str], int]:
        found = {}
        for name, client in (("office", office), ("economy", economy)):
            for address in addresses:
                with counted(place.database) as asked:
                    assert client.get(address).status_code == 200
                found[name, address] = len(asked)
        return found

    for _ in range(5):
        place.assigned()
        place.submit()
    statements()  # what is read once and kept
    few = statements()
    for _ in range(40):
        place.assigned()
    for _ in range(450):
        place.submit()
    assert statements() == few
    # A page asks of each kind of record in turn, and of nothing once for each row.
    with place.database.read() as connection:
        types = (
            SqlWorld(connection, place.database.shelf).mechanism(place.installation).definition.record_types.values()
        )
    assert max(few.values()) <= 12 * sum(not one.child for one in types)


# ── The record ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_record_shows_everything_once(place: Any) -> None:
    record = place.assigned()
    page = place.signed_in("office").get(f"/desk/records/{record}")
    words = text_of(page)
    for expected in (
        "企业和联系人",
        "研判",
        "2026年9月20日（周日）",
        "为什么是这一天",
        "牵头单位",
        "待签收",
        "一般问题",
        "流程动态",
        "流程图",
        "系统建议",
        "改派",
        "催办",
    ):
        assert expected in words, expected
    assert "承办联系人" not in words, "a section that holds nothing yet is not there"
    assert "张*" in words
    assert "13800138000" not in page.text
    assert page.text.count("示例机械有限公司") == 1


def test_unmasking_shows_one_value_and_is_logged(place: Any) -> None:
    record = place.submit().record
    office = place.signed_in("office")
    answer = office.post(f"/desk/records/{record}/unmask/contact_phone")
    assert "13800138000" in answer.text
    with place.database.read() as connection:
        logged = next(one for one in access_log(connection, "district") if one.what == "unmask")
    assert (logged.person, logged.record, logged.detail) == ("office", record, {"field": "contact_phone"})
    assert office.post(f"/desk/records/{record}/unmask/nothing").status_code == 404
    assert place.signed_in("tax").post(f"/desk/records/{record}/unmask/contact_phone").status_code == 403


def rated(place: Any) -> str:
    """A matter that was handled and rated."""
    record = place.assigned("company")
    with place.database.read() as connection:
        family = SqlWorld(connection, place.database.shelf).families([record])[record]
    lead = next(held.assignment for held in family.record.parts if held.part == "lead")
    place.do(lead, "sign", "economy", values={"person": "王经促", "phone": "13700137000"})
    place.do(record, "reply", "economy", values={"opinion": "已协调", "result": "已续贷", "outcome_unit": "solved",
                                                 "lead_contact": "王经促", "lead_phone": "13700137000"})  # fmt: skip
    asked = {"rating_unit": "示例机械有限公司", "outcome_company": "unsolvable", "head_name": "吴老板",
             "head_phone": "13600136000", "channels": ["visit"], "satisfaction": "dissatisfied",
             "signature": "吴老板", "rated_on": "2026-08-20", "advice": "没有真正解决"}  # fmt: skip
    place.do(record, "rate", "company", values=asked)
    return record


def test_a_form_that_shows_kept_data_is_a_look_and_is_logged(place: Any) -> None:
    record = place.submit().record
    office = place.signed_in("office")
    assert "13800138000" in office.get(f"/desk/records/{record}/do/correct_contact").text
    with place.database.read() as connection:
        logged = next(one for one in access_log(connection, "district") if one.what == "unmask")
    assert (logged.person, logged.record) == ("office", record)
    assert logged.detail == {"action": "更正联系人", "unmasked": ["contact_name", "contact_phone"]}
    look_then_do(office, record, "correct_contact", contact_name="示例新人", contact_phone="13911112222")
    assert "示**" in office.get(f"/desk/records/{record}").text


def test_a_report_leaves_out_what_counts_by_terms_that_never_run_here(place: Any) -> None:
    place.submit()
    page = place.signed_in("office").get(f"/desk/reports/quarter?period={place.now:%Y}").text
    assert "重点问题按期办结率" in page
    assert ">重点问题按期办结率（会后起算）" not in page
    assert "没有列出" not in page


def test_handlers_never_see_an_evaluation(place: Any) -> None:
    record = rated(place)
    office, economy = place.signed_in("office"), place.signed_in("economy")
    assert "没有真正解决" in office.get(f"/desk/records/{record}").text
    assert "不满意" in office.get("/desk/ledgers/rated").text
    for address in (f"/desk/records/{record}", "/desk/ledgers/rated", f"/desk/records/{record}/print/rating"):
        page = economy.get(address)
        assert page.status_code == 200
        assert "没有真正解决" not in page.text, address
        assert "不满意</" not in page.text, address
    assert economy.post(f"/desk/records/{record}/unmask/head_phone").status_code == 404
    # Nor guess it: the list cannot be narrowed or put in order by it.
    assert len(numbers(economy.get("/desk/ledgers/rated?rating=satisfied"))) == 1
    assert len(numbers(office.get("/desk/ledgers/rated?rating=satisfied"))) == 0
    assert "sort=satisfaction" not in economy.get("/desk/ledgers/rated").text
    assert "sort=satisfaction" in office.get("/desk/ledgers/rated").text


def test_likely_repetitions_are_shown_to_who_reviews(place: Any) -> None:
    first = place.submit()
    second = place.submit()
    page = place.signed_in("office").get(f"/desk/records/{second.record}")
    assert "可能重复" in page.text
    assert first.number in page.text
    assert "相似 100%：企业名称 100%、问题困难 100%；问题类别相同" in text_of(page)
    other = place.submit(problem="厂区门口道路破损，坑洼积水，货车进出困难，希望尽快修复。")
    assert "可能重复" not in place.signed_in("office").get(f"/desk/records/{other.record}").text, "another trouble"
    assert "可能重复" not in place.signed_in("office").get(f"/desk/records/{first.record}").text


def test_the_timeline_says_who_what_why_and_signs_the_system(place: Any) -> None:
    record = rated(place)
    words = text_of(place.signed_in("office").get(f"/desk/records/{record}"))
    assert "系统" in words
    assert "李办 区工商联" in words
    assert "王经促 区经济促进局" in words
    assert "137****7000" in words


def test_an_assignment_is_read_within_its_matter(place: Any) -> None:
    record = place.assigned()
    economy = place.signed_in("economy")
    page = economy.get(f"/desk/records/{record}")
    child = re.search(r"/desk/records/([0-9a-f-]{36})/do/sign", page.text)
    assert child
    assert economy.get(f"/desk/records/{child[1]}").headers["Location"] == f"/desk/records/{record}"


# ── Acting ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_action_without_a_form_says_what_will_happen_first(place: Any) -> None:
    record = place.submit("secretary")
    office = place.signed_in("office")
    page = office.get(f"/desk/records/{record.record}")
    assert "事项转为“研判中”" in page.text
    assert "钱秘书：已受理" in page.text
    plain = office.get(f"/desk/records/{record.record}/do/accept")
    assert "事项转为“研判中”" in plain.text
    done = office.post(f"/desk/records/{record.record}/do/accept", data={**hidden(plain), "step": "do"})
    assert done.headers["Location"] == f"/desk/records/{record.record}"
    assert "研判中" in office.get(f"/desk/records/{record.record}").text


def test_assigning_foresees_units_dates_and_messages(place: Any) -> None:
    record = place.submit().record
    place.do(record, "accept")
    office = place.signed_in("office")
    form = office.get(f"/desk/records/{record}/do/assign")
    assert re.search(r'value="general"[^>]*checked', form.text), "the suggestion stands in the form"
    looked, done = look_then_do(office, record, "assign", **ASKED)
    words = text_of(looked)
    for expected in ("区经济促进局成为牵头单位", "区住房城乡建设和水利局成为配合单位", "事项转为“已交办”",
                     "开始计时：一般问题报送办理情况，2026年9月20日（周日）前，由区经济促进局 王经促负责",
                     "区经济促进局 王经促、区住房城乡建设和水利局 赵住建：新交办"):  # fmt: skip
        assert expected in words, expected
    assert done.status_code == 303
    assert "已交办" in office.get(f"/desk/records/{record}").text


def upholding(lifecycle: Any) -> None:
    """Urging upholds what nobody objected to."""
    [urge] = [one for one in lifecycle["actions"] if one["key"] == "urge"]
    urge["effects"].append({"key": "again", "act": {"on": {"part": "support"}, "action": "uphold"}})


def test_of_many_that_cannot_follow_a_few_are_said_and_all_are_on_the_record(place: Any) -> None:
    changed(place, "rules/shunde/lifecycle/matter.json", upholding)
    definition = load(read_package("shunde")).definition
    assert definition is not None
    record = place.assigned(support=tuple(one for one in definition.roster.units if one != "economy")[:6])
    office = place.signed_in("office")
    _, done = look_then_do(office, record, "urge")
    page = office.get(done.headers["Location"])
    assert page.text.count('toast--warning"') == 5
    assert "另有 2 项办不了，见流程动态" in page.text
    assert page.text.count('class="timeline__missed"') == 6


def test_what_cannot_follow_is_said_before_after_and_on_the_record(place: Any) -> None:
    changed(place, "rules/shunde/lifecycle/matter.json", upholding)
    record = place.assigned()
    office = place.signed_in("office")
    missed = "办不了：交办单 区住房城乡建设和水利局，当前为“待签收”，不能“维持交办”"
    assert missed in text_of(office.get(f"/desk/records/{record}")), "where it is asked whether to do it"
    looked, done = look_then_do(office, record, "urge")
    assert missed in text_of(looked)
    page = office.get(done.headers["Location"])
    assert re.search(f'toast--warning"[^>]*><span>{missed}', page.text)
    assert f'<p class="timeline__missed">{missed}' in office.get(done.headers["Location"]).text, "the toast is gone"


def test_looking_writes_nothing(place: Any) -> None:
    record = place.submit().record
    place.do(record, "accept")
    office = place.signed_in("office")
    address = f"/desk/records/{record}/do/assign"
    office.post(address, data={**hidden(office.get(address)), **ASKED, "step": "look"})
    assert "研判中" in office.get(f"/desk/records/{record}").text
    assert numbers(place.signed_in("economy").get("/desk/")) == []


def test_what_is_wrong_stands_at_its_field_and_everything_typed_stays(place: Any) -> None:
    record = place.submit().record
    place.do(record, "accept")
    office = place.signed_in("office")
    looked, _ = look_then_do(office, record, "assign", **{**ASKED, "lead_unit": "", "subject": "只填了案由"})
    assert looked.status_code == 422
    assert 'href="#f-lead_unit"' in looked.text
    assert re.search(r'id="f-lead_unit-problem"[^>]*>[^<]*牵头单位', looked.text)
    assert 'value="只填了案由"' in looked.text
    assert re.search(r'value="housing_water" selected', looked.text)


def test_changing_a_suggestion_needs_a_reason(place: Any) -> None:
    record = place.submit(category="C").record
    place.do(record, "accept")
    office = place.signed_in("office")
    asked = office.get(f"/desk/records/{record}/do/assign")
    assert re.search(r'value="key"[^>]*checked', asked.text)
    why = "问题类别等于 C. 久拖未决的历史遗留问题"
    assert why in text_of(asked), "the reason is told in titles and labels, not in keys"
    assert text_of(office.get(f"/desk/records/{record}")).count(why) == 2, "beside the suggestion and in the timeline"
    looked, _ = look_then_do(office, record, "assign", **ASKED)
    assert looked.status_code == 422
    assert 'href="#f-reason"' in looked.text
    looked, done = look_then_do(office, record, "assign", **ASKED, reason="情况简单")
    assert (looked.status_code, done.status_code) == (200, 303)
    assert "情况简单" in looked.text


def test_actions_stand_by_what_they_act_on_and_one_is_the_next(place: Any) -> None:
    record = place.assigned()
    economy = place.signed_in("economy")
    assigned = economy.get(f"/desk/records/{record}").text
    assert re.findall(r'button--primary"[^>]*>([^<]+)</a>\s*</div>', assigned.split('class="bar ')[1]) == ["签收"]
    with place.database.read() as connection:
        family = SqlWorld(connection, place.database.shelf).families([record])[record]
    lead = next(held.assignment for held in family.record.parts if held.part == "lead")
    place.do(lead, "sign", "economy", values={"person": "王经促", "phone": "13700137000"})
    bar = economy.get(f"/desk/records/{record}").text.split('class="bar ')[1]
    assert re.findall(r'<div class="acts" role="group" aria-label="([^"]+)"', bar) == [
        "交办单（牵头单位、区经济促进局）",
        "事项",
    ]
    assert re.findall(r'class="button button--primary"[^>]*>([^<]+)</a>', bar.split("<dialog")[0]) == ["报送办理情况"]
    assert "下一步：报送办理情况" in bar
    alone = place.signed_in("office").get(f"/desk/records/{place.submit().record}").text.split('class="bar ')[1]
    assert 'class="acts" role="group"' not in alone, "where one acts on the record alone nothing need be told apart"


def test_what_a_step_does_along_with_it_need_not_be_done_beforehand(place: Any) -> None:
    record = place.assigned()
    lead = next(held.assignment for held in place.record(record).parts if held.part == "lead")
    place.do(lead, "sign", "economy", values={"person": "王经促", "phone": "13700137000"})
    bar = text_of(place.signed_in("economy").get(f"/desk/records/{record}"))
    assert "下一步：报送办理情况，2026年9月20日（周日）前，之后转为“待评价”" in bar
    assert "答复" not in bar.split("下一步")[1], "the lead, to whom others reply, does not reply itself"
    housing = place.signed_in("housing")
    support = next(held.assignment for held in place.record(record).parts if held.part == "support")
    place.do(support, "sign", "housing", values={"person": "赵住建", "phone": "13700137001"})
    with place.database.write() as connection:
        hold(connection, place.installation, "economy", "liaison", "housing_water")
    both = text_of(place.signed_in("economy").get(f"/desk/records/{record}"))
    assert "“报送办理情况”时一并办结，不必另行答复" in both, "who acts for both units"
    alone = text_of(housing.get(f"/desk/records/{record}"))
    assert "下一步：答复，之后转为“已答复”" in alone, "nothing else of this unit's ends it"
    assert "不必另行" not in alone


def test_both_sides_are_heard_beside_the_title(place: Any) -> None:
    record = place.assigned()
    lead = next(held.assignment for held in place.record(record).parts if held.part == "lead")
    place.do(lead, "sign", "economy", values={"person": "王经促", "phone": "13700137000"})
    place.do(record, "reply", "economy", values={"opinion": "已协调", "result": "已续贷", "outcome_unit": "solved",
                                                 "lead_contact": "王经促", "lead_phone": "13700137000"})  # fmt: skip
    office = place.signed_in("office")

    def title() -> str:
        found = re.search(r"<h1>.*?</h1>", office.get(f"/desk/records/{record}").text, re.DOTALL)
        assert found
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0]))

    assert "承办单位：已解决" in title()
    assert "企业：" not in title()
    scan = office.post(
        f"/files/{place.installation}/matter/paper_scan", data={"file": (BytesIO(b"%PDF-1.7\n%%EOF\n"), "评价表.pdf")}
    )
    values = {"rating_unit": "示例机械有限公司", "outcome_company": "unsolvable", "head_name": "吴老板",
              "head_phone": "13600136000", "channels": "visit", "satisfaction": "dissatisfied",
              "rated_on": "2026-08-20", "paper_scan": scan.json["id"], "signature": "吴老板"}  # fmt: skip
    _, done = look_then_do(office, record, "rate_on_paper", **values)
    assert done.status_code == 303
    assert "承办单位：已解决" in title()
    assert "企业：不能解决" in title()


def test_a_reason_is_asked_for(place: Any) -> None:
    record = place.submit().record
    office = place.signed_in("office")
    plain = office.get(f"/desk/records/{record}/do/refuse")
    address = f"/desk/records/{record}/do/refuse"
    missing = office.post(address, data={**hidden(plain), "step": "do", "reason": "  "})
    assert missing.status_code == 422
    assert "理由" in missing.text
    done = office.post(address, data={**hidden(plain), "step": "do", "reason": "不属于受理范围"})
    assert done.status_code == 303
    assert "不属于受理范围" in office.get(f"/desk/records/{record}").text


def test_sent_twice_is_done_once(place: Any) -> None:
    record = place.assigned()
    office = place.signed_in("office")
    address = f"/desk/records/{record}/do/urge"
    sent = {**hidden(office.get(address)), "step": "do"}
    assert [office.post(address, data=sent).status_code for _ in range(2)] == [303, 303]
    words = text_of(office.get(f"/desk/records/{record}"))
    assert words.count("催办 08-20") == 1


def test_who_comes_second_is_told_who_was_first_and_keeps_what_was_typed(place: Any) -> None:
    record = place.submit().record
    place.do(record, "accept")
    office = place.signed_in("office")
    address = f"/desk/records/{record}/do/assign"
    sent = {**hidden(office.get(address)), **ASKED, "subject": "我填的案由"}
    place.do(record, "assign", "director", values={**ASKED, "subject": "主任填的"})
    for step in ("look", "do"):
        answer = office.post(address, data={**sent, "step": step}, follow_redirects=True)
        assert answer.status_code == 409
        assert "周主任" in answer.text
        assert 'value="我填的案由"' in answer.text


def test_going_back_from_the_last_look_keeps_everything(place: Any) -> None:
    record = place.submit().record
    place.do(record, "accept")
    office = place.signed_in("office")
    address = f"/desk/records/{record}/do/assign"
    sent = {**hidden(office.get(address)), **ASKED, "subject": "再想一想", "step": "look"}
    looked = office.post(address, data=sent, follow_redirects=True)
    assert looked.request.path == f"/desk/records/{record}/do/assign/look", "a page one can load anew"
    assert text_of(office.get(looked.request.path)) == text_of(looked)
    back = office.get(f"/desk/records/{record}/do/assign")
    assert 'value="再想一想"' in back.text


def test_what_is_typed_saves_itself_and_comes_back(place: Any) -> None:
    record = place.submit().record
    place.do(record, "accept")
    office = place.signed_in("office")
    address = f"/desk/records/{record}/do/assign"
    sent = {**hidden(office.get(address)), **ASKED, "subject": "写到一半"}
    first = office.post(f"{address}/draft", data={**sent, "revision": "0"})
    assert first.json == {"revision": 2, "saved_at": "10:00"}
    second = office.post(f"{address}/draft", data={**sent, "revision": "2"})
    assert second.json == {"revision": 3, "saved_at": "10:00"}
    stale = office.post(f"{address}/draft", data={**sent, "subject": "另一个窗口", "revision": "2"})
    assert (stale.status_code, stale.json) == (409, {"who": "", "at": "10:00"})
    forced = office.post(f"{address}/draft", data={**sent, "subject": "用我的", "revision": "1", "force": "1"})
    assert forced.status_code == 200
    again = office.get(address)
    assert 'value="用我的"' in again.text
    assert "已恢复" in again.text
    assert 'value="用我的"' not in place.signed_in("director").get(address).text
    done = office.post(address, data={**hidden(again), **ASKED, "step": "do"})
    assert done.status_code == 303
    with place.database.read() as connection:
        assert drafts_of(connection, "office") == []


def test_what_was_changed_after_the_last_look_is_looked_at_again(place: Any) -> None:
    record = place.submit().record
    place.do(record, "accept")
    office = place.signed_in("office")
    address = f"/desk/records/{record}/do/assign"
    sent = {**hidden(office.get(address)), **ASKED}
    looked = office.post(address, data={**sent, "step": "look"}, follow_redirects=True)
    office.post(f"{address}/draft", data={**sent, "subject": "另一个窗口改的", "force": "1"})
    again = office.post(address, data={**hidden(looked), "step": "do"}, follow_redirects=True)
    assert "请再核对一次" in again.text
    assert "另一个窗口改的" in again.text
    assert office.post(address, data={**hidden(again), "step": "do"}).headers["Location"] == f"/desk/records/{record}"
    assert "另一个窗口改的" in office.get(f"/desk/records/{record}").text


def test_a_draft_is_thrown_away_when_one_starts_over(place: Any) -> None:
    record = place.submit().record
    place.do(record, "accept")
    office = place.signed_in("office")
    address = f"/desk/records/{record}/do/assign"
    sent = {**hidden(office.get(address)), **ASKED, "subject": "不要了"}
    office.post(address, data={**sent, "step": "look"})
    assert "清空重填" in office.get(address).text
    assert office.post(address, data={**sent, "step": "discard"}).headers["Location"] == address
    assert "不要了" not in office.get(address).text


def test_a_page_of_before_is_no_second_go_at_what_was_done(place: Any) -> None:
    """The key of a page is used up by what was done through it: what is sent from it later is something new."""
    record = place.submit().record
    place.do(record, "accept")
    office = place.signed_in("office")
    address = f"/desk/records/{record}/do/assign"
    sent = {**hidden(office.get(address)), **ASKED}
    for step in ("look", "do"):
        assert office.post(address, data={**sent, "step": step}).status_code == 303
    place.do(record, "raise_to_key", "office", reason="改判")
    place.do(record, "lower_to_general", "office", reason="改回")
    office.post(address, data={**sent, "subject": "第二次", "step": "look"})
    with place.database.read() as connection:
        [draft] = drafts_of(connection, "office")
    assert draft.id != sent["key"]
    assert draft.values["subject"] == "第二次"


def test_two_new_matters_are_filled_in_side_by_side(place: Any) -> None:
    office = place.signed_in("office")
    first = office.get("/desk/new/matter", follow_redirects=True)
    office.post(f"{first.request.full_path}", data={**hidden(first), **report(problem="停水"), "step": "look"})
    second = office.get("/desk/new/matter", follow_redirects=True)
    assert second.request.full_path == first.request.full_path, "one goes on with what was begun"
    another = re.search(r'href="(/desk/new/matter\?draft=\w+)">另填一份', second.text)
    assert another
    fresh = office.get(another[1])
    assert "停水" not in fresh.text
    office.post(another[1], data={**hidden(fresh), **report(problem="停电"), "step": "look"})
    assert "停水" in office.get(first.request.full_path).text
    assert "停电" in office.get(another[1]).text


def test_nobody_writes_into_the_draft_of_somebody_else(place: Any) -> None:
    record = place.submit().record
    place.do(record, "accept")
    office, director = place.signed_in("office"), place.signed_in("director")
    address = f"/desk/records/{record}/do/assign"
    sent = {**hidden(office.get(address)), **ASKED, "subject": "钱秘书写的"}
    office.post(address, data={**sent, "step": "look"})
    assert director.post(address, data={**sent, "subject": "主任写的", "step": "look"}).status_code == 404
    begun = office.get("/desk/new/matter").headers["Location"]
    office.post(begun, data={"key": "k", "problem": "停水", "step": "look"})
    assert "停水" not in director.get(begun).text
    assert director.post(begun, data={"key": "k", "problem": "停电", "step": "look"}).status_code == 404
    assert director.post(begun.replace("?", "/draft?"), data={"key": "k", "problem": "停电"}).status_code == 404


def test_a_matter_is_registered_at_the_desk(place: Any) -> None:
    office = place.signed_in("office")
    form = office.get("/desk/new/matter", follow_redirects=True)
    address = form.request.full_path
    assert "<h1>登记事项</h1>" in form.text
    assert "问题困难" in form.text
    values = report(reporting_unit="电话", company="甲机械厂", problem="停水")
    sent = {**hidden(form), **values}
    lacking = office.post(address, data={**sent, "step": "look", "company": ""}, follow_redirects=True)
    assert lacking.status_code == 422
    assert "停水" in office.get("/desk/new/matter", follow_redirects=True).text, "it is kept until it is done"
    looked = office.post(address, data={**sent, "step": "look"}, follow_redirects=True)
    assert "事项转为" in looked.text or "收到新报送" in looked.text
    done = [office.post(address, data={**sent, "step": "do"}) for _ in range(2)]
    assert done[0].headers["Location"] == done[1].headers["Location"]
    for gone in (address, looked.request.full_path):
        assert office.get(gone).headers["Location"] == done[0].headers["Location"], "going back leads to what was made"
    again = office.post(address, data={**sent, "step": "look"})
    assert again.headers["Location"] == done[0].headers["Location"]
    assert "停水" not in office.get("/desk/new/matter", follow_redirects=True).text, "the draft is gone"
    assert len(numbers(office.get("/desk/started"))) == 1
    assert office.get("/desk/new/assignment").status_code == 404


def test_the_navigation_counts_what_waits(place: Any) -> None:
    office = place.signed_in("office")

    def waiting(path: str) -> str:
        found = re.search(
            r'href="/desk/"[^>]*>我的待办(?:<span class="count">([^<]*)</span>)?</a>', office.get(path).text
        )
        assert found is not None
        return found[1] or ""

    assert waiting("/desk/started") == ""
    first = place.submit().record
    place.submit(category="C")
    assert waiting("/desk/started") == waiting("/desk/") == waiting(f"/desk/records/{first}") == "2"


def test_a_paper_evaluation_is_entered_without_the_companys_signature(place: Any) -> None:
    def without_signature(lifecycle: Any) -> None:
        action = next(one for one in lifecycle["actions"] if one["key"] == "rate_on_paper")
        action["asks"] = [{"form": "rating", "section": "company", "without": ["signature"]},
                          {"form": "rating", "section": "paper"}]  # fmt: skip

    changed(place, "rules/shunde/lifecycle/matter.json", without_signature)
    record = place.assigned()
    with place.database.read() as connection:
        family = SqlWorld(connection, place.database.shelf).families([record])[record]
    lead = next(held.assignment for held in family.record.parts if held.part == "lead")
    place.do(lead, "sign", "economy", values={"person": "王经促", "phone": "13700137000"})
    place.do(record, "reply", "economy", values={"opinion": "已协调", "result": "已续贷", "outcome_unit": "solved",
                                                 "lead_contact": "王经促", "lead_phone": "13700137000"})  # fmt: skip
    office = place.signed_in("office")
    form = office.get(f"/desk/records/{record}/do/rate_on_paper")
    assert "企业对处理情况的意见建议" in form.text
    assert "data-signature" not in form.text
    scan = office.post(
        f"/files/{place.installation}/matter/paper_scan", data={"file": (BytesIO(b"%PDF-1.7\n%%EOF\n"), "评价表.pdf")}
    )
    values = {"rating_unit": "示例机械有限公司", "outcome_company": "solved", "head_name": "吴老板",
              "head_phone": "13600136000", "channels": "visit", "satisfaction": "satisfied", "rated_on": "2026-08-20",
              "paper_scan": scan.json["id"] if scan.json else "", "signature": "冒签"}  # fmt: skip
    looked, done = look_then_do(office, record, "rate_on_paper", **values)
    assert (looked.status_code, done.status_code) == (200, 303), text_of(looked)
    assert ">签名<" not in looked.text
    with place.database.read() as connection:
        kept = SqlWorld(connection, place.database.shelf).families([record])[record].record.values
    assert "signature" not in kept, "what is not asked for is not taken"
    assert kept["satisfaction"] == "satisfied"


def test_a_wrong_address_keeps_the_frame(place: Any) -> None:
    office = place.signed_in("office")
    for address in ("/desk/nowhere", f"/desk/records/{'0' * 8}", "/desk/new/nothing"):
        answer = office.get(address)
        assert answer.status_code == 404
        assert 'class="button button--primary" href="/desk/"' in answer.text
        assert "搜索编号" in answer.text
        assert "/accounts/sign-out" in answer.text, "the frame of the desk stands around it"
    assert office.get("/desk/nowhere", headers={"Accept": "application/json"}).json["code"] == "web.error.404"
    assert "/accounts/sign-out" not in office.get("/nowhere").text
    assert "搜索编号" not in place.app.test_client().get("/desk/nowhere").text


def test_a_section_is_corrected_where_the_state_allows_it(place: Any) -> None:
    package = read_package("shunde")
    path = "rules/shunde/lifecycle/matter.json"
    lifecycle = json.loads(package.files[path])
    lifecycle["states"][1]["edit"] = {"report.company": [{"post": "office_staff"}]}
    changed = Package({**package.files, path: json.dumps(lifecycle, ensure_ascii=False).encode()})
    with place.database.write() as connection:
        install(connection, "district", publish(connection, changed, "seed", place.now), "seed", place.now)
    record = place.submit().record
    office = place.signed_in("office")
    address = f"/desk/records/{record}/edit/report.company"
    assert address not in office.get(f"/desk/records/{record}").text
    place.do(record, "accept")
    assert address in office.get(f"/desk/records/{record}").text
    assert address not in place.signed_in("director").get(f"/desk/records/{record}").text
    form = office.get(address)
    values = {"reporting_unit": "示例商会", "company": "改名机械厂", "submitted_on": "2026-08-20",
              "contact_name": "李四", "contact_phone": "13900139000"}  # fmt: skip
    sent = {**hidden(form), **values}
    lacking = office.post(address, data={**sent, "company": "", "step": "look"}, follow_redirects=True)
    assert lacking.status_code == 422
    look = office.post(address, data={**sent, "step": "look"}, follow_redirects=True).text
    assert "改名机械厂" in look
    assert "只保存，不通知任何人" in look, "a box that says what will happen is not empty where nothing does"
    assert office.post(address, data={**sent, "step": "do"}).status_code == 303
    words = text_of(office.get(f"/desk/records/{record}"))
    assert "企业名称 示例机械有限公司 → 改名机械厂" in words
    assert "企业联系人 张* → 李*" in words


def test_a_file_comes_along_through_the_last_look(place: Any) -> None:
    record = place.assigned()
    with place.database.read() as connection:
        family = SqlWorld(connection, place.database.shelf).families([record])[record]
    lead = next(held.assignment for held in family.record.parts if held.part == "lead")
    place.do(lead, "sign", "economy", values={"person": "王经促", "phone": "13700137000"})
    economy = place.signed_in("economy")
    brought = economy.post(
        f"/files/{place.installation}/matter/proof",
        data={"file": (BytesIO(b"%PDF-1.7\n%%EOF\n"), "验收单.pdf")},
    )
    assert brought.json, brought.text
    values = {"opinion": "已安排", "result": "已修复", "outcome_unit": "solved", "proof": brought.json["id"]}
    looked, done = look_then_do(economy, record, "reply", **values)
    assert "验收单.pdf" in looked.text
    assert "验收单.pdf" in place.signed_in("office").get(f"/desk/records/{record}/do/rate_on_paper").text
    assert done.status_code == 303
    page = place.signed_in("office").get(f"/desk/records/{record}")
    assert f'href="/files/{brought.json["id"]}"' in page.text
    assert place.signed_in("office").get(f"/files/{brought.json['id']}").status_code == 200
    assert place.signed_in("tax").get(f"/files/{brought.json['id']}").status_code == 403


# ── Notices, doors ───────────────────────────────────────────────────────────────────────────────────────────────


def test_notices_are_counted_and_opening_one_reads_it(place: Any) -> None:
    record = place.assigned()
    economy = place.signed_in("economy")
    page = economy.get("/desk/notices")
    assert "新交办" in page.text
    assert "SDMQ-2026-0001（续贷）已交你单位" in page.text
    opened = re.search(rf"/desk/notices/\d+/{record}", page.text)
    assert opened
    assert "count--strong" in page.text
    assert economy.get(opened[0]).headers["Location"] == f"/desk/records/{record}"
    assert "count--strong" not in economy.get("/desk/notices").text
    assert "没有消息" in economy.get("/desk/notices?unread=1").text
    office = place.signed_in("office")
    assert "count--strong" in office.get("/desk/").text
    office.post("/desk/notices", data={"all": "1"})
    assert "count--strong" not in office.get("/desk/").text


def test_a_person_with_posts_in_two_mechanisms_changes_between_them(place: Any) -> None:
    here = place.submit(company="甲机械厂")
    with place.database.write() as connection:
        add_organisation(connection, "other", "邻区", place.now)
        digest = publish(connection, read_package("shunde"), "seed", place.now)
        other = install(connection, "other", digest, "seed", place.now)
        hold(connection, other, "office", "office_staff", "federation", first_day=date(2026, 1, 1))
    command = Command("submit", GUEST, "there", type="matter", installation=other, values=report())
    there = act(place.database, command, place.now)
    office = place.signed_in("office")
    first = office.get("/desk/")
    addresses = re.findall(r"/desk/at/[0-9a-f]+", first.text)
    assert len(addresses) == 2
    seen = {re.findall(r"/desk/records/([0-9a-f-]{36})", office.get(one, follow_redirects=True).text)[0]
            for one in addresses}  # fmt: skip
    assert seen == {here.record, there.record}
    assert len(numbers(office.get("/desk/search?q=机械"))) == 2
    # A record stands in the frame of its own mechanism, whichever lies on the desk.
    for id_ in seen:
        assert office.get(f"/desk/records/{id_}").status_code == 200
    assert place.signed_in("director").get(f"/desk/at/{other}").status_code == 404


@pytest.mark.parametrize("address", ["/desk/", "/desk/ledgers/collected", "/desk/notices", "/desk/search?q=x"])
def test_the_desk_opens_only_to_who_holds_a_post(place: Any, address: str) -> None:
    assert place.app.test_client().get(address).status_code == 302
    assert place.signed_in("company").get(address).status_code == 403


def test_what_i_may_not_see_is_neither_opened_nor_listed(place: Any) -> None:
    record = place.assigned()
    tax = place.signed_in("tax")
    for address in ("", "/do/assign", "/do/urge", "/edit/report.company", "/print/report"):
        assert tax.get(f"/desk/records/{record}{address}").status_code == 403
    assert numbers(tax.get("/desk/ledgers/collected")) == []


def test_an_action_that_is_not_mine_is_refused_at_the_door_and_by_the_engine(place: Any) -> None:
    record = place.assigned()
    economy = place.signed_in("economy")
    assert economy.get(f"/desk/records/{record}/do/reassign").status_code == 302
    answer = economy.post(f"/desk/records/{record}/do/urge", data={"key": "k", "expected": "3", "step": "do"})
    assert answer.status_code == 403
    assert economy.get(f"/desk/records/{record}/do/submit").status_code == 404
