"""What a record is called where it is named by another: in a list, a picker, an agenda."""

from __future__ import annotations

from collections.abc import Collection

from liaison.forms import mask

from .mechanism import Mechanism
from .model import Record
from .world import Surroundings


def title_of(mechanism: Mechanism, record: Record, hidden: Collection[str] = ()) -> str:
    """Its title facet, else the first longer text of its forms, else its number; fields in `hidden` are passed over."""
    fields = mechanism.fields[record.type]
    title = mechanism.record_type(record.type).facets.get("title", "")
    keys = [title, *(key for key, known in fields.items() if known.kind == "text")]
    for key in keys:
        if key in fields and key not in hidden and record.values.get(key):
            return mask(fields[key], record.values[key])
    return record.number or mechanism.record_type(record.type).title


def called(mechanism: Mechanism, record: Record) -> str:
    """Its number and its title."""
    # What some state opens to a few only is no name that everybody may read.
    title = title_of(mechanism, record, mechanism.guarded.get(record.type, ()))
    return title if not record.number or title == record.number else f"{record.number} {title}"


def spoken_of(mechanism: Mechanism, record: Record, around: Surroundings) -> str:
    """What kind of record, and which: its number, of a child whose it is, else its title."""
    kind = mechanism.record_type(record.type).title
    whose = [around.names("unit", key) or around.names("person", key) for key in record.holders("holder")]
    which = record.number or "、".join(filter(None, whose)) or called(mechanism, record)
    return kind if which == kind else f"{kind} {which}"
