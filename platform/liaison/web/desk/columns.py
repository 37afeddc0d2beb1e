"""Columns of lists: what may be shown of a record type, what each is called, and what stands in its cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from liaison.access import is_one_of
from liaison.definitions import View, showable
from liaison.engine import Facts, Record, hidden_fields
from liaison.forms import Field, display, mask
from liaison.roster import Subject

from .. import show, visit
from ..language import lang
from ..sheets import Head
from .room import Room

LIGHT = "~light"
"""The column of the light: how the clock stands that ends first."""
_KINDS = {"date": "date", "datetime": "moment", "integer": "number", "decimal": "number", "money": "money"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its path, title, and the kind the component `table` knows."""

    path: str
    title: str
    kind: str = "text"
    fact: bool = False
    """Whether a phone's card shows it."""


def known(room: Room, type_: str) -> dict[str, Column]:
    """Every column a list of the type may have, in the order it is offered; none for a term that never runs here."""
    definition = room.mechanism.definition
    idle = {f"term.{key}.due" for key, term in definition.terms.items() if room.mechanism.ruled_out(term.when)}
    found = [Column(LIGHT, visit.sentence("desk.column_light"), "light", True)]
    found += [_column(room, type_, path) for path in showable(definition, type_) if path not in idle]
    return {column.path: column for column in found}


def _column(room: Room, type_: str, path: str) -> Column:
    first, _, rest = path.partition(".")
    if field := room.mechanism.fields[type_].get(path):
        return Column(path, _title(room, type_, field), _KINDS.get(field.kind, "text"))
    if first == "term":
        term = room.mechanism.definition.terms[rest.removesuffix(".due")]
        return Column(path, visit.sentence("desk.column_due", term=term.title), "until")
    if first == "part":
        part = room.mechanism.record_type(type_).parts[rest]
        return Column(path, visit.sentence("desk.column_part", part=part.title))
    kind = "moment" if rest in ("since", "created") else "number" if rest == "round" else "text"
    return Column(path, visit.sentence(f"desk.column_{rest}"), kind, rest == "state")


def _title(room: Room, type_: str, field: Field) -> str:
    """What a field is called; with its section where another field of the record is called the same."""
    fields = room.mechanism.fields[type_]
    if [one.title for one in fields.values()].count(field.title) == 1:
        return field.title
    form, section = room.mechanism.homes[type_][field.key].split(".")
    label = room.mechanism.definition.section(form, section)["label"]
    return visit.sentence("desk.column_of_section", section=label, title=field.title)


def of_view(room: Room, view: View, chosen: Sequence[str] = ()) -> list[Column]:
    """The columns of a ledger: those chosen, else its own with the light behind the first. The title column grows."""
    offered = known(room, view.of)
    paths = [path for path in chosen if path in offered]
    if not paths:
        own = [path for path in view.columns if path in offered]
        paths = [*own[:1], LIGHT, *own[1:]]
    return lead(room, view.of, [offered[path] for path in paths])


def lead(room: Room, type_: str, columns: Iterable[Column]) -> list[Column]:
    """The same columns, with the one that says what the record is marked as the title, and what a card shows."""
    listed = list(columns)
    facets = room.mechanism.record_type(type_).facets
    texts = [key for key, field in room.mechanism.fields[type_].items() if field.kind == "text"]
    paths = [column.path for column in listed]
    title = next((path for path in (facets.get("title", ""), *texts, facets.get("applicant", "")) if path in paths), "")
    facts = {facets.get(name, "") for name in ("applicant", "lead_unit", "result")}
    return [
        Column(one.path, one.title, "title" if one.path == title else one.kind, one.fact or one.path in facts | {title})
        for one in listed
    ]


def learn(room: Room, records: Sequence[Record], columns: Iterable[Column]) -> None:
    """Ask at once what the records and parties are called that these columns name."""
    paths = {column.path for column in columns}
    types = {type_: {key: known for key, known in fields.items() if key in paths}
             for type_, fields in room.mechanism.fields.items()}  # fmt: skip
    room.around.learn_named((types[one.type], one.values) for one in records)


