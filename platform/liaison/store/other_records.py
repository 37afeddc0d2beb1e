"""The other records of an installation, as decisions and pickers ask for them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, time

from sqlalchemy import Connection, select

from liaison.access import Actor, Scope, scope_of
from liaison.calendars import ZONE
from liaison.definitions import Json
from liaison.engine import Mechanism, Named, Record, called, parties_naming

from . import tables as t
from .listing import Wanted, in_scope, oldest
from .parties import Directory
from .shelf import Installed, Shelf

_AT_ONCE = 5_000
"""Ids in one query: a database takes only so many parameters."""


class OtherRecords:
    """`engine.Records` in SQL, on one day. `reading` opens the connection that each question is asked on."""

    def __init__(
        self, reading: Callable[[], AbstractContextManager[Connection]], shelf: Shelf, installed: Installed, day: date
    ) -> None:
        self._reading, self._shelf, self._installed, self._day = reading, shelf, installed, day

    def found(self, type_: str, where: Json, asker: Actor, at_most: int | None = None) -> Sequence[Record]:
        """UnfilterableError: the condition reads what has neither column nor index (a lint says so before)."""
        here = self._installed.id
        with self._reading() as connection:
            wanted = Wanted(here, type_, () if where is None else (where,))
            now = datetime.combine(self._day, time.max, ZONE)
            reach = {here: self._scope(connection, asker)}
            return oldest(connection, self._shelf, reach, wanted, now, limit=at_most)

    def named(self, ids: Collection[str], asker: Actor) -> Mapping[str, Named]:
        """One query for a few thousand ids, and one for the parties that they are named by."""
        asked, known = sorted(ids), list[tuple[Mechanism, Record, bool]]()
        with self._reading() as connection:
            seen = in_scope(self._installed.id, self._scope(connection, asker), child=True).label("open")
            columns = (t.Record.id, t.Record.type, t.Record.number, t.Record.values, t.Record.edition_id, seen)
            wanted = select(*columns).where(t.Record.installation_id == self._installed.id)
            for first in range(0, len(asked), _AT_ONCE):
                for row in connection.execute(wanted.where(t.Record.id.in_(asked[first : first + _AT_ONCE]))):
                    record = Record(row.id, row.type, self._installed.id, number=row.number or "", values=row.values)
                    known.append((self._shelf.mechanism(connection, row.edition_id), record, bool(row.open)))
            units = self._shelf.today(connection, self._installed, self._day).roster.units
        named_by = {id_ for mechanism, record, _ in known for id_ in parties_naming(mechanism, record)}
        parties = Directory(self._reading, self._installed.organisation).known(named_by) if named_by else {}

        def names(kind: str, key: str) -> str | None:
            if kind == "party":
                return parties[key].name if key in parties else None
            return units[key].title if kind == "unit" and key in units else None

        return {record.id: Named(called(mechanism, record, names), open_) for mechanism, record, open_ in known}

    def _scope(self, connection: Connection, asker: Actor) -> Scope:
        types = self._shelf.mechanism(connection, self._installed.edition).definition.record_types
        return scope_of(asker, types, self._shelf.today(connection, self._installed, self._day))
