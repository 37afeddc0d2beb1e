"""Decision tables: do the cells fit, what does a table leave open, and does it stand a trial?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from liaison.conditions import ExpressionError, Label, spell
from liaison.engine import column_type, labels_for
from liaison.rules import ColumnType, Input, Table, lint_table, preflight, read_table
from liaison.texts import Finding, Message, say

from .look import Look


def table_findings(look: Look) -> Iterator[Finding]:
    """What `rules` says of each table of the package."""
    codes = {key: tuple(listed.codes) for key, listed in look.definition.codes.items()}
    for file, table, types in _tables(look):
        yield from lint_table(table, types, codes, file)


def trial_findings(look: Look) -> Iterator[Finding]:
    """What comes of trying each table, of a package without an error, in a process of its own: a second or so each."""
    for file, table, types in _tables(look):
        yield from preflight(table, types, file)


def _tables(look: Look) -> Iterator[tuple[str, Table, Mapping[str, ColumnType]]]:
    """File, table, and the types of those of its inputs that have one."""
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
        whole = len(types) == len(table.inputs)
        yield file, _in_words(table, labels_for(look.mechanism, table.on)) if whole else table, types


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
