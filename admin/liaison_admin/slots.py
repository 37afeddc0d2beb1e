"""Slots as a form: one field for each question, and the answers again as JSON."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from liaison.calendars import Unit as LengthUnit
from liaison.definitions import BadJsonError, Definition, Slot, read_json, to_fill
from liaison.texts import Finding
from liaison.web import visit

from .forms import Field, Form

_YES, _NO = "yes", "no"
_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,6})?", re.ASCII)


def typed(slots: Iterable[Slot], answers: Mapping[str, Any]) -> dict[str, str]:
    """Answers, or else defaults, as the form shows them; a text that says it has yet to be filled is left out."""
    found: dict[str, str] = {}
    for slot in slots:
        value = answers.get(slot.key, slot.default)
        if value is None or (isinstance(value, str) and to_fill(value)):
            continue
        name = _name(slot)
        if slot.columns:
            found[name] = "\n".join(_line(slot, row) for row in value)
        elif slot.options or slot.type == "rows":
            found[name] = _json(value)
        elif slot.type == "boolean":
            found[name] = _YES if value else _NO
        elif slot.type == "length":
            [(unit, n)] = value.items()
            found |= {name: str(n), f"{name}-unit": unit}
        elif slot.type == "hours" and value.keys() == {"hours"}:
            found[name] = value["hours"]
        else:
            found[name] = _json(value) if isinstance(value, dict) else str(value)
    return found


def read_out(definition: Definition, answers: Mapping[str, Any]) -> list[dict[str, str]]:
    """Each question with its answer as people call it."""
    return [{"label": slot.question, "value": _spelt(definition, slot, answers)} for slot in definition.slots.values()]


def _spelt(definition: Definition, slot: Slot, answers: Mapping[str, Any]) -> str:
    """An answer, or else the default, as people call it; empty for neither. What was answered in words stays so."""
    answered = typed([slot], answers)
    value = answered.get(_name(slot), slot.default if isinstance(slot.default, str) else "")
    if slot.options:
        return {_json(option): called for option, called in slot.options}.get(value, value)
    if slot.type == "boolean" and value:
        return visit.sentence(f"admin.{value}")
    if slot.type == "unit" and value in definition.roster.units:
        return definition.roster.units[value].title
    if slot.type == "length" and value:
        unit = visit.sentence(f"admin.unit.{answered[f'{_name(slot)}-unit'].removesuffix('s')}")
        return f"{value} {unit}"
    return value if slot.key in answers else definition.translations.get(value, value)


def fields(definition: Definition, form: Form) -> list[Field]:
    """The fields, each labelled with its question; below it where the question comes from, and a right answer."""
    found: list[Field] = []
    for slot in definition.slots.values():
        name, label = _name(slot), {"label": slot.question, "help": _help(definition, slot)}
        if slot.options:
            options = [(_json(value), called) for value, called in slot.options]
            found.append(form.choice(name, options, "answer") | label)
        elif slot.type == "boolean":
            said = [(_YES, visit.sentence("admin.yes")), (_NO, visit.sentence("admin.no"))]
            found.append(form.choice(name, said, "answer") | label)
        elif slot.type == "unit":
            units = [(unit.key, unit.title) for unit in definition.roster.units.values()]
            found.append(form.choice(name, units, "answer") | label)
        elif slot.type == "rows":
            found.append(form.lines(name, "answer") | label)
        elif slot.type == "length":
            found.append(form.field(name, "answer", inputmode="numeric") | label)
            units = [(f"{unit.value}s", visit.sentence(f"admin.unit.{unit.value}")) for unit in LengthUnit]
            found.append(form.choice(f"{name}-unit", units, "length_unit", otherwise="workdays"))
        else:
            found.append(form.field(name, "answer") | label)
    return found


def _help(definition: Definition, slot: Slot) -> str:
    """The clause that the question comes from, why it is asked, how the answer is written, and one that is right."""
    document = definition.source_document.get("title", "")
    source = "admin.slot.source" if document else "admin.slot.source_alone"
    said = [
        visit.sentence(source, document=document, clause=slot.source) if slot.source else "",
        visit.sentence("admin.slot.note", note=slot.note) if slot.note else "",
        visit.sentence("admin.slot.rows", columns=_titles(slot)) if slot.columns else "",
    ]
    if slot.columns and slot.default:
        said.append(visit.sentence("admin.slot.example", example=_line(slot, slot.default[0])))
    elif slot.default is not None and slot.type != "rows" and not to_fill(slot.default):
        said.append(visit.sentence("admin.slot.default", value=_spelt(definition, slot, {})))
    elif not slot.options and slot.type in ("number", "length", "hours"):
        said.append(visit.sentence("admin.slot.example", example=visit.sentence(f"admin.slot.example_{slot.type}")))
    return " ".join(filter(None, said))


def blame(slots: Iterable[Slot], form: Form, findings: Iterable[Finding]) -> list[Finding]:
    """Put each finding at the fields of the questions that it names; those that name none are left."""
    named = {slot.question: _name(slot) for slot in slots}
    left = []
    for finding in findings:
        asked = finding.params.get("question", ())
        places = [named[one] for one in ([asked] if isinstance(asked, str) else asked) if one in named]
        for place in places:
            form.tell(place, finding.message)
        if not places:
            left.append(finding)
    return left


def read(slots: Iterable[Slot], form: Form) -> dict[str, Any]:
    """The answers given; what was left empty, or cannot be read, is left to its default. Problems are the form's: JSON
    that is none, a number that is none. Whether an answer fits its slot is for `definitions.load` to say."""
    slots = list(slots)
    answers: dict[str, Any] = {}
    for slot in slots:
        name = _name(slot)
        text = form.text(name)
        if not text:
            continue
        if slot.columns:
            answers[slot.key] = list(_rows(slot, form, name, text))
        elif slot.type == "boolean" and not slot.options:
            answers[slot.key] = text == _YES
        elif slot.type == "length" and not slot.options:
            unit = form.one_of(f"{name}-unit", [f"{unit.value}s" for unit in LengthUnit])
            answers[slot.key] = {unit: _number(form, name, text)}
        elif slot.type == "number" and not slot.options:
            answers[slot.key] = _number(form, name, text)
        elif slot.options or slot.type == "rows" or text.startswith("{"):
            answers[slot.key] = _parsed(form, name, text)
        elif slot.type == "hours":
            answers[slot.key] = {"hours": text}
        else:
            answers[slot.key] = text
    return {slot.key: answers[slot.key] for slot in slots if slot.key in answers and _name(slot) not in form.problems}


def _line(slot: Slot, row: Mapping[str, str]) -> str:
    return ", ".join(row.get(column.key, "") for column in slot.columns).rstrip(", ")


def _rows(slot: Slot, form: Form, name: str, text: str) -> Iterator[dict[str, str]]:
    """The rows written down, as a spreadsheet gives them or with commas; the lines that do not fit are the form's."""
    needed = sum(not column.optional for column in slot.columns)
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        cells = [cell.strip() for cell in re.split(r"\t" if "\t" in line else "[,，]", line)]
        if not needed <= len(cells) <= len(slot.columns):
            form.wrong(name, "admin.form.row", row=number, columns=_titles(slot))
        yield {column.key: cell for column, cell in zip(slot.columns, cells, strict=False) if cell}


def _titles(slot: Slot) -> list[str]:
    return [column.title for column in slot.columns]


def _name(slot: Slot) -> str:
    return f"slot-{slot.key}"


def _number(form: Form, name: str, text: str) -> int | float | None:
    plain = unicodedata.normalize("NFKC", text)
    if not _NUMBER.fullmatch(plain):
        form.wrong(name, "admin.form.no_number")
        return None
    return float(plain) if "." in plain else int(plain)


def _parsed(form: Form, name: str, text: str) -> Any:
    try:
        return read_json(text.encode())
    except BadJsonError as error:
        form.wrong(name, "admin.form.not_readable")
        form.tell(name, error.finding.message)
        return None


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
