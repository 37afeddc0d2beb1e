"""The portal over HTTP, on both databases: who may do what, what is kept, what is never shown."""

from __future__ import annotations

import json
import re
import threading
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import Client

from harness.queries import counted
from liaison.definitions import Package, read_package
from liaison.engine import Command
from liaison.store import (
    SqlWorld,
    access_log,
    act,
    add_organisation,
    give_code,
    hold,
    install,
    installations,
    lookup,
    publish,
)
from liaison.store import tables as t
from liaison.web import links

COMPANY = {
    "reporting_unit": "示例商会",
    "company": "示例机械有限公司",
    "submitted_on": "2026-08-20",
    "contact_name": "张三",
    "contact_post": "主任",
    "contact_phone": "13800138000",
}
PROBLEM = {"category": "B", "problem": "银行抽贷，流动资金周转困难，希望协调续贷。", "remark": ""}
RATING = {
    "rating_unit": "示例机械有限公司",
    "outcome_company": "solved",
    "head_name": "李总",
    "head_phone": "13900139000",
    "channels": "telephone",
    "advice": "",
    "satisfaction": "satisfied",
    "signature": "李总",
    "rated_on": "2026-08-20",
}


def begin(place: Any, client: Client) -> str:
    """The id of a new draft."""
    answer = client.post(f"/m/{place.installation}/matter/new")
    assert answer.status_code == 303
    return str(answer.location.rpartition("/")[2])


def fill_in(place: Any, client: Client, **more: str) -> str:
    """A draft with everything in it; its id."""
    id_ = begin(place, client)
    for step, typed in enumerate((COMPANY, PROBLEM | more, {"attendee_name": ""}), 1):
        answer = client.post(f"/drafts/{id_}?step={step}", data=typed)
        assert answer.status_code == 303, answer.text
    return id_


def submit(place: Any, client: Client, **more: str) -> str:
    """A matter reported in this browser; its id."""
    answer = client.post(f"/drafts/{fill_in(place, client, **more)}/submit")
    assert answer.status_code == 303, answer.text
    return str(answer.location.rpartition("/")[2])


def code_of(place: Any, record: str) -> tuple[str, str]:
    """Number and a query code of a record."""
    with place.database.write() as connection:
        return family(place, record).record.number, give_code(connection, record, place.now)


def family(place: Any, record: str) -> Any:
    with place.database.read() as connection:
        return SqlWorld(connection, place.database.shelf).families([record])[record]


def by_code(place: Any, record: str) -> Client:
    """A browser that came with number and query code."""
    number, code = code_of(place, record)
    client: Client = place.app.test_client()
    assert client.post("/follow", data={"number": number, "code": code}).status_code == 303
    return client


def replied(place: Any, by: str = "") -> str:
    """A matter that waits for its evaluation; its id."""
    record = str(place.assigned(by, support=()))
    child = family(place, record).children[0].id
    place.do(child, "sign", by="economy", values={"person": "王经促", "phone": "13700137000"})
    said = {"lead_contact": "王经促", "lead_phone": "13700137000", "opinion": "已协调", "result": "已续贷",
            "outcome_unit": "solved"}  # fmt: skip
    place.do(record, "reply", by="economy", values=said)
    return record


# ---- reporting --------------------------------------------------------------------------------------------------


def test_a_guest_reports_and_follows(place: Any) -> None:
    client = place.app.test_client()
    record = submit(place, client)
    receipt = client.get(f"/receipt/{record}")
    assert "SDMQ-2026-0001" in receipt.text
    code = re.search(r'receipt__code">([A-Z0-9]{10})<', receipt.text)
    assert code is not None
    elsewhere = place.app.test_client()
    found = elsewhere.post("/follow", data={"number": "sdmq-2026-0001", "code": code[1].lower()})
    assert found.location == f"/follow/{record}"
    page = elsewhere.get(found.location).text
    assert "138****8000" in page
    assert "13800138000" not in page


