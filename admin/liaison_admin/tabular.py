"""Tables that people bring: as CSV, pasted from a spreadsheet, or as a workbook. The first line names the columns, in
Chinese or English, in any order."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Final

from liaison.texts import LANGUAGES, Message, catalogue, harmless
from liaison.web import text_rows, workbook_rows

MOST: Final = 5_000
"""Lines of a table."""
_WIDE: Final = 50
"""Columns of a workbook that are looked at."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a line; 1 is the one that names the columns."""

    line: int
    message: Message


Line = tuple[int, Mapping[str, str]]
"""The number of a line, and its cells by their columns."""


def read(text: str, columns: Mapping[str, str], needed: Sequence[str]) -> tuple[list[Line], list[Wrong]]:
    """The lines of a table, and what keeps it from being read; lines without anything are left out. `columns`: each
    with the code of what it is called."""
    try:
        lines = [(row.line, row.cells) for row in text_rows(text) if any(row.cells)]
    except csv.Error as error:
        return [], [Wrong(1, Message("admin.csv.no_csv", {"reason": str(error)}))]
    if not lines:
        return [], [Wrong(1, Message("admin.csv.empty"))]
    first, head = lines[0]
    known = {catalogue()[code][lang].casefold(): name for name, code in columns.items() for lang in LANGUAGES}
    names = [known.get(cell.casefold(), "") for cell in head]
    missing = [Message(columns[name]) for name in needed if name not in names]
    if missing:
        return [], [Wrong(first, Message("admin.csv.no_column", {"columns": missing}))]
    if len(lines) == 1:
        return [], [Wrong(first, Message("admin.csv.empty"))]
    if len(lines) > MOST:
        return [], [Wrong(lines[MOST][0], Message("admin.csv.too_many", {"most": MOST}))]
    return [
        (number, {name: cell for name, cell in zip(names, cells, strict=False) if name}) for number, cells in lines[1:]
    ], []


def write(columns: Mapping[str, str], rows: Iterable[Sequence[str]], lang: str) -> str:
    """A table as CSV that `read` reads back, and whose cells no spreadsheet takes for formulas."""
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow([catalogue()[code][lang] for code in columns.values()])
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return made.getvalue()


def day(text: str) -> date | None:
    """`2026-01-01`, or `2026/1/1` as Excel writes it; None for nothing. ValueError."""
    if not text:
        return None
    year, month, day = (int(part) for part in text.replace("/", "-").split("-"))
    return date(year, month, day)


def of_workbook(data: bytes) -> str:
    """The first sheet of a workbook as it would be pasted: cells apart by tabs. TableError."""
    rows = islice(workbook_rows(data, wide=_WIDE, formulas=True), MOST + 2)
    return "\n".join("\t".join(map(_on_a_line, row.cells)).rstrip("\t") for row in rows).strip("\n")


def _on_a_line(cell: str) -> str:
    # A quotation mark would begin a cell of several lines.
    return " ".join(cell.replace('"', " ").split())
