"""The general matter of the scheme from report to archive, as five people would do it in a browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from harness import Visitors, axe
from harness.cast import PASSWORD
from liaison.web import links


@pytest.fixture
def base(place: Any, serve: Callable[[Any], str]) -> str:
    place.app.config["WTF_CSRF_ENABLED"] = True
    return serve(place.app)


def enter(page: Page, base: str, login: str, then: str) -> Page:
    page.goto(f"{base}/accounts/sign-in?next={then}")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(f"{base}{then}")
    return page


def look(page: Page) -> None:
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url


def press(page: Page, name: str) -> None:
    """A button or a link that looks like one; then the page it leads to."""
    found = page.get_by_role("button", name=name, exact=True).or_(page.get_by_role("link", name=name, exact=True))
    found.first.click()
    page.wait_for_load_state()


def onward(page: Page) -> None:
    """From a form of the desk to the last look."""
    page.get_by_role("button", name="下一步").click()
    page.wait_for_load_state()


def pick(page: Page, field: str, words: str) -> None:
    """Choose in a picker by typing."""
    box = page.locator(f"#f-{field}")
    box.fill(words)
    box.press("Enter")


def confirmed(page: Page) -> None:
    """The last look before an action with a form, or the question before one without."""
    look(page)
    dialog = page.locator("dialog[open]")
    (dialog if dialog.count() else page.locator("main, .bar")).locator(
        "button.button--primary, button.button--danger"
    ).last.click()
    page.wait_for_load_state()


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_five_people_take_a_matter_through(place: Any, base: str, visitor: Visitors, size: Any) -> None:
    chamber = enter(visitor(size), base, "secretary", "/")
    press(chamber, "先看怎样办理")
    press(chamber, "开始填写")
    for label, text in (("报送单位", "大良总商会"), ("企业名称", "示例机械有限公司"), ("企业联系人", "示例联系人"),
                        ("联系电话", "0757-22221111")):  # fmt: skip
        chamber.get_by_label(label).fill(text)
    press(chamber, "下一步")
    chamber.get_by_label("B. 项目规划建设").check()
    chamber.get_by_role("textbox", name="问题困难").fill("示例：厂区门口道路破损，货车进出困难。")
    press(chamber, "下一步")
    press(chamber, "核对")
    press(chamber, "提交")
    number = chamber.locator(".receipt__number").inner_text()
    assert number == "SDMQ-2026-0001"
    look(chamber)

    clerk = enter(visitor(size), base, "office", "/desk/")
    clerk.get_by_role("link", name=number).first.click()
    clerk.wait_for_url("**/desk/records/*")
    record = clerk.url.rpartition("/")[2]
    press(clerk, "受理")
    confirmed(clerk)
    press(clerk, "交办")
    clerk.locator("[name=subject]").fill("示例：道路修复")
    pick(clerk, "lead_unit", "经济促进")
    pick(clerk, "support_units", "住房城乡")
    onward(clerk)
    expect(clerk.locator(".foreseen")).to_contain_text("2026年9月20日")
    confirmed(clerk)
    expect(clerk.locator("h1")).to_contain_text("已交办")
    look(clerk)

    for login, action, fields in (
        ("economy", "签收", {"person": "示例专人", "phone": "0757-22221111"}),
        ("housing", "签收", {"person": "示例配合专人", "phone": "0757-22221112"}),
    ):
        officer = enter(visitor(size), base, login, f"/desk/records/{record}")
        look(officer)
        press(officer, action)
        for name, text in fields.items():
            officer.locator(f"[name={name}]").fill(text)
        onward(officer)
        confirmed(officer)
    press(officer, "答复")
    officer.locator("[name=reply]").fill("示例：已勘查现场，意见送牵头单位。")
    onward(officer)
    confirmed(officer)

    lead = enter(visitor(size), base, "economy", f"/desk/records/{record}")
    press(lead, "报送办理情况")
    for name, text in (("lead_contact", "示例专人"), ("lead_phone", "0757-22221111"), ("opinion", "示例：安排修复"),
                       ("result", "示例：已修复通车")):  # fmt: skip
        lead.locator(f"[name={name}]").fill(text)
    lead.get_by_label("已解决").check()
    onward(lead)
    confirmed(lead)
    expect(lead.locator("h1")).to_contain_text("待评价")
    assert not lead.get_by_role("button", name="评价", exact=True).count(), "who handles it never evaluates"

    with place.app.test_request_context(base_url=base):
        way_in = links.signed_link(record, "rate")
    company = visitor(size)
    company.goto(way_in)
    look(company)
    press(company, "评价")
    look(company)
    company.get_by_label("已解决").check()
    for name, text in (("head_name", "示例负责人"), ("head_phone", "13800000000")):
        company.locator(f"[name={name}]").fill(text)
    company.get_by_label("走访").check()
    company.get_by_label("满意", exact=True).check()
    company.locator("[name=signature]").first.fill("示例负责人")
    press(company, "下一步" if company.get_by_role("button", name="下一步", exact=True).count() else "核对")
    press(company, "评价")
    expect(company.locator(".timeline")).to_contain_text("已评价")

    lead.reload()
    assert "示例负责人" not in lead.locator("main").inner_text(), "the evaluation is not for the unit to read"
    clerk.goto(f"{base}/desk/records/{record}")
    expect(clerk.locator("main")).to_contain_text("走访")
    press(clerk, "归档")
    confirmed(clerk)
    expect(clerk.locator("h1")).to_contain_text("已归档")
    look(clerk)
