"""A list as a file for spreadsheets: an Excel workbook, or CSV that spreadsheets open as it is.

What a cell holds is never taken for a formula. Days are days and can be reckoned with, and so are quantities; numbers
that name something (a matter, a telephone) are text, so that no zero is lost.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any, Protocol

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from liaison.calendars import ZONE
from liaison.texts import FORMULA, harmless

FORMATS: Mapping[str, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
"""Ending → content type."""
_LONGEST = 32_767
"""Characters an Excel cell holds."""
_MEASURED = 200
"""Rows whose cells say how wide the columns are."""
_NARROWEST, _WIDEST = 8, 60
_AS = {"date": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm", "money": "#,##0.00", "number": "#,##0.######"}


@dataclass(frozen=True, slots=True)
class Head:
    """A column: its title, and whether it holds a date, moment, number or money; anything else is text."""

    title: str
    kind: str = "text"


def begun(ending: str, title: str, heads: Sequence[Head]) -> Sheet:
    """A file with this ending (of `FORMATS`), the heads in its first line, to be filled with rows."""
    return _Workbook(title, heads) if ending == "xlsx" else _Csv(heads)


class Sheet(Protocol):
    """A file in the making. Cells are as the heads say; None is empty, moments are aware."""

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        """Add some rows."""
        ...

    def done(self) -> bytes:
        """The file; nothing can be added any more."""
        ...


class _Csv:
    def __init__(self, heads: Sequence[Head]) -> None:
        self._out = StringIO()
        self._writer = csv.writer(self._out)
        self._writer.writerow([head.title for head in heads])

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        self._writer.writerows([harmless(_plain(cell)) for cell in row] for row in rows)

    def done(self) -> bytes:
        return ("\ufeff" + self._out.getvalue()).encode()


class _Workbook:
    """Written as it comes: a workbook of many rows is never whole in memory. The first rows say how wide its columns
    are."""

    def __init__(self, title: str, heads: Sequence[Head]) -> None:
        self._heads = heads
        self._book = Workbook(write_only=True)
        self._sheet: Any = self._book.create_sheet("".join(sign for sign in title if sign not in r"[]:*?/\\")[:31])
        self._sheet.freeze_panes = "A2"
        self._headed = False

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        some = list(rows)
        self._head(some)
        for row in some:
            cells = zip(self._heads, row, strict=True)
            self._sheet.append([_cell(self._sheet, cell, head.kind) for head, cell in cells])

    def done(self) -> bytes:
        self._head(())
        kept = BytesIO()
        self._book.save(kept)
        return kept.getvalue()

    def _head(self, rows: Sequence[Sequence[Any]]) -> None:
        if self._headed:
            return
        self._headed = True
        for at, head in enumerate(self._heads):
            widest = max((_width(_plain(row[at])) for row in rows[:_MEASURED]), default=0)
            width = min(max(widest, _width(head.title), _NARROWEST) + 2, _WIDEST)
            self._sheet.column_dimensions[get_column_letter(at + 1)].width = width
        self._sheet.append([_cell(self._sheet, head.title, "text", bold=True) for head in self._heads])


def _cell(sheet: Any, value: Any, kind: str, *, bold: bool = False) -> Any:
    """What is appended. A cell of its own only where it needs a style: styles are most of the work."""
    if value is None or value == "":
        return None
    value = _typed(value, kind)
    if isinstance(value, str) and not bold and not value.startswith(FORMULA):
        return value
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(FORMULA)
    else:
        cell.number_format = _AS[kind]
    if bold:
        cell.font = Font(bold=True)
    return cell


def _typed(value: Any, kind: str) -> Any:
    """The value as Excel keeps it: Excel knows no offsets, so a moment is told in Shanghai."""
    if kind == "moment" and isinstance(value, datetime):
        return value.astimezone(ZONE).replace(tzinfo=None)
    if kind == "date" and isinstance(value, date):
        return value
    if kind in ("number", "money") and not isinstance(value, bool):
        if isinstance(value, int | float | Decimal):
            return value
        if isinstance(value, str) and value.replace(".", "", 1).removeprefix("-").isdecimal():
            return Decimal(value)
    return ILLEGAL_CHARACTERS_RE.sub("", _plain(value))[:_LONGEST]


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(ZONE):%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _width(text: str) -> int:
    """Columns that the longest line of a text takes: a Chinese character takes two."""
    lines = text.split("\n")
    return max(sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line) for line in lines)
