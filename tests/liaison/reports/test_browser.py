"""Reports and boards in a real browser, at both sizes: by keyboard to the records and back, and for everybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from harness import Visitors, axe
from liaison.web import create_app

PASSWORD = "a sentence to remember"


@pytest.fixture
def base(busy: Any, serve: Callable[[Any], str]) -> str:
    """The address of the site, with tokens against forged requests as in earnest."""
    config = {"SECRET_KEY": "test", "SESSION_COOKIE_SECURE": False, "DATABASE": busy.database, "NOW": lambda: busy.now}
    return serve(create_app(config))


def enter(page: Page, base: str, login: str) -> Page:
    page.goto(f"{base}/accounts/sign-in")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    return page


def fits(page: Page) -> None:
    """Nothing stands out at the side."""
    wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide"


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_every_page_fits_and_reads(base: str, visitor: Visitors, size: Any) -> None:
    office, above = enter(visitor(size), base, "office"), enter(visitor(size), base, "above")
    for page, address in (
        (office, "/desk/reports/quarter"),
        (office, "/desk/reports/quarter/records?metric=by_category&period=2026-Q2&line=B"),
        (office, "/desk/reports/quarter/print"),
        (office, "/desk/reports/quarter?period=2020-Q1"),
        (office, "/desk/units"),
        (office, "/desk/units/north?light=overdue"),
        (above, "/desk/reports/quarter"),
    ):
        page.goto(base + address)
        fits(page)
        axe(page)
    if size == "phone":
        office.goto(f"{base}/desk/reports/quarter")
        small = office.evaluate(
            "() => [...document.querySelectorAll('.tile a, .lines a, .periods a, .periods button, .periods select')]"
            ".filter(e => e.getBoundingClientRect().height < 40).map(e => e.outerHTML)"
        )
        assert small == []


def test_from_a_number_to_its_records_and_back_by_keyboard(base: str, visitor: Visitors) -> None:
    page = enter(visitor("desktop"), base, "office")
    page.goto(f"{base}/desk/")
    page.get_by_role("link", name="报表").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("季度专题报告")
    number = page.get_by_role("row", name="B. 生产经营").get_by_role("link")
    count = number.inner_text()
    number.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("按问题类别：B. 生产经营")
    expect(page.locator(".pages__total")).to_contain_text(f"共 {count} 条")
    page.get_by_role("link", name="返回季度专题报告").focus()
    page.keyboard.press("Enter")
    page.get_by_label("统计期").select_option("2026-08")
    page.get_by_role("button", name="查看").press("Enter")
    expect(page.locator("h1")).to_contain_text("2026年8月")
    with page.expect_download() as taken:
        page.get_by_role("link", name="导出 Excel").press("Enter")
    assert taken.value.suggested_filename == "季度专题报告-2026-08.xlsx"


def test_the_print_button_prints(base: str, visitor: Visitors) -> None:
    page = enter(visitor("desktop"), base, "office")
    page.goto(f"{base}/desk/reports/quarter/print")
    page.evaluate("() => { window.print = () => { document.title = 'printed' } }")
    page.get_by_role("button", name="打印").press("Enter")
    expect(page).to_have_title("printed")
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="打印")).to_be_hidden()
