"""Sign-offs at the desk: who is asked answers, the office records what came on paper, a change voids them."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from werkzeug.test import Client, TestResponse

from harness import Visitors, axe
from harness.cast import PASSWORD
from liaison.definitions import read_package
from liaison.engine import Command
from liaison.store import SqlWorld, act, hold, install, publish

MECHANISM = Path(__file__).parents[1] / "engine" / "mechanisms" / "signoffs"
HELD = {"office": ("office", ""), "director": ("chief", ""), "economy": ("deputy_chief", ""),
        "secretary": ("liaison", "club"), "housing": ("liaison", "north")}  # fmt: skip
OFF = ("voided", "withdrawn")
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


class Signing:
    """A matter of a small mechanism that three people are to sign, beside the scheme that ships."""

    def __init__(self, place: Any) -> None:
        self.place = place
        with place.database.write() as connection:
            digest = publish(connection, read_package(MECHANISM), "office", place.now)
            self.installation = install(connection, "district", digest, "office", place.now)
            for person, (post, unit) in HELD.items():
                hold(connection, self.installation, person, post, unit)
        begin = Command("begin", place.actor("company"), "begin", type="matter", installation=self.installation,
                        values={"subject": "示例事项", "amount": 7}, applicant="company")  # fmt: skip
        result = act(place.database, begin, place.now)
        assert result, result.refusal
        self.matter = result.record
        place.do(self.matter, "ask_every")

    def sheet(self, person: str) -> str:
        """The sheet a person was asked to sign."""
        with self.place.database.read() as connection:
            children = SqlWorld(connection, self.place.database.shelf).families([self.matter])[self.matter].children
        [found] = [child.id for child in children if child.holders("holder") == (person,) and child.state not in OFF]
        return found


@pytest.fixture
def signing(place: Any) -> Signing:
    return Signing(place)


def words(answer: TestResponse) -> str:
    """The words of a page."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


def do(client: Client, sheet: str, action: str, **values: Any) -> TestResponse:
    """Through the form of an action."""
    address = f"/desk/records/{sheet}/do/{action}"
    page = client.get(address)
    assert page.status_code == 200, page.status
    form = re.search(r'<form[^>]*id="act".*?</form>', page.text, re.DOTALL)
    assert form
    sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0]))
    return client.post(address, data={**sent, **values, "step": "do"})


def test_who_is_asked_finds_it_and_answers(place: Any, signing: Signing) -> None:
    chief = place.signed_in("director")
    chief.get(f"/desk/switch/{signing.installation}")
    assert "示例事项" in words(chief.get("/desk/"))
    page = chief.get(f"/desk/records/{signing.matter}")
    assert "签批every" in page.text
    assert "签批（签批every） 同意后转为“同意”" in words(page)
    assert "录入纸质签批" not in page.text
    assert do(chief, signing.sheet("director"), "instruct", opinion="示例：请现场办公").status_code == 303
    answered = words(chief.get(f"/desk/records/{signing.matter}"))
    assert "已批示" in answered
    assert answered.count("示例：请现场办公") == 2, "on the sheet and on the timeline"
    assert "示例事项" not in words(chief.get("/desk/"))


def test_a_form_is_kept_where_an_answer_lacks_its_opinion(place: Any, signing: Signing) -> None:
    chief = place.signed_in("director")
    answer = do(chief, signing.sheet("director"), "refuse", opinion="")
    assert answer.status_code == 422
    assert "签批意见" in answer.text


def test_nobody_answers_for_another(place: Any, signing: Signing) -> None:
    sheet = signing.sheet("director")
    for login in ("economy", "office"):
        client = place.signed_in(login)
        assert client.get(f"/desk/records/{sheet}/do/agree").status_code == 302, "seen, but not theirs to do"
        answer = client.post(f"/desk/records/{sheet}/do/agree", data={"key": "x", "step": "do", "opinion": ""})
        assert answer.status_code == 403
    for login in ("housing", "tax"):
        assert place.signed_in(login).get(f"/desk/records/{sheet}/do/agree").status_code == 403
    company = place.signed_in("company")
    assert company.get(f"/follow/{signing.matter}").status_code == 200
    assert company.get(f"/follow/{sheet}").status_code == 403, "the applicant follows the matter, not what is inside"


def test_what_came_on_paper_is_recorded_with_its_scan(place: Any, signing: Signing) -> None:
    office = place.signed_in("office")
    page = office.get(f"/desk/records/{signing.matter}")
    assert page.text.count("录入纸质签批：同意") == 3
    assert "签批（签批every）" not in words(page)
    upload = office.post(f"/files/{signing.installation}/signoff/scan", data={"file": (BytesIO(PDF), "签批件.pdf")})
    assert upload.status_code == 201, upload.text
    file = upload.json["id"]
    answer = do(
        office, signing.sheet("director"), "agree_on_paper", signed_by="周主任", decided_on="2026-08-19", scan=file
    )
    assert answer.status_code == 303, words(answer)
    said = words(office.get(f"/desk/records/{signing.matter}"))
    assert "纸质" in said
    assert "周主任签" in said
    assert "2026年8月19日" in said
    assert "签批件.pdf" in said
    seen = {login: place.signed_in(login).get(f"/files/{file}").status_code for login in (*HELD, "company", "tax")}
    assert seen == {"office": 200, "director": 200, "economy": 200, "secretary": 200, "housing": 403, "company": 403,
                    "tax": 403}  # fmt: skip


def test_a_change_voids_it_and_says_so(place: Any, signing: Signing) -> None:
    assert do(place.signed_in("director"), signing.sheet("director"), "agree", opinion="").status_code == 303
    office = place.signed_in("office")
    address = f"/desk/records/{signing.matter}/edit/matter.main"
    form = re.search(r'<form[^>]*id="act".*?</form>', office.get(address).text, re.DOTALL)
    assert form
    sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0]))
    values = {"subject": "另一件事", "amount": "7"}
    looked = office.post(address, data={**sent, **values, "step": "look"}, follow_redirects=True)
    assert "签批失效" in words(looked), "said before it is done"
    done = office.post(address, data={**sent, **values, "step": "do"})
    assert done.status_code == 303
    page = words(office.get(f"/desk/records/{signing.matter}"))
    assert "已失效或收回 3 份" in page
    assert "所签的案由已修改，原签批失效" in page
    for login in ("director", "economy", "secretary", "office"):
        assert "原签批失效，须重新送签" in words(place.signed_in(login).get("/desk/notices"))


def test_asking_says_beforehand_who_is_asked(place: Any, signing: Signing) -> None:
    page = words(place.signed_in("office").get(f"/desk/records/{signing.matter}"))
    for name in ("周主任", "王经促", "钱秘书"):
        assert f"请{name}签批" in page


def test_in_a_browser_at_both_sizes(place: Any, signing: Signing, serve: Any, visitor: Visitors) -> None:
    place.app.config["WTF_CSRF_ENABLED"] = True
    base = serve(place.app)
    place.do(signing.sheet("economy"), "refuse", by="economy", values={"opinion": "示例：依据不足，请补充材料后再议。"})
    for size in ("desktop", "phone"):
        page = visitor(size)
        page.goto(f"{base}/accounts/sign-in?next=/desk/records/{signing.matter}")
        page.fill("#login", "office")
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_url(f"{base}/desk/records/{signing.matter}")
        panel = page.locator("section.panel", has=page.get_by_role("heading", name="签批", exact=True))
        expect(panel).to_contain_text("不同意")
        expect(panel).to_contain_text("示例：依据不足")
        wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0
        axe(page)
