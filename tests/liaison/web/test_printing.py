"""Forms and documents on paper over HTTP: as a page, a PDF and a Word file, to whoever may read what is in them."""

from __future__ import annotations

import json
import re
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import docx
import pytest
from pypdf import PdfReader
from werkzeug.test import TestResponse

from liaison.definitions import Package, read_package
from liaison.documents import make_papers, pdf
from liaison.store import SqlWorld, access_log, install, papers, publish

FILE, LIFECYCLE = "rules/shunde/documents.json", "rules/shunde/lifecycle/matter.json"
WAYS = ("", "/pdf", "/docx")
NOTICE = {
    "key": "notice", "title": "交办通知", "of": "matter",
    "text": [{"key": "p", "paragraph": "{{record.number}}交{{part.lead}}办理，联系人{{contact_name}}。"}],
}  # fmt: skip
SECRET = {
    "key": "secret", "title": "{{subject}}评价摘要", "of": "matter",
    "text": [{"key": "p", "paragraph": "{{record.number}}：{{advice}}"}],
}  # fmt: skip


def put_in_force(place: Any, *documents: dict[str, Any], ordered: str = "") -> None:
    """The scheme with these documents; assigning orders one."""
    files = dict(read_package("shunde").files)
    content = {"$schema": "urn:liaison:format:1:documents", "documents": documents}
    files[FILE] = json.dumps(content, ensure_ascii=False).encode()
    if ordered:
        lifecycle = json.loads(files[LIFECYCLE])
        [assign] = [action for action in lifecycle["actions"] if action["key"] == "assign"]
        assign["effects"].append({"key": "paper", "document": {"document": ordered}})
        files[LIFECYCLE] = json.dumps(lifecycle, ensure_ascii=False).encode()
    with place.database.write() as connection:
        install(connection, "district", publish(connection, Package(files), "seed", place.now), "seed", place.now)


def words(answer: TestResponse) -> str:
    """All words of an answer, whatever it is, without blanks."""
    match answer.mimetype:
        case "application/pdf":
            text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)
        case "text/html":
            text = unescape(re.sub(r"<[^>]+>", " ", answer.text))
        case _:
            body = docx.Document(BytesIO(answer.data)).element.body
            text = "".join(node.text or "" for node in body.iter() if node.tag.endswith("}t"))
    return "".join(text.split())


def logged(place: Any, what: str) -> list[Any]:
    with place.database.read() as connection:
        return [(one.person, one.record, one.detail) for one in access_log(connection, "district") if one.what == what]


def rated(place: Any) -> str:
    """A matter that was handled and rated."""
    record = place.assigned("company")
    with place.database.read() as connection:
        family = SqlWorld(connection, place.database.shelf).families([record])[record]
    lead = next(held.assignment for held in family.record.parts if held.part == "lead")
    place.do(lead, "sign", "economy", values={"person": "王经促", "phone": "13700137000"})
    place.do(record, "reply", "economy", values={"opinion": "已协调", "result": "已续贷", "outcome_unit": "solved",
                                                 "lead_contact": "王经促", "lead_phone": "13700137000"})  # fmt: skip
    asked = {"rating_unit": "示例机械有限公司", "outcome_company": "unsolvable", "head_name": "吴老板",
             "head_phone": "13600136000", "channels": ["visit"], "satisfaction": "dissatisfied",
             "signature": "吴老板", "rated_on": "2026-08-20", "advice": "没有真正解决"}  # fmt: skip
    place.do(record, "rate", "company", values=asked)
    return record


@pytest.mark.parametrize("way", WAYS)
def test_the_official_form_is_printed_and_that_is_logged(place: Any, way: str) -> None:
    record = place.assigned()
    answer = place.signed_in("office").get(f"/desk/records/{record}/print/report{way}")
    assert answer.status_code == 200
    for expected in ("民营企业反映问题情况表", "SDMQ-2026-0001", "示例机械有限公司", "张三", "13800138000",
                     "工作会议会，由区工商联"):  # fmt: skip
        assert expected in words(answer)
    detail = {"form": "report", "as": way[1:] or "page", "unmasked": ["contact_name", "contact_phone"]}
    assert logged(place, "print") == [("office", record, detail)]


