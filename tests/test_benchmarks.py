"""The benchmarks run: both applications take a matter from the first page to the receipt, alike, and the crowd is true.

What they measure is not looked at here; `make bench` does that.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, func, select, text

from liaison.store import Database
from liaison.store import tables as t

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import by_hand, crowd, place  # noqa: E402
from benchmarks.form_page import Inside  # noqa: E402
from benchmarks.ratio import Ratio, in_turn, over  # noqa: E402
from benchmarks.scale import queries  # noqa: E402
from benchmarks.walk import STEPS, begin, report  # noqa: E402


@pytest.fixture(params=["product", "by_hand"])
def side(request: pytest.FixtureRequest) -> Iterator[tuple[Any, str, str]]:
    """(browser, first page, database) of each application."""
    with place.empty(place.SQLITE) as url:
        if request.param == "by_hand":
            by_hand.set_up(url, place.PEOPLE)
            start = "/report"
        else:
            start = f"/m/{place.set_up(url)}"
        yield Inside(request.param, url), start, url


def test_a_matter_goes_from_the_first_page_to_the_receipt(side: tuple[Any, str, str]) -> None:
    browser, start, url = side
    (first, code), (second, other) = report(browser, start), report(browser, start)
    assert (first[-4:], second[-4:]) == ("0001", "0002")
    assert code != other
    told = len(place.PEOPLE)
    table = {"/report": "matter"}.get(start, "record")
    engine = create_engine(url)
    with engine.connect() as connection:

        def rows(name: str) -> int:
            return int(connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one())

        assert (rows(table), rows("event"), rows("notice"), rows("draft")) == (2, 2, 2 * told, 0)
        assert rows("bigram" if start == "/report" else "search_bigram") > 100
    engine.dispose()


def test_both_ask_for_the_same_fields(side: tuple[Any, str, str]) -> None:
    browser, start, _ = side
    begin(browser, start)
    for step in STEPS:
        assert all(f'name="{name}"' in browser.page for name in step)
        browser.post(browser.form("/drafts/"), step)
    assert "请核对后提交" in browser.page


def test_copies_stand_in_every_table_in_which_their_story_stands() -> None:
    with place.empty(place.SQLITE) as url:
        place.set_up(url)
        crowd.fill(url, 130)
        database = Database(url)
        with database.read() as connection:
            matters = connection.execute(
                select(func.count()).select_from(t.Record).where(t.Record.type == "matter")
            ).scalar()
            numbers = connection.execute(select(func.count(t.Record.number.distinct()))).scalar()
            alone = connection.execute(
                select(func.count()).select_from(t.Record).where(t.Record.id.not_in(select(t.Event.record_id)))
            ).scalar()
            found = connection.execute(
                select(func.count()).select_from(t.SearchBigram).where(t.SearchBigram.gram == crowd.RARE)
            ).scalar()
        database.close()
        assert (matters, numbers, alone, found) == (130, 130, 0, crowd.RARELY)


def test_no_page_asks_more_with_more_matters() -> None:
    assert [line for line in queries(place.SQLITE, few=10, many=60) if not line.met] == []


def test_rounds_are_compared_with_their_own() -> None:
    counts = iter(range(100))
    found = in_turn({"a": lambda: 2.0 * next(counts), "b": lambda: 1.0 * next(counts)}, 3)
    assert found == {"a": [0.0, 6.0, 8.0], "b": [1.0, 2.0, 5.0]}
    assert over([2, 9, 4], [1, 1, 1]) == (4, (2, 9))
    assert not Ratio("", "", "", 0.69, 0.7, True).met
    assert Ratio("", "", "", 1.3, 1.3).met


def test_an_unknown_part_is_misuse() -> None:
    command = [sys.executable, "-m", "benchmarks", "--only", "nothing"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert said.returncode == 2
    assert "nothing" in said.stderr
