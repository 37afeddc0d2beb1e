"""Databases made from nothing for one test and dropped after it, on SQLite and on PostgreSQL.

Names are random, so any number of workers and of runs may share one server.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from .missing import missing

Fill = Callable[[str], object]


class Backend(ABC):
    """One kind of database. All URLs are SQLAlchemy's."""

    name: str

    def __init__(self) -> None:
        self._filled: dict[Fill, str] = {}

    @abstractmethod
    def empty(self) -> str:
        """The URL of a new, empty database."""

    @abstractmethod
    def drop(self, url: str) -> None:
        """Remove the database, even one that somebody is still connected to."""

    @abstractmethod
    def _copy(self, url: str) -> str:
        """The URL of a new database with the contents of the one at `url`, to which nobody is connected."""

    def like(self, fill: Fill) -> str:
        """The URL of a new database as `fill(url)` leaves an empty one.

        `fill` runs once in a session and must close its connections; every further call costs a copy.
        """
        if fill not in self._filled:
            url = self.empty()
            fill(url)
            self._filled[fill] = url
        return self._copy(self._filled[fill])

    def close(self) -> None:
        """Drop what `like` kept."""
        for url in self._filled.values():
            self.drop(url)


class Sqlite(Backend):
    """Files in `folder`."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def empty(self) -> str:
        return f"sqlite:///{self._folder / secrets.token_hex(6)}.sqlite"

    def drop(self, url: str) -> None:
        path = _sqlite_path(url)
        for suffix in ("", "-wal", "-shm", "-journal"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)

    def _copy(self, url: str) -> str:
        copy = self.empty()
        with (
            closing(sqlite3.connect(_sqlite_path(url))) as source,
            closing(sqlite3.connect(_sqlite_path(copy))) as target,
        ):
            source.backup(target)
        return copy


class Postgres(Backend):
    """Databases on the server that LIAISON_TEST_PG names, else on 127.0.0.1:5432 (see `scripts/with-postgresql`)."""

    name = "postgresql"

    def __init__(self) -> None:
        super().__init__()
        self._server = os.environ.get("LIAISON_TEST_PG", "postgresql://postgres@127.0.0.1:5432/postgres")
        try:
            with psycopg.connect(self._server, connect_timeout=5) as connection:
                # From 15 on a database is copied through the log, which suits one that is busy and not one at rest.
                at_rest = "STRATEGY FILE_COPY" if connection.info.server_version >= 150000 else ""
        except psycopg.OperationalError as error:
            missing(f"no PostgreSQL: {str(error).splitlines()[0]}. Run `make test`, or set LIAISON_TEST_PG.")
        self._options = sql.SQL(f"ENCODING 'UTF8' LOCALE 'C.UTF-8' {at_rest}")

    def empty(self) -> str:
        return self._create("template0")

    def drop(self, url: str) -> None:
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(_database(url)))

    def _copy(self, url: str) -> str:
        return self._create(_database(url).as_string())

    def _create(self, template: str) -> str:
        name = f"liaison_test_{secrets.token_hex(6)}"
        # C.UTF-8 sorts alike on every machine.
        self._run(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} {}").format(sql.Identifier(name), sql.SQL(template), self._options)
        )
        return urlunsplit(urlsplit(self._server)._replace(scheme="postgresql+psycopg", path=f"/{name}"))

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(statement)


def _sqlite_path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def _database(url: str) -> sql.Identifier:
    return sql.Identifier(urlsplit(url).path.removeprefix("/"))
