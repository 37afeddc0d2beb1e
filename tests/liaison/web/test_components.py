"""The design system: what is vendored, what templates may hold, every component in every state in a real browser."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask import Flask
from playwright.sync_api import Page, expect

from harness import Visitors, axe
from liaison.definitions import load, read_package
from liaison.definitions.model import CodeList
from liaison.forms import Choice, all_kinds, bind, check, compile_form
from liaison.texts import catalogue
from liaison.web import create_app, filters, permissions, pictures
from liaison.web.fields import present, widget_of
from liaison.web.gallery import Move, Step
from liaison.web.visit import today

WEB = Path(create_app.__code__.co_filename).parent
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
TRANSLATION = WEB / "translations" / "en" / "LC_MESSAGES"
Serve = Callable[[Any], str]


@pytest.fixture
def app() -> Flask:
    return create_app({"SECRET_KEY": "test", "DEBUG": True, "SESSION_COOKIE_SECURE": False})


@pytest.fixture
def site(app: Flask, serve: Serve) -> str:
    return serve(app) + "/_components"


# ---- what lies in the folder ------------------------------------------------------------------------------------


def test_vendored_files_are_those_that_were_taken() -> None:
    vendor = WEB / "static" / "vendor"
    packages = json.loads((vendor / "VENDORED.json").read_text())
    told = {name: digest for package in packages for name, digest in package["files"].items()}
    found = {
        str(path.relative_to(vendor)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in vendor.rglob("*")
        if path.is_file() and path.name != "VENDORED.json"
    }
    assert told == found
    for package in packages:
        assert re.fullmatch(r"\d+\.\d+\.\d+", package["version"])
        assert package["licence"]
        assert any("LICENSE" in name for name in package["files"]), package["name"]


FORBIDDEN = {
    "inline style": r"\sstyle\s*=",
    "inline handler": r"\son[a-z]+\s*=",
    "hx-on": r"\bhx-on\b",
    "script expression": r"\b(?:javascript|js):",
    "trigger filter": r"hx-trigger\s*=\s*[\"'][^\"']*\[",
    "inline style element": r"<style\b",
    "inline script": r"<script\b(?![^>]*\bsrc=)",
    "other host": r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_holds(what: str) -> None:
    found = [
        f"{path.relative_to(WEB)}: {match[0]}"
        for path in TEMPLATES
        for match in re.finditer(FORBIDDEN[what], re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("what", "sample"),
    [
        ("inline style", '<p style="color:red">'),
        ("inline handler", '<a onclick="x()">'),
        ("hx-on", "<a hx-on:click>"),
        ("script expression", "<a hx-vals='js:x()'>"),
        ("trigger filter", '<a hx-trigger="click[ctrlKey]">'),
        ("inline style element", "<style>"),
        ("inline script", "<script>x()</script>"),
        ("other host", '<img src="//elsewhere/x.png">'),
    ],
)
def test_the_lint_finds(what: str, sample: str) -> None:
    assert re.search(FORBIDDEN[what], sample)


def test_english_is_complete_and_compiled() -> None:
    methods = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
    extracted = {str(message) for _, _, message, _, _ in extract_from_dir(str(WEB), methods)}
    with (TRANSLATION / "messages.po").open("rb") as file:
        catalog = read_po(file, locale="en")
    translated = {str(message.id) for message in catalog if message.id and message.string and not message.fuzzy}
    assert extracted == translated
    with (TRANSLATION / "messages.mo").open("rb") as file:
        compiled = read_mo(file)
    # The header apart, which names the version of Babel that compiled it.
    spoken = [{str(one.id): one.string for one in each if one.id} for each in (compiled, catalog)]
    assert spoken[0] == spoken[1], "compile messages.po again"


def test_the_script_says_only_what_the_catalogue_knows() -> None:
    said = set(re.findall(r"\"(web\.script\.[a-z_]+)\"", (WEB / "static" / "liaison.js").read_text("utf-8")))
    assert said == {code for code in catalogue() if code.startswith("web.script.")}


# ---- the application --------------------------------------------------------------------------------------------


def test_every_answer_is_protected(app: Flask) -> None:
    client = app.test_client()
    for address in ("/_components/", "/nothing", "/static/liaison.css"):
        with client.get(address) as answer:
            headers = answer.headers
        policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
        assert policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == "'none'"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Strict-Transport-Security" not in headers
    assert "Strict-Transport-Security" in client.get("/nothing", base_url="https://localhost").headers
    assert client.get("/_components/").headers["Cache-Control"] == "private, no-store"


def test_static_files_are_kept_under_their_digest(app: Flask) -> None:
    client = app.test_client()
    address = re.search(r'href="(/static/liaison\.css\?v=[0-9a-f]{12})"', client.get("/_components/").text)
    assert address
    with client.get(address[1]) as answer:
        assert "immutable" in answer.headers["Cache-Control"]


def test_the_session_cookie_is_closed() -> None:
    app = create_app({"SECRET_KEY": "test"})
    cookie = app.test_client().get("/nothing").headers["Set-Cookie"]
    assert all(flag in cookie for flag in ("Secure", "HttpOnly", "SameSite=Lax"))


def test_a_site_needs_a_key_and_shows_components_only_in_debug() -> None:
    with pytest.raises(ValueError, match="SECRET_KEY"):
        create_app()
    assert create_app({"SECRET_KEY": "test"}).test_client().get("/_components/").status_code == 404


def test_a_post_without_token_is_refused_with_advice(app: Flask) -> None:
    answer = app.test_client().post("/_components/send")
    assert answer.status_code == 400
    assert "刷新" in answer.text


@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 429, 500])
def test_an_error_says_what_to_do(status: int) -> None:
    app = create_app({"SECRET_KEY": "test"})
    permissions.declare(app, "wrong", permissions.PUBLIC)

    @app.get("/wrong")
    def wrong() -> None:
        from flask import abort

        abort(status)

    client = app.test_client()
    page = client.get("/wrong")
    assert page.status_code == status
    texts = catalogue()[f"web.error.{status}"]
    assert texts["zh"] in page.text
    assert texts["hint_zh"] in page.text
    answer = client.get("/wrong", headers={"HX-Request": "true"})
    assert answer.json == {"code": f"web.error.{status}", "title": texts["zh"], "hint": texts["hint_zh"]}


def test_an_unforeseen_error_is_a_page_too() -> None:
    app = create_app({"SECRET_KEY": "test"})
    permissions.declare(app, "broken", permissions.PUBLIC)

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("hidden detail")

    page = app.test_client().get("/broken")
    assert page.status_code == 500
    assert catalogue()["web.error.500"]["zh"] in page.text
    assert "hidden detail" not in page.text


def test_the_language_is_chosen_and_kept() -> None:
    app = create_app({"SECRET_KEY": "test", "SESSION_COOKIE_SECURE": False, "WTF_CSRF_ENABLED": False})
    client = app.test_client()
    assert 'lang="zh-CN"' in client.get("/nothing").text
    answer = client.post("/language", data={"lang": "en"}, headers={"Referer": "http://localhost/nothing?q=1"})
    assert answer.headers["Location"] == "/nothing?q=1"
    page = client.get("/nothing").text
    assert 'lang="en"' in page
    assert "Skip to content" in page
    elsewhere = client.post("/language", data={"lang": "zh"}, headers={"Referer": "http://elsewhere/trap"})
    assert elsewhere.headers["Location"] == "/"
    assert client.post("/language", data={"lang": "fr"}).status_code == 400


# ---- spelling ---------------------------------------------------------------------------------------------------


@pytest.fixture
def in_request(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


@pytest.mark.usefixtures("in_request")
def test_dates_and_moments() -> None:
    assert filters.cn_date(date(2025, 1, 26)) == "2025年1月26日"
    assert filters.cn_date("2025-01-26", "调休上班") == "2025年1月26日（周日，调休上班）"
    assert filters.cn_date(date(2025, 1, 26), weekday=True) == "2025年1月26日（周日）"
    late = datetime(2025, 1, 25, 16, 5, tzinfo=UTC)
    assert (filters.short_date(late), filters.moment(late), filters.clock_time(late)) == (
        "2025-01-26",
        "2025-01-26 00:05",
        "00:05",
    )
    this_year = datetime(today().year, 1, 25, 16, 5, tzinfo=UTC)
    assert (filters.short_date(this_year), filters.moment(this_year)) == ("01-26", "01-26 00:05")
    assert (filters.until(this_year), filters.until(date(today().year, 1, 26))) == ("01-26 00:05", "01-26")
    assert filters.cn_until(this_year) == f"{filters.cn_date(this_year)} 00:05", "what ends within a day says when"
    assert filters.cn_date(None) == filters.short_date("") == filters.moment(None) == ""
    with pytest.raises(ValueError, match="naive"):
        filters.moment(datetime(2025, 1, 26))  # noqa: DTZ001


@pytest.mark.usefixtures("in_request")
@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1234567, "1,234,567"),
        (20.0, "20"),
        (97.5, "97.5"),
        ("1234.50", "1,234.50"),
        (None, ""),
        ("约三", "约三"),
        (0, "0"),
    ],
)
def test_numbers(value: Any, shown: str) -> None:
    assert filters.number(value) == shown


@pytest.mark.usefixtures("in_request")
def test_money() -> None:
    assert filters.money("1234.5") == "1,234.50 元"
    assert filters.money(Decimal("120000000.00"), "wan") == "12,000 万元"
    assert filters.money("8600", "wan") == "0.86 万元"
    assert filters.money(None) == ""


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("13812345678", "138****5678"),
        ("张三", "张*"),
        ("欧阳修远", "欧**远"),
        ("", ""),
        ("9144060612345678XX", "9144**********78XX"),
    ],
)
def test_masks(value: str, shown: str) -> None:
    assert filters.masked(value) == shown


def test_a_qr_code_is_a_picture_of_its_own() -> None:
    assert filters.qr("https://127.0.0.1/follow/1").startswith("data:image/svg+xml")


# ---- pictures ---------------------------------------------------------------------------------------------------

STATES = [Step("a", "报送"), Step("b", "办理"), Step("c", "归档", "done")]
MOVES = [
    Move("start", "报送", (), "a"),
    Move("go", "交办", ("a",), "b"),
    Move("urge", "催办", ("b",), ""),
    Move("end", "办结", ("b",), "c"),
    Move("back", "退回", ("b",), "a"),
    Move("skip", "直接归档", ("a",), "c"),
]


def test_a_flow_stands_in_order_and_marks_where_it_is() -> None:
    picture = pictures.lifecycle(STATES, MOVES, current="b", visited=("a",), taken=("go",))
    assert [box.standing for box in picture.boxes] == ["done", "current", "ahead"]
    assert [box.y for box in picture.boxes] == sorted(box.y for box in picture.boxes)
    assert sorted((arrow.title, arrow.around) for arrow in picture.arrows) == [
        ("交办", False), ("办结", False), ("直接归档", True), ("退回", True),
    ]  # fmt: skip
    assert [arrow.title for arrow in picture.arrows if arrow.taken] == ["交办"]
    assert all(arrow.x < picture.width and arrow.y < picture.height for arrow in picture.arrows)


def test_lines_that_run_beside_one_another_do_not_share_a_lane() -> None:
    picture = pictures.lifecycle(STATES, MOVES)
    back, skip = (next(a for a in picture.arrows if a.title == title) for title in ("退回", "直接归档"))
    assert abs(back.x - skip.x) >= 20


def test_no_line_and_no_title_lies_on_another() -> None:
    definition = load(read_package("shunde")).definition
    assert definition is not None
    matter = definition.lifecycles["matter"]
    both_ways = [Move("there", "去" * 20, ("a",), "c"), Move("back", "回" * 20, ("c",), "a")]
    for drawn in (
        pictures.lifecycle(matter.states.values(), matter.actions.values()),
        pictures.lifecycle(STATES, both_ways),
    ):
        lanes: dict[float, list[tuple[float, float]]] = {}
        for arrow in drawn.arrows:
            if not arrow.around:
                continue
            found = re.fullmatch(r"M\S+ (\S+)H.*V(\S+)q.*", arrow.path)
            assert found
            half = 6 * sum(2 if ord(sign) > 255 else 1.2 for sign in arrow.title) / 2
            ends = [float(found[1]), float(found[2]), arrow.y - half, arrow.y + half]
            assert 0 <= min(ends) < max(ends) <= drawn.height
            lanes.setdefault(arrow.x, []).append((min(ends), max(ends)))
        for lane in lanes.values():
            assert all(above[1] < below[0] for above, below in pairwise(sorted(lane)))


def test_an_empty_flow_and_an_empty_chart_have_a_size() -> None:
    assert pictures.lifecycle([], []).height > 0
    assert pictures.chart([]).marks == ()


def test_a_chart_begins_at_zero_on_round_steps() -> None:
    drawn = pictures.chart([("一月", 42.0), ("二月", 71.0), ("三月", 0.0)])
    assert [value for value, _ in drawn.ticks] == [0, 20, 40, 60, 80]
    assert drawn.marks[2].height == 0
    assert drawn.marks[0].height / drawn.marks[1].height == pytest.approx(42 / 71, abs=0.01)
    crowded = pictures.chart([(f"第{n}周", n) for n in range(60)])
    assert 0 < sum(mark.labelled for mark in crowded.marks) < 30


# ---- fields of the forms room -----------------------------------------------------------------------------------


class Codes:
    """A package with one code list."""

    fields: dict[str, dict[str, Any]]
    codes: dict[str, CodeList]


def test_every_kind_has_a_widget(app: Flask) -> None:
    drawn = (WEB / "templates" / "components" / "widgets.html").read_text("utf-8")
    for name in all_kinds():
        widget = widget_of(name, [] if name in {"choice", "code", "region"} else None)
        assert f'"{widget}"' in drawn or widget == "note", name


def test_few_choices_stand_open_and_many_are_searched() -> None:
    few = [Choice(str(n), "x") for n in range(3)]
    many = [Choice(str(n), "x") for n in range(40)]
    assert widget_of("choice", few) == "options"
    assert widget_of("choice", few, cell=True) == "select"
    assert widget_of("code", many) == "picker"
    assert widget_of("code", [*few, Choice("01", "y", parent="0")]) == "cascade"
    assert widget_of("code", many, under="town") == "select"
    assert widget_of("person", None) == "line"


SHOWN = {"==": [{"var": "company"}, "甲"]}
FORM: dict[str, Any] = {
    "key": "report", "title": "情况表", "of": "matter",
    "schema": {
        "type": "object", "required": ["company"],
        "properties": {
            "company": {"kind": "line", "type": "string", "title": "企业名称", "maxLength": 100},
            "amount": {"kind": "money", "type": "string", "title": "投资", "unit": "wan"},
            "history": {"kind": "text", "type": "string", "title": "经过"},
            "people": {
                "kind": "table", "type": "array", "title": "人员", "maxItems": 3,
                "items": {
                    "type": "object", "required": ["who"],
                    "properties": {
                        "who": {"kind": "line", "type": "string", "title": "姓名"},
                        "post": {"kind": "line", "type": "string", "title": "职务"},
                    },
                },
            },
        },
    },
    "layout": {"type": "VerticalLayout", "elements": [{
        "type": "Group", "key": "main", "label": "内容",
        "elements": [
            {"type": "Control", "key": "company", "scope": "#/properties/company"},
            {"type": "Control", "key": "amount", "scope": "#/properties/amount"},
            {"type": "Control", "key": "history", "scope": "#/properties/history", "show": SHOWN},
            {"type": "Control", "key": "people", "scope": "#/properties/people"},
        ],
    }]},
}  # fmt: skip


def test_a_bound_form_is_drawn(app: Flask) -> None:
    package = Codes()
    package.fields, package.codes = {"matter": FORM["schema"]["properties"]}, {}
    form = compile_form(FORM, package)
    typed = {"company": "", "amount": "3500", "people": [{"who": "", "post": "经理"}]}
    answer = check(form, typed, {}, lambda *_: (), day=date(2026, 1, 26))
    bound = bind(form, {}, lambda *_: (), day=date(2026, 1, 26), submitted=typed).with_problems(answer.problems)
    draw = "{% from 'components/field.html' import field %}{% for f in fields %}{{ field(f) }}{% endfor %}"
    with app.test_request_context():
        shown = {key: present(one) for key, one in bound.fields.items()}
        page = app.jinja_env.from_string(draw).render(fields=shown.values())
    assert shown["company"]["problems"]
    assert shown["people"]["entries"][0][0]["problems"]
    assert shown["amount"]["raw"] == "3500"
    assert shown["amount"]["unit"] == "万元"
    assert 'aria-invalid="true"' in page
    assert 'name="people-__row__-who"' in page
    assert 'name="people-0-post"' in page
    assert re.search(r"data-show='\{[^']*company", page)


# ---- in the browser ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("surface", ["desk", "portal"])
def test_all_components_fit_and_can_be_used_by_everybody(page: Page, site: str, surface: str) -> None:
    page.goto(f"{site}/?surface={surface}")
    wide = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide[0] <= wide[1]
    expect(page.locator("h1")).to_have_count(1)
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    axe(page)


def test_targets_of_a_finger_are_large_enough(phone: Page, site: str) -> None:
    phone.goto(f"{site}/?surface=portal")
    small = phone.evaluate(
        """() => [...document.querySelectorAll('button, .input, .picker__input, .option')]
          .filter(e => e.offsetParent && !e.closest('.sr')).filter(e => e.getBoundingClientRect().height < 40)
          .map(e => e.outerHTML.slice(0, 120))"""
    )
    assert small == []


def test_an_error_page_in_the_browser(page: Page, site: str) -> None:
    page.goto(f"{site}/error/404")
    expect(page.get_by_role("heading", level=1)).to_have_text("没有找到这个页面")
    axe(page)


def test_the_way_around_on_a_phone(phone: Page, site: str) -> None:
    phone.goto(f"{site}/")
    link = phone.get_by_role("link", name="我发起的")
    expect(link).to_be_hidden()
    phone.get_by_role("button", name="菜单").click()
    expect(link).to_be_visible()


def test_a_field_shows_and_becomes_required_by_its_condition(desktop: Page, site: str) -> None:
    desktop.goto(f"{site}/?surface=portal")
    history = desktop.locator("#f-history")
    expect(history).to_be_hidden()
    expect(history).to_be_disabled()
    desktop.get_by_label("久拖未决的历史遗留问题").check()
    expect(history).to_be_visible()
    expect(history).to_have_attribute("aria-required", "true")
    desktop.get_by_label("规划建设、生产经营、员工生活中的问题").check()
    expect(history).to_be_hidden()
    expect(desktop.locator("#f-per_head")).to_have_text("27,777.78")
    desktop.locator("#f-staff").fill("1,000")
    expect(desktop.locator("#f-per_head")).to_have_text("35,000")


def test_what_is_missing_is_said_under_the_field(desktop: Page, site: str) -> None:
    desktop.goto(f"{site}/?surface=portal")
    desktop.get_by_role("button", name="提交", exact=True).click()
    expect(desktop.locator("#f-phone-problem")).to_have_text("请填写“联系电话”")
    expect(desktop.locator("#f-phone")).to_be_focused()
    desktop.locator("#f-phone").fill("0757-22220000")
    expect(desktop.locator("#f-phone-problem")).to_be_hidden()


def status_of(page: Page) -> Any:
    return expect(page.locator("[data-draft-status]"))


def test_a_draft_saves_itself_and_survives_a_lost_connection(desktop: Page, site: str) -> None:
    desktop.goto(f"{site}/?surface=portal")
    story = desktop.locator("#f-story")
    story.fill("第一稿")
    status_of(desktop).to_have_text("已保存 14:02")
    expect(desktop.locator("input[name=revision]")).to_have_value("1")

    desktop.evaluate(
        "() => { window.whole = window.fetch; window.fetch = async () => { throw new TypeError('no connection'); }; }"
    )
    story.fill("第二稿")
    status_of(desktop).to_contain_text("未保存：网络不通")
    desktop.evaluate("() => { window.fetch = window.whole; }")
    status_of(desktop).to_have_text("已保存 14:02", timeout=8000)
    expect(desktop.locator("input[name=revision]")).to_have_value("2")


def test_offline_is_said(desktop: Page, site: str) -> None:
    desktop.goto(f"{site}/?surface=portal", wait_until="networkidle")
    desktop.context.set_offline(True)
    expect(desktop.locator("[data-offline]")).to_be_visible()
    desktop.context.set_offline(False)
    expect(desktop.locator("[data-offline]")).to_be_hidden()


def test_two_windows_on_one_draft(visitor: Visitors, site: str) -> None:
    one = visitor("desktop")
    one.goto(f"{site}/?surface=portal")
    other = one.context.new_page()
    other.goto(f"{site}/?surface=portal")
    one.locator("#f-story").fill("这一边")
    status_of(one).to_have_text("已保存 14:02")
    other.locator("#f-story").fill("那一边")
    status_of(other).to_contain_text("在别处（另一个窗口，14:05）改过")
    other.get_by_role("button", name="用我的覆盖").click()
    status_of(other).to_have_text("已保存 14:02")


def test_rows_by_keyboard(desktop: Page, site: str) -> None:
    desktop.goto(f"{site}/?surface=portal")
    table = desktop.locator("[data-field=people]")
    rows = table.locator("[data-row]")
    expect(rows).to_have_count(2)
    table.get_by_role("button", name="添加一行").press("Enter")
    expect(rows).to_have_count(3)
    expect(table.locator("[name=people-2-who]")).to_be_focused()
    desktop.keyboard.type("第三人")
    desktop.keyboard.press("Enter")
    expect(rows).to_have_count(3)
    desktop.keyboard.press("Control+Enter")
    expect(rows).to_have_count(4)
    expect(table.get_by_role("button", name="添加一行")).to_be_disabled()
    rows.nth(0).get_by_role("button", name="删除").press("Enter")
    expect(rows).to_have_count(3)
    expect(rows.nth(0).locator("[data-row-number]")).to_have_text("1")
    expect(rows.nth(0).get_by_role("button", name="删除")).to_be_focused()


def test_a_record_is_found_by_number_title_and_initials(desktop: Page, site: str) -> None:
    desktop.goto(f"{site}/?surface=portal")
    field = desktop.locator("[data-field=about]")
    offered = field.get_by_role("option")
    for typed, found in (("0012", "续贷"), ("道路", "道路修复"), ("cfkj", "厂房扩建")):
        field.get_by_role("combobox").fill(typed)
        expect(offered).to_have_count(1)
        expect(offered).to_contain_text(found)
    field.get_by_role("combobox").press("Enter")
    expect(field.locator("select")).to_have_value("m1")
    expect(field.get_by_role("combobox")).to_have_value("SL-2026-0001 厂房扩建的规划许可")


def test_all_records_are_listed_at_once(desktop: Page, site: str) -> None:
    desktop.goto(f"{site}/?surface=portal")
    table = desktop.locator("[data-field=agenda]")
    rows, every = table.locator("[data-row]"), table.get_by_role("button", name="全部列入")
    listed = table.locator("[data-row] select")
    expect(rows).to_have_count(1)
    expect(every).to_have_text("全部列入（2）")
    table.get_by_role("button", name="添加一行").click()
    expect(rows).to_have_count(2)
    every.press("Enter")
    assert [one.input_value() for one in listed.all()] == ["m2", "m1", "m3"], "the row left blank is used, not kept"
    expect(every).to_have_text("全部列入（0）")
    expect(every).to_be_disabled()
    expect(table.locator("[data-rows-status]")).to_have_text("已列入 2 行")
    expect(table.get_by_role("button", name="添加一行")).to_be_focused()
    rows.nth(1).get_by_role("button", name="删除").click()
    expect(every).to_have_text("全部列入（1）")
    rows.nth(1).get_by_role("combobox").fill("cfkj")
    rows.nth(1).get_by_role("combobox").press("Enter")
    assert [one.input_value() for one in listed.all()] == ["m2", "m1"], "a row offers what the row to copy offers"
    expect(every).to_have_text("全部列入（1）")


def test_a_counter_counts_characters(desktop: Page, site: str) -> None:
    desktop.goto(f"{site}/?surface=portal")
    desktop.locator("#f-story").fill("𠮷" * 502)
    expect(desktop.locator("[data-count-for=f-story]")).to_have_text("502 / 500 字 · 超出 2 字")


def test_files_go_up_one_by_one(desktop: Page, site: str) -> None:
    desktop.goto(f"{site}/?surface=portal")
    field = desktop.locator("[data-field=papers]")
    one = {"name": "照片.png", "mimeType": "image/png", "buffer": b"x" * 2048}
    field.locator("input[type=file]").set_input_files([one])
    expect(field.locator("input[type=hidden][name=papers]").nth(1)).to_have_value("file-2048")
    expect(field.locator("[data-upload-status]")).to_have_text("照片.png 已上传")
    field.locator("input[type=file]").set_input_files([one, one])
    expect(field.locator("input[type=hidden][name=papers]")).to_have_count(3)
    expect(field.locator(".files__file--wrong")).to_contain_text("最多 3 个文件")
    field.locator(".files__file--wrong [data-remove-file]").click()
    field.locator("[data-remove-file]").first.click()
    expect(field.locator("input[type=hidden][name=papers]")).to_have_count(2)


def test_a_file_that_does_not_arrive_says_so(desktop: Page, site: str) -> None:
    desktop.goto(f"{site}/?surface=portal")
    field = desktop.locator("[data-field=papers]")
    chosen = [{"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"x"}]
    desktop.route("**/upload", lambda route: route.fulfill(status=413, json={"title": "太大", "hint": "请压缩"}))
    field.locator("input[type=file]").set_input_files(chosen)
    refused = field.locator(".files__file--wrong")
    expect(refused).to_contain_text("太大：请压缩")
    expect(field.locator("[data-upload-status]")).to_have_text("a.pdf 没有上传成功")
    expect(field.get_by_role("button", name="重试")).to_have_count(0)  # it would be refused again
    refused.get_by_role("button", name="删除").click()
    desktop.unroute("**/upload")
    desktop.route("**/upload", lambda route: route.fulfill(status=429, json={"title": "太频繁"}))
    field.locator("input[type=file]").set_input_files(chosen)
    expect(refused).to_contain_text("太频繁")
    desktop.unroute("**/upload")
    field.get_by_role("button", name="重试").click()
    expect(field.locator("[data-upload-status]")).to_have_text("a.pdf 已上传")


def test_a_picker_is_searched_by_pinyin_and_keyboard(desktop: Page, site: str) -> None:
    desktop.goto(f"{site}/?surface=portal")
    lead = desktop.get_by_role("combobox", name="牵头单位")
    expect(lead).to_have_value("自然资源分局")
    lead.fill("sw")
    expect(desktop.get_by_role("option", name="税务局")).to_be_visible()
    lead.press("Enter")
    expect(lead).to_have_value("税务局")
    expect(desktop.locator("select[name=lead]")).to_have_value("u6")
    lead.fill("自资局")  # an abbreviation: its characters in their order
    expect(desktop.get_by_role("option", name="自然资源分局")).to_be_visible()
    lead.fill("没有这个")
    expect(desktop.locator(".picker__none")).to_have_text("没有匹配的选项")
    lead.press("Escape")
    expect(lead).to_have_value("税务局")


def test_what_is_typed_in_a_picker_and_not_picked_is_told_of(desktop: Page, site: str) -> None:
    desktop.goto(f"{site}/?surface=portal")
    lead = desktop.get_by_role("combobox", name="牵头单位")
    problem = desktop.locator("[data-field=lead] [data-problem]")
    lead.fill("住建")
    lead.press("Tab")
    expect(lead).to_have_value("住建")
    desktop.locator("#sample").evaluate("form => form.requestSubmit()")
    expect(problem).to_have_text("“住建”还没有选上：请从列出的里面选一个，或者清空")
    lead.fill("sw")
    lead.press("Enter")
    expect(lead).to_have_value("税务局")
    expect(problem).to_be_hidden()

    many = desktop.locator("[data-field=support]")
    many.get_by_role("combobox").fill("没有这个")
    many.get_by_role("combobox").press("Tab")
    desktop.locator("#sample").evaluate("form => form.requestSubmit()")
    expect(many.locator("[data-problem]")).to_contain_text("还没有选上")
    many.get_by_role("combobox").fill("")
    expect(many.locator("[data-problem]")).to_be_hidden()


def test_a_picker_takes_many_and_gives_back(desktop: Page, site: str) -> None:
    desktop.goto(f"{site}/?surface=portal")
    field = desktop.locator("[data-field=support]")
    expect(field.locator(".picker__chosen .chip")).to_have_count(2)
    field.get_by_role("combobox").fill("市场")
    field.get_by_role("combobox").press("Enter")
    expect(field.locator(".picker__chosen .chip")).to_have_count(3)
    field.get_by_role("button", name="删除 经济促进局").click()
    assert field.locator("select").evaluate("s => [...s.selectedOptions].map(o => o.value)") == ["u4", "u6"]


def test_a_picker_asks_for_what_is_too_many_to_send(desktop: Page, site: str) -> None:
    desktop.goto(f"{site}/?surface=portal")
    party = desktop.get_by_role("combobox", name="相关企业")
    party.fill("04321")
    desktop.get_by_role("option", name="No. 04321").click()
    expect(desktop.locator("select[name=party]")).to_have_value("party-4321")


def test_code_lists_cascade(desktop: Page, site: str) -> None:
    desktop.goto(f"{site}/?surface=portal")
    levels = desktop.locator("[data-field=industry] .cascade select")
    expect(levels).to_have_count(3)
    levels.nth(2).select_option("C351")
    expect(desktop.locator("select[name=industry]")).to_have_value("C351")
    levels.nth(0).select_option("F")
    expect(levels).to_have_count(1)
    expect(desktop.locator("select[name=industry]")).to_have_value("F")
    village = desktop.locator("select[name=village]")
    assert village.locator("option").all_text_contents() == ["请选择", "东一社区", "东二社区"]
    desktop.locator("select[name=town]").select_option("t2")
    assert village.locator("option").all_text_contents() == ["请选择", "西一村"]
    expect(village).to_have_value("")


def test_a_signature_is_drawn_or_typed(desktop: Page, site: str) -> None:
    desktop.goto(f"{site}/?surface=portal")
    field = desktop.locator("[data-field=sign]")
    sent = "() => new FormData(document.getElementById('sample')).getAll('sign')"
    field.locator("#f-sign").fill("陈某")
    expect(field.locator("[data-pad-status]")).to_have_text("以姓名签名")
    assert desktop.evaluate(sent) == ["陈某"]
    pad = field.locator("canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    desktop.mouse.move(box["x"] + 20, box["y"] + 20)
    desktop.mouse.down()
    desktop.mouse.move(box["x"] + 120, box["y"] + 60, steps=5)
    desktop.mouse.up()
    expect(field.locator("[data-pad-status]")).to_have_text("已手写签名")
    drawn = desktop.evaluate(sent)
    assert len(drawn) == 1
    assert drawn[0].startswith("data:image/png;base64,")
    field.get_by_role("button", name="重签").click()
    assert desktop.evaluate(sent) == ["陈某"]


def test_a_confirmation_says_what_will_happen(desktop: Page, site: str) -> None:
    desktop.goto(f"{site}/")
    desktop.get_by_role("button", name="交办（要确认）").click()
    dialog = desktop.get_by_role("dialog", name="交办这一项")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("税务局 吴某")
    expect(dialog).to_contain_text("不能撤销")
    axe(desktop)
    desktop.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(desktop.get_by_role("button", name="交办（要确认）")).to_be_focused()


def test_a_form_is_sent_once(desktop: Page, site: str) -> None:
    desktop.goto(f"{site}/")
    desktop.get_by_role("button", name="交办（要确认）").click()
    desktop.get_by_role("dialog").get_by_role("button", name="交办", exact=True).dblclick()
    desktop.wait_for_url("**/send")
    assert json.loads(desktop.locator("pre").inner_text()) == {"sent": 1}
    # An answer without a page of ours makes the browser look for an icon: let it, before the server goes.
    desktop.goto(f"{site}/", wait_until="networkidle")


def test_a_toast_comes_and_is_closed(desktop: Page, site: str) -> None:
    desktop.goto(f"{site}/?surface=portal")
    desktop.evaluate("Liaison.toast('没有办成', 'error')")
    toast = desktop.get_by_role("alert").filter(has_text="没有办成")
    expect(toast).to_be_visible()
    toast.get_by_role("button", name="关闭").click()
    expect(toast).to_have_count(0)


def test_a_masked_value_is_shown_on_request(desktop: Page, site: str) -> None:
    desktop.goto(f"{site}/")
    desktop.get_by_role("button", name=re.compile("显示.*联系电话")).click()
    phone = desktop.locator(".pair", has=desktop.get_by_text("联系电话", exact=True))
    expect(phone.locator(".masked__value")).to_have_text("13800135678")


def test_the_form_is_whole_without_script(visitor: Visitors, site: str) -> None:
    page = visitor("phone", java_script_enabled=False)
    page.goto(f"{site}/?surface=portal")
    for name in ("company", "lead", "industry", "sign", "people-0-who", "agenda-1-matter"):
        expect(page.locator(f"[name='{name}']").first).to_be_visible()
    page.locator("[name='agenda-1-matter']").select_option(label="SL-2026-0012 流动资金续贷")
    expect(page.get_by_role("button", name="提交", exact=True)).to_be_enabled()
