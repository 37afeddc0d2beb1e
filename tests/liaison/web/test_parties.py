"""Fields that name parties, on pages: what a picker carries, and what it finds where the directory is long."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import insert
from werkzeug.test import Client

from harness import axe
from liaison.definitions import read_package
from liaison.engine import FOUND_AT_MOST, Record
from liaison.store import SqlWorld, add_party, close_party, hold, install, publish
from liaison.store import tables as t

MECHANISM = Path(__file__).parents[1] / "engine" / "mechanisms" / "parties"
HELD = {"office": ("office", ""), "economy": ("liaison", "north")}


class Listing:
    """A mechanism whose form asks for a chamber, and two chambers in the directory."""

    def __init__(self, place: Any) -> None:
        self.place = place
        with place.database.write() as connection:
            digest = publish(connection, read_package(MECHANISM), "office", place.now)
            self.installation = install(connection, "district", digest, "office", place.now)
            for person, (post, unit) in HELD.items():
                hold(connection, self.installation, person, post, unit)
            self.chamber = add_party(connection, "district", "chamber", "示例商会联合会")
            self.bank = add_party(connection, "district", "bank", "示例银行")

    def many(self) -> str:
        """So many more chambers that no page carries them; the last of them."""
        rows = [
            {"id": f"{n:032x}", "organisation_id": "district", "kind": "chamber", "name": f"示例商会{n:03d}"}
            for n in range(FOUND_AT_MOST + 5)
        ]
        with self.place.database.write() as connection:
            connection.execute(insert(t.Party), rows)
        return str(rows[-1]["id"])

    def draft(self, client: Client) -> str:
        """Begin a matter; the address of its form."""
        answer = client.post(f"/m/{self.installation}/matter/new")
        assert answer.status_code == 303
        return str(answer.location)

    def record(self, id_: str) -> Record:
        with self.place.database.read() as connection:
            return SqlWorld(connection, self.place.database.shelf).families([id_])[id_].record

    def asks(self, field: str, words: str = "") -> str:
        """The address a picker asks."""
        return f"/parties/{self.installation}/matter/{field}?q={words}"


@pytest.fixture
def listing(place: Any) -> Listing:
    return Listing(place)


def test_a_visitor_fills_in_a_required_party(listing: Listing) -> None:
    client = listing.place.app.test_client()
    draft = listing.draft(client)
    page = client.get(draft).text
    assert f'<option value="{listing.chamber}" data-alias="slshlhh">示例商会联合会</option>' in page
    assert "data-options-url" not in page
    assert "示例银行" in page, "a field without a filter takes them all"
    typed = {"chamber": listing.chamber, "involved": listing.bank, "invited-0-firm": listing.bank, "town": "440606001"}
    assert client.post(f"{draft}?step=1", data={**typed, "chamber": ""}).status_code == 422
    assert client.post(f"{draft}?step=1", data={**typed, "chamber": listing.bank}).status_code == 422
    assert client.post(f"{draft}?step=1", data=typed).status_code == 303
    preview = client.get(f"{draft}/preview").text
    assert "示例商会联合会" in preview
    sent = client.post(f"{draft}/submit")
    assert sent.status_code == 303, sent.text
    record = sent.location.rpartition("/")[2]
    assert listing.record(record).values == {
        "chamber": listing.chamber, "involved": [listing.bank], "invited": [{"firm": listing.bank}],
        "town": "440606001",
    }  # fmt: skip
    office = listing.place.signed_in("office")
    office.get(f"/desk/at/{listing.installation}")
    assert "示例商会联合会" in office.get(f"/desk/records/{record}").text


def test_a_region_is_typed_where_no_list_offers_any(listing: Listing) -> None:
    client = listing.place.app.test_client()
    shown = re.search(r'<input[^>]*name="town"[^>]*>', client.get(listing.draft(client)).text)
    assert shown
    assert 'type="text"' in shown[0]


def test_a_long_directory_is_searched(listing: Listing) -> None:
    last = listing.many()
    client = listing.place.app.test_client()
    draft = listing.draft(client)
    page = client.get(draft).text
    for field in ("chamber", "involved", "invited/firm"):
        assert f'data-options-url="/parties/{listing.installation}/matter/{field}"' in page
    assert last not in page
    assert client.get(listing.asks("chamber", "商会504")).json == [{"value": last, "label": "示例商会504"}]
    assert client.get(listing.asks("chamber", "示例银行")).json == []
    assert client.get(listing.asks("invited/firm", "示例银行")).json == [{"value": listing.bank, "label": "示例银行"}]
    assert len(client.get(listing.asks("chamber")).json) == 50
    # What was picked beyond what the page carries stands there again when something else is wrong.
    answer = client.post(f"{draft}?step=1", data={"chamber": last, "town": "990000"})
    assert answer.status_code == 422
    assert f'<option value="{last}" selected' in answer.text
    with listing.place.database.write() as connection:
        close_party(connection, last, listing.place.now.date().replace(day=1))
    assert client.get(listing.asks("chamber", "商会504")).json == []
    assert client.post(f"{draft}?step=1", data={"chamber": last}).status_code == 422


def test_what_only_the_office_is_asked_for_is_not_offered_to_others(listing: Listing) -> None:
    guest = listing.place.app.test_client()
    assert guest.get(listing.asks("advised")).status_code == 302
    assert listing.place.signed_in("company").get(listing.asks("advised")).status_code == 403
    assert listing.place.signed_in("office").get(listing.asks("advised")).json == []
    for wrong in ("town", "nothing", "invited", "invited/nothing", "chamber/firm"):
        assert guest.get(listing.asks(wrong)).status_code == 404, wrong
    assert guest.get("/parties/nowhere/matter/chamber").status_code == 404


def test_a_party_is_found_by_typing(page: Page, place: Any, listing: Listing, serve: Callable[[Any], str]) -> None:
    last = listing.many()
    base = serve(place.app)
    page.goto(f"{base}/m/{listing.installation}")
    page.get_by_role("button", name="开始填写").click()
    page.wait_for_load_state()
    box = page.get_by_role("combobox", name="所属商会")
    box.fill("商会504")
    page.get_by_role("option", name="示例商会504").click()
    expect(page.locator("select[name=chamber]")).to_have_value(last)
    axe(page)
