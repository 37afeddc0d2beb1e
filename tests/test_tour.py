"""Every page of the site at both sizes: nothing that axe-core finds serious, nothing too wide, no other host asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from harness import Visitors, axe, live_server
from harness.tour import NO_PAGES, PAGES, Demonstration, demonstration

DOCS = Path(__file__).parents[1] / "docs"


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Demonstration, str]]:
    """The demonstration, served."""
    with demonstration(tmp_path_factory.mktemp("tour") / "demo") as made, live_server(made.app) as base:
        yield made, base


def endpoint(site: Demonstration, url: str) -> str:
    """Whose page this address is."""
    return str(site.app.url_map.bind("").match(urlsplit(url).path)[0])


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_every_page_is_sound(shown: tuple[Demonstration, str], visitor: Visitors, size: Any) -> None:
    site, base = shown
    seen = set()
    for stop, page in site.walk(visitor, base, size, PAGES):
        expect(page.locator("h1")).to_have_count(1)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{stop.picture} is {wide} px too wide"
        axe(page)
        seen.add(endpoint(site, page.url))
    no_pages = {endpoint(site, stop.address.format(**site.names)) for stop in NO_PAGES}
    # No form of the demonstration asks for a party: tests/liaison/web/test_parties.py
    no_pages |= {"parties.of_draft", "parties.of_record", "parties.of_new"}
    answers = {rule.endpoint for rule in site.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert answers == seen | no_pages, "harness.tour has a page that is gone, or lacks one"


def test_what_is_no_page_shows_none(shown: tuple[Demonstration, str], visitor: Visitors) -> None:
    site, base = shown
    people: dict[str, Page] = {}
    for stop in NO_PAGES:
        page = people.get(stop.who) or people.setdefault(stop.who, site.entered(visitor("desktop"), base, stop.who))
        answer = page.request.get(base + stop.address.format(**site.names), max_redirects=0)
        assert answer.status in (302, 303) or (answer.ok and "html" not in answer.headers["content-type"]), stop


def test_every_page_has_its_picture_and_the_guide_shows_only_these() -> None:
    """`make screenshots` takes them."""
    pictures = {path.stem for path in (DOCS / "screenshots").glob("*.png")}
    assert {stop.picture for stop in PAGES} == {name for name in pictures if not name.startswith("paper-")}
    shown = {
        name
        for page in [DOCS.parent / "README.md", *DOCS.rglob("*.md")]
        for name in re.findall(r"screenshots/([\w-]+)\.png", page.read_text(encoding="utf-8"))
    }
    assert shown <= pictures
