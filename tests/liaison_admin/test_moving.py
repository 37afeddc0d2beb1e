"""Records on older versions are previewed and moved from the administration, in chunks; what stands is said."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from playwright.sync_api import Page

from harness import axe
from harness.versions import FIRST, second_version
from liaison.access import Actor
from liaison.definitions import read_package
from liaison.engine import Command
from liaison.store import access_log, act, hold, install, older_records, publish
from liaison_admin import moving

STATE = "state-matter-checking"


class Left:
    """Five open matters on the first version of a mechanism, one of them being checked, and the second in force."""

    def __init__(self, place: Any) -> None:
        self.place = place
        with place.database.write() as connection:
            digest = publish(connection, read_package(FIRST), "seed", place.now)
            self.installation = install(connection, "district", digest, "seed", place.now)
            hold(connection, self.installation, "office", "office", "")
        office = Actor("office", "李办")
        for n in range(5):
            values = {"subject": f"示例{n}", "size": "很大"}
            begun = act(place.database, Command("begin", office, f"begin/{n}", type="matter",
                                                installation=self.installation, values=values), place.now)  # fmt: skip
            assert begun, begun.refusal
            if n == 1:
                assert act(place.database, Command("check", office, "check", begun.record), place.now)
        with place.database.write() as connection:
            digest = publish(connection, second_version(), "seed", place.now)
            install(connection, "district", digest, "seed", place.now)

    @property
    def numbers(self) -> list[str]:
        """Those still left behind."""
        with self.place.database.read() as connection:
            return [one.number for one in older_records(connection, self.installation)[0]]

    @property
    def ids(self) -> dict[str, str]:
        with self.place.database.read() as connection:
            return {one.number: one.id for one in older_records(connection, self.installation)[0]}

    def address(self, what: str = "") -> str:
        return f"/admin/mechanisms/installations/{self.installation}/older{what}"


@pytest.fixture
def left(place: Any) -> Left:
    return Left(place)


def words(answer: Any) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


def test_the_mechanism_says_that_records_are_left_behind(place: Any, left: Left) -> None:
    client = place.signed_in("config")
    page = client.get(f"/admin/mechanisms/installations/{left.installation}")
    assert "有 5 件未办结的记录还在旧版本上" in words(page)
    listed = words(client.get(left.address()))
    assert all(number in listed for number in left.numbers)
    assert "事项“核查”（1 件）改为" in listed
    assert "V-2026-002 事项 核查 1.0.0" in listed, "in the words of the version it is on"
    assert "示例1" not in listed, "what a record is about is not for whoever keeps the mechanism"


def test_a_preview_changes_nothing(place: Any, left: Left) -> None:
    client = place.signed_in("config")
    seen = words(client.post(left.address("/preview"), data={"scope": "all"}))
    assert "预览了 5 件，其中 4 件可以移动" in seen
    assert "新版本没有状态“核查”，请选定对应的状态" in seen
    assert "“规模”改了填写方式" in seen
    assert "5 件的到期日有变" not in seen, "one cannot be moved yet"
    assert "4 件的到期日有变" in seen
    with_state = words(client.post(left.address("/preview"), data={"scope": "all", STATE: "review"}))
    assert "其中 5 件可以移动" in with_state
    assert len(left.numbers) == 5


def test_what_would_change_is_said_in_english(place: Any, left: Left) -> None:
    texts = {"form_definitions/matter.json#/schema/properties/size/title": "Size"}
    english = {"$schema": "urn:liaison:format:1:i18n", "language": "en", "texts": texts}
    package = second_version(english=lambda files: files.update({"rules/versions/i18n/en.json": english}))
    with place.database.write() as connection:
        install(connection, "district", publish(connection, package, "seed", place.now), "seed", place.now)
    client = place.signed_in("config")
    client.post("/language", data={"lang": "en"})
    seen = words(client.post(left.address("/preview"), data={"scope": "all"}))
    assert "Size" in seen
    assert "规模" not in seen


def test_some_can_be_chosen(place: Any, left: Left) -> None:
    client = place.signed_in("config")
    nothing = client.post(left.address("/preview"), data={"scope": "chosen"})
    assert nothing.status_code == 422
    assert "请先选定" in words(nothing)
    chosen = left.ids["V-2026-003"]
    sent = {"scope": "chosen", "record": [chosen]}
    seen = words(client.post(left.address("/preview"), data=sent))
    assert "预览了 1 件" in seen
    assert "V-2026-003" in seen
    moved = client.post(left.address("/move"), data=sent, follow_redirects=True)
    assert "已移动 1 件，未移动 0 件" in words(moved)
    assert left.numbers == ["V-2026-001", "V-2026-002", "V-2026-004", "V-2026-005"]


def test_all_are_moved_in_chunks_and_what_stands_is_said(
    place: Any, left: Left, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "AT_ONCE", 2)
    client = place.signed_in("config")
    answer = client.post(left.address("/move"), data={"scope": "all"})
    assert "已移动 1 件，未移动 1 件" in words(answer)
    assert "V-2026-002" in words(answer)
    assert "请选定对应的状态" in words(answer)
    assert "还有 3 件没有移动" in words(answer)
    sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.text))
    sent.pop("csrf_token", None)
    answer = client.post(left.address("/move"), data=sent)
    assert "还有 1 件没有移动" in words(answer)
    client.post(left.address("/move"), data=sent)
    assert left.numbers == ["V-2026-002"], "what stands keeps no other from being moved"
    done = client.post(left.address("/move"), data={"scope": "all", STATE: "review"}, follow_redirects=True)
    assert "没有未办结的记录在旧版本上" in words(done)
    with place.database.read() as connection:
        line = access_log(connection, "district")[0]
    assert (line.what, line.person, line.detail["moved"], line.detail["stand"]) == ("records_moved", "config", 1, 0)


def test_only_who_keeps_the_mechanism_moves_its_records(place: Any, left: Left) -> None:
    for login in ("keeper", "auditor", "office"):
        client = place.signed_in(login)
        assert client.get(left.address()).status_code == 403
        assert client.post(left.address("/move"), data={"scope": "all"}).status_code == 403
    assert len(left.numbers) == 5


def test_nothing_is_moved_while_it_is_not_in_force(place: Any, left: Left) -> None:
    client = place.signed_in("config")
    client.post(f"/admin/mechanisms/installations/{left.installation}/force", data={"in_force": "0"})
    assert "没有启用" in words(client.get(left.address()))
    assert client.post(left.address("/move"), data={"scope": "all"}).status_code == 409
    assert len(left.numbers) == 5


def test_by_hand_in_both_sizes(place: Any, left: Left, serve: Callable[[Any], str], page: Page) -> None:
    place.app.config["WTF_CSRF_ENABLED"] = True
    base = serve(place.app)
    place.enter(page, base, "config")
    page.goto(f"{base}/admin/mechanisms/installations/{left.installation}")
    page.get_by_role("link", name="查看并移到新版本").click()
    axe(page)
    page.get_by_label("事项“核查”").select_option("review")
    page.get_by_role("button", name="预览全部").click()
    page.get_by_text("其中 5 件可以移动").wait_for()
    axe(page)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    page.get_by_role("button", name="移到新版本（5 件）").click()
    page.get_by_text("已移动 5 件").wait_for()
    assert left.numbers == []
