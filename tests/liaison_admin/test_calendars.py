"""What the preview shows is what happens, and nothing happens before it is confirmed."""

from __future__ import annotations

import json
import re
from datetime import date
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook

from liaison.store import calendar_of, calendars, import_notice, log, verify
from liaison_admin import local_days

NOTICE = {
    "year": 2027,
    "papers": ["示例通知"],
    "days": [{"name": "元旦", "date": f"2027-01-0{day}", "isOffDay": True} for day in range(1, 6)]
    + [{"name": "元旦", "date": "2027-01-09", "isOffDay": False}],
}
BRING = "/admin/calendars/import/notice"


def due(place: Any, record: str) -> tuple[date, bool]:
    clock = place.record(record).clock("general_reply")
    return clock.due_day, clock.certain


def moves(page: str) -> set[tuple[str, str]]:
    """Old and new date of each row of the list."""
    return set(
        re.findall(r'data-label="原来"><span title="([^"]+)".*?data-label="改为"><span title="([^"]+)"', page, re.S)
    )


def test_a_notice_is_previewed_imported_and_kept(place: Any) -> None:
    record = place.assigned()
    client = place.signed_in("config")
    assert due(place, record) == (date(2027, 1, 4), False)

    preview = client.post(BRING, data={"body": json.dumps(NOTICE)})
    assert preview.status_code == 200
    assert moves(preview.text) == {("2027年1月4日（周一）", "2027年1月6日（周三）")}
    assert "2027年1月9日（周六）" in preview.text
    assert due(place, record) == (date(2027, 1, 4), False), "nothing happened yet"
    assert calendar_of(place.database, "district").is_workday(date(2027, 1, 4))

    done = client.post(f"{BRING}/confirm", data={"body": json.dumps(NOTICE)}, follow_redirects=True)
    assert moves(done.text) == moves(preview.text)
    assert "陈配置" in done.text
    assert due(place, record) == (date(2027, 1, 6), True)
    assert not calendar_of(place.database, "district").is_workday(date(2027, 1, 4))
    assert calendar_of(place.database, "other").is_workday(date(2027, 1, 4)), "next door nothing changed"
    assert verify(place.database) == []

    place.now = place.now.replace(day=20)
    client = place.signed_in("config")
    later = client.get(done.request.path)
    assert moves(later.text) == moves(preview.text), "the list stays"
    assert "2027 年放假安排" in client.get("/admin/calendars/").text


TABLE = "日期,止,安排,名称,依据\n2027-01-01,2027-01-05,休,元旦,示例通知\n2027/1/9,,上班,元旦,示例通知\n"


def workbook(rows: list[list[Any]]) -> BytesIO:
    made, kept = Workbook(), BytesIO()
    for row in rows:
        made.active.append(row)
    made.save(kept)
    return BytesIO(kept.getvalue())


@pytest.mark.parametrize("way", ["pasted", "tabs", "csv", "excel"])
def test_a_table_is_the_notice_it_says(place: Any, way: str) -> None:
    record = place.assigned()
    client = place.signed_in("config")
    rows = [line.split(",") for line in TABLE.splitlines()]
    data: dict[str, Any] = {
        "pasted": {"body": TABLE},
        "tabs": {"body": TABLE.replace(",", "\t")},
        "csv": {"body": "", "file": (BytesIO(TABLE.encode("gb18030")), "放假.csv")},
        "excel": {"body": "", "file": (workbook([rows[0], [date(2027, 1, 1), *rows[1][1:]], rows[2]]), "放假.xlsx")},
    }[way]
    preview = client.post(BRING, data=data)
    assert moves(preview.text) == {("2027年1月4日（周一）", "2027年1月6日（周三）")}
    assert due(place, record) == (date(2027, 1, 4), False), "nothing happened yet"
    body = re.search(r'name="body" value="([^"]+)"', preview.text)
    assert body
    done = client.post(f"{BRING}/confirm", data={"body": unescape(body[1])}, follow_redirects=True)
    assert moves(done.text) == moves(preview.text)
    assert "2027-01-09 元旦 班" in done.text
    assert "示例通知" in done.text
    assert due(place, record) == (date(2027, 1, 6), True)


def test_every_wrong_line_of_a_table_is_named_and_the_table_stays(place: Any) -> None:
    client = place.signed_in("config")
    table = "日期,安排,名称\n2027-13-01,休,元旦\n2027-01-02,歇,\n2027-01-02至2027-01-03,休,元旦\n2027-01-03,班,元旦\n"
    answer = client.post(BRING, data={"body": table})
    assert answer.status_code == 422
    for said in (
        "第 2 行：“2027-13-01”不是日期",
        "第 3 行：没有填写名称",
        "第 3 行：“歇”看不懂",
        "第 5 行：2027-01-03 在第 4 行已经写过",
    ):
        assert said in answer.text
    assert "2027-13-01,休,元旦" in answer.text
    assert "缺少列：安排、名称" in client.post(BRING, data={"body": "日期\n2027-01-01"}).text
    long = client.post(
        BRING, data={"body": "日期,止,安排,名称\n2027-01-01,2029-01-01,休,节\n2027-01-02,2027-01-01,休,节"}
    )
    assert "一段最多" in long.text
    assert "止日" in long.text
    other = client.post(BRING, data={"body": "日期,安排,名称\n2027-01-01,休,元旦\n2025-01-01,休,元旦"})
    assert other.status_code == 422


