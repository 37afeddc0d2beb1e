"""The portal in a real browser, at both sizes: the whole way of a matter, by hand and by keyboard, in any weather."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from harness import Sqlite, Visitors, axe
from harness.cast import PASSWORD, report
from liaison.engine import Command
from liaison.store import Database, act
from liaison.web import links

from ..conftest import Running, fill
from .conftest import Site
from .test_portal import family, replied

PDF = {"name": "贷款合同.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n" * 50}


@pytest.fixture(scope="module")
def backend_here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sqlite]:
    backend = Sqlite(tmp_path_factory.mktemp("portal"))
    yield backend
    backend.close()


@pytest.fixture
def site(backend_here: Sqlite, serve: Callable[[Any], str]) -> Iterator[Any]:
    """A site of this test's own, with `base` where it is served."""
    database = Database(backend_here.like(fill))
    made: Any = Site(Running("", database))
    made.app.config["WTF_CSRF_ENABLED"] = True
    made.base = serve(made.app)
    yield made
    database.close()


def look(page: Page) -> None:
    """What must hold on every page: readable by all, no wider than the screen, nothing too small to touch."""
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url
    assert page.locator("h1").count() == 1
    small = page.evaluate(
        """() => Array.from(document.querySelectorAll('.button, .input, .option'))
             .filter((one) => one.offsetParent && one.getBoundingClientRect().height < 44)
             .map((one) => one.outerHTML.slice(0, 120))"""
    )
    assert small == []


def begin(page: Page, site: Any) -> None:
    page.goto(site.base)
    look(page)
    page.get_by_role("link", name="先看怎样办理").click()
    look(page)
    page.get_by_role("button", name="开始填写").click()
    expect(page.get_by_role("heading", level=2, name="企业和联系人")).to_be_visible()


def fill_company(page: Page) -> None:
    for label, text in (("报送单位", "示例机械有限公司"), ("企业名称", "示例机械有限公司"), ("企业联系人", "张三"),
                        ("联系电话", "13800138000")):  # fmt: skip
        page.get_by_label(label).fill(text)


def fill_problem(page: Page) -> None:
    page.get_by_label("B. 项目规划建设").check()
    page.get_by_role("textbox", name="问题困难").fill("银行抽贷，流动资金周转困难，希望协调续贷。")


def next_step(page: Page, name: str = "下一步") -> None:
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


def to_preview(page: Page, site: Any) -> None:
    begin(page, site)
    fill_company(page)
    next_step(page)
    fill_problem(page)
    next_step(page)
    next_step(page, "核对")
    expect(page.get_by_role("heading", level=1)).to_have_text("请核对后提交")


def sign_in(page: Page, site: Any, login: str) -> None:
    page.goto(f"{site.base}/accounts/sign-in")
    page.locator("#login").fill(login)
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    page.wait_for_load_state()


def saved(page: Page) -> Any:
    return expect(page.locator("[data-draft-status]"))


def test_a_matter_from_report_to_evaluation_without_an_account(page: Page, visitor: Visitors, site: Any) -> None:
    begin(page, site)
    look(page)
    fill_company(page)
    saved(page).to_contain_text("已保存")
    next_step(page)
    look(page)
    fill_problem(page)
    page.locator("input[type=file]").set_input_files(PDF)
    expect(page.locator("[data-upload-status]")).to_contain_text("已上传")
    next_step(page)
    look(page)
    next_step(page, "核对")
    look(page)
    expect(page.get_by_role("link", name="贷款合同.pdf")).to_be_visible()
    page.get_by_role("button", name="提交").click()
    page.wait_for_load_state()
    look(page)
    number, code = page.locator(".receipt__number").inner_text(), page.locator(".receipt__code").inner_text()

    phone = visitor("phone")
    phone.goto(f"{site.base}/follow")
    look(phone)
    phone.get_by_label("编号").fill(number.lower())
    phone.get_by_label("查询码").fill(code.lower())
    phone.locator("form.card").get_by_role("button", name="查看进度").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text(number)
    look(phone)
    record = phone.url.rpartition("/")[2]

    site.do(record, "return", reason="请写明贷款到期日。")
    phone.reload()
    expect(phone.get_by_role("heading", name="请您补正后重新提交")).to_be_visible()
    look(phone)
    next_step(phone, "补正后重新提交")
    look(phone)
    next_step(phone)
    phone.get_by_role("textbox", name="问题困难").fill("贷款于9月30日到期，银行抽贷。")
    next_step(phone)
    next_step(phone, "核对")
    look(phone)
    next_step(phone, "补正后重新提交")
    expect(phone.get_by_text("已提交，谢谢")).to_be_visible()
    assert family(site, record).record.values["problem"] == "贷款于9月30日到期，银行抽贷。"


