"""A site whose first pages are opened by several people at once."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from liaison.definitions import read_package, schema
from liaison.definitions.jsontext import parse


@pytest.fixture
def hurried() -> Iterator[None]:
    """Threads that take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_schemas_are_compiled_by_several_threads_at_once(hurried: None) -> None:
    lifecycle = parse(read_package("shunde").files["rules/shunde/lifecycle/matter.json"])
    for _ in range(5):
        schema._quick.cache_clear()
        together = Barrier(4)

        def look(together: Barrier = together) -> int:
            together.wait()
            return len(schema.violations("lifecycle", lifecycle, "lifecycle.json"))

        with ThreadPoolExecutor(4) as pool:
            assert [one.result() for one in [pool.submit(look) for _ in range(4)]] == [0, 0, 0, 0]
