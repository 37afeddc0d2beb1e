"""Notices as text: the template of the record's mechanism, filled once the record has its number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection

from liaison.engine import Mechanism, Record, fill
from liaison.store import Outgoing, Received, Shelf, SqlWorld

from .channel import Letter


def letter(mechanism: Mechanism, record: Record, template: str, data: Mapping[str, str]) -> Letter:
    """A notice about `record` as text. KeyError: the mechanism has no such template."""
    found = mechanism.definition.templates[template]
    return Letter(found.title, fill(found.text, data, record))


def letters(connection: Connection, shelf: Shelf, notices: Iterable[Received | Outgoing]) -> dict[int, Letter]:
    """Notice id → its text, each by the version its record is on; the number of queries does not grow with notices."""
    wanted = list(notices)
    world = SqlWorld(connection, shelf)
    families = world.families({notice.record for notice in wanted})
    made: dict[int, Letter] = {}
    for notice in wanted:
        record = families[notice.record].record
        mechanism = world.mechanism(record.installation, record.id)
        made[notice.id] = letter(mechanism, record, notice.template, notice.data)
    return made
