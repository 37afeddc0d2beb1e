"""A form as a spreadsheet: the workbook to be filled in, how one that comes back is understood, and the workbook that
says what is wrong with it or what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from io import BytesIO
from itertools import pairwise, zip_longest
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from liaison.definitions import Action
from liaison.engine import Mechanism
from liaison.forms import Choice, Column, Wrong, columns_of, parts_of, picked_from, plain_name, reader_of, what_to_write
from liaison.store import MOST_ROWS, BatchRow, Said, parties_named
from liaison.texts import FORMULA, LANGUAGES, Message, catalogue

from .. import visit
from ..tabular import NoValue, Row, TableError, rows_of
from ..typed import plain
from .room import Room

_WIDE = 200
"""Columns that are looked at."""
_HEADS = 10
"""Among so many lines at the top the one that names the columns is looked for: titles may stand above it."""
_OURS = ("desk.batch.column_wrong", "desk.batch.column_number", "desk.batch.column_result")
"""Columns that we add, and pass over when they come back."""
_FORMULA = "desk.batch.no_value"
_WIDEST = 40
_AS = {"date": "yyyy-mm-dd", "datetime": "yyyy-mm-dd hh:mm", "integer": "0", "decimal": "General", "money": "General",
       "percent": "General"}  # fmt: skip
"""Kinds that a spreadsheet keeps as something else than text."""
_BOLD = Font(bold=True)
_HEAD, _MARKED = PatternFill("solid", fgColor="00E8EEF7"), PatternFill("solid", fgColor="00FDE2E0")


@dataclass(frozen=True)
class Understood:
    """A file that was read: rows to be tried, field → the letter of its column, and the columns it lacks; or what is
    wrong with it as a whole."""

    rows: Sequence[BatchRow] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    lacks: Sequence[str] = ()
    faults: Sequence[Message] = ()


@dataclass(frozen=True)
class Spreadsheet:
    """The spreadsheet of an action that begins records of a type."""

    room: Room
    type: str
    action: Action

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Its columns, called as this visitor reads them."""
        return _columns(self.room.mechanism, self.action)

    @property
    def title(self) -> str:
        return self.room.mechanism.record_type(self.type).title

    # ── Written ──────────────────────────────────────────────────────────────────────────────────────────────────

    def workbook(self, rows: Iterable[BatchRow] = (), *, answered: bool = False) -> bytes:
        """The workbook to be filled in; with rows, what was filled in and what is wrong with it, or (`answered`) what
        became of it."""
        book = Workbook()
        sheet: Any = book.active
        sheet.title = _sheet_name(self.title)
        sheet.freeze_panes = "A2"
        lists = self._explain(book)
        own = len(self.columns)
        for at, column in enumerate(self.columns, 1):
            self._head(sheet, at, column, lists.get(column.field.key, ""))
        added: tuple[str, ...] = ()
        for line, row in enumerate(rows, 2):
            added = _OURS[1:] if answered else _OURS[:1]
            said = {one.field: visit.spoken(one.message) for one in row.wrong}
            formulas = {one.field for one in row.wrong if one.message.code == _FORMULA}
            for at, column in enumerate(self.columns, 1):
                # Written as text, a formula would come back as what it is not.
                told = "" if column.field.key in formulas else str(row.cells.get(column.field.key, ""))
                cell = _written(sheet, line, at, told)
                if wrong := said.get(column.field.key):
                    cell.fill, cell.comment = _MARKED, Comment(wrong, "")
            last = [row.number, row_told(row)] if answered else [_wrong(row)]
            for more, text in enumerate(last, 1):
                _written(sheet, line, own + more, text)
        for more, code in enumerate(added, 1):
            cell = _written(sheet, 1, own + more, visit.sentence(code))
            cell.font, cell.fill = _BOLD, _MARKED
            sheet.column_dimensions[get_column_letter(own + more)].width = _WIDEST
        kept = BytesIO()
        book.save(kept)
        return kept.getvalue()

    def _head(self, sheet: Any, at: int, column: Column, listed: str) -> None:
        """The head of a column, how its cells are kept, and what the spreadsheet says of them."""
        letter = get_column_letter(at)
        cell = _written(sheet, 1, at, f"{column.title}*" if column.required else column.title)
        cell.font, cell.fill, cell.alignment = _BOLD, _HEAD, Alignment(vertical="center", wrap_text=True)
        said = self._asked_for(column)
        cell.comment = Comment(said, "", width=260)
        dimension = sheet.column_dimensions[letter]
        dimension.width = min(max(2 * len(column.title) + 4, 14), _WIDEST)
        dimension.number_format = _AS.get(column.field.kind, "@")
        # Excel takes at most 32 and 255 characters.
        rule = DataValidation(
            type="list" if listed and not column.field.many else None, formula1=listed or None, allow_blank=True,
            showErrorMessage=False, showInputMessage=True, promptTitle=column.title[:32], prompt=said[:255],
        )  # fmt: skip
        rule.add(f"{letter}2:{letter}{MOST_ROWS + 1}")
        sheet.add_data_validation(rule)

    def _explain(self, book: Workbook) -> Mapping[str, str]:
        """The second sheet: what each column wants, and what may be picked; field → where its list stands."""
        sheet: Any = book.create_sheet(_sheet_name(visit.sentence("desk.batch.explained")))
        heads = [visit.sentence(f"desk.batch.explained_{one}") for one in ("column", "needed", "how")]
        found: dict[str, str] = {}
        listed = len(heads) + 1
        for at, head in enumerate(heads, 1):
            _written(sheet, 1, at, head).font = _BOLD
            sheet.column_dimensions[get_column_letter(at)].width = (24, 10, 60)[at - 1]
        for line, column in enumerate(self.columns, 2):
            needed = visit.sentence("desk.batch.needed") if column.required else ""
            for at, text in enumerate((column.title, needed, self._asked_for(column)), 1):
                _written(sheet, line, at, text)
            choices = self._choices(column)
            if not choices:
                continue
            listed += 1
            letter = get_column_letter(listed)
            _written(sheet, 1, listed, column.title).font = _BOLD
            sheet.column_dimensions[letter].width = 24
            for place, choice in enumerate(choices, 2):
                _written(sheet, place, listed, choice.label)
            found[column.field.key] = f"{quote_sheetname(sheet.title)}!${letter}$2:${letter}${len(choices) + 1}"
        return found

    def _asked_for(self, column: Column) -> str:
        said = [visit.spoken(what_to_write(column, self._choices(column))), column.field.help]
        return "。".join(filter(None, said))

    def _choices(self, column: Column) -> list[Choice] | None:
        return None if column.field.kind == "party" else picked_from(column, self._offered, self.room.now.date())

    def _offered(self, kind: str, wish: Mapping[str, Any], day: date) -> Sequence[Choice]:
        return self.room.around.options(kind, wish, day)

    # ── Read ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def understood(self, data: bytes) -> Understood:
        """What a file that came back says."""
        try:
            rows = rows_of(data, most=MOST_ROWS + _HEADS, wide=_WIDE)
        except TableError as error:
            return Understood(faults=[error.message])
        ways = [(row, columns) for columns in self._in_each_language() for row in _headings(rows[:_HEADS])]
        heads, columns = max(ways, key=lambda way: _matches(*way), default=(None, self.columns))
        if heads is None or not _matches(heads, columns):
            return Understood(faults=[Message("desk.batch.no_heads", {"columns": [one.title for one in self.columns]})])
        below = [row for row in rows if row.line > heads.line]
        if faults := [*_faults(heads, columns), *_size(below)]:
            return Understood(faults=faults)
        named = {_name(column.title): column for column in columns}
        places = {named[_name(cell)].field.key: at for at, cell in enumerate(heads.cells) if _name(cell) in named}
        readers = self._readers(columns, below, places)
        return Understood(
            [_row(row, columns, places, readers) for row in below],
            {key: get_column_letter(at + 1) for key, at in places.items()},
            [one.title for one in columns if one.field.key not in places],
        )

    def _in_each_language(self) -> Iterator[tuple[Column, ...]]:
        """Its columns as this visitor reads them, then as others do: a file is passed from hand to hand."""
        yield self.columns
        with visit.database().read() as connection:
            for one in LANGUAGES:
                shelf = visit.database().shelf.speaking(one)
                yield _columns(shelf.mechanism(connection, self.room.installed.edition), self.action)

    def _readers(
        self, columns: Sequence[Column], rows: Sequence[Row], places: Mapping[str, int]
    ) -> Mapping[str, Callable[[str], Any]]:
        wanted = {
            name
            for column in columns
            if column.field.kind == "party" and column.field.key in places
            for row in rows
            if (cell := _at(row, places[column.field.key]))
            for name in (cell, *parts_of(cell))
        }
        with visit.database().read() as connection:
            known = parties_named(connection, self.room.installed.organisation, wanted) if wanted else []

        def options(kind: str, wish: Mapping[str, Any], day: date) -> Sequence[Choice]:
            if kind != "party":
                return self._offered(kind, wish, day)
            kinds = wish.get("kinds", ())
            return [Choice(one.id, one.name) for one in known if not kinds or one.kind in kinds]

        day = self.room.now.date()
        return {one.field.key: reader_of(one, options, day) for one in columns if one.field.key in places}


