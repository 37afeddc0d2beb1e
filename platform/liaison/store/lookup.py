"""What the administration lists: people, holdings, accounts, grants, notices, the log. Reading only, in bulk."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select

from liaison.roster import Person
from liaison.texts import Message

from . import attempts
from . import tables as t
from .accounts import tries_of
from .audit import Access
from .codec import unpack
from .parties import ENTRY, Entry


@dataclass(frozen=True, slots=True)
class Place:
    """An organisation. `path` is the ids from the root, `/city/district/`; one that is no division has no region."""

    id: str
    title: str
    path: str
    level: str
    region: str

    @property
    def above(self) -> tuple[str, ...]:
        """The ids of the organisations over it, the root first."""
        return tuple(self.path.strip("/").split("/")[:-1])

    def within(self, ids: Collection[str]) -> bool:
        """Whether it is one of the organisations `ids`, or below one."""
        return not set(ids).isdisjoint(self.path.strip("/").split("/"))


@dataclass(frozen=True, slots=True)
class Holding:
    """A post somebody holds, held or will hold."""

    id: int
    person: str
    name: str
    post: str
    unit: str
    first_day: date | None
    last_day: date | None


@dataclass(frozen=True, slots=True)
class InRoster:
    """A unit of a mechanism set up, by their keys."""

    installation: str
    unit: str


@dataclass(frozen=True, slots=True)
class Standin:
    """`name` stands in for `absent`, both days counted."""

    id: int
    name: str
    absent: str
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Login:
    """An account as those see it who keep accounts."""

    id: str
    login: str
    person: str
    name: str
    organisation: str
    disabled: bool
    must_change: bool
    last_signed_in: datetime | None
    locked_until: datetime | None
    """None: it is not locked."""


@dataclass(frozen=True, slots=True)
class Given:
    """A role given to a person."""

    id: int
    person: str
    name: str
    role: str
    on_kind: str
    on_id: str
    first_day: date | None
    last_day: date | None
    by: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A holiday notice or local days, as imported."""

    id: int
    organisation: str
    kind: str
    body: Mapping[str, Any]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Overridden:
    """A suggestion somebody changed."""

    record: str
    number: str | None
    installation: str
    table: str
    row: str
    field: str
    suggested: Any
    chosen: Any
    reason: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Marked:
    """A decision table on which the evaluators have differed: since when, and on which record first."""

    table: str
    since: datetime
    record: str
    number: str | None


