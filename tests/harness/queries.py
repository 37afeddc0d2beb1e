"""The statements that a database is asked meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from liaison.store import Database


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements sent in the block."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement != "BEGIN":  # SQLite is told so in words
            sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield sent
    event.remove(database.engine, "before_cursor_execute", note)
