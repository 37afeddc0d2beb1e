"""Move a record to the version in force: what it changes, and the change itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from liaison.access import SYSTEM, Actor
from liaison.definitions import StateKind
from liaison.forms import reread
from liaison.texts import Message

from . import clocks
from .advance import close
from .mechanism import Mechanism
from .model import Clock, Command, Outcome, Record
from .signing import SIGNER
from .step import Step
from .world import Family, Surroundings

MOVE = "~move"
"""The command that moves a record, and all that stands under it, to the version in force. Its values are
`{"states": {record type: {state of the old version: state of the new}}}`."""

States = Mapping[str, Mapping[str, str]]
"""Record type → state that the new version has no more → the one that takes its place."""
NOTHING: States = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Unmapped:
    """A state that the new version has no more; somebody must say which takes its place."""

    type: str
    state: str
    title: str


@dataclass(frozen=True, slots=True)
class Move:
    """What moving a record changes, its children after it. With something `unmapped`, or a type `gone` that the new
    version has no more, it cannot be moved."""

    record: Record
    changes: tuple[Message, ...]
    unmapped: tuple[Unmapped, ...] = ()
    gone: tuple[Message, ...] = ()
    children: tuple[Move, ...] = ()

    @property
    def possible(self) -> bool:
        """Whether it can be moved, with everything under it."""
        return not self.unmapped and not self.gone and all(child.possible for child in self.children)

    @property
    def all(self) -> Iterator[Move]:
        """The record's own, then those of its children."""
        yield self
        for child in self.children:
            yield from child.all


def move(
    old: Mechanism, new: Mechanism, family: Family, around: Surroundings, now: datetime, states: States = NOTHING
) -> Move:
    """What moving the record of `family`, with all under it, from `old` to `new` would change. Nothing is done."""
    said = carry_over(old, new, family, move_command(family.record.id, states, SYSTEM, "preview"), around, now)
    if isinstance(said, Move):
        after, preview = family.record, said
    else:
        after = said.after
        actions = new.definition.lifecycles[after.type].actions
        own = (one.action for one in said.follow_ups if one.record == after.id and one.action in actions)
        follows = (Message("engine.move.follows", {"action": actions[key].title}) for key in own)
        preview = Move(after, (*(why for event in said.events for why in event.why), *follows))
    children = tuple(move(old, new, Family(child, parent=after), around, now, states) for child in family.children)
    return replace(preview, children=children)


def move_command(record: str, states: States, by: Actor, key: str) -> Command:
    """The command that moves a record, ordered by `by`: the system carries it out, and who ordered it stays on file."""
    return Command(MOVE, replace(by, kind="system"), key, record=record, values={"states": states})


def carry_over(
    old: Mechanism, new: Mechanism, family: Family, command: Command, around: Surroundings, now: datetime
) -> Outcome | Move:
    """The record of `family` on the new version; or the Move that says why it cannot be moved."""
    step = Step(new, command, family.record, family, around, now)
    out = _stays_out(step, old)
    if out is not None:
        return out
    for child in family.children:
        step.follow(f"move/{child.id}", MOVE, record=child.id, values=command.values)
    _state(step, old)
    _values(step, old)
    _parts(step, old)
    _rungs(step, old)
    _clocks(step, old)
    return replace(close(step, None, "moved"), moved=True)


def _stays_out(step: Step, old: Mechanism) -> Move | None:
    """What keeps the record from being moved; None where nothing does."""
    record = step.record
    if record.type not in step.mechanism.definition.record_types:
        title = old.record_type(record.type).title
        return Move(record, (), gone=(Message("engine.move.type_gone", {"type": title}),))
    if _state_after(step) is None:
        known = old.definition.lifecycles[record.type].states
        title = known[record.state].title if record.state in known else record.state
        return Move(record, (), unmapped=(Unmapped(record.type, record.state, title),))
    return None


# ── The state ────────────────────────────────────────────────────────────────────────────────────────────────────


def _state_after(step: Step) -> str | None:
    known = step.mechanism.definition.lifecycles[step.record.type].states
    state = step.record.state
    if state in known:
        return state
    states: States = step.command.values.get("states", {})
    wanted = states.get(step.record.type, {}).get(state)
    return wanted if wanted in known else None


def _state(step: Step, old: Mechanism) -> None:
    key = _state_after(step)
    assert key is not None, "`_stays_out` has been asked"
    before = old.definition.lifecycles[step.record.type].states.get(step.record.state)
    after = step.mechanism.definition.lifecycles[step.record.type].states[key]
    if before is not None and before.title != after.title:
        step.why.append(Message("engine.move.state", {"old": before.title, "new": after.title}))
    step.change(state=key, done=after.kind is StateKind.DONE)


