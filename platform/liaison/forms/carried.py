"""What a row takes over from the record it picks: the columns of a table whose defaults are expressions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from liaison.conditions import compile_expression, read_stored

from .kind import kind_of
from .kinds.table import standing
from .model import Field, Form, Test, Through
from .picking import entries_of
from .settle import stored_default


def expressions_in(column: Field) -> list[Any]:
    """The expressions of a column's default; none where it is a fixed value."""
    return [one for one in entries_of(column.spec.get("default")) if isinstance(one, Mapping)]


def compile_carried(fields: Mapping[str, Field]) -> dict[str, dict[str, list[Test]]]:
    """Table → column → what it takes over, for the tables and columns that take over something."""
    found = {
        table.key: {
            key: [compile_expression(one) for one in expressions]
            for key, column in table.columns.items()
            if (expressions := expressions_in(column))
        }
        for table in fields.values()
    }
    return {table: columns for table, columns in found.items() if columns}


def carry(form: Form, raw: Mapping[str, Any], existing: Mapping[str, Any], through: Through) -> dict[str, Any]:
    """`raw`, the empty cells filled of the rows that pick a record which no row of the table on file does. What was
    emptied later in a row on file stays empty."""
    carried = {
        table: _rows(form.fields[table], raw[table], existing.get(table), columns, through)
        for table, columns in form.machinery.carried.items()
        if isinstance(raw.get(table), list)
    }
    return {**raw, **carried}


def _rows(
    table: Field, rows: list[Any], on_file: Any, carried: Mapping[str, list[Test]], through: Through
) -> list[Any]:
    picks = [key for key, column in table.columns.items() if column.kind == "record" and not column.many]
    known = {key: standing(on_file, key) for key in picks}
    new = [{key: id_ for key, id_ in _picked(row, picks) if id_ not in known[key]} for row in rows]
    read = through({id_ for picked in new for id_ in picked.values()}) if any(new) else {}
    return [_filled(table, row, carried, read, picks) if new[at] else row for at, row in enumerate(rows)]


def _picked(row: Any, picks: list[str]) -> Iterator[tuple[str, str]]:
    for key in picks if isinstance(row, Mapping) else ():
        if isinstance(row.get(key), str) and row[key]:
            yield key, row[key]


def _filled(
    table: Field,
    row: Mapping[str, Any],
    carried: Mapping[str, list[Test]],
    read: Mapping[str, Mapping[str, Any]],
    picks: list[str],
) -> dict[str, Any]:
    cells = _Cells(table, row, {key: read[id_] for key, id_ in _picked(row, picks) if id_ in read})
    return {**row, **{key: value for key, tests in carried.items() if (value := _carried(table, key, tests, cells))}}


def _carried(table: Field, key: str, tests: list[Test], cells: _Cells) -> Any:
    """What goes into a cell that is empty: into one of many entries all that its expressions say, each once."""
    if cells.typed(key):
        return None
    column = table.columns[key]
    said = [entry for test in tests for entry in entries_of(test(cells))]
    return stored_default(column, said if column.many else next(iter(said), None))


class _Cells(dict[str, Any]):
    """A row as expressions read it; `column.path` reads the record that stands picked in `column`."""

    def __init__(self, table: Field, row: Mapping[str, Any], picked: Mapping[str, Mapping[str, Any]]) -> None:
        types = {key: kind_of(column).type_of(column) for key, column in table.columns.items()}
        super().__init__({key: read_stored(type_, row.get(key)) for key, type_ in types.items()})
        self._row, self._picked = row, picked

    def typed(self, key: str) -> bool:
        """Whether something stands in the cell, whatever it is."""
        return any(entry not in (None, "") for entry in entries_of(self._row.get(key)))

    def get(self, path: str, default: Any = None) -> Any:
        column, _, rest = path.partition(".")
        if not rest:
            return super().get(column, default)
        picked = self._picked.get(column)
        return default if picked is None else picked.get(rest, default)