def test_of_two_organisations_each_is_named(place: Any) -> None:
    client = place.app.test_client()
    receipt = f"/receipt/{submit(place, client)}"
    with place.database.write() as connection:
        [here] = installations(connection)
        own = next(one.title for one in lookup.organisations(connection) if one.id == here.organisation)
    assert all(own not in client.get(page).text for page in ("/", f"/m/{here.id}", receipt)), "it is the only one"
    with place.database.write() as connection:
        add_organisation(connection, "neighbour", "邻区工商联", place.now)
        there = install(connection, "neighbour", here.digest, "seed", place.now)
    home = client.get("/").text
    assert home.count(own) == home.count("邻区工商联") == 1
    assert "邻区工商联" in client.get(f"/m/{there}").text
    assert own in client.get(receipt).text


def test_what_happens_next_has_lengths_in_words_until_it_has_dates(place: Any) -> None:
    client = place.app.test_client()
    record = submit(place, client)
    for page in (client.get(f"/receipt/{record}").text, client.get(f"/m/{place.installation}").text):
        assert "多久办好" in page
        assert "交办后 1 个月内" in page
    assert "一般问题评价" not in client.get(f"/receipt/{record}").text, "what the applicant owes it does not wait for"
    place.do(record, "accept")
    assert "交办后 1 个月内" in client.get(f"/follow/{record}").text
    asked = {"level": "general", "subject": "续贷", "lead_unit": "economy", "support_units": []}
    place.do(record, "assign", values=asked)
    page = client.get(f"/follow/{record}").text
    assert "交办后 1 个月内" not in page, "it runs: there is a date"
    assert "2026年9月20日（周日）前" in page
    assert "重点问题" not in page, "what is graded as general waits for nothing of a key matter"
    child = family(place, record).children[0].id
    place.do(child, "sign", by="economy", values={"person": "王经促", "phone": "13700137000"})
    assert "09-20" in client.get(f"/follow/{record}").text


@pytest.mark.parametrize(
    ("answer", "told", "untold"),
    [("assigned", "重点问题办结", "重点问题办结（会后起算）"), ("meeting", "重点问题办结（会后起算）", "重点问题办结")],
)
def test_a_term_that_the_answers_rule_out_is_nowhere_spoken_of(place: Any, answer: str, told: str, untold: str) -> None:
    with place.database.write() as connection:
        digest = installations(connection)[0].digest
        installation = install(connection, "district", digest, "seed", place.now, answers={"close_from": answer})
    page = place.app.test_client().get(f"/m/{installation}").text
    assert f"<dt>{told}</dt>" in page
    assert f"<dt>{untold}</dt>" not in page
    ledger = place.signed_in("office").get("/desk/ledgers/collected").text
    offered = re.findall(r'name="column" value="[^"]+"[^>]*>([^<]+)', ledger)
    assert f"{told}到期" in offered
    assert f"{untold}到期" not in offered


def test_what_is_wrong_is_said_at_its_field_and_everything_stays(place: Any) -> None:
    client = place.app.test_client()
    id_ = begin(place, client)
    answer = client.post(f"/drafts/{id_}", data=COMPANY | {"contact_phone": "12", "company": ""})
    assert answer.status_code == 422
    assert answer.text.count("field--wrong") == 2
    assert 'href="#f-contact_phone"' in answer.text
    assert 'value="12"' in answer.text
    assert 'value="张三"' in client.get(f"/drafts/{id_}").text
    revision = re.search(r'name="revision" value="(\d+)"', answer.text)
    assert revision is not None
    corrected = client.post(f"/drafts/{id_}", data=COMPANY | {"revision": revision[1]})
    assert corrected.status_code == 303, "what is sent from the page with the problems is not stale"


def test_keeping_asks_for_nothing(place: Any) -> None:
    client = place.app.test_client()
    id_ = begin(place, client)
    assert client.post(f"/drafts/{id_}", data={"company": "半截", "keep": "1"}).location.endswith("step=1")
    assert "半截" in client.get("/").text
    assert client.get(f"/drafts/{id_}/preview").status_code == 422