def test_the_qr_of_the_receipt_opens_the_matter_on_a_phone(desktop: Page, visitor: Visitors, site: Any) -> None:
    to_preview(desktop, site)
    desktop.get_by_role("button", name="提交").click()
    desktop.wait_for_load_state()
    record = desktop.url.rpartition("/")[2]
    with site.app.test_request_context(base_url=site.base):
        link = links.signed_link(record, "follow")
    phone = visitor("phone")
    phone.goto(link)
    expect(phone.get_by_role("heading", level=1)).to_have_text("SDMQ-2026-0001")
    desktop.emulate_media(media="print")
    expect(desktop.locator(".receipt__code")).to_be_visible()
    expect(desktop.locator(".bar")).to_be_hidden()
    expect(desktop.get_by_role("button", name="复制编号和查询码")).to_be_hidden()


def test_the_evaluation(page: Page, site: Any) -> None:
    record = replied(site)
    with site.app.test_request_context(base_url=site.base):
        page.goto(links.signed_link(record, "rate"))
    look(page)
    next_step(page, "评价")
    look(page)
    expect(page.get_by_role("heading", name="承办单位填写")).to_be_visible()
    next_step(page, "核对")
    expect(page.locator("[data-problems]")).to_be_focused()
    look(page)
    for choice in ("已解决", "电话", "满意"):
        page.get_by_label(choice, exact=True).check()
    page.get_by_label("企业负责人").fill("李总")
    page.get_by_label("联系电话").fill("13900139000")
    page.get_by_label("签名人姓名").fill("李总")
    next_step(page, "核对")
    look(page)
    next_step(page, "评价")
    expect(page.get_by_text("已提交，谢谢")).to_be_visible()
    assert family(site, record).record.state == "rated"


def test_a_chamber_gets_what_it_hands_on(page: Page, site: Any) -> None:
    sign_in(page, site, "secretary")
    to_preview(page, site)
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", name="企业交接单")).to_be_visible()
    look(page)
    page.get_by_role("link", name="查看进度").last.click()
    expect(page.get_by_role("heading", name="企业交接单")).to_be_visible()
    look(page)


def test_my_reports_and_a_likely_repetition(page: Page, site: Any) -> None:
    sign_in(page, site, "company")
    page.goto(f"{site.base}/mine")
    expect(page.get_by_text("还没有报送")).to_be_visible()
    look(page)
    site.submit("company")
    to_preview(page, site)
    expect(page.get_by_role("heading", name="您可能已经反映过")).to_be_visible()
    look(page)
    page.goto(f"{site.base}/mine")
    expect(page.get_by_text("还没有提交的草稿")).to_be_visible()
    look(page)


def test_what_is_missing_stands_above_and_at_each_field(desktop: Page, site: Any) -> None:
    begin(desktop, site)
    next_step(desktop)
    summary = desktop.locator("[data-problems]")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("listitem")).to_have_count(4)
    axe(desktop)
    summary.get_by_role("link", name="企业名称").click()
    expect(desktop.get_by_label("企业名称")).to_be_focused()
    expect(desktop.locator("#f-company-problem")).to_have_text("请填写“企业名称”")


def test_without_script_the_server_says_it(visitor: Visitors, site: Any) -> None:
    page = visitor("phone", java_script_enabled=False)
    page.goto(site.base)
    page.get_by_role("button", name="开始填写").click()
    fill_company(page)
    page.get_by_label("联系电话").fill("12")
    page.get_by_role("button", name="下一步").click()
    expect(page.locator("[data-problems]")).to_contain_text("联系电话")
    expect(page.get_by_label("联系电话")).to_have_value("12")
    expect(page.get_by_label("企业名称")).to_have_value("示例机械有限公司")