@dataclass(frozen=True, slots=True)
class Parked:
    """A record whose clocks are due and could not ring, and when that is tried again."""

    record: str
    number: str | None
    installation: str
    failed: int
    since: datetime
    next_try: datetime
    why: Message


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines of the access log are wanted; empty: all. Days are those of the moments given, both counted."""

    what: str = ""
    person: str = ""
    record: str = ""
    since: datetime | None = None
    before: datetime | None = None


def organisations(connection: Connection) -> list[Place]:
    """All organisations, parents before children."""
    rows = connection.execute(
        select(
            t.Organisation.id,
            t.Organisation.title,
            t.Organisation.path,
            t.Organisation.level,
            func.coalesce(t.Organisation.region, ""),
        ).order_by(t.Organisation.path)
    )
    return [Place(*row) for row in rows]


def people(connection: Connection, organisation: str) -> list[Person]:
    """The people of an organisation, by name."""
    rows = connection.execute(
        select(t.Person.id, t.Person.name, t.Person.phone, t.Person.email)
        .where(t.Person.organisation_id == organisation)
        .order_by(t.Person.name, t.Person.id)
    )
    return [Person(*row) for row in rows]


def party(connection: Connection, organisation: str, id_: str) -> Entry | None:
    """One entry of the directory of an organisation."""
    row = connection.execute(ENTRY.where(t.Party.organisation_id == organisation, t.Party.id == id_)).first()
    return Entry(*row) if row else None


@dataclass(frozen=True, slots=True)
class UnitInRoster:
    """A unit as it was entered, and how many open records it has a part in."""

    key: str
    title: str
    kind: str
    region: str
    last_day: date | None
    open: int


def units(connection: Connection, installation: str) -> list[UnitInRoster]:
    """The units of an installation, those that have come to an end too, in the order in which they are listed."""
    part = t.RecordPart
    open_ = (
        select(func.count(part.record_id.distinct()))
        .join(t.Record, t.Record.id == part.record_id)
        .where(part.installation_id == t.Unit.installation_id, part.unit == t.Unit.key, part.active)
        .where(t.Record.parent_id.is_(None))  # of an assignment, the matter above counts
        .correlate(t.Unit)
        .scalar_subquery()
    )
    rows = connection.execute(
        select(t.Unit.key, t.Unit.title, t.Unit.kind, t.Unit.region, t.Unit.last_day, open_)
        .where(t.Unit.installation_id == installation)
        .order_by(t.Unit.position)
    )
    return [UnitInRoster(*row) for row in rows]


def units_of(connection: Connection, party: str) -> list[InRoster]:
    """The units of rosters that refer to a party."""
    rows = connection.execute(
        select(t.Unit.installation_id, t.Unit.key)
        .join(t.Installation, t.Installation.id == t.Unit.installation_id)
        .join(t.Edition, t.Edition.id == t.Installation.edition_id)
        .where(t.Unit.party_id == party)
        .order_by(t.Edition.title, t.Unit.position)
    )
    return [InRoster(*row) for row in rows]


def names(connection: Connection, ids: Collection[str]) -> dict[str, str]:
    """What people are called; an id nobody has is absent."""
    rows = connection.execute(select(t.Person.id, t.Person.name).where(t.Person.id.in_(set(ids))))
    return {row.id: row.name for row in rows}


def holdings(connection: Connection, installation: str) -> list[Holding]:
    """Every holding of an installation, past and to come, in the order they were entered."""
    rows = connection.execute(
        select(
            t.Holding.id, t.Holding.person_id, t.Person.name, t.Holding.post, t.Holding.unit,
            t.Holding.first_day, t.Holding.last_day,
        )
        .join(t.Person, t.Person.id == t.Holding.person_id)
        .where(t.Holding.installation_id == installation)
        .order_by(t.Holding.id)
    )  # fmt: skip
    return [Holding(*row) for row in rows]


def deputies(connection: Connection, organisation: str) -> list[Standin]:
    """Who stands in for whom in an organisation, the latest first."""
    absent = t.Person.__table__.alias("absent")
    rows = connection.execute(
        select(t.Deputy.id, t.Person.name, absent.c.name, t.Deputy.first_day, t.Deputy.last_day)
        .join(t.Person, t.Person.id == t.Deputy.person_id)
        .join(absent, absent.c.id == t.Deputy.absent_id)
        .where(t.Deputy.organisation_id == organisation)
        .order_by(t.Deputy.last_day.desc(), t.Deputy.id)
    )
    return [Standin(*row) for row in rows]


def accounts(connection: Connection, organisation: str, now: datetime) -> list[Login]:
    """The accounts of an organisation as they stand at `now`, by login."""
    rows = connection.execute(
        select(
            t.Account.id, t.Account.login, t.Account.person_id, t.Person.name, t.Account.organisation_id,
            t.Account.disabled, t.Account.must_change, t.Account.last_signed_in,
        )
        .join(t.Person, t.Person.id == t.Account.person_id)
        .where(t.Account.organisation_id == organisation)
        .order_by(t.Account.login)
    ).all()  # fmt: skip
    locked = attempts.held(connection, [tries_of(row.login) for row in rows], now)
    return [Login(*row, locked.get(tries_of(row.login))) for row in rows]


def login_taken(connection: Connection, login: str) -> bool:
    """Whether there is an account of this login, in whatever organisation."""
    return connection.execute(select(t.Account.id).where(t.Account.login == login)).first() is not None


def grants(connection: Connection, organisation: str) -> list[Given]:
    """The roles given in an organisation, past and to come, the latest first."""
    rows = connection.execute(
        select(
            t.Grant.id, t.Grant.person_id, t.Person.name, t.Grant.role, t.Grant.on_kind,
            t.Grant.on_id, t.Grant.first_day, t.Grant.last_day, t.Grant.given_by,
        )
        .join(t.Person, t.Person.id == t.Grant.person_id)
        .where(t.Grant.organisation_id == organisation)
        .order_by(t.Grant.id.desc())
    )  # fmt: skip
    return [Given(*row) for row in rows]


def notices(connection: Connection, organisations: Collection[str]) -> list[Notice]:
    """What was imported into the calendars of organisations, the newest first."""
    rows = connection.execute(
        select(
            t.CalendarNotice.id, t.CalendarNotice.organisation_id, t.CalendarNotice.kind, t.CalendarNotice.body,
            t.CalendarNotice.imported_by, t.CalendarNotice.imported_at,
        )
        .where(t.CalendarNotice.organisation_id.in_(organisations))
        .order_by(t.CalendarNotice.id.desc())
    )  # fmt: skip
    return [Notice(*row) for row in rows]


def overridden(connection: Connection, organisation: str, offset: int, limit: int) -> tuple[list[Overridden], int]:
    """A page of the override ledger of an organisation, the newest first, and how many lines it has."""
    here = t.Override.organisation_id == organisation
    rows = connection.execute(
        select(
            t.Override.record_id, t.Record.number, t.Record.installation_id, t.Override.table, t.Override.row,
            t.Override.field, t.Override.suggested, t.Override.chosen, t.Override.reason, t.Override.actor,
            t.Override.at,
        )
        .join(t.Record, t.Record.id == t.Override.record_id)
        .where(here)
        .order_by(t.Override.id.desc())
        .offset(offset)
        .limit(limit)
    )  # fmt: skip
    total = connection.execute(select(func.count()).select_from(t.Override).where(here)).scalar_one()
    return [
        replace(Overridden(*row), suggested=unpack(row.suggested), chosen=unpack(row.chosen)) for row in rows
    ], total


def marked(connection: Connection, edition: int) -> list[Marked]:
    """The decision tables of an edition on which the evaluators have differed, the longest first."""
    rows = connection.execute(
        select(t.MarkedTable.table, t.MarkedTable.since, t.MarkedTable.record_id, t.Record.number)
        .join(t.Record, t.Record.id == t.MarkedTable.record_id)
        .where(t.MarkedTable.edition_id == edition)
        .order_by(t.MarkedTable.since, t.MarkedTable.table)
    )
    return [Marked(*row) for row in rows]


def parked(connection: Connection, installations: Collection[str]) -> list[Parked]:
    """The records of installations whose clocks could not ring, the longest first."""
    rows = connection.execute(
        select(
            t.Parked.record_id, t.Record.number, t.Parked.installation_id, t.Parked.failed, t.Parked.since,
            t.Parked.next_try, t.Parked.why,
        )
        .join(t.Record, t.Record.id == t.Parked.record_id)
        .where(t.Parked.installation_id.in_(installations))
        .order_by(t.Parked.since, t.Parked.record_id)
    )  # fmt: skip
    return [replace(Parked(*row), why=unpack(row.why)) for row in rows]


def accesses(
    connection: Connection, place: Place, asked: Asked, offset: int, limit: int
) -> tuple[Sequence[Access], int]:
    """A page of the access log of an organisation, the newest first, and how many lines fit what is asked.

    Lines of no organisation (a login nobody has) are shown at the root of the tree."""
    here = t.AccessLog.organisation_id == place.id
    if place.path == f"/{place.id}/":
        here = or_(here, t.AccessLog.organisation_id.is_(None))
    wanted = [here]
    if asked.what:
        wanted.append(t.AccessLog.what == asked.what)
    if asked.person:
        wanted.append(t.AccessLog.person == asked.person)
    if asked.record:
        named = select(t.Record.id).where(or_(t.Record.number == asked.record, t.Record.id == asked.record))
        wanted.append(t.AccessLog.record_id.in_(named))
    if asked.since:
        wanted.append(t.AccessLog.at >= asked.since)
    if asked.before:
        wanted.append(t.AccessLog.at < asked.before)
    rows = connection.execute(
        select(
            t.AccessLog.at, t.AccessLog.what, t.AccessLog.person, t.AccessLog.address, t.AccessLog.record_id,
            t.AccessLog.detail,
        )
        .where(*wanted)
        .order_by(t.AccessLog.at.desc(), t.AccessLog.id.desc())
        .offset(offset)
        .limit(limit)
    )  # fmt: skip
    total = connection.execute(select(func.count()).select_from(t.AccessLog).where(*wanted)).scalar_one()
    return [Access(*row) for row in rows], total


def logged(connection: Connection, organisation: str) -> list[str]:
    """The kinds of lines that the access log of an organisation has."""
    rows = connection.execute(
        select(t.AccessLog.what)
        .where(or_(t.AccessLog.organisation_id == organisation, t.AccessLog.organisation_id.is_(None)))
        .distinct()
    )
    return sorted(rows.scalars())


def numbers(connection: Connection, records: Collection[str]) -> dict[str, str]:
    """The numbers of records; one without a number is absent."""
    rows = connection.execute(
        select(t.Record.id, t.Record.number).where(t.Record.id.in_(set(records)), t.Record.number.is_not(None))
    )
    return {row.id: row.number for row in rows if row.number}