def test_a_draft_opens_to_nobody_else(place: Any) -> None:
    id_ = fill_in(place, place.app.test_client())
    other = place.app.test_client()
    for method, way in (("get", ""), ("get", "/preview"), ("post", ""), ("post", "/submit"), ("post", "/discard")):
        assert getattr(other, method)(f"/drafts/{id_}{way}").status_code == 404


def test_whose_session_has_run_out_signs_in_and_goes_on(place: Any) -> None:
    company = place.signed_in("company")
    id_ = fill_in(place, company)
    place.wait(minutes=31)
    assert company.post(f"/drafts/{id_}/save", data=COMPANY).status_code == 401
    for way in ("", "/preview"):
        assert company.get(f"/drafts/{id_}{way}").location == f"/accounts/sign-in?next=/drafts/{id_}{way}"
    assert place.signed_in("company").get(f"/drafts/{id_}").status_code == 200
    assert place.signed_in("office").get(f"/drafts/{id_}").status_code == 404


def test_beginning_twice_makes_one_empty_draft(place: Any) -> None:
    client = place.app.test_client()
    assert begin(place, client) == begin(place, client)


def test_two_tabs_do_not_overwrite_one_another_unasked(place: Any) -> None:
    client = place.app.test_client()
    id_ = begin(place, client)
    assert client.post(f"/drafts/{id_}/save", data={"company": "甲", "revision": "1"}).json["revision"] == 2
    assert client.post(f"/drafts/{id_}/save", data={"company": "乙", "revision": "1"}).status_code == 409
    stale = client.post(f"/drafts/{id_}", data=COMPANY | {"company": "乙", "revision": "1"})
    assert stale.status_code == 409
    assert 'value="乙"' in stale.text, "what was typed is still there"
    assert client.post(f"/drafts/{id_}", data=COMPANY | {"revision": "1", "force": "1"}).status_code == 303


def test_what_a_second_tab_still_typed_is_not_dropped_unsaid(place: Any) -> None:
    client = place.app.test_client()
    id_ = fill_in(place, client)
    receipt = client.post(f"/drafts/{id_}/submit").location
    said = "已在别处提交，这次修改没有保存"
    late = client.post(f"/drafts/{id_}?step=2", data=PROBLEM, follow_redirects=True)
    assert late.request.path == receipt
    assert said in late.text
    assert said not in client.get(f"/drafts/{id_}", follow_redirects=True).text, "who only comes back has lost nothing"
    saved = client.post(f"/drafts/{id_}/save?step=2", data=PROBLEM, headers={"Accept": "application/json"})
    assert (saved.status_code, saved.json) == (410, {"title": said})


def test_submitting_twice_makes_one_matter_and_one_code(place: Any) -> None:
    client = place.app.test_client()
    id_ = fill_in(place, client)
    first = client.post(f"/drafts/{id_}/submit")
    again = client.post(f"/drafts/{id_}/submit")
    assert first.location == again.location
    assert "receipt__code" in client.get(again.location).text
    assert client.get(f"/drafts/{id_}").location == first.location, "going back leads to the receipt"


def test_two_submissions_at_once_make_one_matter(place: Any) -> None:
    client = place.app.test_client()
    id_ = fill_in(place, client)
    cookie = client.get_cookie("session")
    answers: list[Any] = []

    def press() -> None:
        other = place.app.test_client()
        other.set_cookie("session", cookie.value)
        answers.append(other.post(f"/drafts/{id_}/submit"))

    pressed = [threading.Thread(target=press) for _ in range(2)]
    for one in pressed:
        one.start()
    for one in pressed:
        one.join()
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1


