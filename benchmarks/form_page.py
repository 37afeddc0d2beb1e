"""(b) The pages of 附件 2, as the product makes them from data, beside a page written by hand with WTForms and Jinja.

Both show a draft in the same three steps, filled in; what is compared is the time of all three together.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from statistics import median
from typing import Any

from . import by_hand, place
from .intake import served
from .ratio import Ratio, in_turn, over
from .serve import application
from .walk import STEPS, Browser, begin

TARGET = 1.5
_EACH = 15


def measure(kind: str, *, rounds: int = 15) -> list[Ratio]:
    """Seconds for the three steps, the product's over those by hand: the WSGI application alone, and over HTTP."""
    with ExitStack() as stack:
        ours, theirs = stack.enter_context(place.empty(kind)), stack.enter_context(place.empty(kind))
        start = f"/m/{place.set_up(ours)}"
        by_hand.set_up(theirs, place.PEOPLE)
        found = []
        alone = {"ours": Inside("product", ours), "theirs": Inside("by_hand", theirs)}
        over_http = {
            "ours": Browser("127.0.0.1", stack.enter_context(served("product", ours)).port),
            "theirs": Browser("127.0.0.1", stack.enter_context(served("by_hand", theirs)).port),
        }
        for name, browsers in (
            ("附件 2 页面 form page, server alone", alone),
            ("附件 2 页面 form page, over HTTP", over_http),
        ):
            runners = {
                side: _reader(browser, start if side == "ours" else "/report") for side, browser in browsers.items()
            }
            times = in_turn(runners, rounds)
            value, spread = over(times["ours"], times["theirs"])
            found.append(Ratio("form", name, kind, value, TARGET, False, spread))
        for browser in over_http.values():
            browser.close()
        return found


class Inside(Browser):
    """A browser that asks the application without a network."""

    def __init__(self, name: str, url: str) -> None:
        self._application: Any = application(name, url)
        self.page = ""
        self.forget()

    def forget(self) -> None:
        self._client = self._application.test_client()

    def _ask(self, method: str, path: str, body: str | None = None) -> str:
        answer = self._client.open(
            path, method=method, data=body, content_type="application/x-www-form-urlencoded", follow_redirects=True
        )
        assert answer.status_code == 200, f"{method} {path}: {answer.status_code}"
        self.page = answer.text
        return self.page


def _reader(browser: Browser, start: str) -> Callable[[], float]:
    """Fill a draft in; then read its steps again and again."""
    draft = begin(browser, start)
    for step in STEPS:
        browser.post(browser.form("/drafts/"), step)
    pages = [f"{draft}?step={number}" for number in range(1, len(STEPS) + 1)]

    def read() -> float:
        spent = []
        for _ in range(_EACH):
            begun = time.perf_counter()
            for page in pages:
                browser.get(page)
            spent.append(time.perf_counter() - begun)
        return median(spent)

    read()
    return read
