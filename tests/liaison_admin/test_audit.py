"""The log is filtered, the chain is checked, what was changed against a suggestion is listed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from liaison.access import GUEST, Actor
from liaison.store import log


def test_the_log_says_who_did_what_and_is_filtered(place: Any) -> None:
    place.signed_in("keeper").post("/admin/accounts/", data={"login": "new", "name": "新人"})
    place.app.test_client().post("/accounts/sign-in", data={"login": "nobody", "password": "x"})
    client = place.signed_in("auditor")
    page = client.get("/admin/audit/").text
    assert "添加账号" in page
    assert "林安全" in page
    only = client.get("/admin/audit/?what=account_added").text
    assert "第 1–1 条，共 1 条" in only
    assert "共 1 条" in client.get("/admin/audit/?person=keeper&what=sign_in").text
    assert "没有符合条件的记录" in client.get("/admin/audit/?since=2030-01-01").text
    assert "没有符合条件的记录" in client.get("/admin/audit/?until=2020-01-01").text
    assert "请写成" in client.get("/admin/audit/?since=someday").text


def test_a_long_log_has_pages(place: Any) -> None:
    with place.database.write() as connection:
        for number in range(56):
            log(connection, "download", "office", place.now, organisation="district", detail={"file": f"f{number}"})
    client = place.signed_in("auditor")
    page = client.get("/admin/audit/?what=download").text
    assert "第 1–50 条，共 56 条" in page
    assert "offset=50" in page
    rest = client.get("/admin/audit/?what=download&offset=50").text
    assert "第 51–56 条，共 56 条" in rest
    assert "文件 f0<" in rest


def test_a_line_speaks_in_titles(place: Any) -> None:
    detail = {"installation": place.installation, "view": "general", "form": "rating", "post": "liaison", "unit": "tax"}
    with place.database.write() as connection:
        log(connection, "export", "office", place.now, organisation="district", detail=detail | {"field": "company"})
    page = place.signed_in("auditor").get("/admin/audit/?what=export").text
    for said in (
        "台账 一般问题清单",
        "表格 民营企业事项办理评价表",
        "席位 联络协作员",
        "单位 区税务局",
        "项目 企业名称/",
    ):
        assert said in page, said
    assert place.installation not in page


def test_the_chain_is_checked_and_tampering_is_said(place: Any) -> None:
    place.assigned()
    client = place.signed_in("auditor")
    assert "还没有校验过" in client.get("/admin/audit/chain").text
    assert "记录完好" in client.post("/admin/audit/chain", follow_redirects=True).text
    with place.database.write() as connection:
        connection.execute(text("UPDATE event SET reason = 'changed'"))
    page = client.post("/admin/audit/chain", follow_redirects=True).text
    assert "处问题" in page
    assert "链条" in client.get("/admin/").text
    assert ">完好<" in page, "the earlier result stays in the list"


def test_what_was_decided_against_a_suggestion_is_listed(place: Any) -> None:
    client = place.signed_in("auditor")
    assert "还没有改判" in client.get("/admin/audit/overrides").text
    values = {**place.values, "category": "C"}
    record = place.do("submit", GUEST, type="matter", installation=place.installation, values=values)
    office = Actor("office", "李办")
    place.do("accept", office, record)
    asked = {"level": "general", "subject": "续贷", "lead_unit": "economy", "support_units": []}
    place.do("assign", office, record, values=asked, reason="情况简单")
    page = client.get("/admin/audit/overrides").text
    for said in ("情况简单", "李办", "重点", "一般", "-2026-0001"):
        assert said in page