def _headings(rows: Sequence[Row]) -> list[Row]:
    """What may name the columns: a line, or two together where cells of a head are merged. What stands in the lower one
    is the name then (联系人 over 姓名 and 电话), else what the upper one says."""
    pairs = [
        Row(lower.line, tuple(below or above for above, below in zip_longest(upper.cells, lower.cells, fillvalue="")))
        for upper, lower in pairwise(rows)
    ]
    return [*rows, *pairs]


def _faults(heads: Row, columns: Sequence[Column]) -> Iterator[Message]:
    """What is wrong with the heads, each column by its name."""
    named = {_name(column.title): column for column in columns}
    ours = {_name(catalogue()[code][one]) for code in _OURS for one in LANGUAGES}
    names = [_name(cell) for cell in heads.cells]
    pairs = zip(heads.cells, names, strict=True)
    if strangers := [cell for cell, name in pairs if name and name not in named and name not in ours]:
        yield Message("desk.batch.strange_columns", {"columns": strangers})
    if twice := [named[name].title for name, times in Counter(names).items() if name in named and times > 1]:
        yield Message("desk.batch.doubled_columns", {"columns": twice})
    if missing := [one.title for one in columns if one.required and _name(one.title) not in names]:
        yield Message("desk.batch.missing_columns", {"columns": missing})