def test_a_lost_code_is_replaced(place: Any) -> None:
    client = place.app.test_client()
    record = submit(place, client)
    number, old = code_of(place, record)
    assert client.post(f"/receipt/{record}/code").status_code == 303
    fresh = re.search(r'receipt__code">([A-Z0-9]{10})<', client.get(f"/receipt/{record}").text)
    assert fresh is not None
    other = place.app.test_client()
    assert other.post("/follow", data={"number": number, "code": old}).status_code == 422
    assert other.post("/follow", data={"number": number, "code": fresh[1]}).status_code == 303


def test_a_discarded_draft_is_gone(place: Any) -> None:
    client = place.app.test_client()
    id_ = fill_in(place, client)
    assert client.post(f"/drafts/{id_}/discard").location == "/"
    assert client.get(f"/drafts/{id_}").status_code == 404


def test_who_has_an_account_is_the_applicant(place: Any) -> None:
    client = place.signed_in("company")
    record = submit(place, client)
    assert family(place, record).record.applicant == "company"
    assert "SDMQ-2026-0001" in client.get("/mine").text


# ---- reporting for an enterprise --------------------------------------------------------------------------------


KEYS = ("receipt__code", "/l/", "receipt__qr", "换一个查询码")
"""What opens a matter to whoever holds it, as it stands on a page."""


def slip_of(client: Client, record: str) -> str:
    """The link on a slip made for the enterprise."""
    made = client.post(f"/follow/{record}/slip")
    assert made.status_code == 200
    link = re.search(r'hand-over__link">http://[^/]+(/l/[^<]+)<', made.text)
    assert link is not None
    return link[1]


def handled(place: Any, record: str) -> None:
    """The matter is accepted, assigned to the department `economy`, and answered."""
    place.do(record, "accept")
    place.do(record, "assign", values={"level": "general", "subject": "续贷", "lead_unit": "economy"})
    child = family(place, record).children[0].id
    place.do(child, "sign", by="economy", values={"person": "王经促", "phone": "13700137000"})
    said = {"lead_contact": "王经促", "lead_phone": "13700137000", "opinion": "已协调", "result": "已续贷",
            "outcome_unit": "solved"}  # fmt: skip
    place.do(record, "reply", by="economy", values=said)


def test_a_chamber_hands_a_slip_on_and_does_not_evaluate_itself(place: Any) -> None:
    secretary = place.signed_in("secretary")
    record = submit(place, secretary)
    page = secretary.get(f"/receipt/{record}").text
    assert "SDMQ-2026-0001" in page
    assert "打印交接单" in page
    assert not [key for key in KEYS if key in page], "nothing that opens the matter, before the slip is made"
    link = slip_of(secretary, record)
    with place.database.read() as connection:
        line = next(line for line in access_log(connection, "district") if line.what == "slip")
    assert (line.person, line.record) == ("secretary", record)
    handled(place, record)

    secretary.get(link)
    assert secretary.post(f"/follow/{record}/rate").status_code == 404, "not even with the link"
    phone = place.app.test_client()
    assert phone.get(link, follow_redirects=True).status_code == 200
    assert phone.post(f"/follow/{record}/rate").status_code == 303


@pytest.mark.parametrize("person", ["office", "director"])
def test_the_office_gets_the_number_and_nothing_that_evaluates(place: Any, person: str) -> None:
    """Not for what it reports on behalf of an enterprise, and not for what anybody else reported."""
    office = place.signed_in(person)
    own, others = submit(place, office), place.submit("company").record
    for record in (own, others):
        page = office.get(f"/receipt/{record}").text
        assert "SDMQ-2026-000" in page
        assert "查询码和评价链接只交给企业" in page
        for way in (f"/receipt/{record}", f"/follow/{record}", f"/desk/records/{record}"):
            found = office.get(way, follow_redirects=True).text
            assert not [key for key in KEYS if key in found], way
        assert office.post(f"/receipt/{record}/code").status_code == 403
        assert office.post(f"/follow/{record}/slip").status_code == 403
    with place.database.read() as connection:
        assert not connection.execute(select(t.RecordCode.record_id)).all(), "not even one that nobody has seen"