def test_what_the_holders_of_parts_are_called_by_is_logged_too(place: Any) -> None:
    listed = {"key": "l", "list": {"of": {"part": "lead"}, "item": "{{unit}}{{person}}{{phone}}"}}
    put_in_force(place, NOTICE | {"text": [listed]})
    record = rated(place)
    office = place.signed_in("office")
    for what in ("print/handling", "documents/notice"):
        assert "13700137000" in words(office.get(f"/desk/records/{record}/{what}"))
    notice, handling = (set(detail["unmasked"]) for _, _, detail in logged(place, "print"))
    assert notice == {"part.lead.person", "part.lead.phone"}
    assert {"part.lead.person", "part.lead.phone"} < handling
    assert not [path for path in handling if path.startswith("part.support")], "nobody supports here"


def test_a_file_is_called_in_words(place: Any) -> None:
    record = place.assigned()
    office = place.signed_in("office")
    for way in ("pdf", "docx"):
        answer = office.get(f"/desk/records/{record}/print/handling/{way}")
        named = unquote(answer.headers["Content-Disposition"])
        assert named.endswith(f"民营企业事项办理情况表 SDMQ-2026-0001.{way}")
        assert named.startswith("attachment")


def test_on_screen_the_slip_of_the_scheme_is_put_right_on_paper_it_stands(place: Any) -> None:
    record = place.assigned()
    page = place.signed_in("office").get(f"/desk/records/{record}/print/report").text
    assert re.search(r'class="paper__on-screen">[^<]*工作会议，由区工商联', page)
    assert re.search(r'class="paper__on-paper">[^<]*工作会议会，由区工商联', page)


@pytest.mark.parametrize("way", WAYS)
def test_what_is_not_for_one_s_eyes_is_blank(place: Any, way: str) -> None:
    record = rated(place)
    address = f"/desk/records/{record}/print/rating{way}"
    assert "没有真正解决" in words(place.signed_in("office").get(address))
    economy = place.signed_in("economy").get(address)
    assert economy.status_code == 200
    for secret in ("没有真正解决", "不满意☑", "吴老板", "13600136000"):
        assert secret not in words(economy)
    person, _, detail = logged(place, "print")[0]
    assert (person, detail["unmasked"]) == ("economy", []), "what was not shown is not said to have been"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("what", ["print/report", "documents/notice"])
def test_only_who_may_see_the_record_prints_it(place: Any, what: str, way: str) -> None:
    put_in_force(place, NOTICE)
    record = place.assigned()
    address = f"/desk/records/{record}/{what}{way}"
    assert place.signed_in("tax").get(address).status_code == 403
    assert place.signed_in("company").get(address).status_code == 403
    assert place.app.test_client().get(address).status_code == 302
    assert place.signed_in("office").get(address).status_code == 200
    assert logged(place, "print")[1:] == [], "who was turned away printed nothing"


@pytest.mark.parametrize("address", ["print/nothing", "print/assignment_signing", "documents/nothing",
                                     "print/report/exe", "papers/1"])  # fmt: skip
def test_what_there_is_not(place: Any, address: str) -> None:
    record = place.assigned()
    assert place.signed_in("office").get(f"/desk/records/{record}/{address}").status_code == 404


@pytest.mark.parametrize("way", WAYS)
def test_a_document_is_whole_or_not_for_you(place: Any, way: str) -> None:
    put_in_force(place, NOTICE, SECRET)
    record = rated(place)
    office, economy = place.signed_in("office"), place.signed_in("economy")
    assert "没有真正解决" in words(office.get(f"/desk/records/{record}/documents/secret{way}"))
    assert economy.get(f"/desk/records/{record}/documents/secret{way}").status_code == 403
    assert "联系人张三。" in words(economy.get(f"/desk/records/{record}/documents/notice{way}"))
    assert logged(place, "print")[0][2]["unmasked"] == ["contact_name"]


