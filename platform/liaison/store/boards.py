"""What each unit has on its hands, and which of it runs out: counts by light and the list behind each, by one query."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from liaison.access import Scope
from liaison.calendars import ZONE
from liaison.engine import Record

from . import loading
from . import tables as t
from .columns import UtcDateTime
from .listing import in_scope

Shine = Literal["overdue", "soon", "in_time", "none"]
"""How the clock stands that ends first of those a unit owes; none: it owes none."""


@dataclass(frozen=True, slots=True)
class Board:
    """Which board: the open records of some types of an installation that `scope` lets be seen, at a moment. `soon`:
    term → the last day on which a clock that is due counts as soon; clocks of other terms are not looked at. `shared`:
    term → the part whose holders all owe it; of other terms the unit that stands first among those who do."""

    installation: str
    scope: Scope
    types: Collection[str]
    soon: Mapping[str, date]
    now: datetime
    shared: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OnBoard:
    """An open record a unit has a part in or owes something for, with the clock that ends first of those it owes."""

    record: Record
    term: str
    due: datetime | None
    shine: Shine

    @property
    def due_day(self) -> date | None:
        """The day it is due, in Asia/Shanghai."""
        return self.due.astimezone(ZONE).date() if self.due is not None else None


def on_hand(connection: Connection, board: Board, units: Collection[str] | None = None) -> dict[str, dict[Shine, int]]:
    """Unit → light → how many records, for all units or some; units without any are absent. One query."""
    held = _held(board, units)
    rows = connection.execute(
        select(held.c.unit, held.c.shine, func.count()).group_by(held.c.unit, held.c.shine).order_by(held.c.unit)
    )
    found: dict[str, dict[Shine, int]] = {}
    for unit, shine, count in rows:
        found.setdefault(unit, {})[shine] = count
    return found


def hands_of(
    connection: Connection, board: Board, unit: str, shine: Shine | None = None, *, offset: int = 0, limit: int = 40
) -> tuple[OnBoard, ...]:
    """What one unit has on its hands, of one light or of all: what runs out first on top, then, of what owes nothing,
    the oldest."""
    held = _held(board, [unit])
    asked = select(held.c.ordinal, held.c.term, held.c.due, held.c.shine)
    if shine is not None:
        asked = asked.where(held.c.shine == shine)
    rows = connection.execute(
        asked.order_by(held.c.due.asc().nulls_last(), held.c.ordinal).offset(offset).limit(limit)
    ).all()
    if not rows:
        return ()
    kept = loading.loaded(
        connection, loading.rows_where(connection, t.Record.ordinal.in_([row.ordinal for row in rows]))
    )
    by_ordinal = {one.ordinal: one.record for one in kept.values()}
    return tuple(OnBoard(by_ordinal[row.ordinal], row.term or "", row.due, row.shine) for row in rows)


def _held(board: Board, units: Collection[str] | None) -> FromClause:
    """A row for each unit and open record of the board: unit, ordinal, and of the clock that ends first its term, when
    it is due, and how it stands."""
    part, clock, on = t.RecordPart, t.Clock, t.Record.__table__.alias()
    parts: Any = select(
        part.unit.label("unit"),
        part.record_id.label("record"),
        cast(null(), t.Clock.__table__.c.term.type).label("term"),
        cast(null(), UtcDateTime()).label("due"),
        cast(null(), t.Clock.__table__.c.due_day.type).label("due_day"),
    ).where(part.installation_id == board.installation, part.active)
    # A clock may run on an assignment: then it is the matter above that stands on the board.
    matter = func.coalesce(on.c.parent_id, on.c.id)
    running = (
        clock.installation_id == board.installation,
        clock.state == "running",
        clock.term.in_(board.soon) if board.soon else false(),
    )
    owed: Any = (
        select(clock.owed_unit, matter, clock.term, clock.due, clock.due_day)
        .join(on, on.c.id == clock.record_id)
        .where(*running, clock.owed_unit != "")
    )
    # What a person owes, and not by the name of a unit, is their unit's to see to, where it has a part in the matter.
    held, today = t.Holding, board.now.astimezone(ZONE).date()
    of_people: Any = (
        select(part.unit, matter, clock.term, clock.due, clock.due_day)
        .join(on, on.c.id == clock.record_id)
        .join(part, and_(part.record_id == matter, part.installation_id == board.installation, part.active))
        .join(held, and_(held.person_id == clock.owed_person, held.unit == part.unit))
        .where(
            *running,
            clock.owed_unit == "",
            held.installation_id == board.installation,
            or_(held.first_day.is_(None), held.first_day <= today),
            or_(held.last_day.is_(None), held.last_day >= today),
        )
    )
    joint: Any = (
        select(part.unit, matter, clock.term, clock.due, clock.due_day)
        .join(on, on.c.id == clock.record_id)
        .join(part, and_(part.record_id == clock.record_id, part.installation_id == board.installation, part.active))
        .where(
            *running, or_(false(), *(and_(clock.term == term, part.part == key) for term, key in board.shared.items()))
        )
    )
    if units is not None:
        parts = parts.where(part.unit.in_(units))
        owed = owed.where(clock.owed_unit.in_(units))
        of_people = of_people.where(part.unit.in_(units))
        joint = joint.where(part.unit.in_(units))
    all_ = union_all(parts, owed, of_people, joint).subquery()
    first = (
        select(
            all_.c.unit,
            all_.c.term,
            all_.c.due,
            _shine(board, all_).label("shine"),
            t.Record.ordinal,
            func.row_number()
            .over(partition_by=(all_.c.unit, all_.c.record), order_by=(all_.c.due.asc().nulls_last(), all_.c.term))
            .label("place"),
        )
        .join(t.Record, t.Record.id == all_.c.record)
        .where(
            t.Record.installation_id == board.installation,
            t.Record.done.is_(False),
            or_(false(), *(_seen(board, type_) for type_ in board.types)),
        )
        .subquery()
    )
    return select(first).where(first.c.place == 1).subquery()


def _seen(board: Board, type_: str) -> ColumnElement[bool]:
    return and_(t.Record.type == type_, in_scope(board.installation, board.scope, type_))


def _shine(board: Board, held: FromClause) -> ColumnElement[Any]:
    soon = or_(false(), *(and_(held.c.term == term, held.c.due_day <= until) for term, until in board.soon.items()))
    return case(
        (held.c.due.is_(None), literal("none")),
        (held.c.due < literal(board.now, UtcDateTime()), literal("overdue")),
        (soon, literal("soon")),
        else_=literal("in_time"),
    )