def test_a_slip_is_void_once_who_passed_it_on_handles_the_matter(place: Any) -> None:
    economy = place.signed_in("economy")
    record = submit(place, economy)
    link = slip_of(economy, record)
    phone = place.app.test_client()
    assert phone.get(link).status_code == 302
    handled(place, record)
    late = place.app.test_client()
    void = late.get(link)
    assert void.status_code == 410
    assert "评价只能由企业自己作出" in void.text
    assert late.post(f"/follow/{record}/rate").location == "/follow"
    assert "打印交接单" not in economy.get(f"/follow/{record}").text
    assert economy.post(f"/follow/{record}/slip").status_code == 403


def test_an_applicant_who_comes_to_handle_the_matter_does_not_evaluate_it(place: Any) -> None:
    record = place.submit("company").record
    handled(place, record)
    company = place.signed_in("company")
    assert "请您评价" in company.get(f"/follow/{record}").text
    with place.database.write() as connection:
        hold(connection, place.installation, "company", "liaison", "economy")
    assert company.post(f"/follow/{record}/rate").status_code == 404
    command = Command("rate", place.actor("company"), "straight to the engine", record, values=RATING)
    refusal = act(place.database, command, place.now).refusal
    assert refusal is not None
    assert refusal.code == "engine.not_yours"


def test_a_chamber_evaluates_what_is_its_own(place: Any) -> None:
    """A post that has nothing to do with the matter keeps nobody from being its applicant."""
    record = place.submit("secretary").record
    handled(place, record)
    assert place.signed_in("secretary").post(f"/follow/{record}/rate").status_code == 303


def test_an_enterprise_gets_its_code_and_no_slip(place: Any) -> None:
    for client in (place.app.test_client(), place.signed_in("company")):
        record = submit(place, client)
        page = client.get(f"/receipt/{record}").text
        assert "receipt__code" in page
        assert "打印交接单" not in page
        assert client.post(f"/follow/{record}/slip").status_code == 403


# ---- following --------------------------------------------------------------------------------------------------


def test_wrong_codes_keep_waiting_who_gives_them(place: Any) -> None:
    number, code = code_of(place, place.submit().record)
    client = place.app.test_client()
    for _ in range(5):
        answer = client.post("/follow", data={"number": number, "code": "AAAAAAAAAA"})
        assert answer.status_code == 422
        assert f'value="{number}"' in answer.text
    assert "请在2026年8月20日 10:01以后再试" in answer.text
    assert client.post("/follow", data={"number": number, "code": code}).status_code == 422
    place.wait(minutes=2)
    assert client.post("/follow", data={"number": number, "code": code}).status_code == 303


def test_without_a_code_one_is_asked_for_it(place: Any) -> None:
    record = place.submit().record
    client = place.app.test_client()
    for way in (f"/follow/{record}", f"/receipt/{record}", "/follow/nothing"):
        assert client.get(way).location == "/follow", "whether there is such a record is not told"
    assert client.post(f"/follow/{record}/recall").location == "/follow"


def test_an_entitlement_ends_and_the_draft_stays(place: Any) -> None:
    record = place.submit().record
    place.do(record, "return", reason="请补充")
    client = by_code(place, record)
    draft = client.post(f"/follow/{record}/correct").location
    client.post(draft, data=COMPANY | {"company": "改了名的公司"})
    place.wait(hours=3)
    assert client.get(draft).location == "/follow"
    number, code = code_of(place, record)
    client.post("/follow", data={"number": number, "code": code})
    assert client.post(f"/follow/{record}/correct").location == draft
    assert "改了名的公司" in client.get(draft).text


def test_nobody_inside_is_named(place: Any) -> None:
    record = place.assigned(support=())
    place.do(record, "reassign", reason="内部原因", values={"lead_unit": "tax", "support_units": []})
    page = by_code(place, record).get(f"/follow/{record}").text
    assert "已交办" in page
    for inside in ("李办", "王经促", "孙税务", "内部原因", "总商会"):
        assert inside not in page