def test_the_record_s_page_offers_what_is_for_this_person(place: Any) -> None:
    put_in_force(place, NOTICE, SECRET)
    record = rated(place)
    office = place.signed_in("office").get(f"/desk/records/{record}").text
    economy = place.signed_in("economy").get(f"/desk/records/{record}").text
    for page in (office, economy):
        for kind in ("print/report", "print/handling", "documents/notice"):
            for way in WAYS:
                assert f'href="/desk/records/{record}/{kind}{way}"' in page
    assert "documents/secret" in office
    assert "续贷评价摘要" in office, "its title is filled in too"
    assert "documents/secret" not in economy


def test_an_ordered_document_is_on_the_record_s_page_until_it_is_made_and_then_to_download(place: Any) -> None:
    put_in_force(place, NOTICE, ordered="notice")
    record = place.assigned()
    office = place.signed_in("office")
    assert "正在生成" in office.get(f"/desk/records/{record}").text
    make_papers(place.database, place.now)
    page = office.get(f"/desk/records/{record}")
    assert "正在生成" not in page.text
    [address] = re.findall(rf'href="(/desk/records/{record}/papers/\d+)"', page.text)
    answer = office.get(address)
    assert "SDMQ-2026-0001交区经济促进局办理，联系人张三。" in words(answer)
    assert unquote(answer.headers["Content-Disposition"]).endswith("交办通知 SDMQ-2026-0001.pdf")
    assert logged(place, "download") == [("office", record, {"document": "notice", "unmasked": ["contact_name"]})]
    assert office.get(address).data == answer.data


def test_an_ordered_document_is_for_who_may_read_all_that_is_in_it(place: Any) -> None:
    put_in_force(place, NOTICE, SECRET, ordered="secret")
    record = rated(place)
    make_papers(place.database, place.now)
    with place.database.read() as connection:
        [paper] = papers(connection, record)
    address = f"/desk/records/{record}/papers/{paper.id}"
    assert place.signed_in("office").get(address).status_code == 200
    for login, status in (("economy", 403), ("tax", 403), ("company", 403)):
        client = place.signed_in(login)
        assert client.get(address).status_code == status
        assert client.get(f"/files/{paper.file}").status_code == 403, "nor by the address of the file"
        assert client.get(f"/desk/records/{record}").text.count("评价摘要") == 0
    assert len(logged(place, "download")) == 1


def test_a_paper_of_another_record_is_not_found_under_this_one(place: Any) -> None:
    put_in_force(place, NOTICE, ordered="notice")
    mine, other = place.assigned(), place.assigned()
    make_papers(place.database, place.now)
    with place.database.read() as connection:
        [paper] = papers(connection, other)
    assert place.signed_in("office").get(f"/desk/records/{mine}/papers/{paper.id}").status_code == 404


def test_without_a_typeface_there_is_a_sentence_and_the_way_to_the_page(place: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(pdf, "SONG", ("No Such Song",))
    record = place.assigned()
    office = place.signed_in("office")
    answer = office.get(f"/desk/records/{record}/print/report/pdf")
    assert answer.status_code == 503
    assert "没有中文字体" in answer.text
    assert f'href="/desk/records/{record}/print/report"' in answer.text
    assert logged(place, "print") == []
    assert office.get(f"/desk/records/{record}/print/report").status_code == 200
    assert office.get(f"/desk/records/{record}/print/report/docx").status_code == 200
    monkeypatch.setattr(pdf, "SONG", ("No Such Song",))


def test_in_english_the_paper_speaks_english_where_it_speaks_for_itself(place: Any) -> None:
    record = place.assigned()
    office = place.signed_in("office")
    office.post("/language", data={"lang": "en", "back": "/"})
    page = office.get(f"/desk/records/{record}/print/report")
    assert "Print" in page.text
    assert "20 August 2026" in page.text
    assert "民营企业反映问题情况表" in page.text
