"""Files for spreadsheets: whatever a cell holds can be kept, and many rows take little."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import pytest
from openpyxl import load_workbook

from liaison.web.sheets import Head, begun

HEADS = (Head("名称"), Head("日期", "date"), Head("时间", "moment"), Head("金额", "money"), Head("数量", "number"))
MOMENT = datetime(2026, 8, 20, 2, 30, tzinfo=UTC)


def workbook(*rows: tuple[Any, ...]) -> Any:
    sheet = begun("xlsx", "清单[1]:*?/\\", HEADS)
    sheet.add(rows)
    return load_workbook(BytesIO(sheet.done())).active


@pytest.mark.parametrize("text", ["=1+1", "+86", "-x", "@a", "\x01看不见\x0b", "长" * 40_000, "a\nb", "0012", "<&>"])
def test_text_stays_text(text: str) -> None:
    [_, [cell, *_]] = workbook((text, None, None, None, None)).iter_rows()
    assert cell.data_type in ("s", "inlineStr")
    assert cell.value == text.replace("\x01", "").replace("\x0b", "")[:32_767]


def test_days_moments_and_quantities_are_what_they_are() -> None:
    [_, row] = workbook(("甲", date(2026, 8, 20), MOMENT, "1234.50", Decimal("2.5"))).iter_rows()
    name, day, moment, *quantities = (cell.value for cell in row)
    assert (name, str(day), str(moment)) == ("甲", "2026-08-20 00:00:00", "2026-08-20 10:30:00"), "told in Shanghai"
    assert quantities == [1234.5, 2.5]
    [_, row] = workbook(("甲", "不是日期", "", "保密", None)).iter_rows()
    assert [cell.value for cell in row] == ["甲", "不是日期", None, "保密", None]


def test_a_workbook_without_rows_has_its_heads() -> None:
    [heads] = workbook().iter_rows()
    assert [cell.value for cell in heads] == [head.title for head in HEADS]


def test_csv_says_the_same() -> None:
    sheet = begun("csv", "清单", HEADS)
    sheet.add([("=1+1", date(2026, 8, 20), MOMENT, "1234.50", None)])
    rows = list(csv.reader(StringIO(sheet.done().decode("utf-8-sig"))))
    assert rows[1] == ["'=1+1", "2026-08-20", "2026-08-20 10:30", "1234.50", ""]
