"""Tables that people bring: as CSV, pasted from a spreadsheet, or as a workbook. The first line names the columns, in
Chinese or English, in any order."""

from __future__ import annotations

import csv
import io
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook

from liaison.texts import LANGUAGES, Message, catalogue, harmless, meant

MOST: Final = 5_000
"""Lines of a table."""
_MOST_BYTES: Final = 50_000_000
"""What a workbook may hold, unpacked."""
_UNREADABLE: Final = (
    BadZipFile, zlib.error, EOFError, OSError, SyntaxError, LookupError, TypeError, AttributeError, RuntimeError
)  # fmt: skip
"""What comes of a file that only looks like a workbook, or like a part of one."""
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
        lines = [(number, cells) for number, cells in _lines(text) if any(cells)]
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


def _lines(text: str) -> Iterable[tuple[int, list[str]]]:
    # A cell may hold a line break: what counts for people is the line on which a row ends in the file.
    reader = csv.reader(io.StringIO(text), delimiter="\t" if "\t" in text.split("\n", 1)[0] else ",", strict=True)
    for cells in reader:
        yield reader.line_num, [meant(cell.strip()) for cell in cells]


def is_workbook(data: bytes) -> bool:
    """Whether bytes look like a workbook."""
    return data.startswith(b"PK\x03\x04")


def of_workbook(data: bytes) -> str:
    """The first sheet of a workbook as it would be pasted: cells apart by tabs. ValueError: it cannot be read."""
    try:
        with ZipFile(io.BytesIO(data)) as packed:
            if sum(one.file_size for one in packed.infolist()) > _MOST_BYTES:
                raise ValueError("too large")
        sheet = load_workbook(io.BytesIO(data), read_only=True, data_only=True).worksheets[0]
        seen = sheet.iter_rows(max_row=MOST + 2, max_col=_WIDE, values_only=True)
        rows = [[_cell(value) for value in row] for row in seen]
    except _UNREADABLE as error:
        raise ValueError("no workbook") from error
    return "\n".join("\t".join(cells).rstrip("\t") for cells in rows).strip("\n")


def _cell(value: Any) -> str:
    """A cell as one reads it: days without their midnight, whole numbers without a fraction, all on one line."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    # A quotation mark would begin a cell of several lines.
    return "" if value is None else " ".join(str(value).replace('"', " ").split())
