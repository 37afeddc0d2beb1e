"""What is owed for periods: opened and looked at when its time has come, moved, listed."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, and_, func, or_, select, update
from sqlalchemy.exc import OperationalError, ProgrammingError

from liaison.access import Actor
from liaison.calendars import Period, Span, period_of
from liaison.engine import Refusal
from liaison.engine.duties import Instance, Verdict, look, open_duties
from liaison.engine.duties import move as move_instance
from liaison.texts import Message

from . import duty_rows
from . import tables as t
from .database import Database
from .sql_world import SqlWorld

log = logging.getLogger(__name__)

_BATCH = 200
_TRIES = 4
_AGAIN = {"40001", "40P01"}
"""PostgreSQL: could not serialise, deadlock."""
_I = t.DutyInstance


@dataclass(frozen=True, slots=True)
class Looked:
    """How many instances were opened, how many looked at, and what could not be done."""

    opened: int = 0
    looked: int = 0
    refused: tuple[Refusal, ...] = ()


def tend(database: Database, now: datetime) -> Looked:
    """Open every duty whose period has come and look at every instance that has something to do, installation by
    installation, each in a transaction of its own. What cannot be done keeps nothing else from it, and stays due.

    Several workers may do this at once: each takes what no other is at, and nothing is opened twice."""
    opened, failed = _open(database, now)
    looked, refused = _look(database, now)
    return Looked(opened, looked, (*failed, *refused))


def _open(database: Database, now: datetime) -> tuple[int, list[Refusal]]:
    tried: list[str] = []
    failed: list[Refusal] = []
    opened = crossed = 0
    while True:
        here = None
        try:
            with database.write() as connection:
                here = connection.execute(
                    select(t.Installation.id, t.Installation.duties_at)
                    .where(t.Installation.duties_at <= now, t.Installation.in_force, t.Installation.id.not_in(tried))
                    .order_by(t.Installation.duties_at, t.Installation.id)
                    .limit(1)
                    .with_for_update(skip_locked=True)
                ).first()
                if here is None:
                    return opened, failed
                world = SqlWorld(connection, database.shelf, writes=True)
                done = open_duties(world, here.id, here.duties_at, now, secrets.token_hex(16))
                connection.execute(
                    update(t.Installation).where(t.Installation.id == here.id).values(duties_at=done.again)
                )
                opened += done.count
        except OperationalError as error:
            crossed += 1
            _once_more(error, crossed)
        except Exception as error:
            if here is None or isinstance(error, ProgrammingError):  # the database is at fault, not the mechanism
                raise
            log.exception("the duties of installation %s could not be opened", here.id)
            tried.append(here.id)
            failed.append(_could_not(here.id, error))


def _look(database: Database, now: datetime) -> tuple[int, list[Refusal]]:
    tried: list[str] = []
    failed: list[Refusal] = []
    looked = crossed = 0
    while True:
        ids: list[str] = []
        try:
            with database.write() as connection:
                rows = connection.execute(
                    select(_I.id, _I.installation_id)
                    .join(t.Installation, t.Installation.id == _I.installation_id)
                    .where(_I.next_look <= now, t.Installation.in_force, _I.id.not_in(tried))
                    .order_by(_I.next_look, _I.id)
                    .limit(_BATCH)
                    .with_for_update(of=_I, skip_locked=True)
                ).all()
                if not rows:
                    return looked, failed
                ids = [row.id for row in rows if row.installation_id == rows[0].installation_id]
                refusals = look(SqlWorld(connection, database.shelf, writes=True), ids, now)
            tried += refusals
            failed += refusals.values()
            looked += len(ids) - len(refusals)
        except OperationalError as error:
            crossed += 1
            _once_more(error, crossed)
        except Exception as error:
            if not ids or isinstance(error, ProgrammingError):
                raise
            log.exception("%s instances of duties could not be looked at", len(ids))
            tried += ids
            failed.append(_could_not(ids[0], error))


def _once_more(error: OperationalError, crossed: int) -> None:
    """Go on after a deadlock, a few times."""
    if crossed == _TRIES or getattr(error.orig, "sqlstate", None) not in _AGAIN:
        raise error


def _could_not(what: str, error: Exception) -> Refusal:
    return Refusal(Message("store.duty_not_done", {"what": what, "error": f"{type(error).__name__}: {error}"}))


def move(database: Database, id_: str, to: date, actor: Actor, reason: str, now: datetime) -> Instance | Refusal:
    """Take an occurrence to another day. That it was, by whom and why, is in the access log, which the audit covers."""
    with database.write() as connection:
        connection.execute(select(_I.id).where(_I.id == id_).with_for_update()).all()
        return move_instance(SqlWorld(connection, database.shelf, writes=True), id_, to, actor, reason, now)


# ── Lists ────────────────────────────────────────────────────────────────────────────────────────────────────────


def one(connection: Connection, id_: str) -> Instance | None:
    """One instance; None: there is none of that id."""
    found = duty_rows.instances(connection, _I.id == id_)
    return found[0] if found else None


def periods(
    connection: Connection, installation: str, key: str, *, before: date | None = None, limit: int = 6
) -> list[Period]:
    """The last periods of a duty that were opened, the newest first; with `before`, of those that begin before it."""
    here = and_(_I.installation_id == installation, _I.duty == key)
    if before is not None:
        here = and_(here, _I.period < before)
    rows = connection.execute(
        select(_I.period, func.min(_I.span)).where(here).group_by(_I.period).order_by(_I.period.desc()).limit(limit)
    )
    return [period_of(day, Span(span)) for day, span in rows]


def board(
    connection: Connection, installation: str, key: str, of: Collection[Period], *, objects: bool = False
) -> list[Instance]:
    """The instances of a duty in these periods; with `objects`, the ones that count for each too."""
    days = [one.first for one in of]
    here = and_(_I.installation_id == installation, _I.duty == key, _I.period.in_(days))
    return duty_rows.instances(connection, here, heavy=objects)


def owed(
    connection: Connection, installation: str, owners: Collection[str], units: Collection[str], person: str
) -> list[Instance]:
    """What is not settled of what these owners owe (see `Instance.owner`), or for records these units or this person:
    what is due first on top."""
    mine = or_(
        _I.owner.in_(owners), and_(_I.unit != "", _I.unit.in_(units)), and_(_I.person != "", _I.person == person)
    )
    here = and_(_I.installation_id == installation, _I.next_look.is_not(None), mine)
    found = duty_rows.instances(connection, here)
    return sorted(found, key=lambda one: (one.due, one.duty, one.owner))


def counts(connection: Connection, installation: str) -> Mapping[str, Mapping[Verdict, int]]:
    """Duty → verdict → how many instances have it, of all there are; what is not due yet is open."""
    rows = connection.execute(
        select(_I.duty, _I.state, func.count()).where(_I.installation_id == installation).group_by(_I.duty, _I.state)
    ).all()
    found: dict[str, dict[Verdict, int]] = {}
    for key, state, count in rows:
        found.setdefault(key, {})[Verdict(state)] = count
    return found
