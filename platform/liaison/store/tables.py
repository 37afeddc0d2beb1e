"""All tables. Everything that belongs to an organisation says so in `organisation_id`.

A record's facets are typed columns under the facet's own name; the person entitled as applicant is `applicant_id`,
the name the form gives is the facet `applicant`. Keys of units, posts and people are strings, as in the engine.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, MetaData, String, Text, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from liaison.definitions import PartyKind

from .columns import Big, Json, UtcDateTime

Key = String(64)


class Base(DeclarativeBase):
    """The metadata of all tables, with names for every constraint."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's name and shape
        str: Text,
        datetime: UtcDateTime,
        dict[str, Any]: Json,
        list[Any]: Json,
    }


# ── Organisations, mechanisms ────────────────────────────────────────────────────────────────────────────────────


class Organisation(Base):
    """A node of the tree city → district → street. `path` is the ids from the root, `/city/district/`."""

    __tablename__ = "organisation"
    id: Mapped[str] = mapped_column(Key, primary_key=True)
    parent_id: Mapped[str | None] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    path: Mapped[str] = mapped_column(String(400), unique=True)
    level: Mapped[str] = mapped_column(Key)
    region: Mapped[str | None] = mapped_column(String(12))
    """GB/T 2260 code; functional districts have none."""
    title: Mapped[str]
    calendar_version: Mapped[int] = mapped_column(default=0)
    """Grows whenever a notice is imported here or above: caches ask it."""
    created_at: Mapped[datetime]


class MechanismVersion(Base):
    """One version of a mechanism, stored whole and never changed. `files` is the deterministic zip of the exact
    files; `digest` the SHA-256 over them. `state`: published, superseded."""

    __tablename__ = "mechanism_version"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(Key, index=True)
    version: Mapped[str] = mapped_column(Key)
    title: Mapped[str]
    files: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(16))
    published_by: Mapped[str]
    published_at: Mapped[datetime]


class MechanismDraft(Base):
    """A package somebody is working on, with the digest it started from: the base of a merge."""

    __tablename__ = "mechanism_draft"
    id: Mapped[str] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    key: Mapped[str] = mapped_column(Key)
    title: Mapped[str]
    base_digest: Mapped[str | None] = mapped_column(String(64), ForeignKey("mechanism_version.digest"))
    files: Mapped[bytes] = mapped_column(LargeBinary)
    revision: Mapped[int]
    updated_by: Mapped[str]
    updated_at: Mapped[datetime]


class Installation(Base):
    """A mechanism set up somewhere. What is in force there is the edition `edition_id`; while it is not
    `in_force` nobody can begin anything."""

    __tablename__ = "installation"
    __table_args__ = (UniqueConstraint("organisation_id", "key"),)
    id: Mapped[str] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisation.id"))
    key: Mapped[str] = mapped_column(Key, index=True)
    edition_id: Mapped[int] = mapped_column(Big)
    """No foreign key: the two tables would each need the other first."""
    in_force: Mapped[bool]
    roster_version: Mapped[int] = mapped_column(default=0)
    """Grows with every change of units, posts held, deputies and pairs: caches ask it."""
    installed_at: Mapped[datetime]
    duties_at: Mapped[datetime | None] = mapped_column(index=True)
    """When the next duties are to be opened; empty: never, by the version in force."""