def test_local_days_may_be_a_table(place: Any) -> None:
    record = place.assigned()
    client = place.signed_in("config")
    preview = client.post("/admin/calendars/import/local", data={"body": "日期,安排,名称\n2027-01-04,休,地方活动日"})
    assert moves(preview.text) == {("2027年1月4日（周一）", "2027年1月5日（周二）")}
    assert due(place, record)[0] == date(2027, 1, 4)


def test_what_cannot_be_read_is_said_and_kept(place: Any) -> None:
    client = place.signed_in("config")
    for body in ("{", "[]", '{"year": "soon"}', '{"year": 2027, "days": [{"date": "2026-01-01"}]}'):
        answer = client.post(BRING, data={"body": body})
        assert answer.status_code == 422, body
        assert client.post(f"{BRING}/confirm", data={"body": body}).status_code == 422
    assert "{&#34;year&#34;" in answer.text
    assert client.post(BRING).status_code == 422
    assert client.get("/admin/calendars/import/other").status_code == 404
    assert client.get("/admin/calendars/?year=1").status_code == 404


def test_local_days_are_written_in_lines_and_added_to(place: Any) -> None:
    record = place.assigned()
    client = place.signed_in("config")
    address = "/admin/calendars/import/local"
    preview = client.post(address, data={"body": "2027-01-04 地方活动日 休"})
    assert moves(preview.text) == {("2027年1月4日（周一）", "2027年1月5日（周二）")}
    body = re.search(r'name="body" value="([^"]+)"', preview.text)
    assert body is not None
    client.post(f"{address}/confirm", data={"body": body[1].replace("&#34;", '"')})
    assert due(place, record)[0] == date(2027, 1, 5)
    assert "2027-01-04 地方活动日 休" in client.get(address).text
    back = client.post(f"{address}/back", data={"typed": "2027-01-04 我写的 休"})
    assert "我写的" in back.text


def test_an_import_that_was_broken_off_is_counted_again(place: Any) -> None:
    record = place.assigned()
    imported = import_notice(place.database, "district", NOTICE, "config", place.now)
    client = place.signed_in("config")
    page = client.get(f"/admin/calendars/imports/{imported.id}")
    assert "没有重算完" in page.text
    done = client.post(f"/admin/calendars/imports/{imported.id}/recount", follow_redirects=True)
    assert moves(done.text) == {("2027年1月4日（周一）", "2027年1月6日（周三）")}
    assert due(place, record)[0] == date(2027, 1, 6)
    assert client.get("/admin/calendars/imports/99").status_code == 404


def test_a_record_that_cannot_be_counted_is_named_and_keeps_no_other_from_it(place: Any, monkeypatch: Any) -> None:
    broken, record = place.assigned(), place.assigned()
    imported = import_notice(place.database, "district", NOTICE, "config", place.now)
    real = calendars.act

    def act(database: Any, command: Any, now: Any) -> Any:
        if command.record == broken:
            raise ValueError("示例")
        return real(database, command, now)

    monkeypatch.setattr(calendars, "act", act)
    client = place.signed_in("config")
    again = f"/admin/calendars/imports/{imported.id}/recount"
    page = client.post(again, follow_redirects=True).text
    assert due(place, record)[0] == date(2027, 1, 6)
    assert due(place, broken)[0] == date(2027, 1, 4)
    assert place.record(broken).number in page
    assert "没有重新计算成" in page
    monkeypatch.undo()
    page = client.post(again, follow_redirects=True).text
    assert due(place, broken)[0] == date(2027, 1, 6)
    assert "没有重新计算成" not in page


def test_an_import_that_was_noted_without_what_was_left_is_shown(place: Any) -> None:
    imported = import_notice(place.database, "district", NOTICE, "config", place.now)
    moved = [{"number": "示例-1", "term": "时限", "old": "一日", "new": "二日"}]
    detail = {"notice": imported.id, "moved": moved}
    with place.database.write() as connection:
        log(connection, "calendar_imported", "config", place.now, organisation="district", detail=detail)
    page = place.signed_in("config").get(f"/admin/calendars/imports/{imported.id}")
    assert page.status_code == 200
    assert "示例-1" in page.text
    assert "没有重新计算成" not in page.text


def test_lines_are_read_and_written() -> None:
    text = "2026-09-03 地方 活动日 休\n2026-09-05 调休 班\n"
    read = local_days.read(text)
    assert [day["isOffDay"] for day in read["days"]] == [True, False]
    assert local_days.write(read["days"], "zh") == text
    assert local_days.read("2026-9-3 Day OFF")["days"][0]["date"] == "2026-09-03"
    with pytest.raises(local_days.LineError) as wrong:
        local_days.read("2026-09-03 好 休\n\nsomeday 好 休")
    assert wrong.value.line == 3


@pytest.mark.parametrize(
    "body",
    [
        '{"days": [{"date": "2027-03-01", "name": "节\\u0000日", "isOffDay": true}]}',
        '{"days": [{"date": "2027-03-01", "name": "\\ud800", "isOffDay": true}]}',
        '{"days": [], "weight": NaN}',
        '{"days": [], "weight": 1e999}',
        '{"a":' * 5000,
    ],
)
@pytest.mark.parametrize("way", ["", "/confirm"])
def test_json_that_cannot_be_kept_is_said(place: Any, body: str, way: str) -> None:
    answer = place.signed_in("config").post(f"/admin/calendars/import/local{way}", data={"body": body})
    assert answer.status_code == 422
    assert "不是 JSON" in answer.text
