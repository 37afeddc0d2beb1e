"""Fixtures for all tests: databases, the browser, a served application. The parts are in `tests/harness`."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from flask import Flask
from hypothesis import settings
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Browser, Page

from harness import Backend, Postgres, Sqlite, Visitors, launch, live_server
from liaison.store import accounts

# A slow machine is no failure; CI draws the same examples every time, so that red means changed code.
settings.register_profile("liaison", deadline=None, max_examples=50, derandomize=os.environ.get("CI") == "true")
settings.load_profile("liaison")

_FAILED = pytest.StashKey[bool]()
_ONCE = {("sqlite", "phone"), ("postgresql", "desktop")}
"""What is run on both databases and at both sizes is run in two of these four ways, so that each is seen."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    def repeats(item: pytest.Item) -> bool:
        with_ = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
        return (with_.get("backend"), with_.get("page") or with_.get("size")) in _ONCE

    left_out = [item for item in items if repeats(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if not repeats(item)]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[_FAILED] = item.stash.get(_FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session", autouse=True)
def as_a_site_hashes(tmp_path_factory: pytest.TempPathFactory) -> PasswordHasher:
    """How a site hashes passwords. The tests do so with hardly any work, and compile templates once: they open
    hundreds of sites and sign in thousands of times."""
    own, accounts._hasher = accounts._hasher, PasswordHasher.from_parameters(CHEAPEST)
    Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))}
    return own


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """Each kind of database in turn: whoever uses this runs on both."""
    made = Sqlite(tmp_path_factory.mktemp("sqlite")) if request.param == "sqlite" else Postgres()
    yield made
    made.close()


@pytest.fixture
def database_url(backend: Backend) -> Iterator[str]:
    """The URL of an empty database of this test's own."""
    url = backend.empty()
    yield url
    backend.drop(url)


@pytest.fixture
def database_like(backend: Backend) -> Iterator[Callable[[Callable[[str], object]], str]]:
    """`database_like(fill)`: the URL of a database of this test's own, as `fill(url)` leaves an empty one.

    `fill` (a migration, say) runs once for each worker and database, the rest are copies; it must be a function of
    a module, not of a test, and dispose of its engine.
    """
    made: list[str] = []

    def like(fill: Callable[[str], object]) -> str:
        made.append(backend.like(fill))
        return made[-1]

    yield like
    for url in made:
        backend.drop(url)


@pytest.fixture
def serve() -> Iterator[Callable[[Any], str]]:
    """`serve(app)`: the base URL at which the application answers until the test ends."""
    with ExitStack() as stack:
        yield lambda app: stack.enter_context(live_server(app))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for each worker."""
    with launch() as chromium:
        yield chromium


@pytest.fixture
def visitor(browser: Browser, serve: Callable[[Any], str], request: pytest.FixtureRequest) -> Iterator[Visitors]:
    """`visitor("desktop" | "phone")`: a page of a new person. Fails the test on what `Watch` collects.

    When a test fails, its pages are saved under `test-results/`. Asking for `serve` makes them close before it does: a
    page that still asks for something finds its server there.
    """
    visitors = Visitors(browser)
    yield visitors
    if request.node.stash.get(_FAILED, False):
        visitors.take_pictures(Path("test-results") / re.sub(r"[^\w.-]+", "-", request.node.nodeid))
    complaints = visitors.leave()
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def desktop(visitor: Visitors) -> Page:
    """A page of 1366 × 768."""
    return visitor("desktop")


@pytest.fixture
def phone(visitor: Visitors) -> Page:
    """A page of 375 × 812 with touch."""
    return visitor("phone")


@pytest.fixture(params=["desktop", "phone"])
def page(request: pytest.FixtureRequest, visitor: Visitors) -> Page:
    """A page of each size in turn: whoever uses this runs on both."""
    return visitor(request.param)
