"""The key matter of the scheme from a chamber's report over the monthly meeting to the archive, as six people would do
it in a browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from harness import Visitors
from harness.hands import confirmed, enter, evaluated, handed_over, look, onward, pick, press, reported, write
from liaison.jobs import tick


@pytest.fixture
def base(place: Any, serve: Callable[[Any], str]) -> str:
    place.app.config["WTF_CSRF_ENABLED"] = True
    return serve(place.app)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_six_people_take_a_key_matter_through_the_meeting(place: Any, base: str, visitor: Visitors, size: Any) -> None:
    chamber = enter(visitor(size), base, "secretary", "/")
    number = reported(chamber, "C. 久拖未决", "示例：厂房产权证二十年没有办成。")
    way_in = handed_over(chamber)
    enterprise = visitor(size)
    enterprise.goto(way_in)
    expect(enterprise.locator(".timeline")).to_contain_text("已报送")

    office = enter(visitor(size), base, "office", "/desk/")
    office.get_by_role("link", name=number).first.click()
    office.wait_for_url("**/desk/records/*")
    matter = office.url.rpartition("/")[2]
    press(office, "受理")
    confirmed(office)
    press(office, "提交会议")
    write(office, subject="示例：厂房产权证")
    onward(office)
    confirmed(office)
    expect(office.locator("h1")).to_contain_text("待上会")

    # The meeting is planned, its agenda made of what waits, units invited, the convenors told.
    office.goto(f"{base}/desk/")
    press(office, "登记会议")
    write(office, held_on="2026-09-08", held_at="09:30", place="示例会议室")
    office.get_by_label("召集人（区工商联党组书记）", exact=True).check()
    onward(office)
    confirmed(office)
    meeting = office.url.rpartition("/")[2]
    press(office, "发出会议通知")
    agenda = office.locator("[data-field=agenda]")
    agenda.get_by_role("button", name="全部列入（1）").click()
    for unit in ("经济促进", "住房城乡"):
        pick(agenda.locator("[data-cell=invited]").get_by_role("combobox"), unit)
    onward(office)
    expect(office.locator(".foreseen")).to_contain_text("区经济促进局")
    confirmed(office)
    expect(office.locator("h1")).to_contain_text("已通知")

    enterprise.reload()
    expect(enterprise.locator(".timeline")).to_contain_text("待会议研究")
    look(enterprise)

    convenor = enter(visitor(size), base, "convenor", "/desk/notices")
    expect(convenor.locator(".notices")).to_contain_text("2026年9月8日")
    look(convenor)
    convenor.locator(".notices").get_by_role("link").first.click()
    convenor.wait_for_url(f"{base}/desk/records/{meeting}")
    expect(convenor.locator("main")).to_contain_text(number)
    look(convenor)

    lead = enter(visitor(size), base, "economy", f"/desk/records/{meeting}")
    look(lead)
    press(lead, "参加")
    write(lead, attendees="王经促", phone="0757-22221111")
    onward(lead)
    confirmed(lead)
    expect(lead.locator("main")).to_contain_text("参加")
    support = enter(visitor(size), base, "housing", f"/desk/records/{meeting}")
    press(support, "请假")
    support.locator("[name=reason]:visible").fill("示例：同日有防汛值守")
    confirmed(support)

    # It is held, and minutes say what is decided; minutes and list are made as papers.
    place.wait(days=19, hours=5)  # to the afternoon of 8 September
    office = enter(visitor(size), base, "office", f"/desk/records/{meeting}")
    press(office, "会议已召开")
    guests = office.locator("[data-field=guests]")
    guests.get_by_role("button", name="添加一行").click()
    for cell, text in (("name", "示例负责人"), ("post", "示例机械有限公司总经理")):
        guests.locator(f"[data-cell={cell}] input").first.fill(text)
    guests.locator("[data-cell=role] select").select_option(label="企业代表")
    onward(office)
    confirmed(office)
    expect(office.locator("h1")).to_contain_text("已召开")
    press(office, "出具会议纪要")
    write(office, summary="示例：会议听取企业情况并研究。")
    rows = office.locator("[data-field=conclusions]")
    if not rows.locator("[data-row]").count():
        rows.get_by_role("button", name="全部列入（1）").click()
    rows.locator("[data-cell=conclusion] select").select_option(label="交办")
    rows.locator("[data-cell=opinion] textarea").fill("示例：由经促局牵头，住建局配合，分步补办。")
    pick(rows.locator("[data-cell=lead]").get_by_role("combobox"), "经济促进")
    pick(rows.locator("[data-cell=support]").get_by_role("combobox"), "住房城乡")
    onward(office)
    expect(office.locator(".foreseen")).to_contain_text("2026年9月29日")
    decided = office.locator(".foreseen li", has_text="事项转为“已交办”")
    expect(decided).to_have_text(f"{number} 示例：厂房产权证——事项转为“已交办”")
    confirmed(office)
    expect(office.locator("h1")).to_contain_text("已出纪要")
    tick(place.database, place.now)
    office.reload()
    papers = office.locator("#papers")
    for title in ("会议纪要", "事项办理清单"):
        expect(papers).to_contain_text(title)
        with office.expect_download() as coming:
            papers.get_by_role("listitem").filter(has_text=title).get_by_role("link").first.click()
        assert coming.value.suggested_filename.endswith(f"{title}.pdf")
    look(office)

    # The matter is handled as the minutes say: opinion, reply, evaluation, archive.
    record = f"/desk/records/{matter}"
    support = enter(visitor(size), base, "housing", record)
    press(support, "签收")
    write(support, person="示例配合专人", phone="0757-22221112")
    onward(support)
    confirmed(support)
    press(support, "答复")
    write(support, reply="示例：消防部分由我局指导整改。")
    onward(support)
    confirmed(support)
    lead = enter(visitor(size), base, "economy", record)
    press(lead, "签收")
    write(lead, person="示例专人", phone="0757-22221111")
    onward(lead)
    confirmed(lead)
    opinion = lead.locator(".clock", has_text="重点问题报送办理意见")
    expect(opinion).to_contain_text("区经济促进局")
    expect(opinion).to_contain_text("2026年9月29日")
    press(lead, "报送办理意见")
    write(lead, lead_contact="示例专人", lead_phone="0757-22221111", opinion="示例：分三步补办")
    onward(lead)
    confirmed(lead)
    press(lead, "报送办理情况")
    write(lead, opinion="示例：分三步补办", result="示例：产权证已核发")
    lead.get_by_label("已解决").check()
    onward(lead)
    confirmed(lead)
    expect(lead.locator("h1")).to_contain_text("待评价")

    evaluated(enterprise, way_in, "已解决", "满意")
    expect(enterprise.locator(".timeline")).to_contain_text("已评价")
    office.goto(base + record)
    look(office)
    press(office, "归档")
    confirmed(office)
    expect(office.locator("h1")).to_contain_text("已归档")
    convenor = enter(visitor(size), base, "convenor", record)
    expect(convenor.locator("h1")).to_contain_text("已归档")
