"""Records that name others, on the pages of the desk and in a browser: links, both sides, lists, print, pickers."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from html import unescape
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from werkzeug.test import Client, TestResponse

from harness import axe
from harness.cast import PASSWORD
from harness.queries import counted
from liaison.definitions import read_package
from liaison.engine import Command, world
from liaison.store import act, hold, install, publish
from liaison.web import fields

AGENDA = Path(__file__).parents[1] / "engine" / "mechanisms" / "agenda"
POSTS = {"office": ("office", ""), "economy": ("liaison", "north"), "tax": ("liaison", "south")}


class Agenda:
    """A mechanism with matters and meetings about them, beside the scheme that ships."""

    def __init__(self, place: Any) -> None:
        self.place, self._count = place, 0
        with place.database.write() as connection:
            digest = publish(connection, read_package(AGENDA), "seed", place.now)
            self.installation = install(connection, "district", digest, "seed", place.now)
            for person, (post, unit) in POSTS.items():
                hold(connection, self.installation, person, post, unit)

    def give(self, action: str, by: str = "office", record: str = "", type_: str = "", **values: Any) -> str:
        """Somebody does something; the record."""
        self._count += 1
        command = Command(
            action, self.place.actor(by), f"agenda/{self._count}", record, type=type_,
            installation="" if record else self.installation, values=values,
        )  # fmt: skip
        result = act(self.place.database, command, self.place.now)
        assert result, result.refusal
        return result.record

    def matter(self, subject: str, unit: str = "") -> str:
        """A matter, led by a unit."""
        record = self.give("begin", type_="matter", subject=subject)
        if unit:
            self.give("assign", record=record, lead_unit=unit)
        return record

    def meeting(self, *listed: str, **values: Any) -> str:
        """A meeting with an agenda."""
        agenda = {"agenda": [{"matter": one} for one in listed]} if listed else {}
        return self.give("convene", type_="meeting", **{"title": "例会", **agenda, **values})

    def at_desk(self, login: str) -> Client:
        """Somebody with this mechanism on the desk."""
        client: Client = self.place.signed_in(login)
        assert client.get(f"/desk/at/{self.installation}").status_code == 302
        return client


@pytest.fixture
def room(place: Any) -> Agenda:
    return Agenda(place)


def words(answer: TestResponse) -> str:
    """The words of a page."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


def linked(answer: TestResponse) -> dict[str, str]:
    """What stands in the sections and links to a record → its address."""
    part = answer.text.partition('class="record"')[2]
    return {unescape(text): to for to, text in re.findall(r'<a href="/desk/records/([0-9a-f-]{36})">([^<]+)</a>', part)}


def related(answer: TestResponse) -> list[list[str]]:
    """The rows of the linked records, as they read."""
    section = re.search(r'<section class="panel" id="related">.*?</section>', answer.text, re.DOTALL)
    rows = re.findall(r"<tr>(.*?)</tr>", section[0].partition("<tbody>")[2], re.DOTALL) if section else []
    return [
        [unescape(re.sub(r"<[^>]+>|\s", "", cell)) for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)]
        for row in rows
    ]


def asked(place: Any, client: Client, address: str) -> int:
    """How many statements a page takes, once everything is warm."""
    assert client.get(address).status_code == 200
    with counted(place.database) as statements:
        client.get(address)
    return len(statements)


# ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_record_leads_to_those_it_names_and_back(room: Agenda) -> None:
    first, second, third = room.matter("甲"), room.matter("乙"), room.matter("丙")
    meeting = room.meeting(first, second, main_matter=second, others=[third, first])
    page = room.place.signed_in("office").get(f"/desk/records/{meeting}")
    assert linked(page) == {"A-2026-001 甲": first, "A-2026-002 乙": second, "A-2026-003 丙": third}
    assert related(page) == [
        ["A-2026-003丙", "事项（其他）", "待议", "08-20"],
        ["A-2026-002乙", "事项（议程）", "待议", "08-20"],
        ["A-2026-001甲", "事项（议程、其他）", "待议", "08-20"],
    ]
    matter = room.place.signed_in("office").get(f"/desk/records/{third}")
    assert related(matter) == [["例会", "会议（其他）", "筹备", "08-20"]]
    assert f'href="/desk/records/{meeting}"' in matter.text
    assert related(room.place.signed_in("office").get(f"/desk/records/{room.matter('丁')}")) == []


def test_who_may_not_see_a_record_reads_its_name_and_is_not_led_there(room: Agenda) -> None:
    first, second = room.matter("甲", "north"), room.matter("乙")
    meeting = room.meeting(first, second, main_matter=second)
    page = room.place.signed_in("economy").get(f"/desk/records/{meeting}")
    assert linked(page) == {"A-2026-001 甲": first}
    assert "A-2026-002 乙" in words(page)
    assert second not in page.text
    assert [row[0] for row in related(page)] == ["A-2026-001甲"]
    assert linked(room.place.signed_in("tax").get(f"/desk/records/{meeting}")) == {}


