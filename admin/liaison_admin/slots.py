"""Slots as a form: one field for each question, and the answers again as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from liaison.calendars import Unit as LengthUnit
from liaison.definitions import Definition, Slot
from liaison.web import visit

from .forms import Field, Form

_YES, _NO = "yes", "no"


def typed(slots: Iterable[Slot], answers: Mapping[str, Any]) -> dict[str, str]:
    """Answers, or else defaults, as the form shows them."""
    found: dict[str, str] = {}
    for slot in slots:
        value = answers.get(slot.key, slot.default)
        if value is None:
            continue
        name = _name(slot)
        if slot.options or slot.type == "rows":
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


def fields(definition: Definition, form: Form) -> list[Field]:
    """The fields, each labelled with its question."""
    found: list[Field] = []
    for slot in definition.slots.values():
        name, label = _name(slot), {"label": slot.question, "help": slot.source}
        if slot.options:
            found.append(form.choice(name, [(_json(one), _plain(one)) for one in slot.options], "answer") | label)
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


def read(slots: Iterable[Slot], form: Form) -> dict[str, Any]:
    """The answers given; what was left empty is left to its default. Problems are the form's: JSON that is none, a
    number that is none. Whether an answer fits its slot is for `definitions.load` to say."""
    answers: dict[str, Any] = {}
    for slot in slots:
        name = _name(slot)
        text = form.text(name)
        if not text:
            continue
        if slot.type == "boolean" and not slot.options:
            answers[slot.key] = text == _YES
        elif slot.type == "length" and not slot.options:
            unit = form.one_of(f"{name}-unit", [f"{unit.value}s" for unit in LengthUnit])
            answers[slot.key] = {unit: _parsed(form, name, text)}
        elif slot.options or slot.type in ("rows", "number") or text.startswith("{"):
            answers[slot.key] = _parsed(form, name, text)
        elif slot.type == "hours":
            answers[slot.key] = {"hours": text}
        else:
            answers[slot.key] = text
    return answers


def _name(slot: Slot) -> str:
    return f"slot-{slot.key}"


def _parsed(form: Form, name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        form.wrong(name, "admin.form.not_readable")
        return None


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else _json(value)
