"""Calendars of organisations: notices and local days imported, and what that does to dates already given."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Select, insert, or_, select, update
from sqlalchemy.exc import OperationalError, ProgrammingError

from liaison.calendars import ZONE, Calendar, with_local, with_notice
from liaison.engine import ClockState, Moved, moved_by, recount_command
from liaison.engine.duties import Instance, recount
from liaison.texts import Finding, Message, Severity

from . import tables as t
from .act import act
from .database import Database
from .sql_world import SqlWorld

log = logging.getLogger(__name__)

_OPEN = [state.value for state in ClockState if state.open]


@dataclass(frozen=True, slots=True)
class Imported:
    """What importing a notice found and did. `id` is 0 where a finding kept it from being imported."""

    id: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class MovedDuty:
    """What is owed for a period and moved from `old` to the day it is due now."""

    instance: Instance
    old: date


@dataclass(frozen=True, slots=True)
class Uncounted:
    """A record whose clocks, or an installation of which what is owed, could not be counted anew, and why. They stand
    as they stood. `number`: of the record, or what the mechanism is called."""

    id: str
    number: str
    why: Message


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What counting anew came to."""

    clocks: tuple[Moved, ...]
    duties: tuple[MovedDuty, ...]
    uncounted: tuple[Uncounted, ...]


def calendar_of(database: Database, organisation: str) -> Calendar:
    """The calendar in force in an organisation."""
    with database.read() as connection:
        version = connection.execute(
            select(t.Organisation.calendar_version).where(t.Organisation.id == organisation)
        ).scalar_one()
        return database.shelf.calendar(connection, organisation, version)


def import_notice(
    database: Database, organisation: str, body: dict[str, Any], by: str, now: datetime,
    kind: Literal["notice", "local"] = "notice",
) -> Imported:  # fmt: skip
    """Take in a year's notice, or an organisation's own days, for it and all below it. `recompute` follows."""
    read = with_notice if kind == "notice" else with_local
    _, findings = read(calendar_of(database, organisation), body)
    if any(finding.severity is Severity.ERROR for finding in findings):
        return Imported(0, findings)
    with database.write() as connection:
        id_ = connection.execute(
            insert(t.CalendarNotice)
            .values(organisation_id=organisation, kind=kind, body=body, imported_by=by, imported_at=now)
            .returning(t.CalendarNotice.id)
        ).scalar_one()
        # Everybody sees that the calendar has changed.
        below = t.Organisation.path.startswith(_path(connection, organisation), autoescape=True)
        connection.execute(
            update(t.Organisation).where(below).values(calendar_version=t.Organisation.calendar_version + 1)
        )
    return Imported(id_, findings)


def recompute(database: Database, organisation: str, notice: int, now: datetime) -> Recomputed:
    """Find anew the dates of an organisation and all below it that `notice` may concern: when open clocks end, and when
    what is owed for periods is due. What moved, and what could not be counted.

    `notice` is the id that `import_notice` gave: done twice, or again after a crash, nothing is counted twice, and
    what was left is done. Each record is counted in a transaction of its own, and so is what each installation is
    owed, so that none keeps another from it. KeyError: no such notice."""
    with database.read() as connection:
        below = t.Organisation.path.startswith(_path(connection, organisation), autoescape=True)
        records = connection.execute(
            select(t.Record.id, t.Record.number)
            .join(t.Organisation, t.Organisation.id == t.Record.organisation_id)
            .where(below, t.Record.id.in_(_concerned(connection, notice)))
            .order_by(t.Record.ordinal)
        ).all()
        installations = connection.execute(
            select(t.Installation.id, t.Edition.title)
            .join(t.Edition, t.Edition.id == t.Installation.edition_id)
            .join(t.Organisation, t.Organisation.id == t.Installation.organisation_id)
            .where(below, t.Installation.in_force)
            .order_by(t.Installation.id)
        ).all()
    clocks: list[Moved] = []
    duties: list[MovedDuty] = []
    uncounted: list[Uncounted] = []
    for row in records:
        counted = _count(database, row.id, str(notice), now)
        if isinstance(counted, Message):
            uncounted.append(Uncounted(row.id, row.number or "", counted))
        else:
            clocks += counted
    for here in installations:
        placed = _place(database, here.id, now)
        if isinstance(placed, Message):
            uncounted.append(Uncounted(here.id, here.title, placed))
        else:
            duties += placed
    return Recomputed(tuple(clocks), tuple(duties), tuple(uncounted))


def _count(database: Database, record: str, notice: str, now: datetime) -> tuple[Moved, ...] | Message:
    """The clocks of a record that moved, or why they could not be counted."""
    try:
        result = act(database, recount_command(record, notice), now)
    except Exception as error:
        return _could_not_count(record, error)
    return result.refusal.message if result.refusal is not None else moved_by(result)


def _place(database: Database, installation: str, now: datetime) -> list[MovedDuty] | Message:
    """Put what an installation is owed for periods, as far as it is not settled, on the days it has now, and have it
    looked at again: what moved, or why it could not be counted."""
    instance = t.DutyInstance
    here = (instance.installation_id == installation, instance.next_look.is_not(None))
    try:
        with database.write() as connection:
            ids = connection.scalars(select(instance.id).where(*here).with_for_update()).all()
            changes = recount(SqlWorld(connection, database.shelf, writes=True), ids, now)
            connection.execute(update(instance).where(*here).values(next_look=now))
    except Exception as error:
        return _could_not_count(installation, error)
    return [
        MovedDuty(change.after, change.before.due)
        for change in changes
        if change.before is not None and change.before.due != change.after.due
    ]


def _could_not_count(id_: str, error: Exception) -> Message:
    """What is said of a record or an installation that fails; where the database is at fault, it is raised again."""
    if isinstance(error, (OperationalError, ProgrammingError)):
        raise error
    log.error("%s could not be counted anew", id_, exc_info=error)
    return Message("store.could_not_count", {"error": type(error).__name__})


def _concerned(connection: Connection, notice: int) -> Select[str]:
    """The records with an open clock that runs through days a notice speaks of."""
    row = connection.execute(
        select(t.CalendarNotice.kind, t.CalendarNotice.body).where(t.CalendarNotice.id == notice)
    ).first()
    if row is None:
        raise KeyError(notice)
    clocks = select(t.Clock.record_id).where(t.Clock.state.in_(_OPEN))
    if row.kind == "local":
        return clocks  # it may take back days that an earlier one gave
    # A notice makes its year certain, and may touch the December before.
    first, last = date(row.body["year"] - 1, 12, 1), date(row.body["year"], 12, 31)
    until = datetime.combine(last + timedelta(days=1), time(), ZONE)
    running = or_(t.Clock.due_day >= first, t.Clock.state == ClockState.SUSPENDED.value)
    return clocks.where(running, t.Clock.anchor < until)


def _path(connection: Connection, organisation: str) -> str:
    return connection.execute(select(t.Organisation.path).where(t.Organisation.id == organisation)).scalar_one()
