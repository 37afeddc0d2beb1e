"""Rules: decision tables. A table is read, checked against the types of its columns, analysed for gaps, overlaps and
dead rows, tried in a process of its own, and then asked: `Decider(table, types).decide(values)` gives a Verdict that
says which row decided, from which inputs, and whether both evaluators agreed. Pure; durable_rules is behind
`ruleengine` and nowhere else.
"""

from .analyse import analyse
from .check import check_table
from .columns import WrongInputError
from .decide import LEADING, Decider, Evaluator
from .lint import lint_table
from .model import OTHERWISE, ColumnType, Input, Output, Row, Table, Test, Verdict
from .preflight import preflight
from .read import read_table

__all__ = [
    "LEADING",
    "OTHERWISE",
    "ColumnType",
    "Decider",
    "Evaluator",
    "Input",
    "Output",
    "Row",
    "Table",
    "Test",
    "Verdict",
    "WrongInputError",
    "analyse",
    "check_table",
    "lint_table",
    "preflight",
    "read_table",
]
