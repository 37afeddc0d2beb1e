"""Databases made for one run, and the product set up in one: the scheme that ships, and people who hold its posts."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from liaison.definitions import read_package
from liaison.store import (
    Database,
    add_account,
    add_organisation,
    add_person,
    hold,
    install,
    installations,
    publish,
    upgrade,
)

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
SERVER = "LIAISON_TEST_PG"
PASSWORD = "a sentence to remember"
PEOPLE = (
    ("office", "示例办公室", "office_staff", "federation"),
    ("office_2", "示例办公室二", "office_staff", "federation"),
    ("director", "示例主任", "office_director", "federation"),
)
"""Those who are told of a new matter: person, name, post, unit."""


def kinds() -> list[str]:
    """The databases that can be had: SQLite, and PostgreSQL where a server is named."""
    return [SQLITE, *([POSTGRESQL] if os.environ.get(SERVER) else [])]


@contextmanager
def empty(kind: str) -> Iterator[str]:
    """The URL of an empty database that is gone afterwards."""
    if kind == SQLITE:
        with tempfile.TemporaryDirectory(prefix="liaison-bench-") as folder:
            yield f"sqlite:///{Path(folder) / 'bench.sqlite'}"
        return
    server, name = os.environ[SERVER], f"liaison_bench_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'").format(
                sql.Identifier(name)
            )
        )
    try:
        yield urlunsplit(urlsplit(server)._replace(scheme="postgresql+psycopg", path=f"/{name}"))
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def durable(kind: str) -> bool:
    """Whether a commit is on the disk when it is answered. A server started for tests may be faster than that."""
    if kind == SQLITE:
        return True  # synchronous=FULL on both sides
    with psycopg.connect(os.environ[SERVER]) as connection:
        said = [connection.execute(f"SHOW {name}").fetchone() for name in ("fsync", "synchronous_commit")]
    return [row[0] for row in said if row] == ["on", "on"]


def set_up(url: str) -> str:
    """The product in an empty database, the scheme in force; the id of the installation."""
    database, now = Database(url), datetime.now(UTC)
    try:
        upgrade(database.engine)
        with database.write() as connection:
            add_organisation(connection, "district", "示例区", now)
            digest = publish(connection, read_package("shunde"), "bench", now)
            installation = install(connection, "district", digest, "bench", now)
            for person, name, post, unit in PEOPLE:
                add_person(connection, "district", name, id_=person)
                add_account(connection, "district", person, person, PASSWORD, now)
                hold(connection, installation, person, post, unit, first_day=date(2020, 1, 1))
        return installation
    finally:
        database.close()


def installation_in(database: Database) -> str:
    """The only installation."""
    with database.read() as connection:
        return installations(connection)[0].id
