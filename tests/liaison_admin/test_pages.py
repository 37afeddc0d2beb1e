"""Every page in both sizes: nothing that axe-core finds serious, no violation of the policy, no scrolling sideways."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page

from harness import axe
from liaison.store import installations, versions

CHINESE = re.compile("[\u4e00-\u9fff]")
NAMES = ("示例区", "李办", "王经促", "陈配置", "林安全", "何审计", "中文")
CLAUSES = (", 三（二）", ", 附件1", ", 一.")
"""Where the scheme says what a slot asks: cited as it is written."""
TEMPLATES = sorted((Path(__file__).parents[2] / "admin" / "liaison_admin" / "templates").rglob("*.html"))
PAGES = {
    "config": (
        "", "mechanisms/", "mechanisms/versions/{digest}", "mechanisms/versions/{digest}/install",
        "mechanisms/installations/{installation}", "mechanisms/installations/{installation}/older",
        "roster/{installation}/",
        "roster/{installation}/posts/liaison/economy", "roster/{installation}/people",
        "roster/{installation}/people/office", "roster/{installation}/deputies", "roster/{installation}/import",
        "parties/", "parties/?q=x&closed=1", "parties/import",
        "calendars/", "calendars/?year=2027", "calendars/import/notice", "calendars/import/local",
    ),
    "keeper": ("", "organisations/", "organisations/district", "accounts/", "grants/"),
    "auditor": ("", "audit/?what=sign_in", "audit/chain", "audit/overrides"),
}  # fmt: skip


def sound(page: Page) -> None:
    """What every page must be."""
    axe(page)
    fits(page)


def fits(page: Page) -> None:
    """One heading, and nothing beside the screen."""
    assert page.locator("h1").count() == 1
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} scrolls sideways by {wide} px"


def left_in_chinese(page: Page) -> list[str]:
    """All on the page that is Chinese and does not say so; what people are called stays as it is."""
    texts: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("body *")]
            .filter(one => !one.closest("[lang=zh-CN], script, style, template"))
            .flatMap(one => [...one.childNodes].filter(part => part.nodeType === Node.TEXT_NODE))
            .map(part => part.textContent.trim())"""
    )
    return [text for text in texts if CHINESE.search(text) and not any(name in text for name in (*NAMES, *CLAUSES))]


@pytest.mark.parametrize("login", PAGES)
def test_every_page_fits_and_is_english(site: Any, serve: Callable[[Any], str], page: Page, login: str) -> None:
    """`tests/test_tour.py` looks at them in Chinese, with axe-core: only the words are others here."""
    base = serve(site.app)
    with site.database.read() as connection:
        digest = versions(connection)[0].digest
    site.enter(page, base, login)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    page.get_by_role("button", name="English").click()
    page.wait_for_load_state()
    for address in PAGES[login]:
        page.goto(f"{base}/admin/" + address.format(digest=digest, installation=site.installation))
        fits(page)
        assert page.get_attribute("html", "lang") == "en"
        assert left_in_chinese(page) == []


def test_the_days_of_a_notice_are_seen_before_they_count(site: Any, serve: Callable[[Any], str], page: Page) -> None:
    base = serve(site.app)
    site.assigned()
    site.enter(page, base, "config")
    page.goto(f"{base}/admin/calendars/?year=2027")
    assert page.get_by_text("暂定").count() > 0
    page.get_by_role("link", name="导入放假安排").click()
    days = [{"name": "元旦", "date": f"2027-01-0{day}", "isOffDay": True} for day in range(1, 6)]
    page.get_by_label("或粘贴放假安排").fill(json.dumps({"year": 2027, "papers": [], "days": days}))
    page.get_by_role("button", name="预览影响").click()
    sound(page)
    page.get_by_role("button", name="返回修改").click()
    assert "2027-01-05" in page.get_by_label("或粘贴放假安排").input_value()
    page.get_by_role("button", name="预览影响").click()
    page.get_by_role("button", name="确认导入").click()
    sound(page)
    assert page.get_by_role("cell", name="2027年1月6日（周三）").count() == 2
    page.goto(f"{base}/admin/calendars/?year=2027")
    assert page.get_by_text("暂定").count() == 0
    assert page.locator(".day--holiday", has_text="5休").count() == 1


def test_an_account_is_added_and_disabled_with_a_question(site: Any, serve: Callable[[Any], str], page: Page) -> None:
    base = serve(site.app)
    site.enter(page, base, "keeper")
    page.goto(f"{base}/admin/accounts/")
    page.get_by_role("button", name="添加").click()
    assert page.locator(".field--wrong").count() > 0, "what is missing is said at once"
    page.get_by_role("textbox", name="账号").fill("newcomer")
    page.get_by_label("新人员姓名").fill("新人")
    page.get_by_role("button", name="添加").click()
    page.locator("output").wait_for()
    sound(page)
    page.get_by_role("link", name="已记下，返回").click()
    page.get_by_role("link", name="newcomer").click()
    page.get_by_role("button", name="停用").click()
    dialog = page.get_by_role("dialog")
    sound(page)
    dialog.get_by_role("button", name="停用").click()
    page.get_by_text("账号 newcomer 已停用").wait_for()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_templates_hold_nothing_inline(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.search(r"\s(on[a-z]+|style|hx-on[^=]*)\s*=|javascript:|<script|<style|https?://", text) is None
    assert CHINESE.search(text) is None, "words are codes"


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/admin/parties/parties.csv", "示例区-单位目录-20261202.csv"),
        ("/admin/roster/{installation}/roster.csv", "顺德区民营企业项目联络协作空缺席位表-20261202.csv"),
        ("/admin/mechanisms/versions/{digest}.zip", "顺德区民营企业项目联络协作-{version}.zip"),
    ],
)
def test_a_file_has_a_telling_name(place: Any, address: str, name: str) -> None:
    with place.database.read() as connection:
        [one] = installations(connection, "district")
    known = {"installation": one.id, "digest": one.digest, "version": one.version}
    said = place.signed_in("config").get(address.format(**known)).headers["Content-Disposition"]
    assert unquote(said).endswith(f"filename*=UTF-8''{name.format(**known)}")
