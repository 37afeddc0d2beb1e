"""A level of a task tree whose expected number is to stand where none does."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Severity

from .index import Index
from .levels import levels_in
from .registry import Found, found, lint


@lint("level_expects_no_number", Severity.ERROR)
def level_expects_no_number(index: Index) -> Iterator[Found]:
    """Only codes right above say how many hang below each, in a column of numbers."""
    for level in levels_in(index):
        expects = level.body.get("expects")
        if not isinstance(expects, dict):
            continue
        above = level.above.body.get("codes", "") if level.above is not None else ""
        codes = index.definition.codes.get(above)
        column = codes.columns.get(expects["column"]) if codes is not None else None
        if column is None or column.type != "number":
            yield found(level.file, f"{level.pointer}/expects", level=level.body["title"], column=expects["column"])
