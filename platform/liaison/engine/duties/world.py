"""What duties need of a world beside what `run` needs. Memory and SQL keep to it alike."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Protocol

from ..world import World
from .model import Change, Found, Instance, Sought


class DutyWorld(World, Protocol):
    """A world that keeps instances of duties."""

    def find(self, installation: str, sought: Sought, now: datetime) -> Sequence[Found]:
        """The records sought, whoever may see them, in order of creation; in a number of queries that depends on the
        paths alone."""
        ...

    def last_period(self, installation: str, duty: str) -> date | None:
        """The first day of the last period opened; None: none has been."""
        ...

    def in_period(self, installation: str, duty: str, first: date) -> Sequence[Instance]:
        """The instances of the period that begins on that day, by owner."""
        ...

    def instances(self, ids: Collection[str]) -> Sequence[Instance]:
        """The instances with these ids, by id; unknown ids are absent."""
        ...

    def keep(self, installation: str, changes: Sequence[Change], now: datetime) -> None:
        """Write all changes to instances of an installation, and tell what there is to tell. StaleError where an
        instance is no longer at the revision the change began from; one that is there already is not opened again."""
        ...