def test_what_changed_is_told_by_name(room: Agenda) -> None:
    first, second = room.matter("甲"), room.matter("乙")
    meeting = room.meeting(main_matter=first)
    room.give("replan", record=meeting, title="例会", main_matter=second)
    page = words(room.place.signed_in("office").get(f"/desk/records/{meeting}"))
    assert "主要事项 A-2026-001 甲 → A-2026-002 乙" in page


def test_a_table_is_read_as_a_table_with_personal_data_shown_on_request(room: Agenda) -> None:
    first = room.matter("甲")
    meeting = room.meeting(agenda=[{"matter": first, "said": "同意", "speaker": "张三丰"}])
    office = room.place.signed_in("office")
    page = office.get(f"/desk/records/{meeting}")
    assert re.search(r"<th[^>]*>事项</th><th[^>]*>意见</th><th[^>]*>汇报人</th>", page.text)
    assert "张三丰" not in page.text
    shown = office.post(f"/desk/records/{meeting}/unmask/agenda")
    assert "张三丰" in shown.text
    assert f'href="/desk/records/{first}"' in shown.text


def test_print_list_and_file_call_records_by_name(room: Agenda) -> None:
    first, second = room.matter("甲"), room.matter("乙")
    meeting = room.meeting(first, second, main_matter=second, others=[first, second])
    office = room.at_desk("office")
    printed = words(office.get(f"/desk/records/{meeting}/print/meeting"))
    assert "主要事项 A-2026-002 乙 其他事项 A-2026-001 甲、A-2026-002 乙 议程 A-2026-001 甲 A-2026-002 乙" in printed
    assert "A-2026-001 甲、A-2026-002 乙" in words(office.get("/desk/ledgers/meetings"))
    file = office.get("/desk/ledgers/meetings/file?as=csv")
    assert list(csv.reader(StringIO(file.data.decode("utf-8-sig"))))[1] == [
        "例会", "", "A-2026-002 乙", "A-2026-001 甲、A-2026-002 乙",
    ]  # fmt: skip


def test_no_page_asks_more_for_more_records_that_are_named(room: Agenda) -> None:
    matters = [room.matter(str(number)) for number in range(8)]
    one = room.meeting(matters[0], main_matter=matters[0])
    many = room.meeting(*matters[:6], main_matter=matters[1], others=matters[:6])
    office = room.at_desk("office")
    pages = ["/desk/records/{}", "/desk/records/{}/print/meeting", "/desk/records/{}/do/replan"]
    for address in pages:
        taken = [asked(room.place, office, address.format(meeting)) for meeting in (one, many)]
        assert taken[0] == taken[1], address


def test_a_list_that_names_records_takes_one_query_more(room: Agenda) -> None:
    matters = [room.matter(str(number)) for number in range(6)]
    for _ in range(3):
        room.meeting()
    office = room.at_desk("office")
    bare = asked(room.place, office, "/desk/ledgers/meetings")
    file = asked(room.place, office, "/desk/ledgers/meetings/file?as=csv")
    for number in range(6):
        room.meeting(main_matter=matters[number], others=matters[:number] or None)
    assert asked(room.place, office, "/desk/ledgers/meetings") == bare + 1
    assert asked(room.place, office, "/desk/ledgers/meetings/file?as=csv") == file + 1


# ── Picking ──────────────────────────────────────────────────────────────────────────────────────────────────────


def offered(answer: TestResponse, name: str) -> list[str]:
    """What a list of the page offers."""
    select = re.search(rf'<select[^>]* name="{name}".*?</select>', answer.text, re.DOTALL)
    assert select, name
    return [unescape(label) for label in re.findall(r'<option value="[^"]+"[^>]*>([^<]*)', select[0])]


def test_a_page_offers_what_its_visitor_may_see(room: Agenda) -> None:
    room.matter("甲", "north")
    closed = room.matter("乙")
    room.matter("丙", "north")
    room.give("close", record=closed)
    pages = {login: room.at_desk(login).get("/desk/new/meeting", follow_redirects=True) for login in POSTS}
    assert offered(pages["office"], "main_matter") == ["A-2026-001 甲", "A-2026-003 丙"]
    assert offered(pages["office"], "others") == ["A-2026-001 甲", "A-2026-002 乙", "A-2026-003 丙"]
    assert offered(pages["economy"], "agenda-__row__-matter") == ["A-2026-001 甲", "A-2026-003 丙"]
    assert offered(pages["tax"], "others") == []
    assert 'data-alias="a-2026-001 j"' in pages["office"].text


def test_a_page_says_where_it_cannot_offer_them_all(room: Agenda, monkeypatch: pytest.MonkeyPatch) -> None:
    room.matter("甲")
    office = room.at_desk("office")
    said = "只列出最先登记的 1 条。"
    assert said not in office.get("/desk/new/meeting", follow_redirects=True).text
    for module in (fields, world):
        monkeypatch.setattr(module, "FOUND_AT_MOST", 1)
    assert office.get("/desk/new/meeting", follow_redirects=True).text.count(said) == 4, (
        "at both fields, and at both tables"
    )