def _row(
    row: Row, columns: Sequence[Column], places: Mapping[str, int], readers: Mapping[str, Callable[[str], Any]]
) -> BatchRow:
    """A row to be tried; what cannot be made out is wrong at once."""
    cells: dict[str, str] = {}
    values: dict[str, Any] = {}
    wrong: list[Said] = []
    for column in columns:
        key = column.field.key
        text = _at(row, places[key]) if key in places else ""
        if not text:
            continue
        cells[key] = plain(text)
        if isinstance(text, NoValue):
            wrong.append(Said(key, Message(_FORMULA, {"label": column.title})))
            continue
        try:
            values[key] = readers[key](cells[key])
        except Wrong as error:
            wrong.append(Said(key, error.message(column.title)))
    return BatchRow(row.line, values, cells, wrong=tuple(wrong), state="wrong" if wrong else "waiting")


def row_told(row: BatchRow) -> str:
    """What became of a row, or why nothing did."""
    return _wrong(row) or visit.sentence(f"desk.batch.row_{row.state}")


def _wrong(row: BatchRow) -> str:
    return "；".join(visit.spoken(one.message) for one in row.wrong)


def _columns(mechanism: Mechanism, action: Action) -> tuple[Column, ...]:
    forms = ((mechanism.forms[asks.form], asks) for asks in action.asks)
    return columns_of(
        (section.label, control)
        for form, asks in forms
        for section in form.sections
        if section.key == asks.section
        for control in form.within(asks.section, asks.without)
    )


def _size(rows: Sequence[Row]) -> Iterable[Message]:
    if not rows:
        yield Message("desk.batch.no_rows")
    if len(rows) > MOST_ROWS:
        yield Message("desk.batch.too_many_rows", {"most": MOST_ROWS})


def _matches(row: Row, columns: Sequence[Column]) -> int:
    named = {_name(column.title) for column in columns}
    return sum(_name(cell) in named for cell in row.cells)


def _name(head: str) -> str:
    """A head as it is compared: without the mark of what is needed."""
    return plain_name(head).rstrip("*")


def _at(row: Row, place: int) -> str:
    return row.cells[place] if place < len(row.cells) else ""


def _sheet_name(title: str) -> str:
    return "".join(sign for sign in title if sign not in "[]:*?/\\'")[:31]


def _written(sheet: Any, line: int, at: int, text: str) -> Any:
    """A cell that holds this text and nothing else: no spreadsheet reckons it."""
    cell = sheet.cell(line, at)
    if text:
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:32_767]
        cell.data_type = "s"
        cell.quotePrefix = text.startswith(FORMULA)
    return cell
