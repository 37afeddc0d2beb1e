"""Commands decided as in earnest, over the same database, and never written."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from liaison.engine import Command, Family, Outcome

from .shelf import Shelf
from .sql_world import SqlWorld


class Rehearsal(SqlWorld):
    """A world in which nothing is written and nothing was done before."""

    def __init__(self, connection: Connection, shelf: Shelf) -> None:
        super().__init__(connection, shelf)
        self._families: dict[str, Family] = {}

    def families(self, records: Collection[str]) -> Mapping[str, Family]:
        """Read once: several actions are rehearsed on one record."""
        missing = set(records) - self._families.keys()
        self._families.update(super().families(missing))
        return {id_: self._families[id_] for id_ in records if id_ in self._families}

    def done(self, key: str) -> None:
        return None

    def write(self, command: Command, outcomes: Sequence[Outcome], now: datetime) -> Mapping[str, str]:
        return {}
