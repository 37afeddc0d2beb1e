"""Slots 待填: `{"slot": key}` stands anywhere a value stands; the adopting district's answer takes its place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from liaison.texts import Finding, Message, Severity

from .jsontext import escape
from .model import Slot
from .schema import violations

Filled = Mapping[tuple[str, str], str]
"""(file, pointer) of every place where a slot stood → its key."""

_SAMPLES: Mapping[str, Any] = {
    "text": "…", "number": 1, "boolean": False, "length": {"days": 1}, "unit": "unit", "rows": [],
    "hours": {"hours": "08:30-12:00,14:00-17:30"},
}  # fmt: skip
"""What stands for a slot nobody has answered and that has no default, so that the rest can be checked."""
TO_FILL = "待填"  # zh: the word by which a text of the format says that it has yet to be written


def values(
    slots: Mapping[str, Slot], answers: Mapping[str, Any], file: str, units: Collection[str] = ()
) -> tuple[dict[str, Any], list[Finding]]:
    """The value of every slot, and what is wrong with the answers: unknown slot, wrong type, out of bounds, open. Open
    is one without a value, and one whose value says itself that it has yet to be filled.

    `units`: keys of the roster; the first of them stands for a unit nobody has named."""
    samples = {**_SAMPLES, "unit": next(iter(units), _SAMPLES["unit"])}
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
            sample = slot.options[0][0] if slot.options else samples[slot.type]
            found[slot.key] = slot.minimum if slot.type == "number" and slot.minimum is not None else sample
        if (slot.key not in answers and slot.default is None) or to_fill(found[slot.key]):
            findings.append(_finding("slot_open", file, pointer, Severity.NOTE, slot=slot.key, question=slot.question))
    return found, findings


def to_fill(value: Any) -> bool:
    """Whether a value, or anything in it, says of itself that it has yet to be filled."""
    if isinstance(value, dict):
        return any(map(to_fill, value.values()))
    if isinstance(value, list):
        return any(map(to_fill, value))
    return isinstance(value, str) and TO_FILL in value


def fill(
    node: Any, found: Mapping[str, Any], file: str, filled: dict[tuple[str, str], str], place: _Place = ()
) -> tuple[Any, list[Finding]]:
    """`node` with every slot replaced by its value, and a finding for each that is not declared; what needs no
    replacing is the same object. The places go into `filled`."""
    if isinstance(node, dict):
        if node.keys() == {"slot"} and isinstance(key := node["slot"], str):
            if key not in found:
                return node, [_finding("slot_missing", file, _spelt(place), slot=key)]
            filled[file, _spelt(place)] = key
            return found[key], []
        inside: Iterable[tuple[Any, Any]] = node.items()
    elif isinstance(node, list):
        inside = enumerate(node)
    else:
        return node, []
    made, findings = node, []
    for name, value in inside:
        if type(value) is dict or type(value) is list:
            other, wrong = fill(value, found, file, filled, (place, name))
            if other is not value:
                made = made if made is not node else node.copy()
                made[name] = other
            findings += wrong
    return made, findings


_Place: TypeAlias = tuple[()] | tuple["_Place", str | int]
"""Where something stands: what it stands in, and its name or number there. Few places are ever spelt out."""


def _spelt(place: _Place) -> str:
    return f"{_spelt(place[0])}/{escape(str(place[1]))}" if place else ""


def blamed(
    findings: Iterable[Finding], slots: Mapping[str, Slot], answers: Collection[str], filled: Filled, file: str
) -> Iterator[Finding]:
    """The findings, and where an error stands in a value that a slot was filled with, the slot's question in its
    place: whoever answers knows the question and not the file it ends up in. `file`: where the slots are declared."""
    for finding in findings:
        slot = next((key for place, key in filled.items() if _inside(finding, *place)), None)
        if slot is None or finding.severity is not Severity.ERROR:
            yield finding
        else:
            yield misfit(finding, [slots[slot]], slots, answers, file)


def misfit(
    finding: Finding, at_fault: Collection[Slot], slots: Mapping[str, Slot], answers: Collection[str], file: str
) -> Finding:
    """`finding` as something wrong with what these slots were filled with."""
    first = next(iter(at_fault))
    pointer = f"/slots/{list(slots).index(first.key)}"
    return _finding(
        "slot_misfit",
        file,
        pointer if first.key in answers or first.default is None else f"{pointer}/default",
        question=[slot.question for slot in at_fault],
        why=finding.message,
        place="#".join(filter(None, (finding.file, finding.pointer))),
    )


def nearest(finding: Finding, answers: Collection[str], filled: Filled) -> list[str]:
    """The answered slots that a finding comes from most likely: those around which it stands, else those of its file,
    else all of them."""
    places = [(file, pointer, key) for (file, pointer), key in filled.items() if key in answers]
    here = [(pointer, key) for file, pointer, key in places if file == finding.file]
    within = f"{finding.pointer}/"
    around = [key for pointer, key in here if f"{pointer}/".startswith(within) or within.startswith(f"{pointer}/")]
    found = around or [key for _, key in here] or [key for _, _, key in places] or list(answers)
    return list(dict.fromkeys(found))


def _inside(finding: Finding, file: str, pointer: str) -> bool:
    return finding.file == file and f"{finding.pointer}/".startswith(f"{pointer}/")


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
    amount, minimum = _amount(slot.type, value), _minimum(slot)
    if amount is None:
        return []
    bounded = slot.minimum is not None or slot.maximum is not None
    if bounded and slot.type == "length" and slot.default is not None and slot.default.keys() != value.keys():
        unit = Message(f"definitions.length_unit.{next(iter(slot.default))}")
        return [_finding("slot_unit", file, pointer, **params, unit=unit)]
    if minimum is not None and amount < minimum:
        return [_finding("slot_too_small", file, pointer, **params, limit=minimum)]
    if slot.maximum is not None and amount > slot.maximum:
        return [_finding("slot_too_large", file, pointer, **params, limit=slot.maximum)]
    return []


def _minimum(slot: Slot) -> float | None:
    """The least a slot may be filled with. Nobody who is asked how long means no time at all, or time before: a slot
    that does says so with a minimum of its own."""
    return 1 if slot.minimum is None and slot.type == "length" else slot.minimum


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
            return isinstance(value, str) and value.strip() != ""
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
