"""Records, commands and outcomes: what `advance` reads and what it says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from liaison.access import Actor, Seen
from liaison.calendars import ZONE
from liaison.forms import FieldProblem
from liaison.roster import Responsible
from liaison.texts import Message


class ClockState(StrEnum):
    """Running and suspended clocks are open. Met: stopped in time. Late: stopped after it was due. Ended: the record
    was done before. Replaced: superseded by another; counts neither as met nor as overdue."""

    RUNNING = "running"
    SUSPENDED = "suspended"
    MET = "met"
    LATE = "late"
    ENDED = "ended"
    REPLACED = "replaced"

    @property
    def open(self) -> bool:
        """Whether the clock may still ring."""
        return self in (ClockState.RUNNING, ClockState.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Ring:
    """A moment at which a clock rings: a reminder (`key` names it) or the end of the term (`key` empty)."""

    at: datetime
    key: str = ""


def within_day(due: datetime) -> datetime | None:
    """When something ends that ends within its day; None where it has the whole day."""
    local = due.astimezone(ZONE)
    return local if local.time() < time(23, 59) else None


@dataclass(frozen=True, slots=True)
class Clock:
    """One running or finished term of a record."""

    term: str
    round: int
    count: int
    """How many clocks of this term and round came before it."""
    owed_by: tuple[Responsible, ...]
    anchor: datetime
    original_anchor: datetime
    """What the first clock of this run counted from, before it was moved or the term repeated: caps count from it."""
    due: datetime
    original_due: datetime
    certain: bool
    why: tuple[Message, ...]
    state: ClockState = ClockState.RUNNING
    rings: tuple[Ring, ...] = ()
    """What is still to ring, earliest first."""
    pauses: tuple[tuple[datetime, datetime | None], ...] = ()
    granted: tuple[Mapping[str, Any], ...] = ()
    """The extensions, the earliest first: `{"by": length}`, `{"total": length}` or `{"until": day}`."""
    length: Mapping[str, int] = field(default_factory=dict)
    ended_at: datetime | None = None

    @property
    def identity(self) -> tuple[str, int, int]:
        """What tells it from every other clock of its record, whatever becomes of it."""
        return self.term, self.round, self.count

    @property
    def next_ring(self) -> datetime | None:
        """When the ticker must look at this clock again; None for a closed or suspended one."""
        return self.rings[0].at if self.state is ClockState.RUNNING and self.rings else None

    @property
    def title(self) -> str:
        """What its term was called when it began, whatever the version of the mechanism calls it now."""
        return next((str(why.params["term"]) for why in self.why if "term" in why.params), self.term)

    @property
    def extensions(self) -> int:
        """How often it was extended."""
        return len(self.granted)

    @property
    def due_day(self) -> date:
        """The day the term ends, in Asia/Shanghai."""
        return self.due.astimezone(ZONE).date()

    @property
    def until(self) -> date | datetime:
        """The day the term ends as people say it, or, where it ends within that day, the moment."""
        return within_day(self.due) or self.due_day

    def overdue(self, now: datetime) -> bool:
        """Whether the term has passed without being met, or was met late."""
        return self.state is ClockState.LATE or (self.state is ClockState.RUNNING and self.due < now)

    def was_late(self, now: datetime) -> bool:
        """Whether the term ran out, whatever became of it afterwards: one replaced after its end was late."""
        replaced = self.state is ClockState.REPLACED and self.ended_at is not None and self.due < self.ended_at
        return replaced or self.overdue(now)

    @property
    def owed_unit(self) -> str:
        """The unit of the first who owes it; empty: none."""
        return self.owed_by[0].unit if self.owed_by else ""


@dataclass(frozen=True, slots=True)
class PartHeld:
    """`unit` (its key, or a person's id) holds `part` through the assignment record `assignment`; `ended` once
    withdrawn or replaced."""

    part: str
    unit: str
    assignment: str = ""
    since: datetime | None = None
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """`record` is linked under `relation`; `values` are the link's own fields."""

    relation: str
    record: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a table suggested, from which row, and which inputs it saw. `agreed`: whether both evaluators did."""

    table: str
    row: str
    outputs: Mapping[str, Any]
    inputs: Mapping[str, Any]
    agreed: bool = True


@dataclass(frozen=True, slots=True)
class Last:
    """The last thing that happened to a record: the event's title, who did it, when."""

    what: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Record:
    """One matter, visit, meeting, assignment… at one revision. Values are one flat namespace of fields."""

    id: str
    type: str
    installation: str
    state: str = ""
    revision: int = 0
    """0 before it is first written; grows by one with every command that changes it."""
    round: int = 1
    number: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    applicant: str = ""
    """The person entitled as applicant; empty where only a link entitles."""
    parent: str = ""
    parts: tuple[PartHeld, ...] = ()
    links: tuple[Link, ...] = ()
    clocks: tuple[Clock, ...] = ()
    suggestions: Mapping[str, Suggestion] = field(default_factory=dict)
    times: Mapping[str, int] = field(default_factory=dict)
    """Event → how often in this round."""
    times_ever: Mapping[str, int] = field(default_factory=dict)
    took: Mapping[str, str] = field(default_factory=dict)
    """Action → the person who took it last."""
    event_at: Mapping[str, datetime] = field(default_factory=dict)
    """Event → when it last happened."""
    rungs: Mapping[str, str] = field(default_factory=dict)
    """Ladder → the rung it was raised to in this round."""
    spent: Mapping[str, datetime] = field(default_factory=dict)
    """Term → what its field or linked record said when this round began: the round does not count from it."""
    fired: frozenset[str] = frozenset()
    """Automatic actions whose condition was true when last looked at: each is taken once for each becoming true."""
    created_at: datetime | None = None
    since: datetime | None = None
    """When the present state was entered."""
    done: bool = False
    last: Last | None = None
    """What happened to it last, for the one who came too late."""
    signs: Mapping[str, str] = field(default_factory=dict)
    """Of the sheet of a sign-off: field of the parent → fingerprint of what was signed."""

    def holders(self, part: str) -> tuple[str, ...]:
        """The units that hold `part` now."""
        return tuple(held.unit for held in self.parts if held.part == part and held.ended is None)

    @property
    def reporter(self) -> str:
        """The person who created it."""
        return self.took.get("", "")

    @property
    def seen(self) -> Seen:
        """What access needs of it."""
        units = frozenset(held.unit for held in self.parts)
        return Seen(self.id, self.type, self.applicant, self.reporter, units)

    def clock(self, term: str) -> Clock | None:
        """The latest clock of `term` in the present round, replaced ones apart."""
        found = [
            clock
            for clock in self.clocks
            if (clock.term, clock.round) == (term, self.round) and clock.state is not ClockState.REPLACED
        ]
        return found[-1] if found else None

    def with_(self, **changes: Any) -> Record:
        """This record with some attributes changed."""
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class Command:
    """What somebody wants done. `key` makes it idempotent: given twice, it is carried out once.

    `record` is empty only for a start action, which names the `type`; the new record's id is derived from `key`."""

    action: str
    actor: Actor
    key: str
    record: str = ""
    type: str = ""
    installation: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    files: tuple[str, ...] = ()
    """Uploads the actor may attach: a file id in the values is accepted only if it is here or on the record already."""
    expected: int | None = None
    """The revision the actor saw; None: whatever it is now."""
    applicant: str = ""
    """For a start action: the person who is the applicant, where that is an account."""
    parent: str = ""
    parts: tuple[PartHeld, ...] = ()
    """For a start action by an effect: parts the new record begins with."""
    links: tuple[Link, ...] = ()
    """For a start action by the system: what the new record is linked to from the beginning."""
    happened: datetime | None = None
    """When it happened, where that is before it is recorded."""
    cause: str = ""
    """The key of the command this one follows from."""
    if_possible: bool = False
    """Of a command that follows from another: where state or guard do not allow it, nothing is missed."""
    last: bool = False
    """Carried out when nothing else is left to do of the command it follows from: what the system does by itself looks
    at how everything came out."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a record: append only, numbered from 1 within the record."""

    record: str
    seq: int
    key: str
    action: str
    actor: str
    actor_name: str
    actor_kind: str
    happened: datetime
    recorded: datetime
    origin: str
    to: str
    round: int
    reason: str = ""
    changed: Mapping[str, Any] = field(default_factory=dict)
    """Field → the new value."""
    why: tuple[Message, ...] = ()
    command: str = ""


LEFT_OUT = "engine.left_out"
"""Why of an event: an action on another record (`id`, `type`, `action`) should have followed from it and was not
possible there."""


def left_out(events: Iterable[Event]) -> tuple[Message, ...]:
    """What should have followed from these events and was not possible where it arrived."""
    return tuple(why for event in events for why in event.why if why.code == LEFT_OUT)


@dataclass(frozen=True, slots=True)
class Override:
    """A suggestion somebody changed, with the reason: one line of the override ledger."""

    record: str
    table: str
    row: str
    field: str
    suggested: Any
    chosen: Any
    reason: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to be told. Rendered after the commit from the template and `data` (which may name the record's
    number: a decision cannot know it yet)."""

    record: str
    template: str
    to: tuple[Responsible, ...]
    data: Mapping[str, Any]
    key: str
    """Idempotency key of the outbox."""
    duty: str = ""
    """The instance of a duty it is about, where it is about no record."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A document to be made after the commit."""

    record: str
    document: str
    key: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one command did to one record. `before` is None where the record is new."""

    before: Record | None
    after: Record
    events: tuple[Event, ...]
    notices: tuple[Notice, ...] = ()
    papers: tuple[Paper, ...] = ()
    overrides: tuple[Override, ...] = ()
    follow_ups: tuple[Command, ...] = ()
    series: str = ""
    """The number series the writer takes this record's number from; empty: no number is due."""
    moved: bool = False
    """Whether the record is on the version in force from now on."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a command was not carried out. Nothing was changed."""

    message: Message
    problems: tuple[FieldProblem, ...] = ()
    command: str = ""

    @property
    def code(self) -> str:
        """The refusal's code."""
        return self.message.code


@dataclass(frozen=True, slots=True)
class Result:
    """What `run` did: the outcomes in the order they were reached (the commanded record first), or the refusal."""

    outcomes: tuple[Outcome, ...] = ()
    refusal: Refusal | None = None
    repeated: bool = False
    """Whether the command had been carried out before; the outcomes are then empty."""
    record: str = ""
    """The commanded record."""
    numbers: Mapping[str, str] = field(default_factory=dict)
    """Record → the number it was given by this command (or had been, where it is repeated)."""

    @property
    def number(self) -> str:
        """The commanded record's new number, or nothing."""
        return self.numbers.get(self.record, "")

    @property
    def left_out(self) -> tuple[Message, ...]:
        """What should have followed and was not possible where it arrived."""
        return left_out(event for outcome in self.outcomes for event in outcome.events)

    @property
    def after(self) -> Record:
        """The commanded record after everything that followed from the command."""
        return next(outcome.after for outcome in reversed(self.outcomes) if outcome.after.id == self.record)

    def __bool__(self) -> bool:
        return self.refusal is None
