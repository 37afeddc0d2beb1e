"""Repeating rows: each row an object with the same columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from liaison.conditions import Type, compile_condition, rows
from liaison.texts import Message, say

from ..kind import Kind, Scene, Wrong, kind_of, register
from ..model import Conditions, Field, Names
from ..picking import entries_of
from ..widgets import RowsTable

MOST_ROWS = 200


@register
class Table(Kind):
    """Reading the cells is the business of `TableField`: it keeps what was typed in each."""

    name = "table"
    types = ("array",)
    missing = "forms.required_row"
    widget = RowsTable()

    def fragment(self, field: Field) -> dict[str, Any]:
        least = {"minItems": field.spec["minItems"]} if "minItems" in field.spec else {}
        properties = {key: kind_of(column).fragment(column) for key, column in field.columns.items()}
        row = {"type": "object", "properties": properties, "additionalProperties": False}
        return {"type": "array", "items": row, **least, "maxItems": most_rows(field)}

    def examine(self, field: Field, value: Any, scene: Scene) -> Iterator[Wrong]:
        if len(value) < field.spec.get("minItems", 0):
            yield Wrong("forms.too_few_rows", least=field.spec["minItems"])

    def type_of(self, field: Field) -> Type:
        return rows({key: kind_of(column).type_of(column) for key, column in field.columns.items()})

    def text(self, field: Field, value: Any) -> str:
        return ""

    def display(self, field: Field, value: Any, lang: str, names: Names) -> str:
        return self._written(
            field, value, lang, lambda column, cell: kind_of(column).display(column, cell, lang, names)
        )

    def mask(self, field: Field, value: Any, lang: str, names: Names) -> str:
        return self._written(field, value, lang, lambda column, cell: kind_of(column).mask(column, cell, lang, names))

    def _written(self, field: Field, value: Any, lang: str, write: Any) -> str:
        lines = []
        for row in value:
            cells = [
                Message("forms.shown_cell", {"column": column.title, "text": write(column, row[key])})
                for key, column in field.columns.items()
                if key in row
            ]
            lines.append(say(Message("forms.shown_row", {"cells": cells}), lang))
        return "\n".join(lines)


def most_rows(field: Field) -> int:
    """How many rows a table takes."""
    return int(field.spec.get("maxItems", MOST_ROWS))


def required_columns(field: Field) -> frozenset[str]:
    """The columns that each row must fill."""
    return frozenset(field.spec["items"].get("required", ()))


def conditions_of(field: Field) -> Mapping[str, Conditions]:
    """The columns whose cells are shown, or must be filled, only where the other cells of their row say so."""
    show, require = (field.spec["items"].get(name, {}) for name in ("show", "require"))
    return {
        key: Conditions(
            show=compile_condition(show[key]) if key in show else None,
            require=compile_condition(require[key]) if key in require else None,
            show_json=show.get(key),
            require_json=require.get(key),
        )
        for key in {**show, **require}
    }


def unique_columns(field: Field) -> tuple[str, ...]:
    """The columns in which no value may stand twice."""
    return tuple(field.spec["items"].get("unique", ()))


def repeated(field: Field, rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, str, int]]:
    """The cells that say again what must stand once: index of the row, column, index of the row that said it first."""
    for column in unique_columns(field):
        filled = [(index, row[column]) for index, row in enumerate(rows) if column in row]
        for place, (index, value) in enumerate(filled):
            first = next((one for one, known in filled[:place] if known == value), None)
            if first is not None:
                yield index, column, first


def standing(rows: Any, column: str) -> list[Any]:
    """Every entry that stands in a column of `rows`, stored or as typed."""
    return [entry for row in entries_of(rows) if isinstance(row, Mapping) for entry in entries_of(row.get(column))]
