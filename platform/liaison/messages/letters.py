"""Notices as text: the template of the mechanism, filled once the record it is about has its number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection

from liaison.engine import Mechanism, Record, fill
from liaison.store import Outgoing, Received, Shelf, SqlWorld
from liaison.texts import Message, say

from .channel import Letter


def letter(mechanism: Mechanism, record: Record, template: str, data: Mapping[str, str]) -> Letter:
    """A notice about `record` as text. KeyError: the mechanism has no such template."""
    found = mechanism.definition.templates[template]
    return Letter(found.title, fill(found.text, data, record))


def letter_of_duty(mechanism: Mechanism, template: str, data: Mapping[str, str]) -> Letter:
    """A notice about what is owed for a period as text. It is told by the version in force, which may have dropped the
    template since: then what is owed is said in our words."""
    found = mechanism.definition.templates.get(template)
    if found is None:
        return Letter(data["duty.title"], say(Message("messages.duty", {key[5:]: data[key] for key in data})))
    return Letter(found.title, fill(found.text, data))


def letters(connection: Connection, shelf: Shelf, notices: Iterable[Received | Outgoing]) -> dict[int, Letter]:
    """Notice id → its text, each by the version its record is on, or by the one in force where it is about what is owed
    for a period; the number of queries does not grow with notices."""
    wanted = list(notices)
    world = SqlWorld(connection, shelf)
    families = world.families({notice.record for notice in wanted if notice.record})
    owed = {one.id: one for one in world.instances({notice.duty for notice in wanted if notice.duty})}
    made: dict[int, Letter] = {}
    for notice in wanted:
        if notice.duty:
            edition = world.installed(owed[notice.duty].installation).edition
            made[notice.id] = letter_of_duty(shelf.mechanism(connection, edition), notice.template, notice.data)
            continue
        record = families[notice.record].record
        mechanism = world.mechanism(record.installation, record.id)
        made[notice.id] = letter(mechanism, record, notice.template, notice.data)
    return made


def installation_of(world: SqlWorld, notice: Outgoing) -> str:
    """The installation a notice comes from."""
    if notice.duty:
        return world.instances([notice.duty])[0].installation
    return world.installation_of(notice.record)
