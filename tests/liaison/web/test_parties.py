"""Fields that name parties, on pages: what a picker carries, and what it finds where the directory is long."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import insert
from werkzeug.test import Client, TestResponse

from harness import axe
from liaison.access import Actor
from liaison.definitions import Package, read_package
from liaison.engine import FOUND_AT_MOST, Command, Record
from liaison.store import SqlWorld, act, add_party, close_party, hold, install, publish, put_in_force
from liaison.store import tables as t

MECHANISM = Path(__file__).parents[1] / "engine" / "mechanisms" / "parties"
CODE = "91440606MA4W7L6X5G"
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

    def asks(self, draft: str, field: str, words: str = "") -> str:
        """The address a picker of a draft asks."""
        return f"/parties/draft/{draft.rpartition('/')[2]}/{field}?q={words}"

    def opened(self, in_force: bool) -> None:
        """Whether anybody may begin a matter here."""
        with self.place.database.write() as connection:
            put_in_force(connection, self.installation, in_force, self.place.now)

    def another_edition(self) -> None:
        """Put a version in force whose form asks for a bank instead of a chamber, and a phone instead of a town."""
        files = dict(read_package(MECHANISM).files)
        form, mechanism = "form_definitions/parties/matter.json", "rules/parties/mechanism.json"
        asked = json.loads(files[form])
        asked["schema"]["properties"]["chamber"]["filter"] = {"kinds": ["bank"]}
        del asked["schema"]["properties"]["town"]
        asked["schema"]["properties"]["phone"] = {"kind": "telephone", "type": "string", "title": "电话"}
        asked["layout"]["elements"][0]["elements"][3] |= {"key": "phone", "scope": "#/properties/phone"}
        files[form] = json.dumps(asked).encode()
        files[mechanism] = json.dumps({**json.loads(files[mechanism]), "version": "2.0.0"}).encode()
        with self.place.database.write() as connection:
            digest = publish(connection, Package(files), "office", self.place.now)
            install(connection, "district", digest, "office", self.place.now)


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


def test_a_spreadsheet_names_parties_as_the_directory_does(listing: Listing) -> None:
    last = listing.many()
    office = listing.place.signed_in("office")
    office.get(f"/desk/at/{listing.installation}")
    lines = ["所属商会,涉及单位", "示例商会504,示例银行、示例商会000", "示例银行,", "没有的商会,"]
    sent = {"file": (BytesIO("\n".join(lines).encode()), "x.csv")}
    tried = office.post("/desk/new/matter/rows", data=sent, follow_redirects=True)
    assert "“所属商会”没有“示例银行”这一项" in tried.text, "no chamber"
    assert "“所属商会”没有“没有的商会”这一项" in tried.text
    done = office.post(tried.request.path, data={"step": "write", "wrong": "2"}, follow_redirects=True)
    found = re.findall(r'→ <a href="/desk/records/([^"]+)"', done.text)
    assert [listing.record(one).values for one in found] == [
        {"chamber": last, "involved": [listing.bank, f"{0:032x}"]}
    ]  # fmt: skip


def found(answer: TestResponse) -> list[str]:
    """What a picker is offered."""
    assert answer.status_code == 200
    return [one["label"] for one in answer.json or ()]


def test_a_long_directory_is_searched(listing: Listing) -> None:
    last = listing.many()
    client = listing.place.app.test_client()
    draft = listing.draft(client)
    page = client.get(draft).text
    for field in ("chamber", "involved", "invited/firm"):
        assert f'data-options-url="{listing.asks(draft, field).removesuffix("?q=")}"' in page
    assert last not in page
    assert client.get(listing.asks(draft, "chamber", "商会504")).json == [{"value": last, "label": "示例商会504"}]
    assert found(client.get(listing.asks(draft, "chamber", "示例银行"))) == []
    assert found(client.get(listing.asks(draft, "invited/firm", "示例银行"))) == ["示例银行"]
    assert len(found(client.get(listing.asks(draft, "chamber", "示例")))) == 50
    # What was picked beyond what the page carries stands there again when something else is wrong.
    answer = client.post(f"{draft}?step=1", data={"chamber": last, "town": "990000"})
    assert answer.status_code == 422
    assert f'<option value="{last}" selected' in answer.text
    with listing.place.database.write() as connection:
        close_party(connection, last, listing.place.now.date().replace(day=1))
    assert found(client.get(listing.asks(draft, "chamber", "商会504"))) == []
    assert client.post(f"{draft}?step=1", data={"chamber": last}).status_code == 422


def test_a_visitor_is_told_only_of_names_it_half_knows(listing: Listing) -> None:
    with listing.place.database.write() as connection:
        add_party(connection, "district", "chamber", "有代码的商会", credit_code=CODE)
    client = listing.place.app.test_client()
    draft = listing.draft(client)
    for words in ("", "商", "%20商%20", CODE, CODE[:4], CODE[:17]):
        assert found(client.get(listing.asks(draft, "chamber", words))) == [], words
    assert found(client.get(listing.asks(draft, "chamber", "商会 示例"))) == ["示例商会", "示例商会联合会"]
    office = listing.place.signed_in("office")
    new = f"/parties/new/{listing.installation}/matter/chamber"
    assert found(office.get(f"{new}?q={CODE[:4]}")) == ["有代码的商会"]
    assert len(found(office.get(new))) > 1, "who handles matters looks through it"


def test_only_a_form_one_may_fill_in_is_offered_anything(listing: Listing) -> None:
    client, other = listing.place.app.test_client(), listing.place.app.test_client()
    draft = listing.draft(client)
    asked = listing.asks(draft, "chamber", "示例")
    assert found(client.get(asked))
    assert other.get(asked).status_code == 404
    listing.opened(False)
    assert client.get(asked).status_code == 404
    listing.opened(True)
    new = f"/parties/new/{listing.installation}/matter/chamber?q=示例"
    assert other.get(new).status_code == 302
    assert listing.place.signed_in("company").get(new).status_code == 403
    assert listing.place.signed_in("office").get("/parties/new/nowhere/matter/chamber?q=示例").status_code == 404


def test_what_is_offered_is_what_the_edition_of_the_form_takes(listing: Listing) -> None:
    client, office = listing.place.app.test_client(), listing.place.signed_in("office")
    sent = listing.draft(client)
    client.post(f"{sent}?step=1", data={"chamber": listing.chamber, "town": "440606001"})
    record = client.post(f"{sent}/submit").location.rpartition("/")[2]
    draft = listing.draft(client)
    listing.another_edition()
    assert found(client.get(listing.asks(draft, "chamber", "联合会"))) == []
    assert found(client.get(listing.asks(draft, "chamber", "示例银行"))) == ["示例银行"]
    assert found(office.get(f"/parties/record/{record}/chamber?q=联合会")) == ["示例商会联合会"]
    assert found(office.get(f"/parties/new/{listing.installation}/matter/chamber")) == ["示例银行"]


def test_a_draft_goes_on_with_the_edition_in_force_and_says_what_changed(listing: Listing) -> None:
    client = listing.place.app.test_client()
    draft = listing.draft(client)
    typed = {"chamber": listing.chamber, "town": "440606001"}
    client.post(f"{draft}?step=1", data=typed)
    assert "表单更新到了" not in client.get(f"{draft}/preview").text
    listing.another_edition()
    page = client.get(draft).text
    assert "表单更新到了版本 2.0.0" in page
    assert "新增：电话。" in page
    assert "不再填写：所在镇街。" in page
    assert 'name="phone"' in page
    assert 'name="town"' not in page
    wrong = client.get(f"{draft}/preview")
    assert wrong.status_code == 422, "what is shown and what is checked are of one edition"
    assert "不在可选范围" in wrong.text
    assert client.post(f"{draft}?step=1", data={"chamber": listing.bank, "phone": "13800138000"}).status_code == 303
    record = client.post(f"{draft}/submit").location.rpartition("/")[2]
    values = listing.record(record).values
    assert values["phone"] == "13800138000"
    assert "town" not in values


def test_of_a_record_only_who_may_answer_now_is_offered_anything(listing: Listing) -> None:
    client = listing.place.app.test_client()
    draft = listing.draft(client)
    client.post(f"{draft}?step=1", data={"chamber": listing.chamber, "town": "440606001"})
    record = client.post(f"{draft}/submit").location.rpartition("/")[2]
    of_record = f"/parties/record/{record}"
    assert listing.place.app.test_client().get(f"{of_record}/advised?q=示例").status_code == 302
    assert listing.place.signed_in("company").get(f"{of_record}/advised?q=示例").status_code == 403
    assert found(listing.place.signed_in("office").get(f"{of_record}/advised")) == []
    assert client.get(f"{of_record}/advised?q=示例").status_code == 302, "the office's to say"
    assert found(client.get(f"{of_record}/chamber?q=联合会")) == ["示例商会联合会"], "the enterprise may correct it"
    assert found(client.get(f"{of_record}/chamber")) == []
    assert act(listing.place.database, Command("close", Actor("office", ""), "close", record), listing.place.now)
    assert client.get(f"{of_record}/chamber?q=示例").status_code == 302, "it is closed"


def test_what_names_no_party_is_not_there(listing: Listing) -> None:
    client = listing.place.app.test_client()
    draft = listing.draft(client)
    assert client.get(listing.asks(draft, "advised", "示例")).status_code == 302, "the office's to say"
    for wrong in ("town", "nothing", "invited", "invited/nothing", "chamber/firm"):
        assert client.get(listing.asks(draft, wrong)).status_code == 404, wrong
    assert client.get("/parties/draft/nothing/chamber").status_code == 404


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
