"""Calendars of organisations: notices and local days imported, and what that does to dates already given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Select, insert, or_, select, update

from liaison.calendars import ZONE, Calendar, with_local, with_notice
from liaison.engine import ClockState, Moved, recount
from liaison.texts import Finding, Severity

from . import tables as t
from .database import Database
from .sql_world import SqlWorld

_CHUNK = 50
_OPEN = [state.value for state in ClockState if state.open]


@dataclass(frozen=True, slots=True)
class Imported:
    """What importing a notice found and did. `id` is 0 where a finding kept it from being imported."""

    id: int
    findings: tuple[Finding, ...]


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
    """Take in a year's notice, or an organisation's own days, for it and all below it. `recompute_clocks` follows."""
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
        _touch(connection, organisation, now)
    return Imported(id_, findings)


def recompute_clocks(database: Database, organisation: str, notice: int, now: datetime) -> list[Moved]:
    """Count the open clocks of an organisation and all below it anew that `notice` may concern; the dates that moved.

    `notice` is the id that `import_notice` gave: done twice, or again after a crash, nothing is counted twice, and
    what was left is done. Work goes in chunks, so that others may write in between. KeyError: no such notice."""
    moved: list[Moved] = []
    last = 0
    with database.read() as connection:
        concerned = _concerned(connection, notice)
    while True:
        with database.read() as connection:
            batch = connection.execute(
                select(t.Record.ordinal, t.Record.id)
                .join(t.Organisation, t.Organisation.id == t.Record.organisation_id)
                .where(
                    t.Organisation.path.startswith(_path(connection, organisation), autoescape=True),
                    t.Record.ordinal > last,
                    t.Record.id.in_(concerned),
                )
                .order_by(t.Record.ordinal)
                .limit(_CHUNK)
            ).all()
        if not batch:
            return moved
        last = batch[-1].ordinal
        with database.write() as connection:
            world = SqlWorld(connection, database.shelf, writes=True)
            moved.extend(recount(world, [row.id for row in batch], now, str(notice)))


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


def _touch(connection: Connection, organisation: str, now: datetime) -> None:
    """Let everybody see that the calendar has changed, and have the days of what is owed for periods found anew."""
    below = t.Organisation.path.startswith(_path(connection, organisation), autoescape=True)
    connection.execute(update(t.Organisation).where(below).values(calendar_version=t.Organisation.calendar_version + 1))
    concerned = t.DutyInstance.organisation_id.in_(select(t.Organisation.id).where(below))
    connection.execute(
        update(t.DutyInstance).where(concerned, t.DutyInstance.next_look.is_not(None)).values(next_look=now)
    )