def test_a_lost_connection_loses_nothing(desktop: Page, site: Any) -> None:
    begin(desktop, site)
    desktop.get_by_label("企业名称").fill("第一稿")
    saved(desktop).to_contain_text("已保存")
    desktop.context.set_offline(True)
    expect(desktop.locator("[data-offline]")).to_be_visible()
    desktop.evaluate(
        "window.whole = window.fetch; window.fetch = async () => { throw new TypeError('offline'); }; null"
    )
    desktop.get_by_label("企业名称").fill("断网时写的")
    expect(desktop.locator("[data-draft-status].saved--wrong")).to_be_visible()
    desktop.context.set_offline(False)
    desktop.evaluate("window.fetch = window.whole; null")
    expect(desktop.locator("[data-offline]")).to_be_hidden()
    saved(desktop).to_contain_text("已保存", timeout=10_000)
    desktop.reload()
    expect(desktop.get_by_label("企业名称")).to_have_value("断网时写的")


def test_two_tabs_are_told_of_one_another(desktop: Page, site: Any) -> None:
    begin(desktop, site)
    other = desktop.context.new_page()
    other.goto(desktop.url)
    desktop.get_by_label("企业名称").fill("第一页")
    saved(desktop).to_contain_text("已保存")
    other.get_by_label("企业名称").fill("第二页")
    expect(other.get_by_role("button", name="用我的覆盖")).to_be_visible()
    expect(other.get_by_label("企业名称")).to_have_value("第二页")
    other.get_by_role("button", name="用我的覆盖").click()
    saved(other).to_contain_text("已保存")
    desktop.reload()
    expect(desktop.get_by_label("企业名称")).to_have_value("第二页")


def test_files_that_cannot_be_taken_are_refused_and_said(desktop: Page, site: Any) -> None:
    begin(desktop, site)
    fill_company(desktop)
    next_step(desktop)
    desktop.locator("input[type=file]").set_input_files(
        {"name": "程序.exe", "mimeType": "application/octet-stream", "buffer": b"MZ\x90\x00" * 50}
    )
    expect(desktop.locator(".field--file")).to_contain_text("不能上传")
    axe(desktop)
    desktop.locator("input[type=file]").set_input_files(
        {"name": "大.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n" + b"0" * 21_000_000}
    )
    expect(desktop.locator(".field--file")).to_contain_text("超过", timeout=20_000)
    saved(desktop).to_contain_text("已保存")


def test_a_refused_file_does_not_vanish_unsaid(desktop: Page, site: Any) -> None:
    begin(desktop, site)
    fill_company(desktop)
    next_step(desktop)
    fill_problem(desktop)
    desktop.locator("input[type=file]").set_input_files(
        {"name": "程序.exe", "mimeType": "application/octet-stream", "buffer": b"MZ\x90\x00" * 50}
    )
    field = desktop.locator(".field--file")
    expect(field).to_contain_text("不能上传")
    for button in ("下一步", "暂存"):
        desktop.get_by_role("button", name=button, exact=True).click()
        expect(field.locator("[data-problem]")).to_have_text("有文件没有上传成功：删除它，或换一个，再继续")
    field.get_by_role("button", name="删除").click()
    expect(field.locator("[data-problem]")).to_be_hidden()
    next_step(desktop)
    expect(desktop).to_have_url(re.compile("step=3"))


def test_a_double_click_makes_one_matter(desktop: Page, site: Any) -> None:
    to_preview(desktop, site)
    desktop.get_by_role("button", name="提交").dblclick()
    expect(desktop.locator(".receipt__number")).to_have_text("SDMQ-2026-0001")
    expect(desktop.locator(".receipt__code")).to_be_visible()
    assert site.submit().number == "SDMQ-2026-0002"


