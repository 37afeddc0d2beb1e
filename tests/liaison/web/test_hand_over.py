"""Both ends of a hand-over at the desk: each names the other, and what becomes of it is on the timeline."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

from playwright.sync_api import expect
from werkzeug.test import TestResponse

from harness import Visitors, axe
from harness.cast import PASSWORD
from liaison.definitions import read_package
from liaison.engine import Command
from liaison.store import act, hold, install, publish

MECHANISMS = Path(__file__).parents[1] / "engine" / "mechanisms"
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def words(answer: TestResponse) -> str:
    """The words of a page."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


def test_each_end_names_the_other_and_news_come_back(place: Any) -> None:
    found = {}
    with place.database.write() as connection:
        for key, person in (("handing", "office"), ("taking", "director")):
            digest = publish(connection, read_package(MECHANISMS / key), "seed", place.now)
            found[key] = install(connection, "district", digest, "seed", place.now)
            hold(connection, found[key], person, "office", "")
        hold(connection, found["taking"], "office", "office", "")
    begin = Command("begin", place.actor("company"), "begin", type="matter", installation=found["handing"],
                    values={"subject": "示例事项"}, applicant="company")  # fmt: skip
    ours = act(place.database, begin, place.now).record
    done = place.do(ours, "pass_on")
    [theirs] = [one.after.id for one in done.outcomes if one.before is None]
    place.do(theirs, "accept", by="director")

    office, director = place.signed_in("office"), place.signed_in("director")
    page = words(office.get(f"/desk/records/{ours}"))
    assert "T-2026-001 示例事项" in page
    assert "移交至此" in page
    assert "移交后的进展" in page
    assert "“承接方”T-2026-001：受理，办理中" in page
    there = words(office.get(f"/desk/records/{theirs}"))
    assert "H-2026-001 示例事项" in there
    assert "由此移交而来" in there
    assert "H-2026-001" not in words(director.get(f"/desk/records/{theirs}")), "who may not see it is not told of it"


def test_what_cannot_be_handed_over_is_said(place: Any) -> None:
    with place.database.write() as connection:
        digest = publish(connection, read_package(MECHANISMS / "handing"), "seed", place.now)
        installation = install(connection, "district", digest, "seed", place.now)
        hold(connection, installation, "office", "office", "")
    begin = Command("begin", place.actor("company"), "begin", type="matter", installation=installation,
                    values={"subject": "示例事项"})  # fmt: skip
    ours = act(place.database, begin, place.now).record
    address = f"/desk/records/{ours}/do/pass_on"
    answer = place.signed_in("office").post(address, data={"key": "k" * 8, "step": "do"}, follow_redirects=True)
    assert "没有启用机制“taking”，不能移交" in words(answer)


def test_what_is_handed_to_an_outside_body_is_kept_at_the_record_and_listed(place: Any) -> None:
    with place.database.write() as connection:
        digest = publish(connection, read_package(MECHANISMS / "handing"), "seed", place.now)
        installation = install(connection, "district", digest, "seed", place.now)
        hold(connection, installation, "office", "office", "")
    begin = Command("begin", place.actor("company"), "begin", type="matter", installation=installation,
                    values={"subject": "示例事项"}, applicant="company")  # fmt: skip
    ours = act(place.database, begin, place.now).record
    place.do(ours, "to_court")
    office = place.signed_in("office")
    office.get(f"/desk/switch/{installation}")
    assert "登记送出" in words(office.get("/desk/")), "whoever handed it over is to send it"
    page = office.get(f"/desk/records/{ours}")
    assert re.search(r"对外移交 示例法院 待送出 登记送出 撤销移交", words(page))
    address = re.search(r"/desk/records/[0-9a-f-]{36}/do/send", page.text)
    assert address
    form = office.get(address[0]).text
    sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    values = {"sent_on": f"{place.now:%Y-%m-%d}", "entry": "示例〔2026〕1号", "step": "do"}
    assert office.post(address[0], data={**sent, **values}).status_code == 303
    page = office.get(f"/desk/records/{ours}")
    assert "已送出，待回执" in words(page)
    assert "文号或登记号 示例〔2026〕1号" in words(page)
    upload = office.post(f"/files/{installation}/referral/receipt", data={"file": (BytesIO(PDF), "回执.pdf")})
    assert upload.status_code == 201, upload.text
    received = address[0].replace("/do/send", "/do/receive")
    sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', office.get(received).text))
    values = {"received_on": f"{place.now:%Y-%m-%d}", "receipt": upload.json["id"], "step": "do"}
    assert office.post(received, data={**sent, **values}).status_code == 303
    page = words(office.get(f"/desk/records/{ours}"))
    assert "已有回执" in page
    assert "回执.pdf" in page
    assert "已办结" in page, "ours waited for it"
    assert place.signed_in("company").get(f"/files/{upload.json['id']}").status_code == 403
    register = words(office.get("/desk/ledgers/register"))
    assert "示例法院" in register
    assert "示例〔2026〕1号" in register


def test_an_applicant_who_is_directed_elsewhere_reads_where(place: Any) -> None:
    with place.database.write() as connection:
        digest = publish(connection, read_package(MECHANISMS / "handing"), "seed", place.now)
        installation = install(connection, "district", digest, "seed", place.now)
        hold(connection, installation, "office", "office", "")
    begin = Command("begin", place.actor("company"), "begin", type="matter", installation=installation,
                    values={"subject": "示例事项", "body": "bank"}, applicant="company")  # fmt: skip
    ours = act(place.database, begin, place.now).record
    place.do(ours, "direct")
    assert "请您前往示例银行办理" in words(place.signed_in("company").get(f"/follow/{ours}"))
    assert "已请申请人前往示例银行" in words(place.signed_in("office").get(f"/desk/records/{ours}"))


def test_the_sheet_is_looked_at_on_both_screens(place: Any, serve: Any, visitor: Visitors) -> None:
    with place.database.write() as connection:
        digest = publish(connection, read_package(MECHANISMS / "handing"), "seed", place.now)
        installation = install(connection, "district", digest, "seed", place.now)
        hold(connection, installation, "office", "office", "")
    begin = Command("begin", place.actor("company"), "begin", type="matter", installation=installation,
                    values={"subject": "示例事项"}, applicant="company")  # fmt: skip
    ours = act(place.database, begin, place.now).record
    place.do(ours, "to_court")
    place.app.config["WTF_CSRF_ENABLED"] = True
    base = serve(place.app)
    for size in ("desktop", "phone"):
        page = visitor(size)
        page.goto(f"{base}/accounts/sign-in?next=/desk/records/{ours}")
        page.fill("#login", "office")
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_url(f"{base}/desk/records/{ours}")
        panel = page.locator("section.panel", has=page.get_by_role("heading", name="对外移交", exact=True))
        expect(panel).to_contain_text("示例法院")
        expect(panel.get_by_role("link", name="登记送出")).to_be_visible()
        wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0
        axe(page)