def test_a_reason_meant_for_the_applicant_is_told(place: Any) -> None:
    record = place.submit().record
    place.do(record, "return", reason="请补充合同复印件")
    page = by_code(place, record).get(f"/follow/{record}").text
    assert "请补充合同复印件" in page
    assert "请您补正后重新提交" in page


def test_the_days_ahead_are_told(place: Any) -> None:
    page = by_code(place, record := place.assigned(support=())).get(f"/follow/{record}").text
    assert "2026年9月20日（周日）前" in page


# ---- answering --------------------------------------------------------------------------------------------------


def test_returned_corrected_and_sent_again(place: Any) -> None:
    record = place.submit().record
    place.do(record, "return", reason="请补充")
    client = by_code(place, record)
    draft = client.post(f"/follow/{record}/correct").location
    asked = client.get(draft).text
    assert 'value="示例机械有限公司"' in asked, "what was sent before is there to be corrected"
    assert "请补充" in asked, "what is to be corrected stands where it is corrected"
    for step, typed in enumerate((COMPANY | {"company": "更正后的公司"}, PROBLEM, {"attendee_name": ""}), 1):
        assert client.post(f"{draft}?step={step}", data=typed).status_code == 303
    assert client.post(f"{draft}/submit").location == f"/follow/{record}"
    current = family(place, record).record
    assert (current.state, current.values["company"]) == ("reported", "更正后的公司")
    assert client.post(f"{draft}/submit").location == f"/follow/{record}", "a second click is no second answer"


def test_what_is_begun_at_the_desk_is_gone_on_with_there(place: Any) -> None:
    record = place.submit().record
    place.do(record, "accept")
    office = place.signed_in("office")
    saved = office.post(f"/desk/records/{record}/do/assign/draft", data={"subject": "内部拟的案由", "revision": "0"})
    assert saved.status_code == 200
    home = office.get("/").text
    assert "内部拟的案由" not in home
    assert 'href="/desk/"' in home, "and there is a way back to the desk"


def test_a_file_stays_when_somebody_else_corrects(place: Any) -> None:
    from io import BytesIO

    client = place.app.test_client()
    sent = client.post(
        f"/files/{place.installation}/matter/evidence", data={"file": (BytesIO(b"%PDF-1.4\n%%EOF\n"), "合同.pdf")}
    )
    record = submit(place, client, evidence=sent.json["id"])
    place.do(record, "return", reason="请补充")
    other = by_code(place, record)
    draft = other.post(f"/follow/{record}/correct").location
    assert "合同.pdf" in other.get(f"{draft}?step=2").text
    for step, typed in enumerate((COMPANY, PROBLEM | {"evidence": sent.json["id"]}, {"attendee_name": ""}), 1):
        answer = other.post(f"{draft}?step={step}", data=typed)
        assert answer.status_code == 303, answer.text
    assert other.post(f"{draft}/submit").status_code == 303
    assert family(place, record).record.values["evidence"] == [sent.json["id"]]


def test_recalling_asks_first(place: Any) -> None:
    record = place.submit().record
    client = by_code(place, record)
    assert "撤回后不再办理" in client.get(f"/follow/{record}/recall").text
    assert family(place, record).record.state == "reported"
    assert client.post(f"/follow/{record}/recall", data={"reason": "已自行解决"}).status_code == 303
    assert family(place, record).record.state == "recalled"
    assert "已自行解决" in client.get(f"/follow/{record}").text


def test_when_the_office_was_first_it_says_so_and_keeps_what_was_typed(place: Any) -> None:
    record = place.submit().record
    client = by_code(place, record)
    place.do(record, "accept")
    answer = client.post(f"/follow/{record}/recall", data={"reason": "不想等了"})
    assert answer.status_code == 409
    assert "研判中" in answer.text
    assert "不想等了" in answer.text
    assert "李办" not in answer.text


