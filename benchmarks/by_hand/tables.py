"""The tables of the application by hand, and the pragmas that make SQLite as durable as the product's."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()
Big = BigInteger().with_variant(Integer(), "sqlite")
Json = JSON().with_variant(JSONB(), "postgresql")
Moment = DateTime(timezone=True)

draft = Table(
    "draft", metadata,
    Column("id", String(32), primary_key=True), Column("owner", String(64), nullable=False),
    Column("values", Json, nullable=False), Column("revision", Integer, nullable=False),
    Column("updated_at", Moment, nullable=False), Column("expires_at", Moment, nullable=False, index=True),
    Index("ix_draft_owner", "owner", "updated_at"),
)  # fmt: skip
matter = Table(
    "matter", metadata,
    Column("ordinal", Big, primary_key=True, autoincrement=True),
    Column("id", String(32), unique=True, nullable=False), Column("number", String(20), unique=True, nullable=False),
    Column("state", String(20), nullable=False, index=True), Column("revision", Integer, nullable=False),
    Column("reporting_unit", Text, nullable=False), Column("company", Text, nullable=False, index=True),
    Column("submitted_on", Date, nullable=False), Column("category", String(1), nullable=False, index=True),
    Column("contact_name", Text, nullable=False), Column("contact_post", Text),
    Column("contact_phone", Text, index=True),
    Column("attendee_name", Text), Column("attendee_post", Text), Column("attendee_phone", Text),
    Column("units_concerned", Json, nullable=False), Column("problem", Text, nullable=False), Column("remark", Text),
    Column("evidence", Json, nullable=False), Column("suggested_level", String(8), nullable=False),
    Column("level", String(8), index=True), Column("lead_unit", String(40), index=True),
    Column("due_at", Moment, index=True), Column("done", Boolean, nullable=False),
    Column("reporter", String(64)), Column("created_at", Moment, nullable=False),
    Column("key", String(32), unique=True),
    Column("code_hash", String(64), nullable=False),
)  # fmt: skip
counter = Table(
    "counter", metadata, Column("year", Integer, primary_key=True), Column("value", Integer, nullable=False)
)
occurred = Table(
    "event", metadata,
    Column("id", Big, primary_key=True, autoincrement=True),
    Column("matter_id", ForeignKey("matter.id"), nullable=False), Column("seq", Integer, nullable=False),
    Column("what", String(20), nullable=False), Column("actor", String(64), nullable=False),
    Column("at", Moment, nullable=False, index=True), Column("changed", Json, nullable=False),
    Column("why", Json, nullable=False), Column("content", String(64), nullable=False),
    Column("previous", String(64), nullable=False), Column("hash", String(64), nullable=False),
    UniqueConstraint("matter_id", "seq"),
)  # fmt: skip
notice = Table(
    "notice", metadata,
    Column("id", Big, primary_key=True, autoincrement=True), Column("person", String(40), nullable=False),
    Column("matter_id", ForeignKey("matter.id"), nullable=False, index=True), Column("text", Text, nullable=False),
    Column("created_at", Moment, nullable=False), Column("read_at", Moment), Column("mailed_at", Moment),
    Index("ix_notice_person", "person", "read_at", "id"),
)  # fmt: skip
bigram = Table(
    "bigram", metadata,
    Column("gram", String(2), primary_key=True), Column("ordinal", Big, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)  # fmt: skip
staff = Table(
    "staff", metadata, Column("person", String(40), primary_key=True), Column("name", Text), Column("post", String(40))
)
upload = Table(
    "upload", metadata,
    Column("id", String(32), primary_key=True), Column("owner", String(64), nullable=False), Column("name", Text),
    Column("size", Integer), Column("data", Json),
)  # fmt: skip


class Store:
    """Transactions: `read()` and `write()`. Writers on SQLite begin IMMEDIATE and take turns."""

    def __init__(self, url: str) -> None:
        self.sqlite = url.startswith("sqlite")
        self.engine = create_engine(
            url, pool_size=10, max_overflow=20, **({} if self.sqlite else {"pool_pre_ping": True})
        )
        self._turn: Any = threading.Lock() if self.sqlite else nullcontext()
        if self.sqlite:
            event.listen(self.engine, "connect", _prepare)
            event.listen(self.engine, "begin", _begin)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that reads one state."""
        with self.engine.connect() as connection:
            yield connection.execution_options(reads=True)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection whose work is committed at the end."""
        with self._turn, self.engine.begin() as connection:
            yield connection


def set_up(url: str, people: Sequence[tuple[str, str, str, str]]) -> None:
    """The tables, and the staff who are told of new matters (person, name, post, unit)."""
    store = Store(url)
    metadata.create_all(store.engine)
    with store.write() as connection:
        connection.execute(
            staff.insert(), [{"person": person, "name": name, "post": post} for person, name, post, _ in people]
        )
    store.engine.dispose()


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    reads = connection.get_execution_options().get("reads")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
