"""A form as a sheet: one column for each field, one row for each record. What a cell says becomes what one would have
typed, and `check` takes it from there."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from liaison.texts import Message

from .kind import Scene, Wrong, kind_of
from .kinds.code import codes_of
from .model import Choice, Control, Field, Options
from .picking import Pick

_NO_CELL = ("file", "signature", "table")
"""What no cell holds."""
_BETWEEN = re.compile("[、，,;；\n]")  # zh: what people write between several things
_TRUTH = {"yes": "true", "no": "false"}
"""The key of a choice → what a spreadsheet makes of it."""
_NAMED_AT_ONCE = 8
"""So many of what may be picked are named in a sentence."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: its field, and what its head says. `required`: a row without it is wrong for certain."""

    field: Field
    title: str
    required: bool


def columns_of(controls: Iterable[tuple[str, Control]]) -> tuple[Column, ...]:
    """The columns for some controls, each with what its section is called: those that take a value a cell can hold.
    Two fields of one title are told apart by their sections, and by their keys where that does not do."""
    able = [(section, control) for section, control in controls if _in_a_cell(control)]
    named = Counter(control.label for _, control in able)
    titles = [control.label if named[control.label] == 1 else f"{section}·{control.label}" for section, control in able]
    twice = Counter(titles)
    return tuple(
        Column(
            control.field,
            title if twice[title] == 1 else f"{title}（{control.field.key}）",
            control.required and control.conditions.show is None,
        )
        for title, (_, control) in zip(titles, able, strict=True)
    )


def picked_from(column: Column, options: Options, day: date) -> list[Choice] | None:
    """What may stand in the cells of a column, where that is a list."""
    kind = kind_of(column.field)
    found = kind.choices(column.field, Scene(day, options)) if isinstance(kind, Pick) else None
    return list(found) if found is not None else None


def what_to_write(column: Column, choices: list[Choice] | None) -> Message:
    """What one writes into the cells of a column."""
    field = column.field
    unit = str(field.spec.get("unit", ""))
    if choices is not None:
        return Message("forms.cell_several" if field.many else "forms.cell_one")
    if field.kind == "money":
        return Message("forms.cell_wan" if unit == "wan" else "forms.cell_yuan")
    if field.kind in _SAID:
        return Message(f"forms.cell_{field.kind}")
    if field.kind in ("integer", "decimal"):
        return Message("forms.cell_counted", {"unit": unit}) if unit else Message("forms.cell_number")
    return _TEXT


_SAID = frozenset({"date", "datetime", "time", "percent", "telephone", "email", "uscc", "region", "party"})
_TEXT = Message("forms.cell_text")


def reader_of(column: Column, options: Options, day: date) -> Callable[[str], Any]:
    """How the cells of a column are read: a text that is not empty becomes what `check` takes for the field. What the
    reader cannot make out it raises as Wrong."""
    choices = picked_from(column, options, day)
    if choices is None:
        return str
    field, called = column.field, _called(column.field, choices)

    def one(text: str) -> str:
        meant = called.get(plain_name(text), ())
        if len(meant) == 1:
            return next(iter(meant))
        if meant:
            raise Wrong("forms.cell_ambiguous", value=text[:40])
        labels = [choice.label for choice in choices]
        few = len(labels) <= _NAMED_AT_ONCE
        raise Wrong("forms.cell_unknown" if few else "forms.cell_unlisted", value=text[:40], **_known(labels, few))

    def several(text: str) -> list[str]:
        if len(called.get(plain_name(text), ())) == 1:
            return [one(text)]
        return [one(part) for part in parts_of(text)]

    return several if field.many else one


def parts_of(text: str) -> list[str]:
    """What a cell names that may name several."""
    return [part.strip() for part in _BETWEEN.split(text) if part.strip()]


def plain_name(text: str) -> str:
    """A name as it is compared: full-width as half-width, no blanks, letters in one case."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _known(labels: list[str], few: bool) -> dict[str, Any]:
    return {"choices": labels} if few else {}


def _called(field: Field, choices: Iterable[Choice]) -> Mapping[str, set[str]]:
    """Every name by which something may be picked, with the values it may mean."""
    found: dict[str, set[str]] = defaultdict(set)
    for choice in choices:
        names = {choice.value, choice.label, _TRUTH.get(choice.value, choice.value)}
        if field.kind == "code" and choice.value in codes_of(field).codes:
            code = codes_of(field).codes[choice.value]
            names |= {code.label, *code.aliases}
        for name in names:
            found[plain_name(name)].add(choice.value)
    return found


def _in_a_cell(control: Control) -> bool:
    kind = kind_of(control.field)
    return kind.holds and not control.read_only and control.field.kind not in _NO_CELL
