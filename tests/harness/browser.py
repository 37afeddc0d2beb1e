"""Debian's Chromium under Playwright, and a watch over everything a page does while a test drives it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    WebError,
    sync_playwright,
)

from .missing import missing

Size = Literal["desktop", "phone"]

_SIZES: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1366, "height": 768}},
    "phone": {"viewport": {"width": 375, "height": 812}, "is_mobile": True, "has_touch": True},
}
_QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    # Whatever a page asks of another host fails at once instead of leaving the machine.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
# A refused action is an answer that a test may want; a style, script or picture that does not come is a fault.
_PARTS = {"stylesheet", "script", "image", "font"}


@contextmanager
def launch() -> Iterator[Browser]:
    """A headless Chromium, the one without a window of its own where there is a choice: it takes a third less time.
    Without one on the machine the test is skipped, or fails under `CI=true`."""
    executable = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if executable is None:
        missing("no chromium on this machine. Run `make test` as root on Debian, or install chromium-headless-shell.")
    sandbox = os.geteuid() != 0  # Chromium's sandbox refuses root
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, chromium_sandbox=sandbox, args=_QUIET + ([] if sandbox else ["--no-sandbox"])
        )
        try:
            yield browser
        finally:
            browser.close()


class Watch:
    """Collects what must not happen in a browser context: `complaints` stays empty on a sound site.

    Requests to another host than 127.0.0.1, uncaught errors, errors on the console (a violated
    Content-Security-Policy among them), parts of a page that do not come, and answers of 500 and above.
    """

    def __init__(self, context: BrowserContext) -> None:
        self.complaints: list[str] = []
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("console", self._console)
        context.on("weberror", self._error)

    def _request(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme not in {"data", "blob", "about"} and url.hostname != "127.0.0.1":
            self.complaints.append(f"request to another host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 500 or (response.status >= 400 and response.request.resource_type in _PARTS):
            self.complaints.append(f"answer {response.status}: {response.url}")

    def _console(self, message: ConsoleMessage) -> None:
        # `_response` judges answers; the console only repeats them. A browser a test has taken off the net says so too.
        if message.type == "error" and not re.match(
            r"Failed to load resource: (the server responded|net::ERR_INTERNET_DISCONNECTED)", message.text
        ):
            self.complaints.append(f"console: {message.text}")

    def _error(self, error: WebError) -> None:
        self.complaints.append(f"uncaught: {error.error.message}")


class Visitors:
    """People at their browsers: each `visitor()` is one, with cookies of their own, watched until `leave`."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[tuple[BrowserContext, Watch]] = []

    def __call__(self, size: Size = "desktop", **options: Any) -> Page:
        """A new person's first tab. `options` are those of Playwright's `new_context`."""
        context = self._browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **(_SIZES[size] | options))
        self._contexts.append((context, Watch(context)))
        return context.new_page()

    def take_pictures(self, folder: Path) -> None:
        """Save every open tab as it looks now: `<person>-<tab>.png`."""
        folder.mkdir(parents=True, exist_ok=True)
        for person, (context, _) in enumerate(self._contexts, start=1):
            for tab, page in enumerate(context.pages, start=1):
                page.screenshot(path=folder / f"{person}-{tab}.png", full_page=True)

    def leave(self) -> list[str]:
        """Close everything; what the watches collected."""
        complaints: list[str] = []
        for context, watch in self._contexts:
            context.close()
            complaints += watch.complaints
        return complaints
