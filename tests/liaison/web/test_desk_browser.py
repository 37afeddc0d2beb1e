"""The desk in a real browser: clerk and officer take a matter on by keyboard; every page at both sizes, with axe."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from harness import Visitors, axe
from harness.cast import PASSWORD


@pytest.fixture
def base(place: Any, serve: Callable[[Any], str]) -> str:
    """The address of the site, with tokens against forged requests as in earnest."""
    place.app.config["WTF_CSRF_ENABLED"] = True
    return serve(place.app)


def enter(page: Page, base: str, login: str, then: str = "/desk/") -> Page:
    """Sign in and go on."""
    page.goto(f"{base}/accounts/sign-in?next={then}")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(f"{base}{then}")
    return page


def tab_to(page: Page, what: str) -> None:
    """Press Tab until the focus is on the element whose words or name begin like this."""
    wanted = re.compile(what)
    for _ in range(80):
        page.keyboard.press("Tab")
        words = page.evaluate(
            "() => { const e = document.activeElement; return (e.getAttribute('aria-label') || e.name || '') + ' '"
            " + (e.labels?.[0]?.textContent || e.textContent || '').trim() }"
        )
        if wanted.search(words):
            return
    raise AssertionError(f"no way to {what} by Tab")


def fits(page: Page) -> None:
    """Nothing stands out at the side."""
    wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide"


def test_clerk_and_officer_by_keyboard(place: Any, base: str, visitor: Visitors) -> None:
    record = place.submit().record
    clerk = enter(visitor("desktop"), base, "office")

    tab_to(clerk, "^ SDMQ-2026-0001$")
    clerk.keyboard.press("Enter")
    clerk.wait_for_url(f"{base}/desk/records/{record}")
    tab_to(clerk, "^ ?受理$")
    clerk.keyboard.press("Enter")
    dialog = clerk.get_by_role("dialog", name="受理")
    expect(dialog).to_contain_text("事项转为“研判中”")
    clerk.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    clerk.keyboard.press("Enter")
    tab_to(clerk, "^ ?受理$")
    clerk.keyboard.press("Enter")
    expect(clerk.locator(".toast")).to_contain_text("已办理：受理")

    tab_to(clerk, "^ ?交办$")
    clerk.keyboard.press("Enter")
    clerk.wait_for_url(f"{base}/desk/records/{record}/do/assign")
    tab_to(clerk, "^subject")
    clerk.keyboard.type("道路修复")
    tab_to(clerk, "牵头单位")
    clerk.keyboard.type("经济促进")
    clerk.keyboard.press("Enter")
    tab_to(clerk, "配合单位")
    clerk.keyboard.type("住房城乡")
    clerk.keyboard.press("Enter")
    tab_to(clerk, "下一步")
    clerk.keyboard.press("Enter")
    expect(clerk.locator(".foreseen")).to_contain_text("区经济促进局成为牵头单位")
    expect(clerk.locator(".foreseen")).to_contain_text("2026年9月20日（周日）")
    clerk.keyboard.press("Enter")  # the last word has the focus
    expect(clerk.locator("h1")).to_contain_text("已交办")

    officer = enter(visitor("desktop"), base, "economy")
    tab_to(officer, "^ SDMQ-2026-0001$")
    officer.keyboard.press("Enter")
    officer.wait_for_url(f"{base}/desk/records/{record}")
    tab_to(officer, "^ ?签收")
    officer.keyboard.press("Enter")
    officer.wait_for_url("**/do/sign")
    tab_to(officer, "^person")
    officer.keyboard.type("王经促")
    tab_to(officer, "^phone")
    officer.keyboard.type("13700137000")
    officer.keyboard.press("Enter")  # the form's own button
    expect(officer.locator(".foreseen")).to_contain_text("系统自动办理：事项“开始办理”")
    officer.keyboard.press("Enter")
    expect(officer.locator("h1")).to_contain_text("办理中")

    tab_to(officer, "^ ?报送办理情况$")
    officer.keyboard.press("Enter")
    officer.fill("[name=lead_contact]", "王经促")
    officer.fill("[name=lead_phone]", "13700137000")
    officer.fill("[name=opinion]", "已安排道路中心修复")
    officer.fill("[name=result]", "道路已修复通车")
    officer.get_by_label("已解决").check()
    officer.get_by_role("button", name="下一步").click()
    expect(officer.locator(".foreseen")).to_contain_text("停止计时：一般问题报送办理情况")
    officer.keyboard.press("Enter")
    expect(officer.locator("h1")).to_contain_text("待评价")
    expect(officer.locator(".clock", has_text="一般问题报送办理情况")).to_contain_text("已按期")
    clerk.goto(f"{base}/desk/notices")
    expect(clerk.locator(".notices")).to_contain_text("已报送办理情况")


def test_what_lists_and_questions_can_look_like_at_both_sizes(place: Any, base: str, page: Page) -> None:
    """Beside the pages of `tests/test_tour.py`: filtered, empty, with a question before them, with much in them."""
    reviewed = place.submit(problem="厂区门口道路破损，" * 30).record
    place.do(reviewed, "accept")
    place.submit()
    place.assigned()
    place.wait(minutes=5)
    enter(page, base, "office")
    for address in (
        "/desk/ledgers/collected?category=B&light=in_time", "/desk/ledgers/rated", "/desk/search?q=没有的",
        f"/desk/records/{reviewed}",
    ):  # fmt: skip
        page.goto(base + address)
        expect(page.locator("h1")).to_be_visible()
        fits(page)
        axe(page)
    page.locator(".bar").get_by_role("link", name="不予受理").click()
    expect(page.get_by_role("dialog", name="不予受理")).to_be_visible()
    fits(page)
    axe(page)


def test_a_desktop_screen_holds_many_rows(place: Any, base: str, desktop: Page) -> None:
    for _ in range(41):
        place.submit()
    enter(desktop, base, "office", "/desk/ledgers/collected")
    assert desktop.locator("tbody tr").count() == 40
    height = desktop.locator("tbody tr").nth(3).bounding_box()
    assert height is not None
    assert height["height"] <= 32


def test_filters_and_pages_come_without_a_new_page(place: Any, base: str, desktop: Page) -> None:
    for number in range(41):
        place.submit(category="AB"[number % 2])
    enter(desktop, base, "office", "/desk/ledgers/collected")
    desktop.evaluate("() => { window.same = true }")
    desktop.get_by_role("link", name="下一页").click()
    expect(desktop.locator("tbody tr")).to_have_count(1)
    desktop.locator(".filter-menu summary").click()
    desktop.locator(".filter-menu [name=category]").select_option("A")
    desktop.get_by_role("button", name="应用").first.click()
    expect(desktop.locator("tbody tr")).to_have_count(21)
    expect(desktop.locator(".filters")).to_contain_text("问题类别")
    assert desktop.evaluate("() => window.same"), "the page itself stayed"
    assert "category=A" in desktop.url
    desktop.reload()
    expect(desktop.locator("tbody tr")).to_have_count(21)
    desktop.locator(".filter__off").click()
    expect(desktop.locator("tbody tr")).to_have_count(40)


def test_a_list_comes_as_a_file_with_word_of_how_far_it_is(place: Any, base: str, desktop: Page) -> None:
    for _ in range(3):
        place.submit()
    enter(desktop, base, "office", "/desk/ledgers/collected")
    with desktop.expect_download() as coming:
        desktop.get_by_role("link", name="导出 Excel").click()
    assert coming.value.suggested_filename == "问题收集清单-20260820.xlsx"
    expect(desktop.locator(".toast--success")).to_contain_text("已导出 3 条")
    expect(desktop.locator(".toast--working")).to_have_count(0)
    assert desktop.url.endswith("/desk/ledgers/collected"), "the page stays"


def test_a_masked_value_opens_in_its_place(place: Any, base: str, page: Page) -> None:
    record = place.submit().record
    enter(page, base, "office", f"/desk/records/{record}")
    phone = page.locator(".pair", has_text="联系电话")
    expect(phone).to_contain_text("138****8000")
    phone.get_by_role("button").click()
    expect(phone).to_contain_text("13800138000")
    expect(phone.get_by_role("button")).to_have_count(0)


def test_why_this_date_opens(place: Any, base: str, desktop: Page) -> None:
    record = place.assigned()
    enter(desktop, base, "office", f"/desk/records/{record}")
    clock = desktop.locator(".clock").first
    clock.get_by_text("为什么是这一天").click()
    expect(clock).to_contain_text("是调休上班日")


def test_typing_saves_itself_and_survives_leaving(place: Any, base: str, desktop: Page) -> None:
    record = place.submit().record
    place.do(record, "accept")
    enter(desktop, base, "office", f"/desk/records/{record}/do/assign")
    desktop.fill("[name=subject]", "写到一半")
    expect(desktop.locator("[data-draft-status]")).to_contain_text("已保存 10:00")
    desktop.goto(f"{base}/desk/")
    desktop.goto(f"{base}/desk/records/{record}/do/assign")
    assert desktop.input_value("[name=subject]") == "写到一半"


@pytest.mark.parametrize("scripts", [True, False])
def test_going_back_and_loading_anew_ask_for_nothing_and_lose_nothing(
    place: Any, base: str, visitor: Visitors, scripts: bool
) -> None:
    record = place.submit().record
    place.do(record, "accept")
    address = f"{base}/desk/records/{record}/do/assign"
    page = enter(visitor("desktop", java_script_enabled=scripts), base, "office", f"/desk/records/{record}/do/assign")
    page.fill("[name=subject]", "道路修复")
    if scripts:
        page.get_by_role("combobox", name="牵头单位").fill("经济促进")
        page.keyboard.press("Enter")
    else:
        page.select_option("[name=lead_unit]", "economy")
    page.get_by_role("button", name="下一步").click()
    page.wait_for_url(f"{address}/look**")
    expect(page.locator(".foreseen")).to_contain_text("区经济促进局成为牵头单位")
    page.reload()
    expect(page.locator(".foreseen")).to_contain_text("区经济促进局成为牵头单位")
    page.go_back()
    page.wait_for_url(address)
    expect(page.locator("[name=subject]")).to_have_value("道路修复")
    expect(page.locator("[name=lead_unit]")).to_have_value("economy")
    page.fill("[name=subject]", "道路修复第二稿")
    if scripts:
        expect(page.locator("[data-draft-status]")).to_contain_text("已保存 10:00")
    page.get_by_role("button", name="下一步").click()
    page.wait_for_url(f"{address}/look**")
    page.get_by_role("button", name="确认交办").click()
    expect(page.locator("h1")).to_contain_text("已交办")
    page.go_back()
    page.wait_for_url(f"{base}/desk/records/{record}")
    expect(page.locator(".toast")).to_contain_text("不能")


def test_a_matter_that_is_begun_outlives_going_back(place: Any, base: str, desktop: Page) -> None:
    enter(desktop, base, "office")
    desktop.goto(f"{base}/desk/new/matter")
    address = desktop.url
    desktop.fill("[name=company]", "示例纸品厂")
    expect(desktop.locator("[data-draft-status]")).to_contain_text("已保存 10:00")
    desktop.goto(f"{base}/desk/")
    desktop.go_back()
    desktop.wait_for_url(address)
    expect(desktop.locator("[name=company]")).to_have_value("示例纸品厂")


def test_the_reason_appears_when_a_suggestion_is_changed(place: Any, base: str, desktop: Page) -> None:
    record = place.submit().record
    place.do(record, "accept")
    enter(desktop, base, "office", f"/desk/records/{record}/do/assign")
    reason = desktop.locator("[name=reason]")
    expect(reason).to_be_hidden()
    desktop.get_by_label("重点问题").check()
    expect(reason).to_be_visible()
    desktop.get_by_label("一般问题").check()
    expect(reason).to_be_hidden()


def test_everything_goes_without_script(place: Any, base: str, visitor: Visitors) -> None:
    record = place.submit().record
    page = enter(visitor("desktop", java_script_enabled=False), base, "office", f"/desk/records/{record}")
    page.locator(".bar").get_by_text("受理", exact=True).click()
    expect(page.locator(".foreseen")).to_contain_text("事项转为“研判中”")
    page.get_by_role("button", name="确认受理").click()
    page.locator(".bar").get_by_text("交办", exact=True).click()
    page.fill("[name=subject]", "道路修复")
    page.select_option("[name=lead_unit]", "economy")
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("link", name="返回修改").click()
    assert page.input_value("[name=subject]") == "道路修复"
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="确认交办").click()
    expect(page.locator("h1")).to_contain_text("已交办")


def test_what_is_typed_outlives_the_session(place: Any, base: str, desktop: Page) -> None:
    record = place.submit().record
    place.do(record, "accept")
    page = enter(desktop, base, "office")
    page.goto(f"{base}/desk/records/{record}/do/assign")
    page.wait_for_load_state("networkidle")  # whatever the page still asks for would be told first
    place.wait(minutes=31)
    page.fill("[name=subject]", "会话结束以后写的案由")
    status = page.locator("[data-draft-status]")
    expect(status).to_contain_text("登录已失效")
    page.get_by_role("button", name="下一步").click()
    assert page.input_value("[name=subject]") == "会话结束以后写的案由", "the page stays"
    with page.context.expect_page() as opened:
        status.get_by_role("link", name="在新窗口登录").click()
    enter(opened.value, base, "office")
    expect(status).to_contain_text("已保存", timeout=10_000)
    page.reload()
    assert page.input_value("[name=subject]") == "会话结束以后写的案由"


def test_a_reason_outlives_the_session(place: Any, base: str, desktop: Page) -> None:
    """No draft is kept of what is typed in a dialog."""
    record = place.submit().record
    desktop.clock.install()
    page = enter(desktop, base, "office")
    page.goto(f"{base}/desk/records/{record}")
    page.get_by_role("link", name="不予受理").click()
    dialog = page.locator("dialog[open]")
    dialog.locator("[name=reason]").fill("示例：不属于受理范围")
    page.wait_for_load_state("networkidle")
    place.wait(minutes=31)
    page.clock.fast_forward("31:00")
    dialog.get_by_role("button", name="不予受理").click()
    toast = page.locator(".toast--error")
    expect(toast).to_contain_text("登录已失效")
    with page.context.expect_page() as opened:
        toast.get_by_role("link", name="在新窗口登录").click()
    enter(opened.value, base, "office")
    page.get_by_role("link", name="不予受理").click()
    assert dialog.locator("[name=reason]").input_value() == "示例：不属于受理范围"
    dialog.get_by_role("button", name="不予受理").click()
    expect(page.locator("h1")).to_contain_text("不予受理")
