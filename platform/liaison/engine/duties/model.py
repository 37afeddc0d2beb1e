"""What is owed for one period, and the light rows it is counted from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from liaison.calendars import Period
from liaison.definitions import Json

from ..model import Notice


class Verdict(StrEnum):
    """Open: not met yet, and not late. Met: in time. Late: met after it was due. Missed: due, and not met. Over: more
    than the maximum. Lapsed: whoever owed it owes it no longer."""

    OPEN = "open"
    MET = "met"
    LATE = "late"
    MISSED = "missed"
    OVER = "over"
    LAPSED = "lapsed"

    @property
    def wanting(self) -> bool:
        """Whether something is still to be done."""
        return self in (Verdict.OPEN, Verdict.MISSED)


@dataclass(frozen=True, slots=True)
class Move:
    """An occurrence taken from one day to another, by whom and why."""

    at: datetime
    was: date
    to: date
    by: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Instance:
    """A duty, one who owes it, one period. (installation, duty, owner, period) is its identity, `id` derived from it.

    `owner`: the key of the unit, of the leading post, `left/right` of a matched pair, or the id of the record."""

    id: str
    installation: str
    duty: str
    owner: str
    period: Period
    since: date
    """The first day on which a record counts."""
    first: date
    due: date
    """`first` to `due` are the days of the point or window; what is done by `due` is in time."""
    until: date
    """The last day on which what is done late still counts."""
    workdays: int
    """Those from `first` to `due`."""
    certain: bool
    minimum: int
    maximum: int | None
    opened: datetime
    looked: datetime
    """Everything up to this moment has been done."""
    next_look: datetime | None
    """When there is something to do again; None: it is settled."""
    unit: str = ""
    person: str = ""
    """Of a duty owed for each record: the unit or person of that record who owes it."""
    among: tuple[str, ...] | None = None
    """The only objects that count: the population, or what was drawn of it by lot."""
    seed: str = ""
    """What the lot was drawn with: the objects in the order of SHA-256(seed + object), the first `minimum` of them."""
    record: str = ""
    """The record that the duty opened to be fulfilled by it."""
    state: Verdict = Verdict.OPEN
    """The verdict when it was last looked at after it was due; open before."""
    count: int = 0
    """How many records (or different objects) counted then."""
    moves: tuple[Move, ...] = ()
    revision: int = 0

    @property
    def idle(self) -> bool:
        """Whether it is a window without a workday: somebody has to move it."""
        return self.first != self.due and not self.workdays


@dataclass(frozen=True, slots=True)
class Sought:
    """Records wanted as light rows: of a type, under a condition, dated `since` to `until` (both counted) by the path
    `on`, or only those with `ids`; with the values at `paths`.

    A path is a field, `part.<key>`, `linked.<relation>`, `linked.~<relation>` (those that link to it),
    `record.reporter`, `record.applicant` or `record.parent`. The condition may read `facts` beside the record."""

    type: str
    where: Json = None
    on: str = "record.created"
    since: date | None = None
    until: date | None = None
    ids: tuple[str, ...] | None = None
    paths: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """A record found: its day, and under each path asked for the values there (none, one or several)."""

    record: str
    day: date | None
    values: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standing:
    """How an instance stands at a moment: the records that count, the earliest first; `count`: those, or the different
    objects they are about; `open`: the objects drawn or wanted that none is about yet."""

    verdict: Verdict
    count: int
    found: tuple[Found, ...] = ()
    open: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of an instance. `before` is None where it is new."""

    before: Instance | None
    after: Instance
    notices: tuple[Notice, ...] = ()
