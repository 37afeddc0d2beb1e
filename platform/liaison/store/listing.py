"""Lists of records: what somebody may see, filtered, searched, ordered, a page at a time.

The number of queries is fixed, and each is served by an index or stops when it has its page; counts stop at `COUNTED`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    SQLColumnExpression,
    case,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
    union,
    union_all,
)
from sqlalchemy.orm import aliased

from liaison.access import Scope
from liaison.definitions import Json, Narrowing, narrowings
from liaison.engine import Mechanism, Record
from liaison.forms import Coded

from . import loading
from . import tables as t
from .codec import plain_phone
from .columns import dump_json
from .during import During, falls_into
from .filters import CodedColumn, Columns, SideValues, UnfilterableError, to_clause
from .grams import grams
from .shelf import Shelf

COUNTED = 1_000
"""Nobody pages further than this: a larger number is said as `1000+`."""
FOUND = 100
"""The same for a search: whoever finds more than this asks for something else."""
_RARE = 500
"""Matches of a pair of characters, or records of a type, beyond which it is no use looking how many more there are."""
_PAIRS = 16
"""Pairs of characters looked for: who types more has said enough."""

Reach = Mapping[str, Scope]
"""Installation → what somebody may see of it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list shows: records of one type, under every one of `filters` (expressions), found by `search`, of some
    days where `during` says so.

    `order`: paths, `-` before one for descending; then, and by default, the newest first. A search is always the
    newest first."""

    installation: str
    type: str
    filters: tuple[Json, ...] = ()
    search: str = ""
    order: tuple[str, ...] = ()
    during: During | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some records of a list. `total` is exact up to `COUNTED`, or `FOUND` in a search; beyond, `more` is true."""

    records: tuple[Record, ...]
    total: int
    more: bool


def records(
    connection: Connection,
    shelf: Shelf,
    reach: Reach,
    wanted: Wanted,
    now: datetime,
    *,
    facts: Mapping[str, Any] | None = None,
    offset: int = 0,
    limit: int = 50,
) -> Page:
    """A page of a list. `facts`: what filters may read beside columns (`actor.units`); `record.today` is known.

    UnfilterableError: a filter or order on what has neither column nor index. KeyError: no such installation."""
    listed = _listed(connection, shelf, reach, wanted, now, facts or {})
    return _page(connection, listed, FOUND if wanted.search.strip() else COUNTED, offset, limit)


def soonest(
    connection: Connection,
    shelf: Shelf,
    reach: Reach,
    installation: str,
    type_: str,
    ways: Sequence[Json],
    *,
    limit: int = 50,
) -> tuple[Record, ...]:
    """The first `limit` records of a type that fulfil one of `ways`: what is due first on top, then, of those without a
    running clock, the oldest. `ways`: expressions about what stands in a record, whatever the time.

    UnfilterableError: a way asks for anything else."""
    if not ways:
        return ()
    mechanism = shelf.mechanism(connection, shelf.installed(connection, installation).edition)
    scope = reach.get(installation, Scope())
    different = tuple(dict.fromkeys(map(dump_json, ways)))
    asked = _soonest(mechanism, installation, type_, scope, different, limit)
    return _in_order(connection, connection.execute(asked).scalars().all())


@lru_cache(maxsize=1024)
def _soonest(
    mechanism: Mechanism, installation: str, type_: str, scope: Scope, ways: tuple[str, ...], limit: int
) -> Select[int]:
    """The statement, made once: every page of the desk counts what waits for somebody.

    Each way is asked for itself, with and without a clock, so that an index which begins with the state a way names
    gives its first records in order, however many there are."""
    columns = _Columns(narrowings(mechanism.definition, type_), mechanism.coded[type_], None)
    listed = _within(mechanism, installation, type_, scope, few=True).add_columns(t.Record.due_at)
    some = []
    for way in map(json.loads, ways):
        here = listed.where(to_clause(way, columns))
        timed = here.where(t.Record.due_at.is_not(None)).order_by(t.Record.due_at, t.Record.ordinal)
        still = here.where(t.Record.due_at.is_(None)).order_by(t.Record.ordinal)
        some += [select(one.limit(limit).subquery()) for one in (timed, still)]
    found = union(*some).subquery()
    return select(found.c.ordinal).order_by(found.c.due_at.asc().nulls_last(), found.c.ordinal).limit(limit)


def oldest(
    connection: Connection, shelf: Shelf, reach: Reach, wanted: Wanted, now: datetime, *, limit: int | None
) -> tuple[Record, ...]:
    """The records of a list, all or the first `limit`, in the order they came in. `wanted.order` and `wanted.search`
    count for nothing here."""
    listed, _, _ = narrowed(connection, shelf, reach, wanted, now, {})
    return _in_order(connection, connection.execute(listed.order_by(t.Record.ordinal).limit(limit)).scalars().all())