# ── The values ───────────────────────────────────────────────────────────────────────────────────────────────────


def _values(step: Step, old: Mechanism) -> None:
    """A field that is the same holds what it held. What a changed one cannot read is taken out, and stays on file in
    the events; what it can read but would not take from anybody today stays, to be put right."""
    type_ = step.record.type
    were, are = old.fields[type_], step.mechanism.fields[type_]
    values: dict[str, Any] = dict(step.record.values)
    for key, was in were.items():
        stored, now = step.record.values.get(key), are.get(key)
        if stored is None or (now is not None and (was.spec, was.codes) == (now.spec, now.codes)):
            continue
        if now is None:
            step.why.append(Message("engine.move.field_gone", {"field": was.title}))
            del values[key]
            continue
        read, wrong = reread(now, stored, step.options, step.happened.date())
        retyped = (was.kind, was.many) != (now.kind, now.many)
        if retyped and read is None:
            step.why.append(Message("engine.move.value_unread", {"field": now.title}))
            del values[key]
        elif wrong:
            step.why.append(Message("engine.move.value_unfit", {"field": now.title, "why": wrong[0]}))
        elif retyped:
            step.why.append(Message("engine.move.field_retyped", {"field": now.title}))
            values[key] = read
    gone = {key: None for key in step.record.values if key not in values}
    step.changed.update(gone | {key: value for key, value in values.items() if step.record.values[key] != value})
    step.change(values=values)


# ── Parts and ladders ────────────────────────────────────────────────────────────────────────────────────────────


def _parts(step: Step, old: Mechanism) -> None:
    """A part the new version does not know has ended, and its assignment is taken back."""
    known = step.mechanism.record_type(step.record.type).parts
    titles = old.record_type(step.record.type).parts
    parts = []
    for held in step.record.parts:
        if held.ended is None and held.part not in known and held.part != SIGNER:
            unit = step.around.today.unit_title(held.unit)
            title = titles[held.part].title if held.part in titles else held.part
            step.why.append(Message("engine.move.part_gone", {"part": title, "unit": unit}))
            if _may_withdraw(step, held.assignment):
                step.follow(f"withdraw/{held.assignment}", "withdraw", record=held.assignment)
            held = replace(held, ended=step.happened)
        parts.append(held)
    step.change(parts=tuple(parts))


def _may_withdraw(step: Step, assignment: str) -> bool:
    child = next((one for one in step.family.children if one.id == assignment), None)
    return child is not None and not child.done and step.mechanism.action(child.type, "withdraw") is not None


def _rungs(step: Step, old: Mechanism) -> None:
    """A rung the new version does not know gives way to the one in its place, or to the highest."""
    ladders, before = (one.record_type(step.record.type).ladders for one in (step.mechanism, old))
    rungs: dict[str, str] = {}
    for key, rung in step.record.rungs.items():
        if key in ladders and rung in ladders[key].rungs:
            rungs[key] = rung
        elif key in ladders:
            known, place = list(ladders[key].rungs.values()), list(before[key].rungs).index(rung)
            now = known[min(place, len(known) - 1)]
            gone = {"ladder": ladders[key].title, "old": before[key].rungs[rung].title, "new": now.title}
            step.why.append(Message("engine.move.rung_gone", gone))
            rungs[key] = now.key
    step.change(rungs=rungs)


# ── Clocks ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _clocks(step: Step, old: Mechanism) -> None:
    before = step.record.clocks
    clocks.renew(step, old.definition.terms)
    clocks.follow_event(step, "")
    step.why.extend(_told(step, old, before))


def _told(step: Step, old: Mechanism, before: tuple[Clock, ...]) -> Iterator[Message]:
    """What became of each clock that was open, and which are new."""
    known = {clock.identity for clock in before}
    present = {clock.identity: clock for clock in step.record.clocks}
    fresh = [clock for identity, clock in present.items() if identity not in known]
    for was in before:
        if not was.state.open:
            continue
        title, now = old.definition.terms[was.term].title, present[was.identity]
        heir = next((one for one in fresh if (one.term, one.round) == (was.term, was.round)), None)
        if heir is not None:
            fresh.remove(heir)
            now = heir
        if not now.state.open:
            yield Message("engine.move.term_ends", {"term": title, "old": was.due_day})
        elif now.due != was.due:
            yield Message("engine.move.term_moves", {"term": title, "old": was.due_day, "new": now.due_day})
    for clock in fresh:
        title = step.mechanism.definition.terms[clock.term].title
        yield Message("engine.move.term_begins", {"term": title, "new": clock.due_day})
