"""Tables that people bring: a workbook, or text as spreadsheets save or paste it. Read cell by cell into text, as one
reads it on the screen; what the columns mean is for whoever asked for the table to say."""

from __future__ import annotations

import csv
import io
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook

from liaison.texts import Message, meant

_MOST_BYTES: Final = 50_000_000
"""What a workbook may hold, unpacked."""
_UNREADABLE: Final = (
    BadZipFile, zlib.error, EOFError, OSError, SyntaxError, LookupError, TypeError, AttributeError, RuntimeError,
    ValueError,
)  # fmt: skip
"""What comes of a file that only looks like a workbook, or like a part of one."""
_BLANK: Final = 20_000
"""So many empty lines after one another are the end of a sheet, wherever it says that it ends."""
_OLD: Final = b"\xd0\xcf\x11\xe0"
"""How workbooks before 2007 begin, and those behind a password."""


class TableError(ValueError):
    """A file that is not read as a table, and what to tell whoever brought it."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.message = Message(code, params)


class NoValue(str):
    """A cell that holds no value of its own but a formula, or the error of one; the text is what it holds."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table, by its number there, with its cells from the left."""

    line: int
    cells: tuple[str, ...]


def rows_of(data: bytes, *, most: int, wide: int) -> list[Row]:
    """The lines of a file in which anything stands, at most `most` and `wide` cells of each; one more says that there
    are more. TableError."""
    if is_workbook(data):
        found = workbook_rows(data, wide=wide)
    elif data.startswith(_OLD):
        raise TableError("web.table.old_workbook")
    else:
        try:
            found = text_rows(decoded(data))
        except (csv.Error, UnicodeError) as error:
            raise TableError("web.table.unreadable") from error
    rows = []
    for row in found:
        if any(row.cells):
            rows.append(Row(row.line, row.cells[:wide]))
            if len(rows) > most:
                break
    return rows


def is_workbook(data: bytes) -> bool:
    """Whether bytes look like a workbook."""
    return data.startswith(b"PK\x03\x04")


def workbook_rows(data: bytes, *, wide: int, formulas: bool = False) -> Iterator[Row]:
    """The lines of the first sheet that is not hidden, `wide` cells of each. Where `formulas` are allowed, what they
    came to last is read; else their cells are `NoValue`. TableError."""
    try:
        with ZipFile(io.BytesIO(data)) as packed:
            if sum(one.file_size for one in packed.infolist()) > _MOST_BYTES:
                raise TableError("web.table.too_large", most=_MOST_BYTES // 1_000_000)
            if not formulas and any(name.endswith("vbaProject.bin") for name in packed.namelist()):
                raise TableError("web.table.macros")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=formulas)
        sheet = next((one for one in book.worksheets if one.sheet_state == "visible"), book.worksheets[0])
        blank = 0
        for line, cells in enumerate(sheet.iter_rows(max_col=min(wide, sheet.max_column or wide)), 1):
            read = _trimmed(_cell(cell) for cell in cells)
            blank = 0 if any(read) else blank + 1
            if blank > _BLANK:
                break
            yield Row(line, read)
    except TableError:
        raise
    except _UNREADABLE as error:
        raise TableError("web.table.unreadable") from error


def text_rows(text: str) -> Iterator[Row]:
    """The lines of CSV, or of cells apart by tabs. csv.Error."""
    # A cell may hold a line break: what counts for people is the line on which a row ends in the file.
    reader = csv.reader(io.StringIO(text), delimiter="\t" if "\t" in text.split("\n", 1)[0] else ",", strict=True)
    for cells in reader:
        yield Row(reader.line_num, _trimmed(meant(cell.strip()) for cell in cells))


def decoded(data: bytes) -> str:
    """The text of a file as Excel saves it: UTF-8 or UTF-16, else GB 18030. UnicodeDecodeError: it is none of them."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _trimmed(cells: Iterable[str]) -> tuple[str, ...]:
    """Cells up to the last in which anything stands."""
    found = list(cells)
    while found and not found[-1]:
        found.pop()
    return tuple(found)


def _cell(cell: Any) -> str:
    """A cell as one reads it: days without their midnight, numbers without exponent, percentages with their mark."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type in ("f", "e"):
        return NoValue(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        if "%" in (cell.number_format or ""):
            return f"{_short(value * 100)}%"
        return _short(value)
    return str(value).strip()


def _short(number: float) -> str:
    """A number with the fifteen digits that a spreadsheet keeps, and no exponent."""
    text = f"{Decimal(f'{number:.15g}'):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
