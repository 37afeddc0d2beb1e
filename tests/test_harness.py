"""The harness does what the tests that stand on it believe: it finds what is wrong and leaves the rest alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, Response, abort
from playwright.sync_api import Browser, Page
from sqlalchemy import create_engine, text

from harness import Visitors, Watch, axe

PAGE = """<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>示例</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">{head}</head>
<body><main><h1>示例</h1><p id="size"></p>{body}</main></body></html>"""


def page_of(head: str = "", body: str = "") -> Response:
    response = Response(PAGE.format(head=head, body=body))
    response.headers["Content-Security-Policy"] = "default-src 'self'; img-src 'self' data:"
    return response


@pytest.fixture
def site(serve: Callable[[Any], str]) -> str:
    app = Flask(__name__)
    app.add_url_rule("/", view_func=page_of, endpoint="fine")
    app.add_url_rule(
        "/faint", view_func=lambda: page_of(body='<label>名称</label><input type="text">'), endpoint="faint"
    )
    app.add_url_rule("/inline", view_func=lambda: page_of(head="<script>1</script>"), endpoint="inline")
    app.add_url_rule("/absent", view_func=lambda: page_of(head='<script src="/no.js"></script>'), endpoint="absent")
    app.add_url_rule("/refused", view_func=lambda: abort(403), endpoint="refused")
    app.add_url_rule("/broken", view_func=lambda: abort(500), endpoint="broken")
    app.add_url_rule(
        "/away", view_func=lambda: page_of(body='<a href="http://liaison.example/">外</a>'), endpoint="away"
    )
    return serve(app)


@pytest.fixture
def watched(browser: Browser) -> Any:
    """A page and its watch, without the check at the end."""
    context = browser.new_context()
    watch = Watch(context)
    yield context.new_page(), watch
    context.close()


def test_a_sound_page_passes_at_both_sizes(page: Page, site: str) -> None:
    page.goto(site)
    axe(page)
    assert page.locator("h1").inner_text() == "示例"
    assert page.evaluate("navigator.language") == "zh-CN"
    assert page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") == "Asia/Shanghai"


def test_the_two_sizes(desktop: Page, phone: Page, site: str) -> None:
    desktop.goto(site)
    phone.goto(site)
    assert desktop.evaluate("[innerWidth, innerHeight]") == [1366, 768]
    assert phone.evaluate("[innerWidth, innerHeight]") == [375, 812]


def test_visitors_do_not_share_cookies(visitor: Visitors, site: str) -> None:
    one, other = visitor(), visitor("phone")
    one.goto(site)
    other.goto(site)
    one.evaluate("document.cookie = 'who=one'")
    assert other.evaluate("document.cookie") == ""


def test_axe_names_the_rule_and_the_element(desktop: Page, site: str) -> None:
    desktop.goto(f"{site}/faint")
    with pytest.raises(AssertionError, match=r"label \(critical\)[\s\S]*<input"):
        axe(desktop)


@pytest.mark.parametrize(
    ("path", "complaint"),
    [
        ("/inline", "console: .*Content Security Policy"),
        ("/absent", "answer 404: .*/no.js"),
        ("/broken", "answer 500: "),
    ],
)
def test_the_watch_finds(watched: tuple[Page, Watch], site: str, path: str, complaint: str) -> None:
    page, watch = watched
    page.goto(site + path)
    page.wait_for_load_state("networkidle")
    [found] = watch.complaints
    assert re.match(complaint, found), found


def test_the_watch_finds_another_host(watched: tuple[Page, Watch], site: str) -> None:
    page, watch = watched
    page.goto(f"{site}/away")
    with pytest.raises(Exception, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://liaison.example/")
    assert watch.complaints[0] == "request to another host: http://liaison.example/"


def test_the_watch_finds_uncaught_errors(watched: tuple[Page, Watch], site: str) -> None:
    page, watch = watched
    page.goto(site)
    page.evaluate("() => { setTimeout(() => { throw new Error('lost') }) }")
    page.wait_for_timeout(100)
    assert watch.complaints == ["uncaught: lost"]


def test_a_refusal_is_an_answer(desktop: Page, site: str) -> None:
    answer = desktop.goto(f"{site}/refused")
    assert answer is not None
    assert answer.status == 403


def fill(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE note (word VARCHAR(20))"))
        connection.execute(text("INSERT INTO note VALUES ('直联')"))
    engine.dispose()


def words(url: str) -> list[str]:
    engine = create_engine(url)
    with engine.begin() as connection:
        found = list(connection.execute(text("SELECT word FROM note")).scalars())
        connection.execute(text("DELETE FROM note"))
    engine.dispose()
    return found


def test_every_database_is_new(database_url: str, database_like: Callable[[Callable[[str], object]], str]) -> None:
    fill(database_url)  # fails where the table is already there
    first, second = database_like(fill), database_like(fill)
    assert len({database_url, first, second}) == 3
    assert words(first) == ["直联"]
    assert words(first) == []
    assert words(second) == ["直联"]
