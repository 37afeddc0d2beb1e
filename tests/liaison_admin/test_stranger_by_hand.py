"""The hard test by hand: a scheme of another city is set up in the workshop with mouse and keyboard, and its dates come
out right.

The scheme: 泉州 “万名干部进万企” 企业问题办理流程 (2022-08), as its newspaper printed it: the lead unit answers within
seven workdays, supporting units within three, a longer time is asked for a workday before at the latest.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from playwright.sync_api import Page

from harness import Visitors, live_server
from liaison.access import GUEST, Actor
from liaison.calendars import ZONE
from liaison.engine import Command
from liaison.store import SqlWorld, act, add_person, hold, install, installations, versions


class Hands:
    """Somebody before the workshop, who reads labels and knows nothing of the files."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base, self.overview = page, base, ""
        page.set_default_timeout(8000)

    def to(self, *links: str) -> None:
        """From the overview on, by the names of things."""
        self.page.goto(self.overview)
        for link in links:
            self.page.locator("main").get_by_role("link", name=link, exact=True).first.click()
            self.page.wait_for_load_state()

    def save(self) -> None:
        self.page.get_by_role("button", name="保存", exact=True).last.click()
        self.page.wait_for_load_state()

    def field(self, place: str) -> Any:
        return self.page.locator(f'[name="{place}"]')

    def choose(self, place: str, label: str) -> None:
        """In a list or a picker."""
        select = self.field(place)
        value = select.evaluate(
            "(one, label) => [...one.options].find((o) => o.textContent.trim() === label)?.value ?? ''", label
        )
        assert value, f"{label} is not offered at {place}: {select.evaluate('(one) => one.textContent')}"
        picker = select.locator("xpath=..").locator(".picker__input")
        if select.is_visible():
            select.select_option(value)
        else:
            picker.fill(label)
            self.page.get_by_role("option", name=label, exact=True).first.click()

    def type(self, place: str, text: str) -> None:
        self.field(place).fill(text)

    def add(self, place: str, title: str = "", kind: str = "", section: str = "") -> None:
        if kind:
            self.choose(f"newkind{place}", kind)
        if title:
            self.type(f"new{place}", title)
        if section:
            self.choose(f"newplace{place}", section)
        self.page.locator(f'button[value="add:{place}"]').click()
        self.page.wait_for_load_state()

    def unfold(self) -> None:
        """Open what is folded away under 更多, the outer first."""
        folded = self.page.locator("main details:not([open]) > summary:visible", has_text="更多")
        while folded.count():
            folded.first.click()

    def at(self) -> str:
        """The place that this page is about."""
        found = re.search(r"[?&]at=([^&#]*)", self.page.url)
        return found[1].replace("%2F", "/") if found else ""


def test_a_scheme_of_another_city_is_set_up_by_hand(site: Any, visitor: Visitors) -> None:
    with live_server(site.app) as base:
        page = visitor("desktop")
        site.enter(page, base, "config")
        hands = Hands(page, base)
        write(hands)
        publish(hands)
    with site.database.write() as connection:
        [version] = [one for one in versions(connection) if one.title == "企业问题办理"]
        installation = install(connection, "district", version.digest, "config", site.now)
        for person, post, unit in (("staff", "office_staff", "office"), ("lead", "handler", "department")):
            add_person(connection, "district", "示例", id_=person)
            hold(connection, installation, person, post, unit, first_day=date(2026, 1, 1))
        assert any(one.id == installation and one.in_force for one in installations(connection))
    dates(site, installation)


