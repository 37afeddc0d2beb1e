"""What nobody can type and no database keeps: dropped in forms, no address in paths, no number beyond counting."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from liaison.web.typed import plain, whole

from .test_portal import COMPANY, PROBLEM, family


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("一般\x00问题", "一般问题"),
        ("第一页\x0c第二页", "第一页\n第二页"),
        ("软\x0b回车\u2028行", "软\n回车\n行"),
        ("\x1b[31m红\ud800\uffff", "[31m红"),
        ("两行\r\n\t缩进 🏭", "两行\r\n\t缩进 🏭"),
    ],
)
def test_only_what_can_be_typed_comes_in(typed: str, kept: str) -> None:
    assert plain(typed) == kept


@pytest.mark.parametrize("text", ["", "x", "1.0", "１２", "9" * 10, "9" * 5000, "1e3", "--1", " 1"])
def test_what_is_no_number_of_ours_is_none(text: str) -> None:
    assert whole(text, None) is None


def test_a_number_is_read() -> None:
    assert (whole("0", 7), whole("-3", 7), whole("999999999", 7)) == (0, -3, 999999999)


def test_what_is_pasted_with_control_characters_is_kept_without_them(place: Any) -> None:
    """Nothing is refused that somebody pasted and cannot see."""
    client = place.signed_in("company")
    draft = client.post(f"/m/{place.installation}/matter/new").location
    pasted = PROBLEM | {"problem": "银行\x00抽贷，\x0b流动资金周转困难。\x1b"}
    for step, typed in enumerate((COMPANY, pasted, {"attendee_name": ""}), 1):
        assert client.post(f"{draft}?step={step}", data=typed).status_code == 303
    sent = client.post(f"{draft}/submit")
    assert sent.status_code == 303
    record = sent.location.rpartition("/")[2]
    assert family(place, record).record.values["problem"] == "银行抽贷，\n流动资金周转困难。"


def test_a_search_with_control_characters_finds(place: Any) -> None:
    number = place.submit().number
    office = place.signed_in("office")
    page = office.get("/desk/search", query_string={"q": f"\x00{number}\x00"}, follow_redirects=True)
    assert page.status_code == 200
    assert number in page.text


@pytest.mark.parametrize(
    "way", ["/desk/records/%00", "/follow/a%00b/recall", "/files/%1b", "/drafts/" + "x" * 2000, "/desk/ledgers/%C2%85"]
)
def test_no_address_holds_what_cannot_be_typed(place: Any, way: str) -> None:
    assert place.signed_in("office").get(way).status_code == 404


def test_a_page_beyond_counting_is_the_first(place: Any) -> None:
    office = place.signed_in("office")
    for page in ("9" * 30, "9" * 5000, "-1", "x", "２"):
        assert office.get("/desk/ledgers/collected", query_string={"page": page}).status_code == 200
    assert office.get(f"/desk/notices/{'9' * 30}/x").status_code == 404


def test_a_file_is_called_by_what_can_be_read(place: Any) -> None:
    client = place.signed_in("company")
    kept = client.post(
        f"/files/{place.installation}/matter/evidence",
        data={"file": (BytesIO(b"%PDF-1.7\n"), "证\x07明\t一.pdf")},
        headers={"Accept": "application/json"},
    )
    assert kept.json["name"] == "证明 一.pdf"
    assert client.get(f"/files/{kept.json['id']}").status_code == 200
