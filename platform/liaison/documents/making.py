"""Documents about a record, made: at once for somebody who asks, or by the worker for the effect that ordered them."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from liaison.access import SYSTEM, Scope
from liaison.calendars import ZONE
from liaison.definitions import View
from liaison.engine import Family, Record
from liaison.forms import entries_in
from liaison.store import (
    Database,
    Ordered,
    Shelf,
    SqlWorld,
    Wanted,
    add_file,
    files,
    made,
    not_made,
    ordered,
    records,
    take,
)
from liaison.texts import Message, say

from .compose import document_sheet
from .defined import documents_of
from .model import Sheet
from .pdf import PaperError, to_pdf
from .reading import Reading

log = logging.getLogger(__name__)

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 15, 60, 240, 1440))
"""How long to wait after the first, second… try that failed. After the last it is given up."""
_TAKEN = timedelta(minutes=10)
"""For so long a document being made is nobody else's."""
_MOST_LISTED = 1_000
"""Records of a list on paper."""
_NO_NAME = re.compile(r'[\x00-\x1f/\\:*?"<>|]')
"""What cannot stand in the name of a file somewhere."""


@dataclass(frozen=True, slots=True)
class Made:
    """How it went with the documents whose turn it was."""

    made: int = 0
    again: int = 0
    given_up: int = 0

    def __add__(self, other: Made) -> Made:
        return Made(self.made + other.made, self.again + other.again, self.given_up + other.given_up)


def make_papers(database: Database, now: datetime, limit: int = 20) -> Made:
    """Make up to `limit` documents whose turn it is. Each is taken in one short transaction, made outside any, and kept
    in another: a worker that dies over it loses it to the next, and of two that made it one file is kept."""
    with database.write() as connection:
        taken = ordered(connection, now, limit)
        take(connection, [paper.id for paper in taken], now + _TAKEN)
    result = Made()
    for paper in taken:
        result += _make(database, paper, now)
    return result


def _make(database: Database, paper: Ordered, now: datetime) -> Made:
    try:
        with database.read() as connection:
            sheet = _sheet(connection, database.shelf, paper, now)
        data = to_pdf(sheet)
    except PaperError as error:
        return _try_later(database, paper, error.message.code, now)
    except Exception as error:  # one document that cannot be made must not keep the others back
        log.exception("document %s could not be made", paper.key)
        return _try_later(database, paper, f"{type(error).__name__}: {error}"[:500], now)
    with database.write() as connection:
        file = add_file(connection, paper.organisation, file_name(sheet, "pdf"), "pdf", data, "", now)
        made(connection, paper.id, file.id)
    return Made(made=1)


def _try_later(database: Database, paper: Ordered, error: str, now: datetime) -> Made:
    pause = PAUSES[paper.attempts] if paper.attempts < len(PAUSES) else None
    log.warning("document %s was not made (try %s): %s", paper.key, paper.attempts + 1, error)
    with database.write() as connection:
        not_made(connection, paper.id, error, now + pause if pause else None)
    return Made(again=1) if pause else Made(given_up=1)


def _sheet(connection: Connection, shelf: Shelf, paper: Ordered, now: datetime) -> Sheet:
    family, reading = read_all(connection, shelf, paper.record, now)
    return document_sheet(documents_of(reading.mechanism.definition)[paper.document], family, reading)


def read_all(
    connection: Connection, shelf: Shelf, record: str, now: datetime, lang: str = "zh"
) -> tuple[Family, Reading]:
    """A record, and the system reading it: everything, by the version the record is on. Good as long as the transaction
    lasts. KeyError: no such record."""
    world = SqlWorld(connection, shelf)
    family = world.families([record])[record]
    installation = family.record.installation
    mechanism = world.mechanism(installation, record)
    everything = Scope(types=frozenset(mechanism.definition.record_types))
    fields, values = mechanism.fields[family.record.type], family.record.values
    around = world.surroundings(installation, now.astimezone(ZONE).date())
    around.learn_named([(fields, values)])
    named = files(connection, list(entries_in("file", fields, values)))
    reading = Reading(
        mechanism,
        around,
        now,
        SYSTEM,
        everything,
        _listing(connection, shelf, installation, everything, now),
        world.families,
        lambda one: world.mechanism(installation, one.id),
        {id_: file.name for id_, file in named.items()},
        lang,
    )
    return family, reading


def _listing(
    connection: Connection, shelf: Shelf, installation: str, everything: Scope, now: datetime
) -> Callable[[View], Sequence[Record]]:
    facts: dict[str, Any] = {"actor.id": "", "actor.name": "", "actor.kind": SYSTEM.kind, "actor.units": []}

    def listed(view: View) -> Sequence[Record]:
        filters = () if view.filter is None else (view.filter,)
        wanted = Wanted(installation, view.of, filters, order=view.order)
        reach = {installation: everything}
        return records(connection, shelf, reach, wanted, now, facts=facts, limit=_MOST_LISTED).records

    return listed


def file_name(sheet: Sheet, extension: str) -> str:
    """What the file of a sheet is called: its title and its record's number."""
    named = say(Message("documents.file_name", {"title": sheet.title, "mark": sheet.mark}), sheet.lang)
    return f"{_NO_NAME.sub('', named).strip()[:120]}.{extension}"
