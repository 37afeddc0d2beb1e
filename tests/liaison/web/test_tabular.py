"""Tables that people bring are read as one reads them on the screen."""

from __future__ import annotations

from datetime import date, datetime, time
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook

from liaison.web.tabular import NoValue, rows_of


def book(cells: list[tuple[Any, str]]) -> bytes:
    """A workbook with one line of cells, each with its number format."""
    made = Workbook()
    sheet: Any = made.active
    for at, (value, how) in enumerate(cells, 1):
        sheet.cell(1, at, value).number_format = how
    kept = BytesIO()
    made.save(kept)
    return kept.getvalue()


CELLS = [
    (date(2026, 1, 26), "yyyy-mm-dd", "2026-01-26"),
    (datetime(2026, 1, 26, 15, 30), "yyyy-mm-dd hh:mm", "2026-01-26 15:30"),  # noqa: DTZ001  Excel knows no zones
    (time(9, 5), "hh:mm", "09:05"),
    (13800138000, "General", "13800138000"),
    (13800138000.0, "0.00E+00", "13800138000"),
    (0.1 + 0.2, "General", "0.3"),
    (0.125, "0.00%", "12.5%"),
    (True, "General", "True"),
    ("075728886666", "@", "075728886666"),
    ("  两行\n文字  ", "General", "两行\n文字"),
    ("'=1", "General", "'=1"),
]


def test_a_cell_is_read_as_it_looks() -> None:
    [row] = rows_of(book([(value, how) for value, how, _ in CELLS]), most=10, wide=20)
    assert list(row.cells) == [text for *_, text in CELLS]


def test_a_formula_is_no_value() -> None:
    [row] = rows_of(book([("=A1*2", "General"), ("#N/A", "General")]), most=10, wide=20)
    assert [isinstance(cell, NoValue) for cell in row.cells] == [True, True]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("between", [",", "\t"])
def test_text_is_read_in_every_way_it_is_saved(encoding: str, between: str) -> None:
    text = f"企业{between}电话\n\n甲{between}'0757-22\n"
    rows = rows_of(text.encode(encoding), most=10, wide=20)
    assert [(row.line, row.cells) for row in rows] == [(1, ("企业", "电话")), (3, ("甲", "'0757-22"))]


def test_no_more_is_read_than_is_asked_for() -> None:
    rows = rows_of(("甲\n" * 100_000).encode(), most=10, wide=1)
    assert len(rows) == 11, "one more says that there are more"