def test_going_back_neither_loses_nor_repeats(desktop: Page, site: Any) -> None:
    to_preview(desktop, site)
    desktop.go_back()
    desktop.go_back()
    expect(desktop.get_by_role("textbox", name="问题困难")).to_have_value("银行抽贷，流动资金周转困难，希望协调续贷。")
    desktop.get_by_role("textbox", name="问题困难").fill("改了一改。")
    saved(desktop).to_contain_text("已保存")
    next_step(desktop)
    next_step(desktop, "核对")
    expect(desktop.get_by_text("改了一改。")).to_be_visible()
    desktop.get_by_role("button", name="提交").click()
    expect(desktop.locator(".receipt__number")).to_be_visible()
    desktop.go_back()
    desktop.reload()
    expect(desktop.locator(".receipt__number")).to_be_visible()


def test_wrong_code_and_one_that_has_to_be_entered_again(page: Page, site: Any) -> None:
    record = site.submit().record
    page.goto(f"{site.base}/follow/{record}")
    expect(page.get_by_text("请输入编号和查询码")).to_be_visible()
    look(page)
    page.get_by_label("编号").fill("SDMQ-2026-0001")
    page.get_by_label("查询码").fill("AAAAAAAAAA")
    page.locator("form.card").get_by_role("button", name="查看进度").click()
    expect(page.get_by_role("alert")).to_contain_text("不相符")
    expect(page.get_by_label("编号")).to_have_value("SDMQ-2026-0001")
    look(page)


def test_recalling_after_the_office_was_first(page: Page, site: Any) -> None:
    record = site.submit().record
    with site.app.test_request_context(base_url=site.base):
        page.goto(links.signed_link(record, "follow"))
    page.get_by_role("link", name="撤回").click()
    look(page)
    page.get_by_label("理由").fill("已自行解决")
    site.do(record, "accept")
    page.get_by_role("button", name="撤回").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("事项已经往下办了")
    expect(page.get_by_text("已自行解决")).to_be_visible()
    look(page)


def test_the_keyboard_alone_is_enough(desktop: Page, site: Any) -> None:
    desktop.goto(site.base)
    desktop.keyboard.press("Tab")
    expect(desktop.get_by_role("link", name="跳到正文")).to_be_focused()
    desktop.keyboard.press("Enter")
    desktop.get_by_role("button", name="开始填写").focus()
    desktop.keyboard.press("Enter")
    desktop.wait_for_load_state()
    desktop.get_by_label("报送单位").focus()
    for text in ("示例商会", "示例机械有限公司"):
        desktop.keyboard.type(text)
        desktop.keyboard.press("Tab")
    expect(desktop.get_by_label("企业名称")).to_have_value("示例机械有限公司")
    desktop.get_by_role("button", name="暂存").focus()
    desktop.keyboard.press("Enter")
    expect(desktop.get_by_text("已暂存")).to_be_visible()


def test_a_draft_is_deleted_after_asking(page: Page, site: Any) -> None:
    begin(page, site)
    page.get_by_label("企业名称").fill("不要了")
    next_step(page, "暂存")
    page.get_by_role("button", name="删除草稿").click()
    expect(page.get_by_role("dialog")).to_contain_text("办理后不能撤销")
    axe(page)
    page.get_by_role("dialog").get_by_role("button", name="删除草稿").click()
    expect(page.get_by_text("草稿已删除")).to_be_visible()


def test_in_english(page: Page, site: Any) -> None:
    page.goto(site.base)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Report a problem, follow its progress")
    look(page)


def test_a_chamber_makes_the_slip_for_the_enterprise(page: Page, site: Any) -> None:
    page.goto(f"{site.base}/accounts/sign-in")
    page.fill("#login", "secretary")
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.wait_for_load_state()
    site.wait(minutes=1)
    record = reported_for_an_enterprise(site)
    page.goto(f"{site.base}/receipt/{record}")
    look(page)
    page.get_by_role("button", name="打印交接单").click()
    expect(page.get_by_role("heading", level=1, name="企业交接单")).to_be_visible()
    expect(page.locator(".slip__words")).to_contain_text("SDMQ-2026-0001")
    look(page)


def reported_for_an_enterprise(site: Any) -> str:
    """A matter that the secretary of a chamber reported for an enterprise without an account; its id."""
    command = Command(
        "submit", site.actor("secretary"), "for an enterprise", type="matter",
        installation=site.installation, values=report(),
    )  # fmt: skip
    result = act(site.database, command, site.now)
    assert result, result.refusal
    return str(result.record)