def count(
    connection: Connection,
    shelf: Shelf,
    reach: Reach,
    wanted: Wanted,
    now: datetime,
    *,
    facts: Mapping[str, Any] | None = None,
) -> int:
    """How many records a list has; `COUNTED + 1` means more than `COUNTED`."""
    some = _listed(connection, shelf, reach, wanted, now, facts or {}).order_by(None).limit(COUNTED + 1).subquery()
    return connection.execute(select(func.count()).select_from(some)).scalar_one()


def work_list(
    connection: Connection,
    reach: Reach,
    *,
    types: Collection[str] | None = None,
    mine: bool = False,
    offset: int = 0,
    limit: int = 50,
) -> Page:
    """The open records somebody may see, over all installations, what is due first on top.

    `types`: only these record types. `mine`: only what the person's units hold a part in now, or what the person
    reported or applied for; not what is merely seen through a post."""
    here = [
        (t.Record.installation_id == installation) & _open_in(installation, scope, mine)
        for installation, scope in reach.items()
    ]
    listed = select(t.Record.ordinal).where(or_(false(), *here), t.Record.done.is_(False))
    if types is not None:
        listed = listed.where(t.Record.type.in_(types))
    listed = listed.order_by(t.Record.due_at.asc().nulls_last(), t.Record.ordinal)
    return _page(connection, listed, COUNTED, offset, limit)


def by_number(connection: Connection, number: str) -> list[tuple[str, str]]:
    """(record, installation) of the records with this number, letters in either case: numbers of different
    installations may be alike."""
    rows = connection.execute(
        select(t.Record.id, t.Record.installation_id).where(
            t.Record.number.in_({number.strip(), number.strip().upper()})
        )
    )
    return [(id_, installation) for id_, installation in rows]


def in_scope(
    installation: str, scope: Scope, type_: str | None = None, *, child: bool = False, few: bool = False
) -> ColumnElement[bool]:
    """The same answer as `access.may_see`, as a condition on `record` rows of the installation: of one type where
    `type_` says so, which makes it cheaper. `child`: the type lives under others, or some may, and the answer for what
    stands under another is that of `access.may_see_under`. `few`: what else is asked leaves few records, each of which
    is then looked at, instead of gathering first everything that may be seen."""
    if type_ is not None and type_ in scope.types:
        return true()
    through = _one_by_one(scope) if child or few else _through(installation, scope, active=False)
    if child:
        parent = aliased(t.Record)
        seen = exists().where(parent.id == t.Record.parent_id, parent.type.in_(scope.types))
        through = or_(through, _held(scope, t.Record.parent_id), seen if scope.types else false())
    if type_ is not None or not scope.types:
        return through
    return or_(t.Record.type.in_(scope.types), through)


def _open_in(installation: str, scope: Scope, mine: bool) -> ColumnElement[bool]:
    through = _through(installation, scope, active=mine)
    return through if mine or not scope.types else or_(t.Record.type.in_(scope.types), through)


def _through(installation: str, scope: Scope, *, active: bool) -> ColumnElement[bool]:
    """Records seen one by one: through a part, as one's own, or by a link."""
    ways: list[Select[int]] = []
    if scope.units:
        part = t.RecordPart
        way = select(part.ordinal).where(part.installation_id == installation, part.unit.in_(scope.units))
        ways.append(way.where(part.active) if active else way)
    if scope.person:
        ways.append(select(t.Record.ordinal).where(t.Record.applicant_id == scope.person))
        ways.append(select(t.Record.ordinal).where(t.Record.reporter_id == scope.person))
    if scope.records:
        ways.append(select(t.Record.ordinal).where(t.Record.id.in_(scope.records)))
    if not ways:
        return false()
    return t.Record.ordinal.in_(ways[0] if len(ways) == 1 else union(*ways))


def _one_by_one(scope: Scope) -> ColumnElement[bool]:
    """The same as `_through`, ended parts too, asked of each record."""
    own = (t.Record.applicant_id == scope.person, t.Record.reporter_id == scope.person) if scope.person else ()
    return or_(_held(scope, t.Record.id), t.Record.id.in_(scope.records) if scope.records else false(), *own)