class Edition(Base):
    """A version with its slots answered, as it came into force at an installation. Never changed: a record stays on
    the edition it began with until it is moved."""

    __tablename__ = "edition"
    id: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    installation_id: Mapped[str] = mapped_column(Key, ForeignKey("installation.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), ForeignKey("mechanism_version.digest"), index=True)
    answers: Mapped[dict[str, Any]]
    title: Mapped[str]
    """What the mechanism is called with these answers: a district may call it by a name of its own."""
    since: Mapped[datetime]
    by: Mapped[str] = mapped_column(Key)


# ── Roster, people, accounts ─────────────────────────────────────────────────────────────────────────────────────


class Party(Base):
    """The directory of an organisation: departments, chambers, enterprises, banks, law firms."""

    __tablename__ = "party"
    __table_args__ = (
        Index(
            "ix_party_standing",
            "organisation_id",
            "credit_code",
            unique=True,
            postgresql_where=text("last_day IS NULL"),
            sqlite_where=text("last_day IS NULL"),
        ),
    )
    id: Mapped[str] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    kind: Mapped[PartyKind] = mapped_column(Key)
    name: Mapped[str] = mapped_column(index=True)
    credit_code: Mapped[str | None] = mapped_column(String(18), index=True)
    region: Mapped[str | None] = mapped_column(String(12))
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]


class Unit(Base):
    """A unit of an installation's roster."""

    __tablename__ = "unit"
    installation_id: Mapped[str] = mapped_column(Key, ForeignKey("installation.id"), primary_key=True)
    key: Mapped[str] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    title: Mapped[str]
    kind: Mapped[str] = mapped_column(Key)
    region: Mapped[str] = mapped_column(String(12), default="")
    parent: Mapped[str] = mapped_column(Key, default="")
    note: Mapped[str] = mapped_column(default="")
    party_id: Mapped[str | None] = mapped_column(Key, ForeignKey("party.id"), index=True)
    position: Mapped[int]
    last_day: Mapped[date | None]
    """The last day on which it is one of the units; empty: it is."""


class Person(Base):
    """Somebody who may act or be told. Telephone and e-mail are personal data."""

    __tablename__ = "person"
    id: Mapped[str] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    name: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")


class Holding(Base):
    """A post held from a day to a day, both counted; `unit` empty for a leading post."""

    __tablename__ = "holding"
    id: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    installation_id: Mapped[str] = mapped_column(Key, ForeignKey("installation.id"), index=True)
    person_id: Mapped[str] = mapped_column(Key, ForeignKey("person.id"), index=True)
    post: Mapped[str] = mapped_column(Key)
    unit: Mapped[str] = mapped_column(Key, default="")
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]


