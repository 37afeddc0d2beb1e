"""Decision tables: do the cells fit, and what does a table leave open?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from liaison.conditions import ExpressionError, Label, spell
from liaison.engine import column_type, labels_for
from liaison.rules import ColumnType, Input, Table, analyse, check_table, read_table
from liaison.texts import Finding, Message, Severity, say

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
            yield from analyse(_in_words(table, labels_for(look.mechanism, table.on)), types, file)


def _in_words(table: Table, labels: Mapping[str, Label]) -> Table:
    """The table with its inputs called as on the forms: findings about it are read by people."""

    def named(one: Input) -> Input:
        read = labels.get(one.field)
        if read is None:
            return replace(one, title=one.title or spell(one.value, labels))
        codes = {key: _said(label) for key, label in read.codes.items()}
        return replace(one, title=one.title or _said(read.text), labels=codes)

    return replace(table, inputs=tuple(map(named, table.inputs)))


def _said(text: str | Message) -> str:
    return say(text) if isinstance(text, Message) else text