def _held(scope: Scope, record: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    """Whether one of the units holds or held a part of the record with this id."""
    part = aliased(t.RecordPart)
    return exists().where(part.record_id == record, part.unit.in_(scope.units)) if scope.units else false()


def _listed(
    connection: Connection, shelf: Shelf, reach: Reach, wanted: Wanted, now: datetime, facts: Mapping[str, Any]
) -> Select[int]:
    """The ordinals of the list, in its order."""
    listed, columns, _ = narrowed(connection, shelf, reach, wanted, now, facts)
    if wanted.search.strip():
        return _found(connection, listed, wanted)
    return listed.order_by(*(order_of(path, columns) for path in wanted.order), t.Record.ordinal.desc())


def narrowed(
    connection: Connection, shelf: Shelf, reach: Reach, wanted: Wanted, now: datetime, facts: Mapping[str, Any]
) -> tuple[Select[int], Columns, Mapping[str, Any]]:
    """The ordinals of the list without search and order, the columns of its type, and the facts filters may read."""
    installed = shelf.installed(connection, wanted.installation)
    mechanism = shelf.mechanism(connection, installed.edition)
    columns = columns_of(mechanism, wanted.type, now)
    known = {"record.today": now.date(), "record.now": now, **facts}
    scope = reach.get(wanted.installation, Scope())
    listed = _within(mechanism, wanted.installation, wanted.type, scope, few=bool(wanted.search.strip())).where(
        *(to_clause(filter_, columns, known) for filter_ in wanted.filters)
    )
    if wanted.during is not None:
        listed = listed.where(falls_into(wanted.during, columns))
    return listed, columns, known


def _within(mechanism: Mechanism, installation: str, type_: str, scope: Scope, *, few: bool = False) -> Select[int]:
    """The ordinals of the records of a type that somebody may see. `few`: see `in_scope`."""
    return select(t.Record.ordinal).where(
        t.Record.installation_id == installation,
        t.Record.type == type_,
        in_scope(installation, scope, type_, child=mechanism.record_type(type_).child, few=few),
    )


def order_of(path: str, columns: Columns) -> ColumnElement[Any]:
    """How a list is ordered by a path. UnfilterableError: it cannot be."""
    column = columns.get(path.removeprefix("-"))
    if column is None or (isinstance(column, SideValues) and column.many):
        raise UnfilterableError(f"a list cannot be ordered by {path}")
    if isinstance(column, SideValues | CodedColumn):
        column = column.scalar()
    ordered: ColumnElement[Any] = column.desc() if path.startswith("-") else column.asc()
    return ordered.nulls_last()


def _found(connection: Connection, listed: Select[int], wanted: Wanted) -> Select[int]:
    """What a search finds: by number or telephone in full, else by every pair of characters in it."""
    search, newest = wanted.search, t.Record.ordinal.desc()
    exact: list[ColumnElement[bool]] = [t.Record.number.in_({search.strip(), search.strip().upper()})]
    phone = plain_phone(search)
    if len(phone) >= 7 and phone.isdecimal():
        exact.append(t.Record.phone == phone)
    named = select(t.Record.ordinal, literal(1).label("named")).where(or_(*exact)).limit(COUNTED).subquery()
    here = t.Record.installation_id == wanted.installation, t.Record.type == wanted.type
    some = select(t.Record.ordinal, literal(0).label("named")).where(*here).limit(_RARE + 1).subquery()
    rows = connection.execute(union_all(select(named), select(some))).all()
    if ordinals := [ordinal for ordinal, is_named in rows if is_named]:
        return listed.where(t.Record.ordinal.in_(ordinals)).order_by(newest)
    pairs = grams(*search.split())[:_PAIRS]
    if not pairs:
        return listed.where(false())
    # A type of few records looks at each of them: what other types say of the word may be long.
    few = [ordinal for ordinal, _ in rows]
    if len(few) <= _RARE:
        said = (_says(gram, t.Record.ordinal) for gram in pairs)
        return listed.where(t.Record.ordinal.in_(few), *said).order_by(newest)
    # The rarest pair leads, the newest record first; for each the others are looked up.
    rarest, *others = _rarest_first(connection, pairs)
    first = aliased(t.SearchBigram)
    listed = listed.join(first, first.ordinal == t.Record.ordinal).where(first.gram == rarest)
    return listed.where(*(_says(gram, first.ordinal) for gram in others)).order_by(first.ordinal.desc())


def _says(gram: str, ordinal: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Whether a record has a pair of characters."""
    other = aliased(t.SearchBigram)
    return exists().where(other.gram == gram, other.ordinal == ordinal)


def _rarest_first(connection: Connection, pairs: Sequence[str]) -> Sequence[str]:
    if len(pairs) < 2:
        return pairs
    counts = [
        select(func.count()).select_from(
            select(t.SearchBigram.ordinal).where(t.SearchBigram.gram == gram).limit(_RARE).subquery()
        )
        for gram in pairs
    ]
    row = connection.execute(select(*(count.scalar_subquery() for count in counts))).one()
    return [gram for _, gram in sorted(zip(row, pairs, strict=True))]


def _page(connection: Connection, listed: Select[int], counted: int, offset: int, limit: int) -> Page:
    """The page, and how many there are up to `counted`: one walk through the index answers both."""
    ordinals = connection.execute(listed.limit(max(counted + 1, offset + limit))).scalars().all()
    here = _in_order(connection, ordinals[offset : offset + limit])
    return Page(here, min(len(ordinals), counted), len(ordinals) > counted)


def _in_order(connection: Connection, ordinals: Sequence[int]) -> tuple[Record, ...]:
    """The records with these ordinals, in this order."""
    if not ordinals:
        return ()
    rows = loading.rows_where(connection, t.Record.ordinal.in_(ordinals))
    by_ordinal = {kept.ordinal: kept.record for kept in loading.loaded(connection, rows).values()}
    return tuple(by_ordinal[ordinal] for ordinal in ordinals)


def columns_of(mechanism: Mechanism, type_: str, now: datetime) -> Columns:
    """The paths that lists of a record type can be filtered and ordered by, as SQL: what `narrowings` names."""
    return _Columns(narrowings(mechanism.definition, type_), mechanism.coded[type_], now)


class _Columns(Mapping[str, ColumnElement[Any] | SideValues | CodedColumn]):
    """Each made when it is asked for: a filter reads one or two, and the SQL of a term is not made for nothing. Without
    a time there are no terms."""

    def __init__(self, paths: Mapping[str, Narrowing], coded: Mapping[str, Coded], now: datetime | None) -> None:
        self._paths = paths if now else {path: one for path, one in paths.items() if one.home != "term"}
        self._coded, self._now = coded, now

    def __getitem__(self, path: str) -> ColumnElement[Any] | SideValues | CodedColumn:
        found = self._paths[path]
        if found.home != "code":
            return _column(found, self._now)
        coded = self._coded[path]
        return CodedColumn(_column(self._paths[coded.field], self._now), found.kind, coded.values)

    def __contains__(self, path: object) -> bool:
        return path in self._paths

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


_RECORD = t.Record.__table__.c
_OF_RECORD: Mapping[str, ColumnElement[Any]] = {
    "state": _RECORD.state,
    "number": _RECORD.number,
    "round": _RECORD.round,
    "done": _RECORD.done,
    "id": _RECORD.id,
    "created": _RECORD.created_at,
    "since": _RECORD.since,
    "reporter": _RECORD.reporter_id,
}
_HELD = (
    select(t.RecordPart.record_id, t.RecordPart.part.label("key"), t.RecordPart.unit.label("text"))
    .where(t.RecordPart.ended.is_(None))
    .subquery()
)
"""The units that hold parts now, in the shape of a side table."""


def _column(one: Narrowing, now: datetime | None) -> ColumnElement[Any] | SideValues:
    match one.home:
        case "record":
            return _OF_RECORD[one.name]
        case "facet":
            return _RECORD[one.name]
        case "value":
            return SideValues(_RECORD.id, t.RecordValue.__table__, one.name, one.kind, one.many)
        case "part":
            return SideValues(_RECORD.id, _HELD, one.name, one.kind, one.many)
    assert now is not None, "without a time there are no terms"
    term, what = one.name.split(".")
    return _of_term(term, what, now)


def _of_term(term: str, what: str, now: datetime) -> ColumnElement[Any] | SideValues:
    """A fact of the latest clock of a term in the present round, replaced ones apart; of what was late, of all."""
    clock = t.Clock.__table__.c
    overdue = or_(clock.state == "late", (clock.state == "running") & (clock.due < now))
    late = or_(overdue, (clock.state == "replaced") & (clock.due < clock.ended_at))
    if what == "was_late":
        return exists().where(clock.record_id == _RECORD.id, clock.term == term, late).correlate(t.Record.__table__)
    if what == "late_units":
        # In the shape of a side table, like the units that hold parts.
        units = select(clock.record_id, clock.term.label("key"), clock.owed_unit.label("text"))
        return SideValues(_RECORD.id, units.where(late, clock.owed_unit != "").subquery(), term, "text", many=True)

    def latest(found: ColumnElement[Any]) -> ColumnElement[Any]:
        return (
            select(found)
            .where(
                clock.record_id == _RECORD.id,
                clock.term == term,
                clock.round == _RECORD.round,
                clock.state != "replaced",
            )
            .order_by(clock.position.desc())
            .limit(1)
            .correlate(t.Record.__table__)
            .scalar_subquery()
        )

    holding = {
        "running": clock.state.in_(("running", "suspended")),
        "met": clock.state == "met",
        "overdue": overdue,
    }
    if what == "due":
        return latest(clock.due_day)
    return func.coalesce(latest(case((holding[what], true()), else_=false())), false())