class Deputy(Base):
    """`person_id` stands in for `absent_id` in every post of the organisation, both days counted."""

    __tablename__ = "deputy"
    id: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    person_id: Mapped[str] = mapped_column(Key, ForeignKey("person.id"), index=True)
    absent_id: Mapped[str] = mapped_column(Key, ForeignKey("person.id"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]


class Pair(Base):
    """Two partners joined by a matching, from a day to a day; nobody stands beside the same partner twice without an
    end."""

    __tablename__ = "pair"
    __table_args__ = (
        Index(
            "ix_pair_standing",
            "installation_id",
            "matching",
            "left",
            "right",
            unique=True,
            postgresql_where=text("last_day IS NULL"),
            sqlite_where=text("last_day IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    installation_id: Mapped[str] = mapped_column(Key, ForeignKey("installation.id"), index=True)
    matching: Mapped[str] = mapped_column(Key)
    left: Mapped[str] = mapped_column(Key)
    right: Mapped[str] = mapped_column(Key)
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]


class Account(Base):
    """How a person signs in. `epoch` grows with every change of password: sessions begun before it are over."""

    __tablename__ = "account"
    id: Mapped[str] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    login: Mapped[str] = mapped_column(Key, unique=True)
    person_id: Mapped[str] = mapped_column(Key, ForeignKey("person.id"), index=True)
    hash: Mapped[str]
    epoch: Mapped[int] = mapped_column(default=1)
    must_change: Mapped[bool] = mapped_column(default=False)
    disabled: Mapped[bool] = mapped_column(default=False)
    last_signed_in: Mapped[datetime | None]
    password_changed_at: Mapped[datetime]
    created_at: Mapped[datetime]


class Attempt(Base):
    """Wrong tries of a subject (`attempts.subject`, a hash) since the first of them, and until when there can be no
    other."""

    __tablename__ = "attempt"
    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    failed: Mapped[int]
    since: Mapped[datetime] = mapped_column(index=True)
    until: Mapped[datetime | None]


class Grant(Base):
    """A role given to a person on an organisation with all below it, an installation or a unit.

    `role` and `on_kind` are those of `people.REACHES`; `on_id` of a unit is `installation/unit`."""

    __tablename__ = "role_grant"
    id: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    person_id: Mapped[str] = mapped_column(Key, ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(Key)
    on_kind: Mapped[str] = mapped_column(String(16))
    on_id: Mapped[str] = mapped_column(String(140))
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    given_by: Mapped[str]


# ── Records ──────────────────────────────────────────────────────────────────────────────────────────────────────


class Record(Base):
    """One matter, visit, meeting, assignment… `ordinal` is the order of creation: lists and search walk it."""

    __tablename__ = "record"
    __table_args__ = (
        UniqueConstraint("installation_id", "type", "number"),
        Index(None, "installation_id", "type", "ordinal"),
        Index(None, "installation_id", "type", "state", "ordinal"),
        Index(None, "installation_id", "type", "state", "due_at", "ordinal"),
        Index(None, "installation_id", "type", "done", "due_at"),
        Index(None, "installation_id", "done", "due_at"),
        Index(None, "installation_id", "type", "category", "ordinal"),
        Index(None, "installation_id", "type", "level", "ordinal"),
        Index(None, "installation_id", "type", "lead_unit", "ordinal"),
        Index(None, "installation_id", "type", "region", "ordinal"),
        Index(None, "installation_id", "type", "result", "ordinal"),
        Index(None, "installation_id", "type", "rating", "ordinal"),
        Index(None, "installation_id", "type", "amount"),
        Index(None, "edition_id", "done", "ordinal"),
        Index(None, "installation_id", "type", "applicant"),
    )
    ordinal: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(Key, unique=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    installation_id: Mapped[str] = mapped_column(Key, ForeignKey("installation.id"))
    edition_id: Mapped[int] = mapped_column(Big, ForeignKey("edition.id"))
    """The version and answers it is on until it is moved."""
    type: Mapped[str] = mapped_column(Key)
    state: Mapped[str] = mapped_column(Key)
    revision: Mapped[int]
    """Also the `seq` of its last event."""
    round: Mapped[int]
    number: Mapped[str | None] = mapped_column(Key, index=True)
    values: Mapped[dict[str, Any]]
    memory: Mapped[dict[str, Any]]
    """What the engine remembers beside values: suggestions, times, who took what, when, rungs, fired."""
    applicant_id: Mapped[str] = mapped_column(Key, index=True)
    reporter_id: Mapped[str] = mapped_column(Key, index=True)
    parent_id: Mapped[str | None] = mapped_column(Key, ForeignKey("record.id"), index=True)
    done: Mapped[bool]
    due_at: Mapped[datetime | None]
    """The earliest end among its running clocks."""
    due_term: Mapped[str] = mapped_column(Key)
    due_certain: Mapped[bool]
    created_at: Mapped[datetime]
    since: Mapped[datetime]
    updated_at: Mapped[datetime]

    title: Mapped[str | None]
    applicant: Mapped[str | None]
    category: Mapped[str | None]
    level: Mapped[str | None]
    lead_unit: Mapped[str | None]
    region: Mapped[str | None]
    amount: Mapped[float | None]
    result: Mapped[str | None]
    rating: Mapped[str | None]
    phone: Mapped[str | None] = mapped_column(index=True)
    """Without blanks and hyphens. Personal data: only ever compared whole."""


class RecordValue(Base):
    """The typed side table of fields marked `index`: one row for each value (a list has several).

    Text, codes and moments (ISO) in `text` (its first 500 characters), numbers in `num`, yes and no as 1 and 0 in
    `num`, dates in `day` (a moment's day in Asia/Shanghai too)."""

    __tablename__ = "record_value"
    __table_args__ = (
        Index(None, "key", "text", "record_id"),
        Index(None, "key", "num", "record_id"),
        Index(None, "key", "day", "record_id"),
    )
    record_id: Mapped[str] = mapped_column(Key, ForeignKey("record.id"), primary_key=True)
    key: Mapped[str] = mapped_column(Key, primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str | None]
    num: Mapped[float | None]
    day: Mapped[date | None]


class RecordPart(Base):
    """A unit's part in a record. `active`: neither the part nor the record has ended, and it is more than being asked
    to sign."""

    __tablename__ = "record_part"
    __table_args__ = (
        Index(None, "installation_id", "unit", "ordinal"),
        Index(None, "installation_id", "unit", "active", "ordinal"),
        Index(None, "unit", "part", "record_id"),
    )
    record_id: Mapped[str] = mapped_column(Key, ForeignKey("record.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    installation_id: Mapped[str] = mapped_column(Key, ForeignKey("installation.id"))
    ordinal: Mapped[int] = mapped_column(Big)
    """The record's."""
    part: Mapped[str] = mapped_column(Key)
    unit: Mapped[str] = mapped_column(Key)
    assignment: Mapped[str] = mapped_column(Key)
    since: Mapped[datetime | None]
    ended: Mapped[datetime | None]
    active: Mapped[bool]


class RecordLink(Base):
    """A record linked to another under a relation of its type."""

    __tablename__ = "record_link"
    record_id: Mapped[str] = mapped_column(Key, ForeignKey("record.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    relation: Mapped[str] = mapped_column(Key)
    to_id: Mapped[str] = mapped_column(Key, ForeignKey("record.id"), index=True)
    values: Mapped[dict[str, Any]]


class Clock(Base):
    """One running or finished term. `next_ring` is empty for a closed or suspended one: the ticker's index holds
    only what may still ring."""

    __tablename__ = "clock"
    __table_args__ = (
        Index(
            "ix_clock_next_ring",
            "next_ring",
            postgresql_where=text("next_ring IS NOT NULL"),
            sqlite_where=text("next_ring IS NOT NULL"),
        ),
        Index(None, "installation_id", "state", "due"),
        Index(None, "owed_unit", "state", "due"),
        Index(None, "term", "due_day", "record_id"),
    )
    record_id: Mapped[str] = mapped_column(Key, ForeignKey("record.id"), primary_key=True)
    term: Mapped[str] = mapped_column(Key, primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    installation_id: Mapped[str] = mapped_column(Key, ForeignKey("installation.id"))
    position: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    owed_by: Mapped[list[Any]]
    owed_unit: Mapped[str] = mapped_column(Key)
    """The unit of the first who owes it; `owed_person` likewise. Empty: none."""
    owed_person: Mapped[str] = mapped_column(Key)
    anchor: Mapped[datetime]
    due: Mapped[datetime]
    due_day: Mapped[date]
    """The day of `due` in Asia/Shanghai."""
    original_due: Mapped[datetime]
    certain: Mapped[bool]
    next_ring: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    why: Mapped[list[Any]]
    rest: Mapped[dict[str, Any]]
    """Rings to come, pauses, extensions, length, answers to reminders."""


class Publication(Base):
    """An assessment by an indicator tree as it was published: never changed, a later one is the next edition."""

    __tablename__ = "publication"
    __table_args__ = (UniqueConstraint("installation_id", "tree", "span", "period", "edition"),)
    id: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    installation_id: Mapped[str] = mapped_column(Key, ForeignKey("installation.id"))
    tree: Mapped[str] = mapped_column(Key)
    span: Mapped[str] = mapped_column(String(16))
    period: Mapped[date]
    """The first day of the period; `span` says of which kind it is."""
    edition: Mapped[int]
    by: Mapped[str] = mapped_column(Key)
    name: Mapped[str]
    at: Mapped[datetime]
    reason: Mapped[str]
    body: Mapped[dict[str, Any]]


class DutyInstance(Base):
    """What somebody owes for one period. `next_look` is empty once it is settled: the ticker's index holds only what
    may still have something to do, and the desk's what is not settled."""

    __tablename__ = "duty_instance"
    __table_args__ = (
        UniqueConstraint("installation_id", "duty", "period", "owner"),
        Index(
            "ix_duty_instance_next_look",
            "next_look",
            postgresql_where=text("next_look IS NOT NULL"),
            sqlite_where=text("next_look IS NOT NULL"),
        ),
        Index(
            "ix_duty_instance_installation_id_due",
            "installation_id",
            "due",
            postgresql_where=text("next_look IS NOT NULL"),
            sqlite_where=text("next_look IS NOT NULL"),
        ),
    )
    id: Mapped[str] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    installation_id: Mapped[str] = mapped_column(Key, ForeignKey("installation.id"))
    duty: Mapped[str] = mapped_column(Key)
    owner: Mapped[str] = mapped_column(String(140))
    """The key of a unit or leading post, `left/right` of a pair, or the id of the record it is owed for."""
    span: Mapped[str] = mapped_column(String(16))
    period: Mapped[date]
    """The first day of the period; `span` says of which kind it is."""
    since: Mapped[date]
    first: Mapped[date]
    due: Mapped[date]
    until: Mapped[date]
    workdays: Mapped[int]
    certain: Mapped[bool]
    minimum: Mapped[int]
    maximum: Mapped[int | None]
    unit: Mapped[str] = mapped_column(Key)
    person: Mapped[str] = mapped_column(Key)
    record_id: Mapped[str | None] = mapped_column(Key, ForeignKey("record.id"), index=True)
    state: Mapped[str] = mapped_column(String(16))
    count: Mapped[int]
    opened: Mapped[datetime]
    looked: Mapped[datetime]
    next_look: Mapped[datetime | None]
    moves: Mapped[list[Any]]
    among: Mapped[list[Any] | None]
    """The objects that count, where not every one does; long, and so read only where it is asked for."""
    seed: Mapped[str] = mapped_column(String(64))
    revision: Mapped[int]


class Parked(Base):
    """A record whose clocks are due and could not ring: not to be tried before `next_try`."""

    __tablename__ = "parked"
    record_id: Mapped[str] = mapped_column(Key, ForeignKey("record.id"), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    installation_id: Mapped[str] = mapped_column(Key, ForeignKey("installation.id"), index=True)
    failed: Mapped[int]
    """How often, since `since`."""
    since: Mapped[datetime]
    next_try: Mapped[datetime]
    why: Mapped[dict[str, Any]]
    """A packed Message."""


class MarkedTable(Base):
    """A decision table of an edition on which the evaluators have differed: since when, and on which record first."""

    __tablename__ = "marked_table"
    edition_id: Mapped[int] = mapped_column(Big, ForeignKey("edition.id"), primary_key=True)
    table: Mapped[str] = mapped_column(Key, primary_key=True)
    record_id: Mapped[str] = mapped_column(Key, ForeignKey("record.id"))
    since: Mapped[datetime]


class SearchBigram(Base):
    """Every two neighbouring characters of a record's text. Ordered by creation within a gram, so that a search
    stops when it has a page."""

    __tablename__ = "search_bigram"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's name and shape
    gram: Mapped[str] = mapped_column(String(2), primary_key=True)
    ordinal: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=False)


class Override(Base):
    """A suggestion somebody changed: one line of the override ledger."""

    __tablename__ = "override"
    id: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    record_id: Mapped[str] = mapped_column(Key, ForeignKey("record.id"), index=True)
    table: Mapped[str] = mapped_column(Key)
    row: Mapped[str] = mapped_column(Key)
    field: Mapped[str] = mapped_column(Key)
    suggested: Mapped[Any] = mapped_column(Json)
    chosen: Mapped[Any] = mapped_column(Json)
    reason: Mapped[str]
    actor: Mapped[str] = mapped_column(Key)
    at: Mapped[datetime]


class Counter(Base):
    """The last serial of a series in a period: `2026`, `2026-08` or empty."""

    __tablename__ = "counter"
    installation_id: Mapped[str] = mapped_column(Key, ForeignKey("installation.id"), primary_key=True)
    series: Mapped[str] = mapped_column(Key, primary_key=True)
    period: Mapped[str] = mapped_column(String(8), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    value: Mapped[int] = mapped_column(Big)


class CommandDone(Base):
    """A command that was carried out: given twice, it is carried out once."""

    __tablename__ = "command_done"
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    record_id: Mapped[str] = mapped_column(Key, ForeignKey("record.id"), index=True)
    number: Mapped[str]
    at: Mapped[datetime]


class RecordCode(Base):
    """The query code of a record that was reported without an account, hashed."""

    __tablename__ = "record_code"
    record_id: Mapped[str] = mapped_column(Key, ForeignKey("record.id"), primary_key=True)
    hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]


# ── Audit ────────────────────────────────────────────────────────────────────────────────────────────────────────


class Event(Base):
    """Something that happened to a record. Append only; `hash` covers every column and the hash before it."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("record_id", "seq"),
        Index(None, "organisation_id", "id"),
        Index(None, "key", "happened", "record_id"),
    )
    id: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisation.id"))
    record_id: Mapped[str] = mapped_column(Key, ForeignKey("record.id"))
    seq: Mapped[int]
    key: Mapped[str] = mapped_column(Key)
    action: Mapped[str] = mapped_column(Key)
    actor: Mapped[str] = mapped_column(Key)
    actor_name: Mapped[str]
    actor_kind: Mapped[str] = mapped_column(String(16))
    happened: Mapped[datetime]
    recorded: Mapped[datetime] = mapped_column(index=True)
    origin: Mapped[str] = mapped_column(Key)
    to: Mapped[str] = mapped_column(Key)
    round: Mapped[int]
    reason: Mapped[str]
    changed: Mapped[dict[str, Any]]
    why: Mapped[list[Any]]
    command: Mapped[str] = mapped_column(String(200), index=True)
    content: Mapped[str] = mapped_column(String(64))
    """On the last event of a command: SHA-256 of the whole record after it, with its files and its lines of the
    override ledger. Empty on the others."""
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditCheckpoint(Base):
    """`hash` covers the checkpoint before it, every event of the organisation up to `upto`, and `log_hash`, which
    covers the lines of its access log up to `log_upto`."""

    __tablename__ = "audit_checkpoint"
    __table_args__ = (UniqueConstraint("organisation_id", "upto", "log_upto"),)
    id: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisation.id"))
    upto: Mapped[int] = mapped_column(Big)
    """Id of the last event covered."""
    count: Mapped[int] = mapped_column(Big)
    """How many events since the checkpoint before."""
    log_upto: Mapped[int] = mapped_column(Big, default=0)
    """Id of the last line of the access log covered; `log_count`: how many since the checkpoint before."""
    log_count: Mapped[int] = mapped_column(Big, default=0)
    log_hash: Mapped[str] = mapped_column(String(64), default="")
    """Empty where there is no line."""
    hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class AccessLog(Base):
    """Who signed in, looked behind a mask, exported, downloaded, changed a grant… Append only: checkpoints cover it.
    A line of no organisation (a login nobody has) is covered with those of the root of the tree."""

    __tablename__ = "access_log"
    __table_args__ = (Index(None, "organisation_id", "at"), Index(None, "organisation_id", "id"))
    id: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=True)
    organisation_id: Mapped[str | None] = mapped_column(Key, ForeignKey("organisation.id"))
    at: Mapped[datetime]
    what: Mapped[str] = mapped_column(Key)
    person: Mapped[str] = mapped_column(Key, index=True)
    address: Mapped[str]
    record_id: Mapped[str | None] = mapped_column(Key, index=True)
    detail: Mapped[dict[str, Any]]


# ── Messages and papers ──────────────────────────────────────────────────────────────────────────────────────────


class Outbox(Base):
    """A notice to be sent at least once. `state`: pending, sent, failed."""

    __tablename__ = "outbox"
    __table_args__ = (Index(None, "state", "next_try"),)
    id: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    record_id: Mapped[str | None] = mapped_column(Key, ForeignKey("record.id"), index=True)
    duty_id: Mapped[str | None] = mapped_column(Key, ForeignKey("duty_instance.id"), index=True)
    """What it is about: a record, or what is owed for a period."""
    key: Mapped[str] = mapped_column(String(300), unique=True)
    template: Mapped[str] = mapped_column(Key)
    to: Mapped[list[Any]]
    data: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int]
    next_try: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    error: Mapped[str]
    created_at: Mapped[datetime]


class Notice(Base):
    """What a person, or everybody of a unit, finds in the inbox."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("key", "person", "unit"),
        Index(None, "person", "read_at", "id"),
        Index(None, "installation_id", "unit", "read_at", "id"),
    )
    id: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    installation_id: Mapped[str] = mapped_column(Key, ForeignKey("installation.id"))
    record_id: Mapped[str | None] = mapped_column(Key, ForeignKey("record.id"), index=True)
    duty_id: Mapped[str | None] = mapped_column(Key, ForeignKey("duty_instance.id"), index=True)
    """What it is about: a record, or what is owed for a period."""
    person: Mapped[str] = mapped_column(Key)
    unit: Mapped[str] = mapped_column(Key)
    """Set only where nobody of the unit could be named."""
    key: Mapped[str] = mapped_column(String(300))
    template: Mapped[str] = mapped_column(Key)
    data: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class Paper(Base):
    """A document to be made after the commit. `state`: pending, made, failed."""

    __tablename__ = "paper"
    __table_args__ = (Index(None, "state", "next_try"),)
    id: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    record_id: Mapped[str] = mapped_column(Key, ForeignKey("record.id"), index=True)
    key: Mapped[str] = mapped_column(String(300), unique=True)
    document: Mapped[str] = mapped_column(Key)
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int]
    next_try: Mapped[datetime]
    error: Mapped[str]
    file_id: Mapped[str | None] = mapped_column(Key, ForeignKey("file.id"))
    created_at: Mapped[datetime]


# ── Drafts and files ─────────────────────────────────────────────────────────────────────────────────────────────


class Draft(Base):
    """A form somebody is still filling in: no number, no events. Its id is the key of its submission. `owner` is a
    person, or `token:` and the SHA-256 of the token a browser holds."""

    __tablename__ = "draft"
    __table_args__ = (Index(None, "owner", "updated_at"),)
    id: Mapped[str] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    installation_id: Mapped[str] = mapped_column(Key, ForeignKey("installation.id"), index=True)
    edition_id: Mapped[int] = mapped_column(Big, ForeignKey("edition.id"))
    """The version and answers whose form it was begun with."""
    type: Mapped[str] = mapped_column(Key)
    action: Mapped[str] = mapped_column(Key)
    record_id: Mapped[str | None] = mapped_column(Key, index=True)
    """The record whose action it is for; empty: a new one."""
    owner: Mapped[str] = mapped_column(String(80))
    values: Mapped[dict[str, Any]]
    revision: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Batch(Base):
    """Many commands that one person gives at once: for each row of a spreadsheet a record is begun, or one action is
    taken on many records. `state`: asking (what the action asks for is still to be filled in), checking, checked,
    writing, done."""

    __tablename__ = "batch"
    __table_args__ = (
        Index(None, "person_id", "installation_id", "created_at"),
        Index(None, "installation_id", "action", "digest"),
        Index(None, "state", "created_at"),
    )
    id: Mapped[str] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    installation_id: Mapped[str] = mapped_column(Key, ForeignKey("installation.id"))
    type: Mapped[str] = mapped_column(Key)
    action: Mapped[str] = mapped_column(Key)
    person_id: Mapped[str] = mapped_column(Key, ForeignKey("person.id"))
    title: Mapped[str]
    """The name of the file, or of the list the records were picked in."""
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the file; empty where there is none."""
    given: Mapped[dict[str, Any]]
    """`columns` of the file, field → letter; what was filled in once for all: `values`, `reason`, `files`."""
    state: Mapped[str] = mapped_column(String(16))
    stopped: Mapped[list[Any]]
    """Why it does not go on by itself; empty: it does."""
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class BatchRow(Base):
    """One command of a batch. `state`: waiting, good, wrong, done, refused."""

    __tablename__ = "batch_row"
    __table_args__ = (Index(None, "batch_id", "state", "position"),)
    batch_id: Mapped[str] = mapped_column(Key, ForeignKey("batch.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    """The line of the spreadsheet, or the place in the list."""
    record_id: Mapped[str] = mapped_column(Key)
    """The record acted on, or the one begun."""
    expected: Mapped[int | None]
    """The revision at which the record was picked."""
    number: Mapped[str]
    cells: Mapped[dict[str, Any]]
    """Field → what its cell said, or what the record has by itself, on file or suggested."""
    values: Mapped[dict[str, Any]]
    wrong: Mapped[list[Any]]
    alike: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(String(16))


class SavedList(Base):
    """What a person asks of a ledger again and again, under a name of their own. `asked` is what its address says."""

    __tablename__ = "saved_list"
    __table_args__ = (UniqueConstraint("person_id", "installation_id", "view", "title"),)
    id: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    installation_id: Mapped[str] = mapped_column(Key, ForeignKey("installation.id"), index=True)
    person_id: Mapped[str] = mapped_column(Key, ForeignKey("person.id"))
    view: Mapped[str] = mapped_column(Key)
    title: Mapped[str] = mapped_column(String(80))
    asked: Mapped[dict[str, Any]]


class Phrase(Base):
    """What a person writes again and again in long texts."""

    __tablename__ = "phrase"
    __table_args__ = (UniqueConstraint("person_id", "text"),)
    id: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=True)
    person_id: Mapped[str] = mapped_column(Key, ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(String(500))


class FileBlob(Base):
    """Bytes, once for each content."""

    __tablename__ = "file_blob"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class File(Base):
    """An uploaded or generated file: a name and a type for some content."""

    __tablename__ = "file"
    id: Mapped[str] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64), ForeignKey("file_blob.sha256"), index=True)
    size: Mapped[int] = mapped_column(Big)
    type: Mapped[str] = mapped_column(String(140))
    name: Mapped[str]
    owner: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(index=True)


class FileUse(Base):
    """A file named by a record or a draft: who may read the field that names it may read the file. Without a use it is
    an orphan."""

    __tablename__ = "file_use"
    file_id: Mapped[str] = mapped_column(Key, ForeignKey("file.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    """record, draft, or history: of a record that was moved to a version without the field."""
    used_by: Mapped[str] = mapped_column(Key, primary_key=True, index=True)


# ── Calendars ────────────────────────────────────────────────────────────────────────────────────────────────────


class CalendarNotice(Base):
    """A holiday notice of a year, or the local days of one, as imported for an organisation and all below it.
    A year's later import replaces the earlier one when the calendar is built."""

    __tablename__ = "calendar_notice"
    id: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    """notice or local."""
    body: Mapped[dict[str, Any]]
    imported_by: Mapped[str] = mapped_column(Key)
    imported_at: Mapped[datetime]