def test_a_correction_that_comes_too_late_stays_a_draft(place: Any) -> None:
    record = place.submit().record
    place.do(record, "return", reason="请补充")
    client, second = by_code(place, record), by_code(place, record)
    drafts = [one.post(f"/follow/{record}/correct").location for one in (client, second)]
    for one, draft in zip((client, second), drafts, strict=True):
        for step, typed in enumerate((COMPANY, PROBLEM, {"attendee_name": ""}), 1):
            one.post(f"{draft}?step={step}", data=typed)
    assert client.post(f"{drafts[0]}/submit").status_code == 303
    for answer in (second.post(f"{drafts[1]}/submit"), second.get(drafts[1])):
        assert answer.status_code == 409
        assert "还在草稿里" in answer.text


@pytest.mark.parametrize("way", ["link", "code", "account"])
def test_the_enterprise_evaluates(place: Any, way: str) -> None:
    record = replied(place, "company" if way == "account" else "")
    if way == "code":
        client = by_code(place, record)
    elif way == "account":
        client = place.signed_in("company")
    else:
        client = place.app.test_client()
        with place.app.test_request_context():
            link = links.signed_link(record, "rate")
        client.get(link, follow_redirects=True)
    assert "请您评价" in client.get(f"/follow/{record}").text
    draft = client.post(f"/follow/{record}/rate").location
    page = client.get(draft).text
    assert "承办单位填写" in page
    assert "区经济促进局" in page, "what the unit filled in is shown as read"
    assert client.post(draft, data=RATING).status_code == 303
    assert client.post(f"{draft}/submit").location == f"/follow/{record}"
    assert family(place, record).record.state == "rated"
    assert "满意度" in client.get(f"/follow/{record}").text


def test_an_expired_link_evaluates_nothing(place: Any) -> None:
    record = replied(place)
    with place.app.test_request_context():
        link = links.signed_link(record, "rate")
    place.wait(days=61)
    client = place.app.test_client()
    assert client.get(link).status_code == 410
    assert client.post(f"/follow/{record}/rate").location == "/follow"


def test_a_post_is_no_way_to_answer_for_the_enterprise(place: Any) -> None:
    record = replied(place)
    for person in ("office", "economy"):
        assert place.signed_in(person).post(f"/follow/{record}/rate").status_code == 404


# ---- likeness ---------------------------------------------------------------------------------------------------


def test_ones_own_earlier_matter_is_shown_and_nobody_elses(place: Any) -> None:
    own, other, stranger = place.signed_in("company"), place.signed_in("secretary"), place.app.test_client()
    record = submit(place, own)
    assert f"/follow/{record}" in own.get(f"/drafts/{fill_in(place, own)}/preview").text
    for client in (other, stranger):
        page = client.get(f"/drafts/{fill_in(place, client)}/preview").text
        assert "您可能已经反映过" not in page
        assert record not in page
    assert own.post(f"/drafts/{fill_in(place, own)}/submit").status_code == 303, "going on is allowed"


def test_a_guest_is_told_of_what_this_browser_just_reported(place: Any) -> None:
    client = place.app.test_client()
    record = submit(place, client)
    assert f"/follow/{record}" in client.get(f"/drafts/{fill_in(place, client)}/preview").text


# ---- lists and cost ---------------------------------------------------------------------------------------------


def test_mine_are_those_reported_and_applied_for(place: Any) -> None:
    mine = place.submit("company")
    other = place.submit()
    page = place.signed_in("company").get("/mine").text
    assert mine.number in page
    assert other.number not in page
    assert "还没有报送" in place.signed_in("office").get("/mine").text


def test_a_step_costs_the_same_few_queries_whatever_there_is(place: Any) -> None:
    client = place.signed_in("company")
    id_ = fill_in(place, client)
    client.get(f"/drafts/{id_}?step=2")
    with counted(place.database) as few:
        client.get(f"/drafts/{id_}?step=2")
    for _ in range(8):
        place.submit("company")
    with counted(place.database) as same:
        client.get(f"/drafts/{id_}?step=2")
    assert len(few) == len(same) <= 14, few


