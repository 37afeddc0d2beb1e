"""What presses on others: clocks that have run out or soon will, on records somebody oversees and does not owe."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection, and_, func, or_, select
from sqlalchemy.orm import aliased

from liaison.access import Scope
from liaison.engine import ClockState

from . import tables as t


@dataclass(frozen=True, slots=True)
class Pressing:
    """A running clock. `record`: what it is listed under; `on`: whose clock it is, that record or an assignment of
    it."""

    record: str
    on: str
    term: str
    due: datetime


def pressing(
    connection: Connection,
    installation: str,
    scope: Scope,
    own: Collection[str],
    soon: Mapping[str, date],
    *,
    limit: int,
) -> tuple[Pressing, ...]:
    """The first `limit` running clocks that others owe than the units `own`, what ended longest ago on top: of record
    types that `scope` sees whole, their assignments included; of the terms in `soon`, each due on its day there or
    before."""
    if not scope.types or not soon:
        return ()
    clock, record, parent = t.Clock, t.Record, aliased(t.Record)
    last = datetime.combine(max(soon.values()) + timedelta(days=2), time(), UTC)
    found = connection.execute(
        select(func.coalesce(record.parent_id, record.id), record.id, clock.term, clock.due)
        .join(record, record.id == clock.record_id)
        .outerjoin(parent, parent.id == record.parent_id)
        .where(
            clock.installation_id == installation,
            clock.state == ClockState.RUNNING.value,
            clock.due < last,  # the index ends here; which day is soon differs from term to term
            or_(*(and_(clock.term == term, clock.due_day <= day) for term, day in soon.items())),
            func.coalesce(parent.type, record.type).in_(scope.types),
            clock.owed_unit.not_in(own),
            clock.owed_person != scope.person,
        )
        .order_by(clock.due, record.ordinal, clock.position)
        .limit(limit)
    )
    return tuple(Pressing(*row) for row in found)
