"""The general matter of the scheme from report to archive, as six people would do it in a browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from harness import Visitors
from harness.hands import confirmed, enter, evaluated, handed_over, look, onward, pick, press, reported, write


@pytest.fixture
def base(place: Any, serve: Callable[[Any], str]) -> str:
    place.app.config["WTF_CSRF_ENABLED"] = True
    return serve(place.app)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_six_people_take_a_matter_through(place: Any, base: str, visitor: Visitors, size: Any) -> None:
    chamber = enter(visitor(size), base, "secretary", "/")
    number = reported(chamber, "B. 项目规划建设", "示例：厂区门口道路破损，货车进出困难。")
    assert number == "SDMQ-2026-0001"
    look(chamber)
    way_in = handed_over(chamber)

    clerk = enter(visitor(size), base, "office", "/desk/")
    clerk.get_by_role("link", name=number).first.click()
    clerk.wait_for_url("**/desk/records/*")
    record = clerk.url.rpartition("/")[2]
    press(clerk, "受理")
    confirmed(clerk)
    press(clerk, "交办")
    write(clerk, subject="示例：道路修复")
    pick(clerk.locator("#f-lead_unit"), "税务")
    pick(clerk.locator("#f-support_units"), "住房城乡")
    onward(clerk)
    expect(clerk.locator(".foreseen")).to_contain_text("2026年9月20日")
    confirmed(clerk)
    expect(clerk.locator("h1")).to_contain_text("已交办")
    look(clerk)

    wrong = enter(visitor(size), base, "tax", f"/desk/records/{record}")
    press(wrong, "提出异议")
    wrong.locator("[name=reason]:visible").fill("示例：道路养护不属于我局职责")
    confirmed(wrong)
    clerk.reload()
    expect(clerk.locator("h1")).to_contain_text("有异议")
    press(clerk, "改派")
    pick(clerk.locator("#f-lead_unit"), "经济促进")
    clerk.locator("[name=reason]:visible").fill("示例：由经促局牵头")
    onward(clerk)
    confirmed(clerk)
    clock = clerk.locator(".clock", has_text="一般问题报送办理情况")
    expect(clock).to_contain_text("区经济促进局")
    expect(clock).to_contain_text("2026年9月20日")

    for login, action, fields in (
        ("economy", "签收", {"person": "示例专人", "phone": "0757-22221111"}),
        ("housing", "签收", {"person": "示例配合专人", "phone": "0757-22221112"}),
    ):
        officer = enter(visitor(size), base, login, f"/desk/records/{record}")
        look(officer)
        press(officer, action)
        write(officer, **fields)
        onward(officer)
        confirmed(officer)
    press(officer, "答复")
    write(officer, reply="示例：已勘查现场，意见送牵头单位。")
    onward(officer)
    confirmed(officer)

    lead = enter(visitor(size), base, "economy", f"/desk/records/{record}")
    press(lead, "报送办理情况")
    write(
        lead, lead_contact="示例专人", lead_phone="0757-22221111", opinion="示例：安排修复", result="示例：已修复通车"
    )
    lead.get_by_label("已解决").check()
    onward(lead)
    confirmed(lead)
    expect(lead.locator("h1")).to_contain_text("待评价")
    assert not lead.get_by_role("button", name="评价", exact=True).count(), "who handles it never evaluates"

    company = visitor(size)
    evaluated(company, way_in, "已解决", "满意")
    expect(company.locator(".timeline")).to_contain_text("已评价")

    lead.reload()
    assert "示例负责人" not in lead.locator("main").inner_text(), "the evaluation is not for the unit to read"
    clerk.goto(f"{base}/desk/records/{record}")
    expect(clerk.locator("main")).to_contain_text("走访")
    press(clerk, "归档")
    confirmed(clerk)
    expect(clerk.locator("h1")).to_contain_text("已归档")
    look(clerk)