def cells(room: Room, record: Record, columns: Iterable[Column]) -> dict[str, Any]:
    """What stands in a row. What this person may not read of this record stays empty, personal data is masked."""
    hidden = hidden_fields(room.mechanism, record, room.actor, room.around)
    facts = Facts(room.mechanism, record, room.now)
    return {column.path: _cell(room, record, column, facts, hidden) for column in columns}


def _cell(room: Room, record: Record, column: Column, facts: Facts, hidden: frozenset[str]) -> Any:
    path = column.path
    if path == LIGHT:
        return light(room, [record])
    if path == "record.state":
        return show.state_title(room.mechanism, record)
    field = room.mechanism.fields[record.type].get(path)
    if field is not None:
        return None if path in hidden else _of_field(room, record, field, column)
    value = facts[path]
    if path.startswith("term."):
        clock = record.clock(path.split(".")[1])
        return clock.until if value is not None and clock is not None else value
    if path.startswith("part."):
        units = value if isinstance(value, list) else [value] if value else []
        return show.listed(room.around.today.unit_title(unit) for unit in units)
    return value


def _of_field(room: Room, record: Record, field: Field, column: Column) -> Any:
    value = record.values.get(field.key)
    if value is None:
        return None
    if column.kind == "date":
        return date.fromisoformat(value)
    if column.kind == "moment":
        return datetime.fromisoformat(value)
    if column.kind in ("number", "money"):
        return value
    return mask(field, value, room.around.names, lang())


def light(room: Room, records: Iterable[Record]) -> dict[str, Any] | None:
    """The light of the clock of ours that ends first among these records; None where none is running."""
    clock = show.nearest(room.mechanism, records)
    return show.lamp(room.mechanism, clock, room.around, room.now) if clock is not None else None


def kept(column: Column, value: Any) -> Any:
    """A cell as a file keeps it: a light in words, days and quantities as they are."""
    return in_words(value) if column.kind == "light" else value


def sheet_heads(heads: Iterable[Mapping[str, Any]]) -> list[Head]:
    """The heads of a drawn list as a file has them: what one would press is left out."""
    return [Head(one["title"], one.get("kind", "text")) for one in heads if one.get("kind") != "links"]


def sheet_row(heads: Iterable[Mapping[str, Any]], cells: Mapping[str, Any]) -> list[Any]:
    """A row of a drawn list as a file keeps it."""

    def kept_as(kind: str, value: Any) -> Any:
        if kind == "light":
            return in_words(value)
        return value["label"] if kind == "chip" and value else value

    return [kept_as(one.get("kind", ""), cells[one["key"]]) for one in heads if one.get("kind") != "links"]


def in_words(light: Mapping[str, Any] | None) -> str:
    """A light as a file says it."""
    if light is None:
        return ""
    return light.get("word") or visit.sentence(f"desk.file_{light['state']}", days=light.get("days") or 0)


def open_fields(room: Room, type_: str) -> frozenset[str]:
    """The fields this person may read in every state, whatever the record: only by these may a list be filtered or
    sorted, else it would tell what it does not show."""
    closed = set()
    homes = room.mechanism.homes[type_]
    for state in room.mechanism.definition.lifecycles[type_].states.values():
        for section, readers in state.read.items():
            if not is_one_of(room.actor, readers, Subject(), "", room.around.today):
                closed.add(section)
    return frozenset(key for key, home in homes.items() if home not in closed)


def label_of(room: Room, type_: str, path: str, value: str) -> str:
    """What a value of a facet or a fact is called in a filter."""
    if path == "record.state":
        states = room.mechanism.definition.lifecycles[type_].states
        return states[value].title if value in states else value
    field = room.mechanism.fields[type_].get(path)
    return display(field, value, lang(), room.around.names) if field is not None else value
