"""The working state of one decision: what `advance` fills in and then closes into an Outcome."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from liaison.access import SYSTEM
from liaison.definitions import Json, Who, read_who
from liaison.forms import Choice
from liaison.roster import Responsible, Subject, resolve
from liaison.texts import Message

from .facts import Facts, Turn
from .mechanism import Mechanism
from .model import Command, Notice, Override, Paper, Record
from .referral import REFERRAL
from .world import Family, Surroundings

# Ids are derived from the command's key, so that a decision stays pure and a command given twice makes one record.
_SPACE = UUID("5b6f3f0e-9b0c-5d0a-9d0e-6c7a1f1a0b11")


def id_from(key: str) -> str:
    """The id of the record that a command with this key creates: a UUID, always the same one."""
    return str(uuid5(_SPACE, key))


@dataclass
class Step:
    """One record on its way through one command."""

    mechanism: Mechanism
    command: Command
    record: Record
    family: Family
    around: Surroundings
    now: datetime
    changed: dict[str, Any] = field(default_factory=dict)
    why: list[Message] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    papers: list[Paper] = field(default_factory=list)
    overrides: list[Override] = field(default_factory=list)
    follow_ups: list[Command] = field(default_factory=list)
    turn: Turn | None = None
    """Inside a *for each*: what it is the turn of."""
    refused: Message | None = None
    """Set by an effect that is not possible: nothing of the command is done then."""

    @property
    def happened(self) -> datetime:
        """When what the command says happened; terms count from here."""
        return self.command.happened or self.now

    @property
    def facts(self) -> Facts:
        """What expressions may read now."""
        return Facts(
            self.mechanism,
            self.record,
            self.happened,
            self.family,
            self.command.actor,
            self.around,
            self.command.reason,
            self.turn,
        )

    def options(self, kind: str, wish: Mapping[str, Any], day: date) -> Sequence[Choice]:
        """What pickers offer: the roster's units and people, and of files those the command brings."""
        if kind == "file":
            return [Choice(file, file) for file in self.command.files]
        return self.around.asked_by(self.command.actor).options(kind, wish, day)

    def value(self, expr: Json) -> Any:
        """What an expression is worth now."""
        return self.mechanism.value(expr, self.facts)

    def holds(self, expr: Json) -> bool:
        """Whether a condition holds now; an absent one does."""
        return expr is None or self.mechanism.holds(expr, self.facts)

    def change(self, **attributes: Any) -> None:
        """Replace attributes of the record."""
        self.record = self.record.with_(**attributes)

    def fill(self, values: Mapping[str, Any]) -> None:
        """Put field values into the record; what does not differ is no change."""
        new = {key: value for key, value in values.items() if self.record.values.get(key) != value}
        if new:
            self.changed.update(new)
            self.change(values={**self.record.values, **new})

    def resolve(self, who: Who) -> tuple[Responsible, ...]:
        """The people and units a *who* names today."""
        return resolve_for(self.mechanism, self.record, who, self.around, self.family.parent)

    def everyone(self, whos: Iterable[Who]) -> tuple[Responsible, ...]:
        """All that several *who* name, each person, unit or applicant once."""
        found: dict[tuple[str, str], Responsible] = {}
        for who in whos:
            for one in self.resolve(who):
                found.setdefault((one.person, "" if one.person else one.unit), one)
        return tuple(found.values())

    def follow(self, name: str, action: str, *, record: str = "", **more: Any) -> Command:
        """Ask for a follow-up command, given by the system on the authority of this one."""
        command = Command(
            action=action,
            actor=SYSTEM,
            key=f"{self.command.key}/{name}",
            record=record,
            installation=more.pop("installation", self.record.installation),
            cause=self.command.key,
            happened=self.command.happened,
            **more,
        )
        self.follow_ups.append(command)
        return command

    def create(self, name: str, type_: str, **more: Any) -> str:
        """Ask for a new record by the first start action of its lifecycle; its id."""
        start = next(action for action in self.mechanism.definition.lifecycles[type_].actions.values() if action.start)
        return id_from(self.follow(name, start.key, type=type_, **more).key)


def subject_of(record: Record) -> Subject:
    """What the naming of people depends on, of this record."""
    parts = {held.part: record.holders(held.part) for held in record.parts}
    region = record.values.get("region")
    return Subject(record.applicant, parts, record.took, region if isinstance(region, str) else "", record.values)


def resolve_for(
    mechanism: Mechanism, record: Record, who: Who, around: Surroundings, parent: Record | None = None
) -> tuple[Responsible, ...]:
    """The people and units a *who* names for a record. A ladder's rung is looked up first; and of a sign-off or a
    hand-over, who may record it, in the record `parent` that it is of."""
    if who.kind == "recorder":
        return _recorders(mechanism, record, around, parent) if parent is not None else ()
    if who.kind == "rung":
        ladder = mechanism.record_type(record.type).ladders.get(who.key)
        rung = ladder.rung(record.rungs.get(who.key, "")) if ladder else None
        return resolve_for(mechanism, record, rung.who, around) if rung else ()
    return resolve(who, subject_of(record), around.today)


def _recorders(mechanism: Mechanism, sheet: Record, around: Surroundings, parent: Record) -> tuple[Responsible, ...]:
    """Who may record what was done on paper: those the definition names, else those who may ask for it or hand over."""
    if sheet.type == REFERRAL:
        asked = mechanism.referrals(parent.type).get(sheet.values["handing"], ())
    else:
        asked = mechanism.asks(parent.type).get(sheet.values["ask"], ())
    named = [read_who(one) for _, body in asked for one in body.get("paper", ())]
    # An applicant, or whoever comes, may ask; what others decided is not theirs to enter.
    by_default = (one for action, _ in asked for one in action.by if one.kind not in ("applicant", "anyone"))
    return tuple(found for one in named or by_default for found in resolve_for(mechanism, parent, one, around))
