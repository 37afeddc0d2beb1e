"""Counting records: one query for a figure with all its lines, over any number of records and installations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, Float, Select, Text, and_, case, cast, false, func, null, or_, select

from liaison.access import Scope
from liaison.definitions import Json
from liaison.engine import Mechanism
from liaison.engine.figures import Group

from . import tables as t
from .during import During, falls_into
from .filters import CodedColumn, Columns, SideValues, UnfilterableError, to_clause
from .listing import columns_of, in_scope


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted: records of a type under every one of `filters`, those of some days where `during` says so.

    `by`: a path; the records are split by what stands there, a record with several values into each of them.
    `hit`: an expression; how many of them fulfil it. `field`: a path; the numbers there are added up."""

    type: str
    filters: tuple[Json, ...] = ()
    during: During | None = None
    by: str = ""
    hit: Json = True
    field: str = ""


def tally(
    connection: Connection, mechanism: Mechanism, reach: Mapping[str, Scope], counted: Counted, now: datetime
) -> tuple[Group, ...]:
    """Count in the installations of `reach`, all on the version `mechanism`, in each what its scope lets be seen: one
    query. Groups without records are absent. UnfilterableError: a path that lists do not know."""
    columns = columns_of(mechanism, counted.type, now)
    known = {"record.today": now.date(), "record.now": now}
    chosen, value, many = _split(counted.by, columns)
    number = _number(counted.field, columns)
    hit = case((to_clause(counted.hit, columns, known), 1), else_=0)
    child = mechanism.record_type(counted.type).child
    here = (
        and_(t.Record.installation_id == id_, in_scope(id_, scope, counted.type, child=child))
        for id_, scope in reach.items()
    )
    chosen = chosen.add_columns(
        t.Record.ordinal,
        t.Record.installation_id,
        value.label("value"),
        hit.label("hit"),
        number.label("number"),
    ).where(
        t.Record.type == counted.type,
        or_(false(), *here),
        *(to_clause(filter_, columns, known) for filter_ in counted.filters),
    )
    if counted.during is not None:
        chosen = chosen.where(falls_into(counted.during, columns))
    # A unit may hold one part twice: the record counts once all the same.
    each = (chosen.distinct() if many else chosen).subquery()
    rows = connection.execute(
        select(
            each.c.installation_id,
            each.c.value,
            func.count(),
            func.sum(each.c.hit),
            func.count(each.c.number),
            func.coalesce(func.sum(each.c.number), 0),
        ).group_by(each.c.installation_id, each.c.value)
    )
    return tuple(
        Group(installation, found, count, int(hits), numbers, _decimal(total))
        for installation, found, count, hits, numbers, total in rows
    )


def _split(by: str, columns: Columns) -> tuple[Select[Any], ColumnElement[Any], bool]:
    """The selection of records, the value they are split by, and whether a record may stand in it several times."""
    plain = select().select_from(t.Record)
    if not by:
        return plain, cast(null(), Text), False
    column = columns.get(by)
    if column is None or isinstance(column, CodedColumn) or (isinstance(column, SideValues) and column.kind != "text"):
        raise UnfilterableError(f"records cannot be split by {by}")
    if not isinstance(column, SideValues):
        return plain, column, False
    values = column.values.alias()
    mine = and_(values.c.record_id == column.record_id, values.c.key == column.key)
    return select().select_from(t.Record).outerjoin(values, mine), values.c.text, column.many


def _number(field: str, columns: Columns) -> ColumnElement[Any]:
    if not field:
        return cast(null(), Float)
    column = columns.get(field)
    several = isinstance(column, SideValues) and (column.many or column.kind != "number")
    if column is None or isinstance(column, CodedColumn) or several:
        raise UnfilterableError(f"there is nothing to add up at {field}")
    return column.scalar() if isinstance(column, SideValues) else column


def _decimal(total: Any) -> Decimal:
    """A sum of doubles, as exact as the store says numbers are."""
    return round(Decimal(repr(total) if isinstance(total, float) else total), 6)
