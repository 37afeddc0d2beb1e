"""What is owed for periods as rows, and the light rows of records it is counted from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from liaison.calendars import ZONE, Span, period_of
from liaison.definitions import narrowings
from liaison.engine import Mechanism, StaleError
from liaison.engine.duties import Change, Found, Instance, Move, Sought, Verdict

from . import tables as t
from .audit import log
from .codec import Fields, Row, pack, unpack
from .filters import CodedColumn, SideValues, to_clause
from .listing import columns_of
from .writer import tell

_ONE = timedelta(days=1)
_D = t.DutyInstance.__table__.c
_HEAVY = ("among",)
_LIGHT = [column for column in _D if column.name not in _HEAVY]
_NEW = {
    name: dialect.insert(t.DutyInstance).on_conflict_do_nothing().returning(t.DutyInstance.id)
    for name, dialect in {"sqlite": sqlite, "postgresql": postgresql}.items()
}


# ── Instances ────────────────────────────────────────────────────────────────────────────────────────────────────


def instances(connection: Connection, where: ColumnElement[bool], *, heavy: bool = True) -> list[Instance]:
    """The instances that fulfil a condition, by id; not `heavy`: without the objects that count for them."""
    columns = list(_D) if heavy else _LIGHT
    rows = connection.execute(select(*columns).where(where).order_by(_D.id))
    return [_instance(row._mapping) for row in rows]


def last_period(connection: Connection, installation: str, duty: str) -> date | None:
    """The first day of the last period opened."""
    return connection.execute(
        select(_D.period).where(_D.installation_id == installation, _D.duty == duty).order_by(_D.period.desc()).limit(1)
    ).scalar()


def keep(
    connection: Connection, organisation: str, installation: str, changes: Sequence[Change], now: datetime
) -> None:
    """Write changes: new instances once, the others if they are still at their revision. Moves and lots go into the
    access log, which the audit covers."""
    new = [change.after for change in changes if change.before is None]
    made: set[str] = set()
    if new:
        rows = [_row(one, organisation) for one in new]
        made = set(connection.execute(_NEW[connection.dialect.name], rows).scalars())
    changed = [change for change in changes if change.before is not None]
    if changed:
        _update(connection, changed, organisation)
    told = [notice for change in changes if change.before is not None or change.after.id in made
            for notice in change.notices]  # fmt: skip
    tell(connection, [(notice, organisation, installation) for notice in told], now)
    for change in changes:
        if change.before is None and change.after.seed and change.after.id in made:
            _log_lot(connection, organisation, change.after, now)
        elif change.before is not None and len(change.after.moves) > len(change.before.moves):
            _log_move(connection, organisation, change.after, now)


def _update(connection: Connection, changes: Sequence[Change], organisation: str) -> None:
    rows = []
    for change in changes:
        assert change.before is not None
        row = _row(change.after, organisation)
        rows.append({**row, "_id": row.pop("id"), "_revision": change.before.revision})
    statement = (
        update(t.DutyInstance)
        .where(t.DutyInstance.id == bindparam("_id"), t.DutyInstance.revision == bindparam("_revision"))
        .values({name: bindparam(name) for name in rows[0] if not name.startswith("_")})
    )
    if connection.execute(statement, rows).rowcount != len(rows):
        raise StaleError(changes[0].after.id, "", changes[0].after.duty, None)


def _log_move(connection: Connection, organisation: str, one: Instance, now: datetime) -> None:
    last = one.moves[-1]
    detail = {
        "installation": one.installation, "duty": one.duty, "owner": one.owner, "period": one.period.key,
        "was": last.was.isoformat(), "to": last.to.isoformat(), "reason": last.reason,
    }  # fmt: skip
    log(connection, "duty_moved", last.by, now, organisation=organisation, detail=detail)


def _log_lot(connection: Connection, organisation: str, one: Instance, now: datetime) -> None:
    detail = {
        "installation": one.installation, "duty": one.duty, "owner": one.owner, "period": one.period.key,
        "seed": one.seed, "drawn": list(one.among or ()),
    }  # fmt: skip
    log(connection, "duty_drawn", "", now, organisation=organisation, detail=detail)


def _row(one: Instance, organisation: str) -> Row:
    return {
        "id": one.id,
        "organisation_id": organisation,
        "installation_id": one.installation,
        "duty": one.duty,
        "owner": one.owner,
        "span": one.period.span.value,
        "period": one.period.first,
        **{name: getattr(one, name) for name in _ALIKE},
        "record_id": one.record or None,
        "state": one.state.value,
        "moves": [
            {"at": pack(move.at), "was": pack(move.was), "to": pack(move.to), "by": move.by, "name": move.name,
             "reason": move.reason}
            for move in one.moves
        ],
        "among": None if one.among is None else list(one.among),
    }  # fmt: skip


_ALIKE = (
    "since", "first", "due", "until", "workdays", "certain", "minimum", "maximum", "unit", "person", "count",
    "opened", "looked", "next_look", "seed", "revision",
)  # fmt: skip
"""What the row and the instance call alike."""
_MOMENTS = ("opened", "looked", "next_look")


def _instance(row: Fields) -> Instance:
    alike = {name: row[name] for name in _ALIKE}
    alike |= {name: row[name] and row[name].astimezone(ZONE) for name in _MOMENTS}
    among = row.get("among")
    return Instance(
        **alike,
        id=row["id"],
        installation=row["installation_id"],
        duty=row["duty"],
        owner=row["owner"],
        period=period_of(row["period"], Span(row["span"])),
        record=row["record_id"] or "",
        state=Verdict(row["state"]),
        moves=tuple(Move(**unpack(move)) for move in row["moves"]),
        among=None if among is None else tuple(among),
    )


# ── Records ──────────────────────────────────────────────────────────────────────────────────────────────────────


def find(connection: Connection, mechanism: Mechanism, installation: str, sought: Sought, now: datetime) -> list[Found]:
    """The records sought; one query, and one more for each path that may have several values."""
    columns = columns_of(mechanism, sought.type, now)
    on = columns[sought.on]
    known = {"record.today": now.date(), "record.now": now, **sought.facts}
    where = [t.Record.installation_id == installation, t.Record.type == sought.type]
    if sought.ids is not None:
        where.append(t.Record.id.in_(sought.ids))
    if sought.where is not None:
        where.append(to_clause(sought.where, columns, known))
    where += _between(sought, columns, _is_moment(on))
    own = {path: t.Record.__table__.c[_OF_RECORD[path]].label(path) for path in sought.paths if path in _OF_RECORD}
    rows = connection.execute(
        select(
            t.Record.id, (on.scalar() if isinstance(on, SideValues | CodedColumn) else on).label("day"), *own.values()
        )
        .where(*where)
        .order_by(t.Record.ordinal)
    ).all()
    base = select(t.Record.id).where(*where)
    beside = {path: _values(connection, base, mechanism, sought.type, path) for path in sought.paths if path not in own}
    return [
        Found(row.id, _day(row.day), {
            **{path: (row._mapping[path],) if row._mapping[path] else () for path in own},
            **{path: tuple(values.get(row.id, ())) for path, values in beside.items()},
        })
        for row in rows
    ]  # fmt: skip


_OF_RECORD = {"record.reporter": "reporter_id", "record.applicant": "applicant_id", "record.parent": "parent_id"}


def _is_moment(on: ColumnElement[Any] | SideValues | CodedColumn) -> bool:
    return not isinstance(on, SideValues | CodedColumn) and on.type.python_type is datetime


def _between(sought: Sought, columns: Mapping[str, Any], moment: bool) -> list[ColumnElement[bool]]:
    bounds = []
    for name, operator, day in (
        ("duty.since", ">=", sought.since),
        ("duty.before", "<", sought.until + _ONE if sought.until is not None else None),
    ):
        if day is not None:
            at = datetime.combine(day, time(), ZONE) if moment else day
            bounds.append(to_clause({operator: [{"var": sought.on}, {"var": name}]}, columns, {name: at}))
    return bounds


def _day(value: Any) -> date | None:
    return value.astimezone(ZONE).date() if isinstance(value, datetime) else value


def _values(
    connection: Connection, base: Select[str], mechanism: Mechanism, type_: str, path: str
) -> dict[str, list[Any]]:
    """Record → what stands at `path`, in order."""
    found: dict[str, list[Any]] = defaultdict(list)
    for record, value in connection.execute(_side(base, mechanism, type_, path)):
        found[record].append(value)
    return found


def _side(base: Select[str], mechanism: Mechanism, type_: str, path: str) -> Select[Any, Any]:
    root, _, rest = path.partition(".")
    part, link, side = t.RecordPart, t.RecordLink, t.RecordValue
    if root == "part":
        held = and_(part.record_id.in_(base), part.part == rest, part.ended.is_(None))
        return select(part.record_id, part.unit).where(held).order_by(part.record_id, part.position)
    if root == "linked" and rest.startswith("~"):
        to = and_(link.to_id.in_(base), link.relation == rest[1:])
        return (
            select(link.to_id, link.record_id)
            .join(t.Record, t.Record.id == link.record_id)
            .where(to)
            .order_by(t.Record.ordinal)
        )
    if root == "linked":
        away = and_(link.record_id.in_(base), link.relation == rest)
        return select(link.record_id, link.to_id).where(away).order_by(link.record_id, link.position)
    narrowing = narrowings(mechanism.definition, type_)[path]
    if narrowing.home == "facet":
        facet = t.Record.__table__.c[narrowing.name]
        return select(t.Record.id, facet).where(t.Record.id.in_(base), facet.is_not(None))
    column = side.num if narrowing.kind == "number" else side.text
    there = and_(side.record_id.in_(base), side.key == path)
    return select(side.record_id, column).where(there).order_by(side.record_id, side.position)
