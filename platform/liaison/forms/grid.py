"""The official table: cells with their merged places, and what stands in each. Drawing it is not done here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from liaison.texts import Message, say, spell_date

from .display import display
from .kind import Scene, kind_of
from .kinds.signature import DATA_URL
from .model import Field, Form, Names, unnamed
from .picking import entries_of
from .reading import grouped

UNTICKED, TICKED = "□", "☑"


@dataclass(frozen=True)
class Piece:
    """One thing written in a cell. `image` is a PNG data URL, where a signature was drawn."""

    key: str
    text: str
    image: str = ""
    empty: bool = False
    """Nothing has been filled in: `text` is the printed hint, if any."""


@dataclass(frozen=True)
class Cell:
    """A cell of the table at (row, column), counted from 0, over `rowspan` rows and `colspan` columns."""

    key: str
    row: int
    column: int
    rowspan: int
    colspan: int
    pieces: tuple[Piece, ...]
    heading: bool
    """Printed words only, nothing to fill in."""
    vertical: bool = False
    """The words run from top to bottom."""
    part: str = ""
    """Who fills it in."""


@dataclass(frozen=True)
class Note:
    """A note under the table: the official `text` on paper, and on screen `screen`, where a slip is put right there."""

    key: str
    text: str
    screen: str = ""


@dataclass(frozen=True)
class Grid:
    """A table ready to draw: rows of cells, each cell in the row where it begins."""

    title: str
    header: tuple[Piece, ...]
    columns: int
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[Note, ...]
    annex: str = ""
    """Stands above the title: which annex of its document the table is."""


@dataclass(frozen=True)
class Place:
    """Where a cell of the file lands; `row_index` and `cell_index` say where it stands in the file."""

    row_index: int
    cell_index: int
    column: int
    rowspan: int
    colspan: int


@dataclass(frozen=True)
class Fault:
    """A table that does not come out even: `overlap`, `outside` or `gap`, at a row (and cell) of the file."""

    what: str
    row_index: int
    cell_index: int | None


def geometry(table: Mapping[str, Any]) -> tuple[list[Place], list[Fault]]:
    """Place the cells as a word processor does: each in the next free column of its row."""
    columns, rows = int(table["columns"]), table["rows"]
    taken: set[tuple[int, int]] = set()
    places: list[Place] = []
    faults: list[Fault] = []
    for r, row in enumerate(rows):
        column = 0
        for c, cell in enumerate(row["cells"]):
            while (r, column) in taken:
                column += 1
            down, across = int(cell.get("rowspan", 1)), int(cell.get("colspan", 1))
            if column + across > columns or r + down > len(rows):
                faults.append(Fault("outside", r, c))
            wanted = {
                (y, x) for y in range(r, min(r + down, len(rows))) for x in range(column, min(column + across, columns))
            }
            if wanted & taken:
                faults.append(Fault("overlap", r, c))
            taken |= wanted
            places.append(Place(r, c, column, down, across))
            column += across
        if any((r, x) not in taken for x in range(columns)):
            faults.append(Fault("gap", r, None))
    return places, faults


def contents(table: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Everything of a print table that may name a field, with its JSON Pointer below `/print`."""
    for h, entry in enumerate(table.get("header", ())):
        yield f"/header/{h}", entry
    for r, row in enumerate(table["rows"]):
        for c, cell in enumerate(row["cells"]):
            yield f"/rows/{r}/cells/{c}", cell
            for p, piece in enumerate(cell.get("parts", ())):
                yield f"/rows/{r}/cells/{c}/parts/{p}", piece


def print_grid(
    form: Form,
    values: Mapping[str, Any],
    *,
    facts: Mapping[str, Any] | None = None,
    lang: str = "zh",
    names: Names = unnamed,
) -> Grid:
    """The official table of the form, filled with stored `values` and with `facts` (flat, by dotted path).

    Raises KeyError where the form has no table.
    """
    table = form.json["print"]
    writer = _Writer(form, values, {} if facts is None else facts, lang, names)
    rows: list[list[Cell]] = [[] for _ in table["rows"]]
    for place in geometry(table)[0]:
        cell = table["rows"][place.row_index]["cells"][place.cell_index]
        pieces = cell.get("parts", [cell])
        rows[place.row_index].append(
            Cell(
                key=cell["key"],
                row=place.row_index,
                column=place.column,
                rowspan=place.rowspan,
                colspan=place.colspan,
                pieces=tuple(writer.piece(piece) for piece in pieces),
                heading=not any("field" in piece or "fact" in piece for piece in pieces),
                vertical=bool(cell.get("vertical")),
                part=cell.get("part", ""),
            )
        )
    return Grid(
        title=table.get("title", form.title),
        header=tuple(writer.piece(entry) for entry in table.get("header", ())),
        columns=int(table["columns"]),
        rows=tuple(tuple(row) for row in rows),
        notes=tuple(Note(note["key"], note["text"], note.get("screen", "")) for note in table.get("notes", ())),
        annex=table.get("annex", ""),
    )


@dataclass(frozen=True)
class _Writer:
    form: Form
    values: Mapping[str, Any]
    facts: Mapping[str, Any]
    lang: str
    names: Names

    def piece(self, spec: Mapping[str, Any]) -> Piece:
        label = spec.get("label", "")
        if "field" in spec:
            field, value = self.form.fields[spec["field"]], self.values.get(spec["field"])
            if field.kind == "signature" and value is not None and value.startswith(DATA_URL):
                return Piece(spec["key"], label, image=value)
            written = self._field(spec, field, value) or self._plain(spec, self._fact(spec.get("fact", ())))
        elif "fact" in spec:
            written = self._plain(spec, self._fact(spec["fact"]))
        else:
            return Piece(spec["key"], label + spec.get("text", ""))
        return Piece(spec["key"], label + (written or spec.get("placeholder", "")), empty=not written)

    def _fact(self, paths: str | Sequence[str]) -> Any:
        """The fact; of several the first there is."""
        found = (self.facts.get(path) for path in ([paths] if isinstance(paths, str) else paths))
        return next((value for value in found if value is not None), None)

    def _field(self, spec: Mapping[str, Any], field: Field, value: Any) -> str:
        if spec.get("boxes"):
            return self._boxes(field, value)
        if value is None:
            return ""
        if spec.get("format") == "code":
            return self._plain(spec, entries_of(value))
        if "column" in spec:
            column = field.columns[spec["column"]]
            return "\n".join(display(column, row.get(column.key), self.lang, self.names) for row in value)
        if spec.get("format") == "month_day":
            return self._plain(spec, date.fromisoformat(value[:10]))
        return display(field, value, self.lang, self.names)

    def _boxes(self, field: Field, value: Any) -> str:
        picked = set(entries_of(value))
        offered = kind_of(field).choices(field, Scene(date.max, lambda kind, wish, day: (), existing=value)) or ()
        entries = [f"{c.label}{TICKED if c.value in picked else UNTICKED}" for c in offered]
        return "　".join(entries)

    def _plain(self, spec: Mapping[str, Any], value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, list | tuple):
            return say(
                Message("forms.shown_list", {"entries": [self._plain(spec, entry) for entry in value]}), self.lang
            )
        if isinstance(value, date) and spec.get("format") == "month_day":
            return say(Message("forms.shown_month_day", {"month": value.month, "day": value.day}), self.lang)
        if isinstance(value, datetime):
            return f"{spell_date(value.date(), self.lang)} {value:%H:%M}"
        if isinstance(value, date):
            return spell_date(value, self.lang)
        return str(value) if isinstance(value, str | bool) else grouped(value)
