"""Slots 待填: `{"slot": key}` stands anywhere a value stands; the adopting district's answer takes its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from liaison.texts import Finding, Message, Severity

from .jsontext import escape
from .model import Slot
from .schema import violations

_SAMPLES: Mapping[str, Any] = {
    "text": "…", "number": 1, "boolean": False, "length": {"days": 1}, "unit": "unit", "rows": [],
    "hours": {"hours": "08:30-12:00,14:00-17:30"},
}  # fmt: skip
"""What stands for a slot nobody has answered and that has no default, so that the rest can be checked."""


def values(slots: Mapping[str, Slot], answers: Mapping[str, Any], file: str) -> tuple[dict[str, Any], list[Finding]]:
    """The value of every slot, and what is wrong with the answers: unknown slot, wrong type, out of bounds, open."""
    findings = [_finding("slot_unknown", file, "", slot=key) for key in sorted(set(answers) - set(slots))]
    found: dict[str, Any] = {}
    for at, slot in enumerate(slots.values()):
        pointer = f"/slots/{at}"
        if slot.key in answers:
            found[slot.key] = answers[slot.key]
            findings += _problems(slot, answers[slot.key], file, pointer)
        elif slot.default is not None:
            found[slot.key] = slot.default
            findings += _problems(slot, slot.default, file, f"{pointer}/default")
        else:
            sample = slot.options[0][0] if slot.options else _SAMPLES[slot.type]
            found[slot.key] = slot.minimum if slot.type == "number" and slot.minimum is not None else sample
            findings.append(_finding("slot_open", file, pointer, Severity.NOTE, slot=slot.key, question=slot.question))
    return found, findings


def fill(node: Any, found: Mapping[str, Any], file: str, findings: list[Finding], pointer: str = "") -> Any:
    """`node` with every slot replaced by its value; what needs no replacing is the same object."""
    if isinstance(node, dict):
        if node.keys() == {"slot"} and isinstance(node["slot"], str):
            if node["slot"] not in found:
                findings.append(_finding("slot_missing", file, pointer, slot=node["slot"]))
                return node
            return found[node["slot"]]
        return {name: fill(value, found, file, findings, f"{pointer}/{escape(name)}") for name, value in node.items()}
    if isinstance(node, list):
        return [fill(item, found, file, findings, f"{pointer}/{at}") for at, item in enumerate(node)]
    return node


def _problems(slot: Slot, value: Any, file: str, pointer: str) -> list[Finding]:
    params: dict[str, Any] = {"slot": slot.key, "question": slot.question}
    if not _fits(slot.type, value):
        return [_finding("slot_type", file, pointer, **params, type=Message(f"definitions.slot_type.{slot.type}"))]
    if slot.options and value not in [option for option, _ in slot.options]:
        return [_finding("slot_option", file, pointer, **params, options=[label for _, label in slot.options])]
    if slot.columns:
        wrong = [_row_problem(slot, n, row) for n, row in enumerate(value, 1)]
        if found := [_finding(what, file, pointer, **params, **more) for what, more in filter(None, wrong)]:
            return found
    amount = _amount(slot.type, value)
    if amount is None:
        return []
    if slot.minimum is not None and amount < slot.minimum:
        return [_finding("slot_too_small", file, pointer, **params, limit=slot.minimum)]
    if slot.maximum is not None and amount > slot.maximum:
        return [_finding("slot_too_large", file, pointer, **params, limit=slot.maximum)]
    return []


def _row_problem(slot: Slot, number: int, row: Any) -> tuple[str, dict[str, Any]] | None:
    """What is wrong with a row: a column that is not there, or one that nobody asked for."""
    known = {column.key: column for column in slot.columns}
    if not isinstance(row, dict) or row.keys() - known.keys():
        return "slot_row", {"row": number, "columns": [column.title for column in slot.columns]}
    for column in slot.columns:
        value = row.get(column.key)
        if not (isinstance(value, str) and value) and not (column.optional and column.key not in row):
            return "slot_cell", {"row": number, "column": column.title}
    return None


def _fits(kind: str, value: Any) -> bool:
    match kind:
        case "text" | "unit":
            return isinstance(value, str) and value != ""
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case "rows":
            return isinstance(value, list)
        case _:
            return not violations({"length": "length", "hours": "office_hours"}[kind], value, "")


def _amount(kind: str, value: Any) -> float | None:
    """What bounds apply to: a number itself, the number of a length, the number of rows."""
    match kind:
        case "number":
            return float(value)
        case "length":
            return next((float(n) for n in value.values() if isinstance(n, int | float)), None)
        case "rows":
            return len(value)
        case _:
            return None


def _finding(what: str, file: str, pointer: str, severity: Severity = Severity.ERROR, **params: Any) -> Finding:
    return Finding(f"definitions.{what}", severity, file, pointer, params)
