"""Do the cells fit their columns? Findings with JSON Pointers into the table's file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from liaison.texts import Finding, Severity

from .columns import WrongLiteralError, comparable_test, literal
from .model import OPERATORS, OTHERWISE, ColumnType, Output, Row, Table, Test

LENGTH_UNITS = frozenset({"minutes", "hours", "work_hours", "days", "workdays", "months"})


def check_table(
    table: Table,
    types: Mapping[str, ColumnType],
    codes: Mapping[str, Collection[str]],
    file: str = "",
) -> list[Finding]:
    """What is wrong with `table`: keys used twice, cells that do not fit their input, outputs that do not fit theirs.

    `types`: input key → its type; an input without one could not be resolved, which is for the caller to report,
    and its cells are passed over. `codes`: code list → its keys. A table without an error here can be compiled
    and analysed.
    """
    found = [
        *_twice(file, "/inputs", [(at, each.key) for at, each in enumerate(table.inputs)]),
        *_twice(file, "/outputs", [(at, each.key) for at, each in enumerate(table.outputs)]),
        *_twice(file, "/rows", sorted((row.at, row.key) for row in (*table.rows, *table.idle))),
    ]
    for row in sorted((*table.rows, *table.idle), key=lambda row: row.at):
        if row.key == OTHERWISE:
            found.append(_error("row_key_reserved", file, f"/rows/{row.at}/key", row=row.key))
        found += _cells(table, row, types, file)
        found += _answers(table, row.then, codes, file, f"/rows/{row.at}/then")
    found += _answers(table, table.otherwise, codes, file, "/otherwise")
    if table.hit == "collect" and table.gather in ("sum", "min", "max"):
        fits = ("number",) if table.gather == "sum" else ("number", "date")
        for at, output in enumerate(table.outputs):
            if output.type not in fits:
                params = {"output": output.key, "collect": table.gather}
                found.append(_error("collect_type", file, f"/outputs/{at}", **params))
    return found


def _twice(file: str, pointer: str, keys: Sequence[tuple[int, str]]) -> Iterator[Finding]:
    seen = set()
    for at, key in keys:
        if key in seen:
            yield _error("key_twice", file, f"{pointer}/{at}/key", key=key)
        seen.add(key)


def _cells(table: Table, row: Row, types: Mapping[str, ColumnType], file: str) -> Iterator[Finding]:
    inputs = {each.key for each in table.inputs}
    for key, tests in row.cells.items():
        pointer = f"/rows/{row.at}/if/{key}"
        if key not in inputs:
            yield _error("unknown_input", file, pointer, input=key)
        elif key in types:
            for test in tests:
                yield from _test(types[key], key, test, file, f"{pointer}/{test.op}")


def _test(column: ColumnType, key: str, test: Test, file: str, pointer: str) -> Iterator[Finding]:
    if test.op not in OPERATORS[column.kind]:
        yield _error("wrong_operator", file, pointer, operator=test.op, input=key, kind=column.kind)
        return
    if test.op in ("empty", "not_empty"):
        return
    listed = isinstance(test.operand, tuple)
    sound = True
    for at, each in enumerate(test.operand if listed else (test.operand,)):
        try:
            literal(column, each)
        except WrongLiteralError as error:
            sound = False
            where = f"{pointer}/{at}" if listed else pointer
            params = {"value": each, "input": key, "kind": column.kind, "decimals": column.decimals}
            yield Finding(error.code, Severity.ERROR, file, where, params)
    if sound and test.op == "between":
        low, high = comparable_test(column, test).operand
        if low > high:
            yield _error("between_backward", file, pointer, input=key, low=test.operand[0], high=test.operand[1])


def _answers(
    table: Table, then: Mapping[str, Any], codes: Mapping[str, Collection[str]], file: str, pointer: str
) -> Iterator[Finding]:
    outputs = {each.key: each for each in table.outputs}
    for key in sorted(outputs.keys() - then.keys()):
        yield _error("output_missing", file, pointer, output=key)
    for key, value in then.items():
        if key not in outputs:
            yield _error("unknown_output", file, f"{pointer}/{key}", output=key)
        elif value is not None and not _fits(outputs[key], value, codes):
            expected = outputs[key].codes or outputs[key].type
            yield _error("output_type", file, f"{pointer}/{key}", output=key, value=value, expected=expected)


def _fits(output: Output, value: Any, codes: Mapping[str, Collection[str]]) -> bool:
    if output.codes:
        # A list the package does not have is reported where all references are.
        return isinstance(value, str) and (output.codes not in codes or value in codes[output.codes])
    match output.type:
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case "date":
            return isinstance(value, str) and _is_date(value)
        case "length":
            return (
                isinstance(value, Mapping)
                and len(value) == 1
                and value.keys() <= LENGTH_UNITS
                and all(type(n) is int and n >= 0 for n in value.values())
            )
        case _:
            return isinstance(value, str)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _error(what: str, file: str, pointer: str, **params: Any) -> Finding:
    return Finding(f"rules.{what}", Severity.ERROR, file, pointer, params)
