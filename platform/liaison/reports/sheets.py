"""A report as a table that spreadsheets and programs read: one line for each number, with how it is counted."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from io import BytesIO, StringIO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from liaison.texts import Message, harmless, say

from .model import Block, Cell, Statement

Value = str | int | float | None
_COLUMNS = ("metric", "line", "now", "hits", "among", "before", "before_hits", "before_among", "note")
_WIDTHS = (28, 32, 10, 10, 10, 10, 10, 10, 60)


def table(statement: Statement, lang: str = "zh") -> list[list[Value]]:
    """The heads and a line for each number. Shares are between 0 and 1, beside what they are made of."""
    heads: list[Value] = [say(Message(f"reports.column_{column}"), lang) for column in _COLUMNS]
    return [heads, *(line for block in statement.blocks for line in _block(block, lang))]


def csv_bytes(lines: Iterable[Sequence[Value]]) -> bytes:
    """As CSV in UTF-8 with the mark that makes spreadsheets read it so."""
    out = StringIO()
    csv.writer(out).writerows([harmless(cell) if isinstance(cell, str) else cell for cell in line] for line in lines)
    return ("\ufeff" + out.getvalue()).encode()


def xlsx_bytes(lines: Sequence[Sequence[Value]], title: str) -> bytes:
    """As an Excel workbook with one sheet: heads that stay, shares as percentages."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "".join(sign for sign in _printable(title) if sign not in r"[]:*?/\\")[:31] or sheet.title
    for line in lines:
        sheet.append([_printable(cell) if isinstance(cell, str) else cell for cell in line])
    for cells in sheet.iter_rows():
        for cell in cells:
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            cell.font = Font(bold=cell.row == 1)
            if isinstance(cell.value, str):
                cell.data_type = "s"  # never a formula
            elif isinstance(cell.value, float) and lines[cell.row - 1][4] is not None:
                cell.number_format = "0.0%"
    for at, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    sheet.freeze_panes = "A2"
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def _printable(text: str) -> str:
    """Without the control characters that a workbook cannot hold."""
    return str(ILLEGAL_CHARACTERS_RE.sub("", text))


def _block(block: Block, lang: str) -> Iterator[list[Value]]:
    for at, metric in enumerate(block.metrics):
        for row in block.rows:
            yield _line(metric.title, row.label, row.cells[at], "")
        yield _line(metric.title, say(Message("reports.whole"), lang), block.whole[at], metric.note)


def _line(title: str, line: str, cell: Cell, note: str) -> list[Value]:
    share = cell.metric.measure == "share"
    before = cell.before
    return [
        title,
        line,
        _plain(cell.value),
        cell.now.hits if share else None,
        cell.now.records if share else None,
        _plain(cell.was),
        before.hits if share and before else None,
        before.records if share and before else None,
        note,
    ]


def _plain(value: int | Decimal | None) -> Value:
    return float(value) if isinstance(value, Decimal) else value
