"""The administration says what a mechanism owes each period, and the audit who moved what and why."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from liaison.access import Actor
from liaison.definitions import Package, read_package
from liaison.store import add_person, duties, hold, install, publish

SOURCE = Path(__file__).parents[1] / "liaison" / "engine" / "mechanisms" / "duties"


def set_up(place: Any, package: Package | None = None) -> str:
    """The small mechanism with duties beside the one that ships; its installation."""
    with place.database.write() as connection:
        digest = publish(connection, package or read_package(SOURCE), "seed", place.now)
        installation = install(connection, "district", digest, "seed", place.now)
        add_person(connection, "district", "示例会务", id_="clerk")
        hold(connection, installation, "clerk", "office", "")
    return str(installation)


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_a_mechanism_says_what_it_owes_and_how_it_has_gone(place: Any) -> None:
    installation = set_up(place)
    duties.tend(place.database, place.now)
    duties.tend(place.database, place.now + timedelta(days=14))
    page = place.signed_in("config").get(f"/admin/mechanisms/installations/{installation}")
    said = text_of(page.text)
    assert "定期义务" in said
    assert re.search(r"每周走访两家企业 每个局的联络员 每周五 2026年12月4日 (待完成 \d )?未完成 \d", said)
    assert "每月会议 办公室 每月第一个星期（首个整周） 2026年12月7日至2026年12月13日" in said
    assert "备忘录承诺的走访 每个备忘录" in said
    assert "抽签走访一半企业 每个商会 每年12月20日 2026年12月20日" in said


def test_the_audit_says_who_moved_what_and_why(place: Any) -> None:
    installation = set_up(place)
    duties.tend(place.database, place.now)
    with place.database.read() as connection:
        [one] = duties.board(connection, installation, "session", duties.periods(connection, installation, "session"))
    office = Actor("clerk", "示例会务")
    duties.move(place.database, one.id, date(2026, 12, 15), office, "示例：场地占用", place.now)
    said = text_of(place.signed_in("auditor").get("/admin/audit/?what=duty_moved").text)
    assert "义务改期" in said
    assert "示例会务" in said
    what = ("义务 每月会议", "承担者 办公室", "期 2026-12", "原定 2026-12-13", "改到 2026-12-15", "理由 示例：场地占用")
    assert [part for part in what if part not in said] == []


def test_a_holiday_shows_what_is_owed_on_other_days_too(place: Any) -> None:
    files, path = read_package(SOURCE).files, "rules/duties/duties.json"
    assert files[path].count(b'"end_of": "quarter"') == 1
    by_workday = files[path].replace(b'"end_of": "quarter"', b'"last_workday": "quarter"')
    set_up(place, Package({**files, path: by_workday}))
    duties.tend(place.database, place.now)
    client = place.signed_in("config")
    preview = client.post("/admin/calendars/import/local", data={"body": "2026-12-31 地方活动日 休"})
    assert "办公室 每季度专题报告 · 2026年第4季度 2026年12月31日（周四） 2026年12月30日（周三）" in text_of(
        preview.text
    )
