"""Whatever a stranger posts to the portal, it answers; never with a failure of ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from werkzeug.test import Client

from harness import Sqlite

from ..conftest import Running, fill
from .conftest import Site
from .test_portal import begin, by_code, fill_in

TEXT = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["", "0", "-1", "1", "9" * 5000, "２０２６", "2026-13-45", "B", "true", "null", "[]", "{}", "\x00", "' or 1=1"]
    ),
    st.text(alphabet="长文字 \n\t<>&\"'", max_size=300),
)
NAMES = st.one_of(
    st.sampled_from(
        ["reporting_unit", "company", "submitted_on", "category", "contact_name", "contact_phone", "units_concerned",
         "problem", "evidence", "attendee_name", "attendee_phone", "revision", "keep", "back", "force", "reason", "key",
         "number", "code", "satisfaction", "channels", "signature", "rated_on"]
    ),
    st.text(max_size=12),
)  # fmt: skip
FORMS = st.lists(st.tuples(NAMES, TEXT), max_size=12)
STEPS = st.one_of(st.integers(-2, 9).map(str), TEXT)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    from liaison.store import Database

    backend = Sqlite(tmp_path_factory.mktemp("fuzz"))
    url = backend.like(fill)
    database = Database(url)
    made = Site(Running(url, database))
    made.app.config["PROPAGATE_EXCEPTIONS"] = True
    yield made
    database.close()
    backend.close()


@pytest.fixture(scope="module")
def client(site: Any) -> Client:
    """A browser that may act on a matter, with a draft of a report and of an answer."""
    record = site.submit().record
    site.do(record, "return", reason="请补充")
    made: Client = by_code(site, record)
    answer = made.post(f"/follow/{record}/correct").location
    made.ways = [f"/follow/{record}/recall", f"/follow/{record}/correct", f"/follow/{record}/rate", answer]  # type: ignore[attr-defined]
    return made


@given(step=STEPS, form=FORMS, way=st.sampled_from(["", "/save", "/submit"]))
@settings(max_examples=120)
def test_a_draft_takes_anything(site: Any, client: Client, step: str, form: list[tuple[str, str]], way: str) -> None:
    site.wait(seconds=12)
    for draft in (f"/drafts/{begin(site, client)}", client.ways[3]):  # type: ignore[attr-defined]
        answer = client.post(f"{draft}{way}", data=MultiDict(form), query_string={"step": step})
        assert answer.status_code < 500, answer.text
        assert client.get(draft, query_string={"step": step}).status_code < 500
        assert client.get(f"{draft}/preview").status_code < 500


@given(form=FORMS, way=st.integers(0, 2))
@settings(max_examples=40)
def test_an_answer_takes_anything(site: Any, client: Client, form: list[tuple[str, str]], way: int) -> None:
    site.wait(seconds=5)
    assert client.post(client.ways[way], data=MultiDict(form)).status_code < 500  # type: ignore[attr-defined]


@given(form=FORMS, name=TEXT)
@settings(max_examples=60)
def test_every_other_door_takes_anything(site: Any, client: Client, form: list[tuple[str, str]], name: str) -> None:
    site.wait(seconds=12)
    place = name.replace("/", "")[:60] or "x"
    for way in ("/follow", f"/m/{site.installation}/{place}/new", f"/m/{place}/matter/new", f"/drafts/{place}/save",
                f"/drafts/{place}/discard", f"/receipt/{place}/code", f"/follow/{place}/rate"):  # fmt: skip
        assert client.post(way, data=MultiDict(form)).status_code < 500
    assert client.post(f"/files/{site.installation}/matter/{place}", data=MultiDict(form)).status_code < 500


def test_the_fuzz_reaches_a_submission(site: Any) -> None:
    client = site.app.test_client()
    assert client.post(f"/drafts/{fill_in(site, client)}/submit").status_code == 303
