"""Registers of objects 对象名录: the directory as somebody sees it from one mechanism, and what is on file of each."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, Select, case, func, or_, select, union

from liaison.access import Objects, Scope
from liaison.definitions import Matching, Naming, Side
from liaison.engine import Mechanism

from . import tables as t
from .filters import SideValues
from .listing import columns_of, in_scope
from .parties import BY_NAME, ENTRY, Entry, covers, found_by

ORDERS = ("name", "kind", "credit_code", "region")
"""What a register can be ordered by."""


@dataclass(frozen=True)
class Register:
    """What is asked of whom: the `kinds` that a mechanism serves, as far as `objects` and the records in `scope` let
    them be seen. `namings`: how records of each type name entries, by fields that may always be read, no others: a list
    would tell what a record does not show."""

    installation: str
    organisation: str
    mechanism: Mechanism
    kinds: Collection[str]
    namings: Mapping[str, tuple[Naming, ...]]
    scope: Scope
    objects: Objects
    now: datetime


@dataclass(frozen=True, slots=True)
class Sought:
    """What of a register is looked for: `words` in names or at the start of credit codes, a kind, a region, entries
    that are `closed` by now too. `joined`: those with one of these partners in a matching, or, where there are none,
    those without any."""

    words: str = ""
    kind: str = ""
    region: str = ""
    closed: bool = False
    joined: tuple[Partnered, ...] = ()
    order: str = ""
    """One of `ORDERS`, `-` before it for descending; else by name."""


@dataclass(frozen=True, slots=True)
class Partnered:
    """Entries on `side` of a matching that have `partner` there, or nobody at all."""

    matching: Matching
    side: Side
    partner: str
    known: frozenset[str]
    """Who stands on the other side, where those are not entries themselves: whoever is there no more is no partner."""


@dataclass(frozen=True, slots=True)
class OnFile:
    """How many records that may be seen name an entry, how many of them are open, and when the latest came."""

    total: int
    open: int
    latest: datetime


def find(
    connection: Connection, register: Register, sought: Sought, *, offset: int = 0, limit: int | None = None
) -> tuple[list[Entry], int]:
    """A page of the register, by name, and how many entries there are in it."""
    wanted = [_seen(register), *map(found_by, sought.words.split())]
    if sought.kind:
        wanted.append(t.Party.kind == sought.kind)
    if sought.region:
        wanted.append(t.Party.region == sought.region)
    if not sought.closed:
        wanted.append(covers(register.now.date()))
    wanted += (_partnered(register, one) for one in sought.joined)
    total = connection.execute(select(func.count()).select_from(t.Party).where(*wanted)).scalar_one()
    rows = connection.execute(
        ENTRY.where(*wanted).order_by(*_order(sought.order), *BY_NAME).offset(offset).limit(limit)
    )
    return [Entry(*row) for row in rows], total


def seen(connection: Connection, register: Register, ids: Collection[str]) -> dict[str, Entry]:
    """Those of some entries that may be seen, by id, whether they still stand or not: one query."""
    if not ids:
        return {}
    rows = connection.execute(ENTRY.where(t.Party.id.in_(set(ids)), _seen(register)))
    return {row[0]: Entry(*row) for row in rows}


def regions(connection: Connection, register: Register) -> list[str]:
    """The regions of the entries that may be seen."""
    found = select(t.Party.region).where(_seen(register), t.Party.region.is_not(None)).distinct()
    return sorted(filter(None, connection.execute(found).scalars()))


def on_file(connection: Connection, register: Register, ids: Collection[str]) -> dict[str, OnFile]:
    """What is on file of some entries; one that no record names is absent. A record that names an entry twice counts
    once. One query."""
    ways = [
        _naming(register, type_, one).where(t.Party.id.in_(set(ids)))
        for type_, several in register.namings.items()
        for one in several
    ]
    if not ways or not ids:
        return {}
    named = union(*ways).subquery()
    rows = connection.execute(
        select(named.c.party, func.count(), func.sum(case((t.Record.done, 0), else_=1)), func.max(t.Record.created_at))
        .join(t.Record, t.Record.ordinal == named.c.ordinal)
        .group_by(named.c.party)
    )
    return {party: OnFile(total, int(still), latest) for party, total, still, latest in rows}


def _order(path: str) -> list[ColumnElement[str]]:
    if path.removeprefix("-") not in ORDERS:
        return []
    column = t.Party.__table__.c[path.removeprefix("-")]
    return [(column.desc() if path.startswith("-") else column.asc()).nulls_last()]


def _seen(register: Register) -> ColumnElement[bool]:
    """The same answer as `access.may_see_object`, as a condition on `party` rows."""
    here = (t.Party.organisation_id == register.organisation) & t.Party.kind.in_(register.kinds)
    if register.objects.whole:
        return here
    pairs = (t.Pair.installation_id == register.installation) & _stands(register.now.date())
    own = register.objects.own
    ways = [
        select(t.Pair.left).where(pairs, t.Pair.right.in_(own)),
        select(t.Pair.right).where(pairs, t.Pair.left.in_(own)),
    ]
    ways += [
        _naming(register, type_, one).with_only_columns(t.Party.id)
        for type_, several in register.namings.items()
        for one in several
        if one.by == "id"
    ]
    return here & t.Party.id.in_(union(*ways))


def _naming(register: Register, type_: str, one: Naming) -> Select[str, int]:
    """(entry, ordinal of a record) for the records in scope that name an entry in one way."""
    entry = t.Party.__table__.c[one.by]
    column = columns_of(register.mechanism, type_, register.now)[one.path]
    found = select(t.Party.id.label("party"), t.Record.ordinal.label("ordinal")).select_from(t.Party)
    if isinstance(column, SideValues):
        values = column.values.alias()
        found = found.join(values, (values.c.text == entry) & (values.c.key == column.key))
        found = found.join(t.Record, t.Record.id == values.c.record_id)
    else:
        assert isinstance(column, ColumnElement), "what names an entry is no column of a code"
        found = found.join(t.Record, column == entry)
    return found.where(
        t.Party.organisation_id == register.organisation,
        t.Party.kind.in_(one.kinds.intersection(register.kinds)),
        t.Record.installation_id == register.installation,
        t.Record.type == type_,
        in_scope(register.installation, register.scope, type_),
    )


def _partnered(register: Register, one: Partnered) -> ColumnElement[bool]:
    left = one.side is one.matching.left
    mine, other = (t.Pair.left, t.Pair.right) if left else (t.Pair.right, t.Pair.left)
    pairs = select(mine).where(
        t.Pair.installation_id == register.installation,
        t.Pair.matching == one.matching.key,
        _stands(register.now.date()),
    )
    if one.partner:
        return t.Party.id.in_(pairs.where(other == one.partner))
    opposite = one.matching.right if left else one.matching.left
    if opposite.kind != "party":
        pairs = pairs.where(other.in_(one.known))
    return (t.Party.kind == one.side.key) & t.Party.id.not_in(pairs)


def _stands(day: date) -> ColumnElement[bool]:
    began = or_(t.Pair.first_day.is_(None), t.Pair.first_day <= day)
    return began & or_(t.Pair.last_day.is_(None), t.Pair.last_day >= day)
