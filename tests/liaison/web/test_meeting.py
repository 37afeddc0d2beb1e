"""The meeting at the desk: when it is due, the order of its agenda, and minutes that ask of each row what it needs."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from harness import Visitors
from harness.hands import confirmed, enter, look, onward, press, write
from liaison.calendars import ZONE
from liaison.engine import Command
from liaison.store import act
from liaison.store import tables as t

PLAN = {
    "meeting_title": "示例会议", "held_on": "2026-09-08", "held_at": "09:30", "place": "示例会议室",
    "host": "chief_convenor",
}  # fmt: skip


@pytest.fixture
def base(place: Any, serve: Callable[[Any], str]) -> str:
    place.app.config["WTF_CSRF_ENABLED"] = True
    return serve(place.app)


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def waiting(place: Any, *subjects: str) -> list[str]:
    """Matters that wait for a meeting."""
    made = []
    for subject in subjects:
        made.append(place.submit(category="C").record)
        place.do(made[-1], "accept")
        place.do(made[-1], "hold_meeting", values={"level": "key", "category": "C", "subject": subject})
    return made


def planned(place: Any, **values: Any) -> str:
    command = Command(
        "plan",
        place.actor("office"),
        "plan",
        type="meeting",
        installation=place.installation,
        values={**PLAN, **values},
    )
    result = act(place.database, command, place.now)
    assert result, result.refusal
    return result.record


def looked_at(office: Any, address: str, sent: dict[str, str]) -> Any:
    """The answer to what was filled in, on the way to the last look."""
    form = office.get(address, follow_redirects=True).text
    key = re.search(r'name="key" value="([^"]+)"', form)
    assert key
    return office.post(address, data={**sent, "key": key[1], "step": "look"}, follow_redirects=True)


def held(place: Any, *matters: str) -> str:
    meeting = planned(place)
    place.do(meeting, "announce", values={"agenda": [{"matter": one, "invited": ["economy"]} for one in matters]})
    place._running.now = datetime(2026, 9, 8, 15, tzinfo=ZONE)
    place.do(meeting, "hold", values=PLAN)
    return meeting


# ── When it is due ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_page_says_when_it_is_due_and_what_else_the_words_could_mean(place: Any) -> None:
    said = text_of(place.signed_in("office").get("/desk/new/meeting", follow_redirects=True).text)
    due, _, otherwise = said.partition("换一种算法")
    assert "每月召开“政企面对面”联络协作工作会议：每月第一个星期（首个整周）" in due
    assert "2026年9月 2026年9月7日至2026年9月13日 其中 5 个工作日" in due
    assert "2026年10月 2026年10月5日至2026年10月11日 其中 3 个工作日" in due
    assert "2026年11月" in due
    assert "每月第一个星期（1日至7日） 2026年9月 2026年9月1日至2026年9月7日 其中 5 个工作日" in otherwise
    assert "2026年10月 2026年10月1日至2026年10月7日 没有工作日，须另定日期" in otherwise
    assert "每月第一个星期（1日所在的一周） 2026年9月 2026年9月1日至2026年9月6日" in otherwise


@pytest.mark.parametrize("day", ["2026-09-06", "2026-09-14", "2028-12-20"])
def test_outside_it_a_reason_is_asked_for_at_its_field(place: Any, day: str) -> None:
    office = place.signed_in("office")
    sent = {**PLAN, "held_on": day}
    refused = looked_at(office, "/desk/new/meeting", sent)
    assert refused.status_code == 422
    assert "请填写“不在第一个星期召开的原因”" in refused.text
    assert looked_at(office, "/desk/new/meeting", {**sent, "outside_reason": "示例：会场冲突"}).status_code == 200
    assert looked_at(office, "/desk/new/meeting", {**sent, "held_on": "2026-09-07"}).status_code == 200


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_reason_comes_and_goes_with_the_day(base: str, visitor: Visitors, size: Any) -> None:
    office = enter(visitor(size), base, "office", "/desk/new/meeting")
    reason = office.locator("[data-field=outside_reason]")
    expect(reason).to_be_hidden()
    write(office, held_on="2026-09-14", place="示例会议室")
    expect(reason).to_be_visible()
    look(office)
    office.get_by_label("召集人（区工商联党组书记）", exact=True).check()
    office.get_by_role("button", name="下一步").click()
    expect(reason.locator("[data-problem]")).to_have_text("请填写“不在第一个星期召开的原因”")
    write(office, outside_reason="示例：会场冲突")
    write(office, held_on="2026-09-11")
    expect(reason).to_be_hidden()
    onward(office)
    expect(office.locator("main")).not_to_contain_text("会场冲突")
    confirmed(office)
    expect(office.locator("h1")).to_contain_text("2026年9月11日 “政企面对面”联络协作工作会议")


# ── The order of the agenda ──────────────────────────────────────────────────────────────────────────────────────


def subjects(rows: Locator) -> list[str]:
    return [one.input_value().split()[-1] for one in rows.locator("[data-cell=matter] .picker__input").all()]


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_agenda_is_put_in_order_by_keyboard_and_by_pointer(
    place: Any, base: str, visitor: Visitors, size: Any
) -> None:
    waiting(place, "甲", "乙", "丙")
    meeting = planned(place)
    office = enter(visitor(size), base, "office", f"/desk/records/{meeting}/do/set_agenda")
    agenda = office.locator("[data-field=agenda]")
    agenda.get_by_role("button", name="全部列入（3）").click()
    look(office)
    rows = agenda.locator("[data-row]")
    before = subjects(agenda)
    first, second, third = before
    expect(rows.first.get_by_role("button", name="上移")).to_be_disabled()
    rows.nth(2).get_by_role("button", name="上移").focus()
    office.keyboard.press("Enter")
    assert subjects(agenda) == [first, third, second]
    expect(agenda.locator("[data-rows-status]")).to_have_text("已移到第 2 行")
    office.keyboard.press("Enter")
    assert subjects(agenda) == [third, first, second]
    expect(rows.first.get_by_role("button", name="下移")).to_be_focused()
    if size == "desktop":
        drag(office, rows.nth(2), rows.nth(0))
        assert subjects(agenda) == [second, third, first]
    wanted = subjects(agenda)
    onward(office)
    confirmed(office)
    numbers = {one["subject"]: one_id for one_id, one in values_of(place, "matter").items()}
    kept = values_of(place, "meeting")[meeting]["agenda"]
    assert [row["matter"] for row in kept] == [numbers[subject] for subject in wanted]


def drag(page: Page, row: Locator, onto: Locator) -> None:
    """Take a row by its number and let it go on the upper part of another, in a window that shows both."""
    page.set_viewport_size({"width": 1366, "height": 1600})
    row.locator("[data-row-number]").hover()
    page.mouse.down()
    place = onto.locator("[data-row-number]").bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + 8, place["y"] + 20, steps=8)
    taken = page.locator(".sortable-ghost")
    for nudge in range(40):  # the browser tells of the drag when it finds time to
        page.mouse.move(place["x"] + 8, place["y"] + 4 + nudge % 2)
        if not taken.locator("xpath=preceding-sibling::*[@data-row]").count():
            break
    page.mouse.up()


def values_of(place: Any, type_: str) -> dict[str, Any]:
    with place.database.read() as connection:
        found = connection.execute(select(t.Record.id, t.Record.values).where(t.Record.type == type_)).all()
    return dict(found)  # type: ignore[arg-type]


# ── Minutes ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_row_of_the_minutes_asks_for_what_its_conclusion_needs(
    place: Any, base: str, visitor: Visitors, size: Any
) -> None:
    one, other = waiting(place, "甲", "乙")
    meeting = held(place, one, other)
    office = enter(visitor(size), base, "office", f"/desk/records/{meeting}/do/conclude")
    write(office, summary="示例：会议研究了上会事项。")
    conclusions = office.locator("[data-field=conclusions]")
    if not conclusions.locator("[data-row]").count():
        conclusions.get_by_role("button", name="全部列入（2）").click()
    row = conclusions.locator("[data-row]").first
    shown = lambda: [name for name in ("lead", "support", "outcome", "until")  # noqa: E731
                     if row.locator(f"[data-cell={name}]").is_visible()]  # fmt: skip
    assert shown() == []
    for label, wanted in (("交办", ["lead", "support"]), ("现场答复", ["outcome"]), ("延长办结时限", ["until"])):
        row.locator("[data-cell=conclusion] select").select_option(label=label)
        assert shown() == wanted
    look(office)
    row.locator("[data-cell=until] input").fill("2026-12-31")
    for each in conclusions.locator("[data-row]").all():
        each.locator("[data-cell=opinion] textarea").fill("示例：会议意见。")
    conclusions.locator("[data-row]").nth(1).locator("[data-cell=conclusion] select").select_option(label="交办")
    office.get_by_role("button", name="下一步").click()
    lacking = conclusions.locator("[data-row]").nth(1).locator("[data-cell=lead] .field__problem")
    expect(lacking).to_have_text("“事项办理清单”第 2 行：请选择“牵头单位”")
    conclusions.locator("[data-row]").nth(1).locator("[data-cell=conclusion] select").select_option(
        label="顺延下次会议"
    )
    office.get_by_role("button", name="下一步").click()
    blamed = conclusions.locator("[data-row]").first.locator("[data-cell=conclusion] .field__problem")
    expect(blamed).to_have_text("“事项办理清单”第 1 行：这件事项还没有交办，没有办结时限可以延长")
    look(office)
    row.locator("[data-cell=conclusion] select").select_option(label="顺延下次会议")
    onward(office)
    expect(office.locator("main")).not_to_contain_text("2026年12月31日")
    confirmed(office)
    press(office, "更正纪要")
    expect(office.locator("[data-field=conclusions] [data-row]")).to_have_count(2)


# ── Days that have not come ──────────────────────────────────────────────────────────────────────────────────────


def test_a_visit_is_not_noted_before_it_was_made(base: str, visitor: Visitors) -> None:
    office = enter(visitor("desktop"), base, "office", "/desk/new/visit")
    write(office, company="示例企业", visitors="示例", findings="示例", visited_on="2026-08-21")
    day = office.locator("[data-field=visited_on]")
    expect(day.locator("input")).to_have_attribute("max", "2026-08-20")
    office.get_by_role("button", name="下一步").click()
    expect(day.locator("[data-problem]")).to_have_text("“走访日期”不能晚于2026年8月20日")
    write(office, visited_on="2026-08-20")
    onward(office)
    confirmed(office)
    expect(office.locator("h1")).to_contain_text("2026年8月20日 示例企业")


def test_a_day_that_has_not_come_is_refused_without_the_script_too(place: Any) -> None:
    sent = {"company": "示例", "visitors": "示例", "findings": "示例", "visited_on": "2026-08-21"}
    refused = looked_at(place.signed_in("office"), "/desk/new/visit", sent)
    assert refused.status_code == 422
    assert "“走访日期”不能晚于2026年8月20日" in refused.text


# ── What it asks of units ────────────────────────────────────────────────────────────────────────────────────────


def test_the_report_before_the_meeting_is_the_next_thing_while_it_is_due(place: Any) -> None:
    """The result stops its term too, and is due much later."""
    [matter, other] = waiting(place, "示例：用地", "示例：边坡")
    meeting = held(place, matter)
    row = {"matter": matter, "conclusion": "assign", "opinion": "示例", "lead": "economy"}
    place.do(meeting, "conclude", values={"summary": "示例", "conclusions": [row]})
    lead = next(one.assignment for one in place.record(matter).parts if one.part == "lead")
    place.do(lead, "sign", "economy", values={"person": "王经促", "phone": "13700137000"})
    economy = place.signed_in("economy")
    assert "前期办理情况" not in text_of(economy.get("/desk/").text)
    assert "下一步：报送办理意见，2026年9月29日" in text_of(economy.get(f"/desk/records/{matter}").text)
    again = act(
        place.database,
        Command("plan", place.actor("office"), "again", type="meeting", installation=place.installation,
                values={**PLAN, "held_on": "2026-09-11"}),
        place.now,
    )  # fmt: skip
    place.do(again.record, "announce", values={"agenda": [{"matter": other}]})
    assert "报送前期办理情况" in text_of(economy.get("/desk/").text)
    assert "下一步：报送前期办理情况，2026年9月10日" in text_of(economy.get(f"/desk/records/{matter}").text)
    asked = economy.get(f"/desk/records/{matter}/do/give_progress").text
    assert 'name="progress"' in asked
    assert 'name="progress_due"' not in asked, "its day is not the unit's to move"
