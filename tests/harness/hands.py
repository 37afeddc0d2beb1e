"""What people do with their hands on the pages of the scheme that ships: sign in, press, fill in, confirm."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

from .accessibility import axe
from .cast import PASSWORD


def enter(page: Page, base: str, login: str, then: str) -> Page:
    """Sign in and go on."""
    page.goto(f"{base}/accounts/sign-in?next={then}")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(lambda url: url.startswith(f"{base}{then}"))  # what is filled in has an address of its own
    return page


def look(page: Page) -> None:
    """What every page must be."""
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url


def press(page: Page, name: str) -> None:
    """A button or a link that looks like one; then the page it leads to."""
    found = page.get_by_role("button", name=name, exact=True).or_(page.get_by_role("link", name=name, exact=True))
    found.first.click()
    page.wait_for_load_state()


def write(page: Page, **texts: str) -> None:
    """Fill in fields by their names."""
    for name, text in texts.items():
        page.locator(f"[name={name}]").fill(text)


def pick(box: Locator, words: str) -> None:
    """Choose in a picker by typing."""
    box.fill(words)
    box.press("Enter")


def onward(page: Page) -> None:
    """From a form of the desk to the last look."""
    page.get_by_role("button", name="下一步").click()
    page.wait_for_load_state()


def confirmed(page: Page) -> None:
    """The last look before an action with a form, or the question before one without."""
    look(page)
    dialog = page.locator("dialog[open]")
    (dialog if dialog.count() else page.locator("main, .bar")).locator(
        "button.button--primary, button.button--danger"
    ).last.click()
    page.wait_for_load_state()


def reported(page: Page, category: str, problem: str) -> str:
    """A matter that somebody of a chamber reports for an enterprise, from the home page to the receipt; its number."""
    press(page, "先看怎样办理")
    press(page, "开始填写")
    for label, text in (("报送单位", "大良总商会"), ("企业名称", "示例机械有限公司"), ("企业联系人", "示例联系人"),
                        ("联系电话", "0757-22221111")):  # fmt: skip
        page.get_by_label(label).fill(text)
    press(page, "下一步")
    page.get_by_label(category).check()
    page.get_by_role("textbox", name="问题困难").fill(problem)
    press(page, "下一步")
    press(page, "核对")
    press(page, "提交")
    return page.locator(".receipt__number").inner_text()


def handed_over(page: Page) -> str:
    """The link on the slip that a chamber makes at its receipt for the enterprise."""
    press(page, "打印交接单")
    look(page)
    return page.locator(".hand-over__link").inner_text()


def evaluated(page: Page, way_in: str, outcome: str, satisfaction: str) -> None:
    """The evaluation by the enterprise, from its link to the word that it is there."""
    page.goto(way_in)
    look(page)
    press(page, "评价")
    look(page)
    page.get_by_label(outcome).check()
    write(page, head_name="示例负责人", head_phone="13800000000")
    page.get_by_label("走访").check()
    page.get_by_label(satisfaction, exact=True).check()
    page.locator("[name=signature]").first.fill("示例负责人")
    press(page, "下一步" if page.get_by_role("button", name="下一步", exact=True).count() else "核对")
    press(page, "评价")
