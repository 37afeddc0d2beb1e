"""All that can be said about a table without running it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from liaison.texts import Finding, Severity

from .analyse import analyse
from .check import check_table
from .model import ColumnType, Table
from .ruleengine import limits


def lint_table(
    table: Table, types: Mapping[str, ColumnType], codes: Mapping[str, Collection[str]], file: str = ""
) -> list[Finding]:
    """`check_table`, and where that finds no error and every input has a type, the analysis and the engine's limits.

    `types`: input key → type. `codes`: code list → its keys.
    """
    findings = check_table(table, types, codes, file)
    if any(each.severity is Severity.ERROR for each in findings) or any(i.key not in types for i in table.inputs):
        return findings
    return [*findings, *analyse(table, types, file), *limits(table, types, file)]
