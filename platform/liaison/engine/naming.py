"""What a record is called where it is named by another: in a list, a picker, an agenda."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from liaison.forms import Field, Names, display, entries_in, mask, personal

from .mechanism import Mechanism
from .model import Record
from .world import Surroundings


def title_of(mechanism: Mechanism, record: Record, names: Names, hidden: Collection[str] = (), lang: str = "zh") -> str:
    """What the fields say that name it, else its title facet, else the first longer text of its forms, else its
    number; fields in `hidden` are passed over. `names` says what units and parties are called."""
    fields = mechanism.fields[record.type]
    naming = [key for key in mechanism.record_type(record.type).named_by if key not in hidden and _holds(record, key)]
    said = [_said(fields[key], record.values[key], names, lang) for key in naming]
    if said:
        return " ".join(said)
    title = mechanism.record_type(record.type).facets.get("title", "")
    keys = [title, *(key for key, known in fields.items() if known.kind == "text")]
    for key in keys:
        if key in fields and key not in hidden and _holds(record, key):
            return mask(fields[key], record.values[key])
    return record.number or mechanism.record_type(record.type).title


def learn_titles(around: Surroundings, some: Iterable[tuple[Mechanism, Record]]) -> None:
    """Ask at once what the parties are called that records are named by, before `title_of` is asked one by one."""
    around.learn_parties(id_ for mechanism, record in some for id_ in parties_naming(mechanism, record))


def parties_naming(mechanism: Mechanism, record: Record) -> Iterable[str]:
    """The parties that a record is named by."""
    fields = mechanism.fields[record.type]
    named = {key: fields[key] for key in mechanism.record_type(record.type).named_by if key in fields}
    return entries_in("party", named, record.values)


def _holds(record: Record, key: str) -> bool:
    return bool(record.values.get(key))


def _said(field: Field, value: Any, names: Names, lang: str) -> str:
    """What a field says in a name, spelt as the interface does; of what is personal no more than anybody may read."""
    return mask(field, value, names) if personal(field) else display(field, value, lang, names)


def called(mechanism: Mechanism, record: Record, names: Names) -> str:
    """Its number and its title."""
    # What some state opens to a few only is no name that everybody may read.
    title = title_of(mechanism, record, names, mechanism.guarded.get(record.type, ()))
    return title if not record.number or title == record.number else f"{record.number} {title}"


def spoken_of(mechanism: Mechanism, record: Record, around: Surroundings) -> str:
    """What kind of record, and which: its number, of a child whose it is, else its title."""
    kind = mechanism.record_type(record.type).title
    whose = [around.names("unit", key) or around.names("person", key) for key in record.holders("holder")]
    which = record.number or "、".join(filter(None, whose)) or called(mechanism, record, around.names)
    return kind if which == kind else f"{kind} {which}"