def test_what_was_picked_stays_picked_under_its_name(room: Agenda) -> None:
    first = room.matter("甲")
    room.matter("乙")
    meeting = room.meeting(first, main_matter=first)
    room.give("close", record=first)
    office = room.place.signed_in("office")
    page = office.get(f"/desk/records/{meeting}/do/replan")
    assert offered(page, "main_matter") == ["A-2026-002 乙", "A-2026-001 甲"]
    assert offered(page, "agenda-0-matter") == ["A-2026-002 乙", "A-2026-001 甲"]
    assert re.search(rf'<option value="{first}" selected', page.text)
    assert offered(page, "agenda-1-matter") == ["A-2026-002 乙", "A-2026-001 甲"], "the row for who has no script"


def test_the_id_of_a_record_that_somebody_typed_tells_nothing_of_it(room: Agenda) -> None:
    secret = room.matter("机密")
    tax = room.at_desk("tax")
    key = re.search(r'name="key" value="([^"]+)"', tax.get("/desk/new/meeting", follow_redirects=True).text)
    assert key
    sent = {"key": key[1], "step": "look", "title": "例会", "main_matter": secret, "agenda-0-matter": secret}
    answer = tax.post("/desk/new/meeting", data=sent, follow_redirects=True)
    assert answer.status_code == 422
    assert "机密" not in answer.text
    assert "“主要事项”选的不在可选范围内" in words(answer)


def test_the_same_record_twice_is_said_where_it_stands(room: Agenda) -> None:
    first = room.matter("甲")
    meeting = room.meeting(first)
    office = room.place.signed_in("office")
    key = re.search(r'name="key" value="([^"]+)"', office.get(f"/desk/records/{meeting}/do/replan").text)
    assert key
    sent = {"key": key[1], "step": "look", "title": "例会", "agenda-0-matter": first, "agenda-1-matter": first}
    answer = office.post(f"/desk/records/{meeting}/do/replan", data=sent, follow_redirects=True)
    assert answer.status_code == 422
    cells = re.findall(r"<td[^>]*data-cell=\"matter\".*?</td>", answer.text, re.DOTALL)
    assert ["与第 1 行重复" in cell for cell in cells] == [False, True, False, False]


def test_a_row_shows_what_it_took_over_before_and_after_anything_is_done(room: Agenda) -> None:
    first = room.matter("厂房扩建", unit="north")
    office = room.at_desk("office")
    form = office.get("/desk/new/meeting", follow_redirects=True)
    address = form.request.full_path
    key = re.search(r'name="key" value="([^"]+)"', form.text)
    assert key
    sent = {"key": key[1], "title": "例会", "topics-0-about": first, "topics-0-heading": ""}
    look = office.post(address, data={**sent, "step": "look"}, follow_redirects=True)
    assert look.status_code == 200
    assert "A-2026-001 厂房扩建 厂房扩建" in words(look)
    back = office.get(address)
    assert re.search(r'<input[^>]*name="topics-0-heading"[^>]*value="厂房扩建"', back.text)
    assert re.search(r'<select[^>]*name="topics-0-units".*?<option value="north" selected', back.text, re.DOTALL)
    secret = room.matter("机密")
    stranger, sent["topics-0-about"] = room.at_desk("tax"), secret
    answer = stranger.post("/desk/new/meeting", data={**sent, "step": "look"}, follow_redirects=True)
    assert "机密" not in answer.text


# ── In a browser ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def base(room: Agenda, serve: Callable[[Any], str]) -> str:
    room.place.app.config["WTF_CSRF_ENABLED"] = True
    return serve(room.place.app)


def enter(page: Page, base: str, then: str) -> None:
    page.goto(f"{base}/accounts/sign-in?next={then}")
    page.fill("#login", "office")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(f"{base}{then}")


def test_an_agenda_is_made_read_and_followed(room: Agenda, base: str, page: Page) -> None:
    matters = [room.matter(subject) for subject in ("厂房扩建的规划许可", "园区东侧道路修复", "流动资金续贷")]
    meeting = room.meeting(matters[1])
    enter(page, base, f"/desk/records/{meeting}/do/replan")
    table = page.locator("[data-field=agenda]")
    expect(table.locator("[data-row]")).to_have_count(1)
    table.get_by_role("button", name="全部列入（2）").press("Enter")
    expect(table.locator("[data-row]")).to_have_count(3)
    main = page.locator("[data-field=main_matter]").get_by_role("combobox")
    main.press_sequentially("ldzj")
    main.press("Enter")
    expect(main).to_have_value("A-2026-003 流动资金续贷")
    axe(page)
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_text("A-2026-001 厂房扩建的规划许可").first).to_be_visible()
    page.get_by_role("button", name="确认").click()
    page.wait_for_url(f"{base}/desk/records/{meeting}")
    axe(page)
    wide = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide[0] <= wide[1]
    rows = page.locator("#related tbody tr")
    expect(rows).to_have_count(3)
    rows.filter(has_text="道路").get_by_role("link").press("Enter")
    page.wait_for_url(f"{base}/desk/records/{matters[1]}")
    expect(page.locator("#related tbody tr")).to_have_count(1)
    page.locator("#related").get_by_role("link", name="例会").press("Enter")
    page.wait_for_url(f"{base}/desk/records/{meeting}")
