"""What an action would do, before it is done: decided as in earnest, over the same database, and never written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from liaison.engine import (
    SIGNER,
    Clock,
    ClockState,
    Command,
    Mechanism,
    Outcome,
    Refusal,
    Result,
    Surroundings,
    called,
    run,
)
from liaison.roster import Responsible
from liaison.store import Rehearsal

from .. import show, visit


@dataclass(frozen=True)
class Foreseen:
    """What would happen, in sentences, what should and could not, who would be told, and the values the record would
    have; or the refusal."""

    happens: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    refusal: Refusal | None = None


def foresee(commands: Iterable[Command]) -> list[Foreseen]:
    """What each of these commands would do if it were given now."""
    with visit.database().read() as connection:
        world = Rehearsal(connection, visit.shelf())
        return [_foresee(world, command) for command in commands]


def _foresee(world: Rehearsal, command: Command) -> Foreseen:
    result = run(world, replace(command, files=visit.brought(command.values)), visit.now())
    if result.refusal is not None:
        return Foreseen(refusal=result.refusal)
    installation = result.outcomes[0].after.installation
    around = world.surroundings(installation, visit.today())
    happens = tuple(dict.fromkeys(_happens(world, result, around)))
    left_out = tuple(visit.spoken(why) for why in result.left_out)
    return Foreseen(happens, left_out, tuple(_told(world, result, around)), result.after.values)


def _happens(world: Rehearsal, result: Result, around: Surroundings) -> Iterable[str]:
    for outcome in result.outcomes:
        for what in _of_record(world, outcome, outcome.after.id == result.record):
            yield _said_of(world, result, outcome, what, around)


def _said_of(world: Rehearsal, result: Result, outcome: Outcome, what: str, around: Surroundings) -> str:
    """A sentence about a record; of another than the one acted upon it says which, as minutes speak of many matters."""
    whose = outcome.after.parent or outcome.after.id
    if whose == (result.after.parent or result.after.id):
        return what
    named = next((one for one in result.outcomes if one.after.id == whose), outcome)
    record = called(_mechanism(world, named), named.after, around.names)
    return visit.sentence("desk.of_record", record=record, what=what)


def _mechanism(world: Rehearsal, outcome: Outcome) -> Mechanism:
    """The mechanism a record stands on; a new one on that in force."""
    return world.mechanism(outcome.after.installation, outcome.after.id if outcome.before is not None else "")


def _of_record(world: Rehearsal, outcome: Outcome, commanded: bool) -> Iterable[str]:
    after, before = outcome.after, outcome.before
    mechanism = _mechanism(world, outcome)
    around = world.surroundings(after.installation, visit.today())
    type_ = mechanism.record_type(after.type)
    for event in outcome.events:
        action = mechanism.action(after.type, event.action)
        if not commanded and event.actor_kind == "system" and action is not None and not action.start:
            yield visit.sentence("desk.system_takes", type=type_.title, action=action.title)
    held = before.parts if before else ()
    for part in after.parts:
        if part.part == SIGNER and part not in held:
            yield visit.sentence("desk.asked_to_sign", who=show.holder(around, part.unit))
        elif part not in held and part.ended is None and not type_.child:
            unit = around.today.unit_title(part.unit)
            yield visit.sentence("desk.gets_part", unit=unit, part=type_.parts[part.part].title)
    for part in held:
        if part not in after.parts and part.ended is None:
            unit = around.today.unit_title(part.unit)
            yield visit.sentence("desk.loses_part", unit=unit, part=type_.parts[part.part].title)
    if before is not None and before.state != after.state and not type_.child:
        yield visit.sentence("desk.state_becomes", type=type_.title, state=show.state_title(mechanism, after))
    known = {(clock.term, clock.round, clock.count): clock for clock in (before.clocks if before else ())}
    for clock in after.clocks:
        term = mechanism.definition.terms.get(clock.term)
        title = term.title if term else clock.title
        yield from _of_clock(known.get((clock.term, clock.round, clock.count)), clock, title, around)


def _of_clock(before: Clock | None, clock: Clock, title: str, around: Surroundings) -> Iterable[str]:
    who = show.called(around, clock.owed_by)
    if before is None:
        if clock.state is ClockState.RUNNING:
            yield visit.sentence("desk.clock_starts", term=title, day=show.day_with_weekday(clock.until), who=who)
    elif before.state.open and not clock.state.open:
        yield visit.sentence("desk.clock_stops", term=title)
    elif before.state is ClockState.RUNNING and clock.state is ClockState.SUSPENDED:
        yield visit.sentence("desk.clock_pauses", term=title)
    elif before.due != clock.due:
        old, new = show.day_with_weekday(before.until), show.day_with_weekday(clock.until)
        yield visit.sentence("desk.clock_moves", term=title, old=old, new=new)


def _told(world: Rehearsal, result: Result, around: Surroundings) -> Iterable[str]:
    """Each message with those it goes to."""
    for outcome in result.outcomes:
        for notice in outcome.notices:
            people: tuple[Responsible, ...] = notice.to
            title = _mechanism(world, outcome).definition.templates[notice.template].title
            told = visit.sentence("desk.told", who=show.called(around, people), what=title)
            yield _said_of(world, result, outcome, told, around)
