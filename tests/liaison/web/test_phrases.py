"""Stock phrases: a person's own, kept, used in any long text at the desk, and removed."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from werkzeug.test import TestResponse

from harness import axe
from harness.cast import PASSWORD
from liaison.store import LONGEST_PHRASE, MOST_PHRASES, keep_phrase, phrases_of

AT = "/desk/phrases"


def listed(answer: TestResponse) -> list[str]:
    return [unescape(one) for one in re.findall(r'<p class="said">([^<]*)</p>', answer.text)]


def test_a_phrase_is_kept_offered_and_removed(place: Any) -> None:
    office = place.signed_in("office")
    assert "还没有常用语" in office.get(AT).text
    for text in ("不属于受理范围。", "请补充\r\n 材料。", "不属于受理范围。"):
        assert office.post(AT, data={"text": text}).status_code == 303
    assert listed(office.get(AT)) == ["不属于受理范围。", "请补充\n材料。"], "each once"
    record = place.submit().record
    assert ">不属于受理范围。</button>" in office.get(f"/desk/records/{record}/do/refuse").text
    first = re.search(r"/desk/phrases/\d+/forget", office.get(AT).text)
    assert first
    assert office.post(first[0]).status_code == 303
    assert listed(office.get(AT)) == ["请补充\n材料。"]


def test_nobody_sees_or_drops_the_phrases_of_others(place: Any) -> None:
    office, director = place.signed_in("office"), place.signed_in("director")
    office.post(AT, data={"text": "只有我看得到"})
    assert "只有我看得到" not in director.get(AT).text
    own = re.search(r"/desk/phrases/\d+/forget", office.get(AT).text)
    assert own
    director.post(own[0])
    assert listed(office.get(AT)) == ["只有我看得到"]
    assert place.signed_in("company").get(AT).status_code == 403
    assert place.app.test_client().post(AT, data={"text": "甲"}).status_code == 401


def test_there_is_an_end_to_phrases(place: Any) -> None:
    office = place.signed_in("office")
    for text in ("", "  \n ", "长" * (LONGEST_PHRASE + 1)):
        answer = office.post(AT, data={"text": text})
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.text
    assert office.post(AT, data={"text": "长" * LONGEST_PHRASE}).status_code == 303
    with place.database.write() as connection:
        for number in range(MOST_PHRASES - 1):
            assert keep_phrase(connection, "office", f"第{number}句")
    answer = office.post(AT, data={"text": "多了一句"}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["title"]) == (422, f"最多存 {MOST_PHRASES} 条常用语，请先删去不用的")
    assert office.post(AT, data={"text": "第1句"}).status_code == 303, "it is there already"
    with place.database.read() as connection:
        assert len(phrases_of(connection, "office")) == MOST_PHRASES


# ── In a browser ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def base(place: Any, serve: Callable[[Any], str]) -> str:
    place.app.config["WTF_CSRF_ENABLED"] = True
    return serve(place.app)


def test_a_phrase_is_put_in_and_kept_by_keyboard(place: Any, base: str, page: Page) -> None:
    with place.database.write() as connection:
        keep_phrase(connection, "office", "不属于受理范围。")
    record = place.submit().record
    page.goto(f"{base}/accounts/sign-in?next=/desk/records/{record}/do/refuse")
    page.fill("#login", "office")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url("**/do/refuse")  # its scripts too: they make the menu that Tab leads to
    reason = page.locator("[name=reason]")
    reason.fill("经核，")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    axe(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(reason).to_have_value("经核，不属于受理范围。")
    expect(reason).to_be_focused()
    page.locator(".phrase-menu summary").click()
    page.get_by_role("button", name="把这里写的存为常用语").click()
    expect(page.locator(".toast")).to_contain_text("已存为常用语")
    with place.database.read() as connection:
        assert [one.text for one in phrases_of(connection, "office")] == ["不属于受理范围。", "经核，不属于受理范围。"]
    page.locator(".phrase-menu summary").click()
    expect(page.locator(".phrase-menu [data-phrase]")).to_have_count(2)
