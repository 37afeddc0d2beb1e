"""A report as a page draws it: numbers as people read them, how they moved, how long their bars are, what they open."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from liaison.engine.figures import Metric
from liaison.reports import Block, Cell, Row, Statement, explained

from .. import visit
from ..filters import money, number
from ..language import lang
from .room import Room

Address = Callable[[Metric, Row | None, bool], str]
"""(metric, line or None for the whole, whether of a share all that it is a share of) → the list it opens, if any."""

_WIDE = 100
"""Length of the longest bar."""
_WAN = 10_000
"""From so many yuan on, amounts are said in units of ten thousand."""


def drawn(room: Room, statement: Statement, opens: Address) -> list[dict[str, Any]]:
    """The blocks of a report, in order."""
    return [_block(room, block, opens) for block in statement.blocks]


def _block(room: Room, block: Block, opens: Address) -> dict[str, Any]:
    longest = [_longest(block, at) for at in range(len(block.metrics))]
    whole = [_cell(room, cell, opens, None, 0) for cell in block.whole]
    return {
        "title": block.title,
        "by": block.by,
        "heads": [_head(room, metric) for metric in block.metrics],
        "rows": [
            {
                "label": row.label,
                "cells": [_cell(room, cell, opens, row, longest[at]) for at, cell in enumerate(row.cells)],
            }
            for row in block.rows
        ],
        "whole": whole,
        "numbers": [] if block.by else list(zip((_head(room, one) for one in block.metrics), whole, strict=True)),
        "empty": not any(cell.now.records for cell in block.whole),
    }


def _head(room: Room, metric: Metric) -> dict[str, Any]:
    return {
        "key": metric.key,
        "title": metric.title,
        "note": metric.note,
        "source": metric.source,
        "how": told(room, metric),
        "periodic": metric.periodic,
    }


def told(room: Room, metric: Metric) -> list[str]:
    """How the metric counts, read off its formula."""
    return explained(room.mechanism, metric, lang())


def _longest(block: Block, at: int) -> Decimal:
    """What the longest bar of a column stands for; of shares, everything."""
    if block.metrics[at].measure == "share":
        return Decimal(1)
    values = (one for row in block.rows for one in (row.cells[at].value, row.cells[at].was) if one is not None)
    return Decimal(max(values, default=0))


def _cell(room: Room, cell: Cell, opens: Address, row: Row | None, longest: Decimal | int) -> dict[str, Any]:
    metric = cell.metric
    parted = metric.measure == "share" and cell.now.records
    return {
        "text": spoken(room, metric, cell.value),
        "href": opens(metric, row, False) if cell.now.opened(metric.measure) else "",
        "parts": f"{number(cell.now.hits)} / {number(cell.now.records)}" if parted else "",
        "parts_href": opens(metric, row, True) if parted else "",
        "before": spoken(room, metric, cell.was) if cell.before is not None else "",
        "change": moved(room, metric, cell),
        "bar": _length(cell.value, longest),
        "bar_before": _length(cell.was, longest),
        "nothing": not cell.now.records,
    }


def _length(value: int | Decimal | None, longest: Decimal | int) -> float:
    return round(float(value / Decimal(longest)) * _WIDE, 1) if value and longest > 0 else 0.0


def spoken(room: Room, metric: Metric, value: int | Decimal | None) -> str:
    """The number as people read it: 1,234, 83.3%, 12.5 万元; a dash where there is none."""
    if value is None:
        return "—"
    if metric.measure == "share":
        return f"{round(value * 100, 1):.1f}%"
    field = room.mechanism.fields[metric.of].get(metric.field)
    if field is not None and field.kind == "money":
        wan = value >= _WAN
        return money(round(Decimal(value) / _WAN, 2) * _WAN if wan else Decimal(value), "wan" if wan else "yuan")
    return number(round(value, 1) if isinstance(value, Decimal) else value)


def moved(room: Room, metric: Metric, cell: Cell) -> dict[str, str] | None:
    """How the number moved since the period before, in words; None where there is nothing to compare with."""
    if cell.value is None or cell.was is None:
        return None
    by = Decimal(cell.value) - Decimal(cell.was)
    if not by:
        return {"way": "same", "text": visit.sentence("desk.figure_same")}
    way = "up" if by > 0 else "down"
    if metric.measure == "share":
        points = f"{abs(round(by * 100, 1)):.1f}"
        return {"way": way, "text": visit.sentence(f"desk.figure_points_{way}", points=points)}
    return {"way": way, "text": visit.sentence(f"desk.figure_{way}", n=spoken(room, metric, abs(by)))}


def anything(blocks: Iterable[dict[str, Any]]) -> bool:
    """Whether any number of the report counts anything."""
    return any(not block["empty"] for block in blocks)
