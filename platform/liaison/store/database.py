"""A database: how it is opened, read and written. The same on SQLite and PostgreSQL."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

from liaison.rules import LEADING, Evaluator

from .columns import dump_json, load_json
from .shelf import Shelf

_READS = "liaison_reads"
_PRAGMAS = (
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=30000",
    "cache_size=-16384",  # KiB for each connection; what is read beyond that comes from the system's cache
    "mmap_size=1073741824",
)


class Database:
    """One database. `read()` and `write()` each open a connection in a transaction of its own.

    Writes on SQLite begin IMMEDIATE and take turns through a lock of the process: SQLite's own waiting is unfair.
    Not to be shared over a fork. `shelf` keeps what is read once and used again. `leads`: which evaluator the decision
    tables ask first."""

    def __init__(self, url: str, *, pool_size: int = 10, leads: Evaluator = LEADING) -> None:
        self.shelf = Shelf(leads)
        self.sqlite = url.startswith("sqlite")
        options: dict[str, Any] = {"connect_args": {"timeout": 30}} if self.sqlite else {"pool_pre_ping": True}
        self.engine: Engine = create_engine(
            url,
            json_serializer=dump_json,
            json_deserializer=load_json,
            pool_size=pool_size,
            max_overflow=2 * pool_size,
            **options,
        )
        self._turn: Any = threading.RLock() if self.sqlite else nullcontext()
        if self.sqlite:
            event.listen(self.engine, "connect", _prepare)
            event.listen(self.engine, "begin", _begin)
        else:
            event.listen(self.engine, "connect", _hurry)
        self._reader: Engine = (
            self.engine.execution_options(**{_READS: True})
            if self.sqlite
            else self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        )

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that only reads and sees one state of the database throughout."""
        with self._reader.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection whose work is committed at the end, or undone by an exception."""
        with self._turn, self.engine.begin() as connection:
            yield connection

    def take_stock(self) -> None:
        """Let SQLite note how much stands under which key, where that has changed: without it, it does not see which of
        two indexes leads to fewer rows. PostgreSQL does so by itself."""
        if self.sqlite:
            with self.write() as connection:
                connection.exec_driver_sql("PRAGMA analysis_limit=400")
                connection.exec_driver_sql("PRAGMA optimize=0x10002")  # all tables, not only those this one has read

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's `begin` decides, not the driver
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    # Two who turn a new file to WAL at once refuse each other without waiting, whatever the timeout.
    for left in reversed(range(100)):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            break
        except sqlite3.OperationalError:
            if not left:
                raise
            time.sleep(0.05)
    cursor.close()


def _hurry(connection: Any, _record: Any) -> None:
    """PostgreSQL would compile a list's statement for half a second, which then takes a few thousandths."""
    connection.execute("SET jit = off")
    connection.commit()


def _begin(connection: Connection) -> None:
    reads = connection.get_execution_options().get(_READS)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
