"""JSON that fits `table.schema.json` → Table."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from .model import Input, Json, Output, Row, Table, Test


def read_table(data: Json) -> Table:
    """The table in `data`, which the JSON Schema has found well shaped; whether its cells fit their columns is
    for `check_table` to say. `data` may be frozen (mappings and tuples)."""
    rows = [_row(at, row) for at, row in enumerate(data["rows"])]
    in_use = [row.get("in_use", True) for row in data["rows"]]
    return Table(
        key=data["key"],
        title=data["title"],
        on=data["on"],
        inputs=tuple(Input(i["key"], i.get("field", ""), i.get("value"), i.get("title", "")) for i in data["inputs"]),
        outputs=tuple(
            Output(o["key"], o.get("codes", ""), o.get("type", ""), o.get("title", "")) for o in data["outputs"]
        ),
        rows=tuple(row for row, used in zip(rows, in_use, strict=True) if used),
        otherwise=MappingProxyType(dict(data["otherwise"])),
        hit=data.get("hit", "unique"),
        gather=data.get("collect", "list"),
        suggests=data.get("suggests", False),
        idle=tuple(row for row, used in zip(rows, in_use, strict=True) if not used),
    )


def _row(at: int, row: Json) -> Row:
    cells: Mapping[str, tuple[Test, ...]] = {
        key: tuple(Test(op, _operand(operand)) for op, operand in cell.items())
        for key, cell in row.get("if", {}).items()
    }
    return Row(row["key"], at, MappingProxyType(cells), MappingProxyType(dict(row["then"])), row.get("note", ""))


def _operand(operand: Any) -> Any:
    return tuple(operand) if isinstance(operand, list | tuple) else operand
