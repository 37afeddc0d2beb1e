"""Decision tables: do the cells fit, and what does a table leave open?"""

from __future__ import annotations

from collections.abc import Iterator

from liaison.conditions import ExpressionError
from liaison.engine import column_type
from liaison.rules import ColumnType, analyse, check_table, read_table
from liaison.texts import Finding, Severity

from .look import Look


def table_findings(look: Look) -> Iterator[Finding]:
    """What `rules` says of each table of the package."""
    codes = {key: tuple(listed.codes) for key, listed in look.definition.codes.items()}
    for file, content in look.definition.data.items():
        if "/tables/" not in file:
            continue
        table = read_table(content)
        types: dict[str, ColumnType] = {}
        for column in table.inputs:
            try:
                types[column.key] = column_type(look.mechanism, table.on, column)
            except (ExpressionError, KeyError):
                # What the column reads is not there or makes no sense: `dangling` and `conditions` say so.
                continue
        found = check_table(table, types, codes, file)
        yield from found
        if len(types) == len(table.inputs) and not any(one.severity is Severity.ERROR for one in found):
            yield from analyse(table, types, file)