def write(hands: Hands) -> None:
    """The scheme, in the workshop."""
    page = hands.page
    page.goto(f"{hands.base}/admin/workshop/")
    page.get_by_label("机制名称").fill("企业问题办理")
    page.get_by_role("button", name="开始编制").click()
    page.wait_for_load_state()
    hands.overview = page.url

    # The form: until when the time is prolonged, in a section of its own.
    hands.to("事项办理表")
    hands.add("/layout/elements", "延期")
    hands.to("事项办理表")
    hands.add("/schema/properties", "延至", "日期", "延期")
    hands.save()

    # Seven workdays for the lead unit; longer if it is asked for a workday before.
    hands.to("时限")
    hands.add("/terms", "办结并答复企业")
    at = hands.at()
    hands.choose(f"v{at}/of", "事项")
    hands.choose(f"which0{at}/owed_by", "承担此参与者")
    hands.choose(f"which0{at}/anchor", "事件")
    hands.choose(f"how{at}/length", "工作日")
    hands.unfold()
    hands.choose(f"how{at}/extension", "延期")
    hands.save()
    hands.choose(f"v{at}/owed_by/part", "承办单位")
    hands.choose(f"v{at}/anchor/event", "交办")
    hands.type(f"v{at}/length/workdays", "7")
    hands.choose(f"v{at}/stops/0", "答复")
    hands.unfold()
    hands.choose(f"how{at}/extension/latest", "工作日")
    hands.save()
    hands.type(f"v{at}/extension/latest/workdays", "1")
    hands.save()

    # The office agrees to a longer time.
    hands.to("事项")
    hands.add("/actions", "同意延期")
    at = hands.at()
    hands.choose(f"which0{at}/by/0", "席位")
    hands.unfold()
    hands.choose(f"v{at}/from/0", "办理中")
    hands.choose(f"v{at}/asks/0/form", "事项办理表")
    hands.save()
    hands.choose(f"v{at}/by/0/post", "工作人员")
    hands.choose(f"v{at}/asks/0/section", "延期")
    hands.save()
    hands.unfold()
    hands.add(f"{at}/effects", kind="延长时限")
    at = hands.at()
    hands.choose(f"v{at}/extend/term", "办结并答复企业")
    hands.unfold()
    hands.choose(f"how{at}/extend/until", "延至")
    hands.save()
    hands.choose(f"v{at}/extend/until/field", "延至")
    hands.save()


def publish(hands: Hands) -> None:
    page = hands.page
    page.goto(hands.overview)
    assert page.get_by_text("没有错误，可以检查并演练").is_visible(), page.locator("main").inner_text()
    page.get_by_role("button", name="检查并演练").click()
    page.get_by_role("button", name="发布").click()
    page.wait_for_load_state()
    assert page.get_by_role("heading", name="企业问题办理 0.1.0").is_visible()


def dates(site: Any, installation: str) -> None:
    """Reckoned by hand: over the first week of October 2026, whose 10th is a workday."""
    now = [datetime(2026, 9, 28, 9, 0, tzinfo=ZONE)]

    def do(action: str, actor: Actor, record: str = "", **rest: Any) -> Any:
        return act(site.database, Command(action, actor, f"hard/{action}/{now[0]}", record, **rest), now[0])

    asked = {"company": "示例企业", "contact_phone": "13800138000", "subject": "示例问题"}
    record = do("submit", GUEST, type="matter", installation=installation, values=asked).record
    staff, lead = Actor("staff"), Actor("lead")
    assert do("assign", staff, record, values={"lead_unit": "department"})

    def due() -> Any:
        with site.database.read() as connection:
            found = SqlWorld(connection, site.database.shelf).families([record])[record].record
        return found.clock("ban_jie_bing_da_fu_qi_ye").due_day

    # 29, 30 September, 8, 9, 10, 12, 13 October
    assert due() == date(2026, 10, 13)
    now[0] = datetime(2026, 10, 13, 9, 0, tzinfo=ZONE)
    late = do("tong_yi_yan_qi", staff, record, values={"yan_zhi": "2026-10-20"})
    assert not late, "a workday before is the last moment"
    now[0] = datetime(2026, 10, 12, 9, 0, tzinfo=ZONE)
    assert do("tong_yi_yan_qi", staff, record, values={"yan_zhi": "2026-10-20"})
    assert due() == date(2026, 10, 20)
    now[0] = datetime(2026, 10, 20, 16, 0, tzinfo=ZONE)
    assert do("answer", lead, record, values={"answer": "示例答复"})