def test_a_list_costs_no_query_for_a_row(place: Any) -> None:
    client = place.signed_in("company")
    place.submit("company")
    client.get("/mine")
    with counted(place.database) as few:
        client.get("/mine")
    for _ in range(8):
        place.submit("company")
    with counted(place.database) as same:
        client.get("/mine")
    assert len(few) == len(same)


def test_a_character_no_database_keeps_is_dropped_from_what_is_typed(place: Any) -> None:
    client = place.app.test_client()
    number, code = code_of(place, place.submit().record)
    typed = {"number": f"{number}\x00", "code": f"\x00{code}"}
    assert client.post("/follow", data=typed).status_code == 303
    assert client.get("/drafts/%00").status_code == 404


# ── In the portal's words ────────────────────────────────────────────────────────────────────────────────────────


def steps_of(answer: Any) -> list[str]:
    """The steps of the line, passed and to come."""
    return [unescape(one) for one in re.findall(r'class="timeline__title">([^<]+)<', answer.text)]


def test_what_goes_on_inside_is_no_step_of_the_applicants(place: Any) -> None:
    record = place.assigned("company")
    company = place.signed_in("company")
    before = steps_of(company.get(f"/follow/{record}"))
    lead = next(held.assignment for held in place.record(record).parts if held.part == "lead")
    place.do(lead, "object", "economy", reason="不属于本单位职责")
    page = company.get(f"/follow/{record}")
    assert place.record(record).state == "objected"
    assert "有异议" not in page.text
    assert steps_of(page)[: before.index("已交办") + 1] == ["已报送", "研判中", "已交办"]
    assert steps_of(page).count("已交办") == 1, "it is one step, however often it goes to and fro inside"
    place.do(record, "uphold", "office", reason="按职责分工")
    assert steps_of(company.get(f"/follow/{record}")) == before
    assert "有异议" not in company.get("/mine").text


def hurried(files: dict[str, Any]) -> None:
    """The office waits five days for an evaluation."""
    slots = {one["key"]: one for one in files["rules/shunde/mechanism.json"]["slots"]}
    slots["silence_after"]["default"] = {"days": 5}


def told_of_waiting(files: dict[str, Any]) -> None:
    """And the applicant is told of it, however early that is."""
    hurried(files)
    [wait] = [one for one in files["rules/shunde/terms.json"]["terms"] if one["key"] == "rating_wait"]
    del wait["public"], wait["not_before"]


@pytest.mark.parametrize(("change", "day"), [(hurried, "2026年9月20日"), (told_of_waiting, "2026年8月25日")])
def test_the_applicant_is_told_of_the_terms_that_are_meant_for_it(place: Any, change: Any, day: str) -> None:
    package = read_package("shunde")
    files = {path: json.loads(data) for path, data in package.files.items()}
    change(files)
    data = {path: json.dumps(content, ensure_ascii=False).encode() for path, content in files.items()}
    with place.database.write() as connection:
        install(connection, "district", publish(connection, Package(data), "seed", place.now), "seed", place.now)
    record = place.assigned("company")
    lead = next(held.assignment for held in place.record(record).parts if held.part == "lead")
    place.do(lead, "sign", "economy", values={"person": "王经促", "phone": "13700137000"})
    place.do(record, "reply", "economy", values={"opinion": "已协调", "result": "已续贷", "outcome_unit": "solved",
                                                 "lead_contact": "王经促", "lead_phone": "13700137000"})  # fmt: skip
    company = place.signed_in("company")
    page = company.get(f"/follow/{record}").text
    assert f"请在{day}" in page
    assert "等候评价" not in page
    place.wait(days=40)
    assert "现在仍可办理" in place.signed_in("company").get(f"/follow/{record}").text
