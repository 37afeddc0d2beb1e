"""Do something to the database for real, look at what came of it, and undo it: a preview that cannot differ."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from liaison.store import Database, Shelf


class _Rehearsal(Database):
    """A database of one open transaction: whatever is written in it is read in it, and nothing is committed.

    Its shelf is its own: what is cached under a version that is undone must not be found later."""

    def __init__(self, database: Database, connection: Connection) -> None:
        self.shelf = Shelf()
        self.sqlite = database.sqlite
        self.engine = database.engine
        self._connection = connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        yield self._connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with self._connection.begin_nested():
            yield self._connection


class _UndoneError(Exception):
    """Makes the transaction roll back."""


@contextmanager
def rehearsal(database: Database) -> Iterator[Database]:
    """A database to be given to functions of the store; at the end everything is as it was.

    Others who write wait meanwhile, on SQLite for the database, on PostgreSQL for the records concerned."""
    try:
        with database.write() as connection:
            yield _Rehearsal(database, connection)
            raise _UndoneError
    except _UndoneError:
        return
