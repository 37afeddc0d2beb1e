"""The other records of an installation, as decisions and pickers ask for them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, time

from sqlalchemy import Connection

from liaison.access import Actor, scope_of
from liaison.calendars import ZONE
from liaison.definitions import Json
from liaison.engine import FOUND_AT_MOST, Record, called

from . import loading
from .listing import Wanted, records
from .shelf import Shelf


class OtherRecords:
    """`engine.Records` in SQL. `reading` opens the connection that each question is asked on."""

    def __init__(
        self, reading: Callable[[], AbstractContextManager[Connection]], shelf: Shelf, installation: str, day: date
    ) -> None:
        self._reading, self._shelf, self._installation, self._day = reading, shelf, installation, day

    def found(self, type_: str, where: Json, asker: Actor) -> Sequence[Record]:
        """UnfilterableError: the condition reads what has neither column nor index (a lint says so before)."""
        with self._reading() as connection:
            installed = self._shelf.installed(connection, self._installation)
            types = self._shelf.mechanism(connection, installed.edition).definition.record_types
            scope = scope_of(asker, types, self._shelf.today(connection, installed, self._day))
            wanted = Wanted(self._installation, type_, () if where is None else (where,), order=("record.created",))
            now = datetime.combine(self._day, time.max, ZONE)
            reach = {self._installation: scope}
            return records(connection, self._shelf, reach, wanted, now, limit=FOUND_AT_MOST).records

    def titles(self, ids: Collection[str]) -> Mapping[str, str]:
        """Four queries, however many ids."""
        with self._reading() as connection:
            kept = loading.load(connection, ids)
            return {
                id_: called(self._shelf.mechanism(connection, one.edition), one.record) for id_, one in kept.items()
            }
