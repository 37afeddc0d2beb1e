"""Decide about one record. Pure: no clock, no database, no Flask; what is not allowed comes back as a Refusal."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, time
from types import MappingProxyType
from typing import Any

from liaison.access import SYSTEM, Actor
from liaison.calendars import ZONE
from liaison.conditions import spell
from liaison.definitions import Action, Asks, StateKind
from liaison.forms import FieldProblem, check
from liaison.texts import Bilingual, Message

from . import clocks
from .checks import found_wrong
from .effects import apply
from .effects.set_ import FILL
from .facts import Facts
from .handing import HEARD, heard, report
from .mechanism import Mechanism, to_value
from .model import ClockState, Command, Event, Last, Outcome, Override, Record, Refusal, Suggestion
from .permitted import is_among
from .sheets import attend, signed
from .signing import SIGNOFF
from .step import Step, id_from
from .telling import tell
from .through import read_by
from .wording import labels_for
from .world import Family, Surroundings

LOOK, RING, RECOUNT, EDIT = "~look", "~ring", "~recount", "~edit"
"""The system's own commands: look again at the automatic actions, let the clocks ring, count them anew; and a person's
correction of one section, written `~edit:form.section`."""
_SYSTEMS = frozenset({LOOK, RING, RECOUNT, FILL, HEARD})
"""What nobody but the system may command: nothing of it is checked."""


def advance(
    mechanism: Mechanism,
    family: Family | None,
    command: Command,
    around: Surroundings,
    now: datetime,
    parent: Record | None = None,
    picked: Mapping[str, Record] = MappingProxyType({}),
) -> Outcome | Refusal:
    """What `command` does to the record of `family` at `now`. None: it creates the record, under `parent` where it
    is a child, its rows picking records that are among `picked`."""
    if family is None:
        return _start(mechanism, command, around, now, parent, picked)
    step = Step(mechanism, command, family.record, family, around, now)
    if command.action in _SYSTEMS and command.actor.kind != SYSTEM.kind:
        return _refuse(command, "engine.no_such_action", action=command.action)
    if command.action == LOOK:
        return _quietly(step)
    if command.action == RING:
        return _ring(step)
    if command.action == RECOUNT:
        clocks.recount(step)
        if step.record == family.record:
            return Outcome(before=family.record, after=family.record, events=())
        return close(step, None, "recounted")
    if command.action == FILL:
        step.fill(command.values)
        return close(step, None, "filled")
    if command.action == HEARD:
        heard(step)
        return close(step, None, "heard")
    if command.expected is not None and command.expected != family.record.revision:
        return _stale(family.record, command)
    if command.action.startswith(EDIT):
        return _edit(step, command.action.removeprefix(f"{EDIT}:"))
    action = mechanism.action(family.record.type, command.action)
    if action is None or action.start:
        return _refuse(command, "engine.no_such_action", action=command.action)
    return _take(step, action)


def possible(
    mechanism: Mechanism, family: Family, actor: Actor, around: Surroundings, now: datetime
) -> tuple[Action, ...]:
    """The actions `actor` may take on the record now, in the order of the lifecycle.

    A guard is asked too, except where it reads what the action itself asks for: that may be about to change."""
    return tuple(action for action, why in _permitted(mechanism, family, actor, around, now) if why is None)


def held_back(
    mechanism: Mechanism, family: Family, actor: Actor, around: Surroundings, now: datetime
) -> tuple[tuple[Action, Message], ...]:
    """The actions that only their guard keeps from `actor` now, each with what it wants."""
    return tuple((action, why) for action, why in _permitted(mechanism, family, actor, around, now) if why is not None)


def _permitted(
    mechanism: Mechanism, family: Family, actor: Actor, around: Surroundings, now: datetime
) -> Iterator[tuple[Action, Message | None]]:
    """What the state allows and is for this actor to do, with what its guard wants where that does not hold."""
    record = family.record
    step = Step(mechanism, Command(action="", actor=actor, key="", record=record.id), record, family, around, now)
    for action in mechanism.definition.lifecycles[record.type].actions.values():
        here = not action.start and record.state in action.origins
        if here and is_among(mechanism, record, actor, action.by, around, family.parent):
            free = mechanism.asks_what_guards(record.type, action) or step.holds(action.guard)
            yield action, None if free else _unguarded(step, action)


def _start(
    mechanism: Mechanism,
    command: Command,
    around: Surroundings,
    now: datetime,
    parent: Record | None,
    picked: Mapping[str, Record],
) -> Outcome | Refusal:
    lifecycle = mechanism.definition.lifecycles.get(command.type)
    action = mechanism.action(command.type, command.action)
    if lifecycle is not None and not command.action:
        action = next((action for action in lifecycle.actions.values() if action.start), None)
    if action is None or not action.start:
        return _refuse(command, "engine.no_such_action", action=command.action)
    record = Record(
        id=id_from(command.key),
        type=command.type,
        installation=command.installation,
        applicant=command.applicant,
        parent=command.parent,
        parts=command.parts,
        round=parent.round if parent is not None else 1,
        links=command.links,
        took={"": command.actor.id},
        created_at=now,
    )
    if command.type == SIGNOFF and parent is not None:
        sheet = record.with_(values=command.values)
        record = record.with_(signs=signed(mechanism, parent, sheet, around))
    step = Step(mechanism, command, record, Family(record, parent=parent, picked=picked), around, now)
    outcome = _take(step, action)
    if isinstance(outcome, Refusal):
        return outcome
    series = mechanism.record_type(command.type).series
    return replace(outcome, before=None, series=series)


def _take(step: Step, action: Action) -> Outcome | Refusal:
    command, record = step.command, step.record
    # A follow-up is taken on the authority of the command it follows from; only the engine makes one.
    follows = bool(command.cause) and command.actor.kind == "system"
    if command.happened is not None and command.happened > step.now:
        return _refuse(command, "engine.in_future", moment=command.happened)
    if follows and action.automatic and action.automatic.when and not step.holds(action.automatic.when):
        # By the time everything else had come out, it was no longer so.
        return Outcome(before=record, after=record, events=())
    if not action.start and record.state not in action.origins:
        return _refuse(command, "engine.not_from_here", action=action.title, state=_state_title(step))
    parent = step.family.parent
    answer = is_among(step.mechanism, record, command.actor, action.by, step.around, parent)
    if not follows and not answer:
        return Refusal(Message("engine.not_yours", {"action": action.title, "why": answer.why}), command=command.key)
    if refusal := _read(step, action, unchecked=follows):
        return refusal
    if action.dated and (refusal := _date(step, action.dated)):
        return refusal
    if action.reason and not follows and not command.reason.strip():
        return _refuse(command, "engine.reason_needed", action=action.title)
    if not step.holds(action.guard):
        return Refusal(_unguarded(step, action), command=command.key)
    checks = () if follows else action.checks
    if problems := tuple(problem for one in checks for problem in found_wrong(step, one)):
        return Refusal(Message("engine.form_wrong", {"count": len(problems)}), problems, command.key)
    if refusal := _count_links(step, action):
        return refusal
    for table in action.tables:
        _decide(step, table)
    origin = record.state
    if action.to:
        _enter(step, action.to)
    for effect in action.effects:
        apply(step, effect)
    if step.refused is not None:
        return Refusal(step.refused, command=command.key)
    if problems := clocks.without_next_day(step, action.event_key):
        return Refusal(Message("engine.form_wrong", {"count": len(problems)}), problems, command.key)
    return close(step, action, action.event_key, origin=origin)


def _date(step: Step, field: str) -> Refusal | None:
    """Let it have happened on the day that a field says, though not before the record came into its state."""
    day = step.facts[field]
    if day is None or day == step.happened.date():
        return None
    if day > step.now.date():
        title = step.mechanism.fields[step.record.type][field].title
        problem = FieldProblem(field, None, Message("engine.dated_ahead", {"field": title}))
        return Refusal(Message("engine.form_wrong", {"count": 1}), (problem,), step.command.key)
    began = datetime.combine(day, time(), ZONE)
    step.command = replace(step.command, happened=max(began, step.record.since or began))
    return None


def _read(step: Step, action: Action, *, unchecked: bool) -> Refusal | None:
    """Take the values the action asks for into the record, checked; refuse what is wrong or was not asked for."""
    command = step.command
    if unchecked:
        step.fill(command.values)
        return None
    return _read_sections(step, action.asks)


def _read_sections(step: Step, sections: Iterable[Asks]) -> Refusal | None:
    command, asked = step.command, list(sections)
    problems: list[FieldProblem] = []
    values: dict[str, Any] = {}
    known: set[str] = set()
    for asks in asked:
        form = step.mechanism.forms[asks.form]
        own = {control.field.key for control in form.within(asks.section, asks.without)}
        known |= own
        before = {**step.record.values, **values}
        checked = check(
            form,
            {key: value for key, value in command.values.items() if key in own},
            before,
            step.options,
            section=asks.section,
            without=asks.without,
            facts=step.facts,
            through=lambda ids: _through(step, ids),
            day=step.happened.date(),
        )
        values.update(dict.fromkeys(before))  # what is not among the values has been emptied
        values.update(checked.values)
        problems.extend(checked.problems)
    if strangers := sorted(set(command.values) - known):
        return _refuse(command, "engine.not_asked", fields=strangers)
    problems.extend(_overrides(step, values))
    if problems:
        return Refusal(Message("engine.form_wrong", {"count": len(problems)}), tuple(problems), command.key)
    step.fill(values)
    return None


def _through(step: Step, ids: Collection[str]) -> Mapping[str, Mapping[str, Any]]:
    """What who commands may read of records of this installation."""
    picked = (step.family.picked[id_] for id_ in ids if id_ in step.family.picked)
    here = [one for one in picked if one.installation == step.record.installation]
    return read_by(step.command.actor, here, step.mechanism, step.around, step.happened)


def _overrides(step: Step, values: Mapping[str, Any]) -> list[FieldProblem]:
    """A suggestion somebody changes needs a reason, and goes into the override ledger. Where a table concluded nothing
    there is none to change."""
    problems: list[FieldProblem] = []
    for suggestion in step.record.suggestions.values():
        for key, suggested in suggestion.outputs.items():
            before = step.record.values.get(key, suggested)
            if suggested is None or key not in values or values[key] == before:
                continue
            if not step.command.reason.strip():
                title = step.mechanism.fields[step.record.type][key].title
                problems.append(FieldProblem("reason", None, Message("engine.override_reason", {"field": title})))
                continue
            step.overrides.append(
                Override(step.record.id, suggestion.table, suggestion.row, key, suggested, values[key],
                         step.command.reason, step.command.actor.id, step.now)
            )  # fmt: skip
    return problems


def _decide(step: Step, key: str) -> None:
    """Run a decision table: keep what it suggests, or set what it decides."""
    decider = step.mechanism.tables[key]
    table, facts = decider.table, step.facts
    seen = {one.key: facts[one.field] if one.field else step.mechanism.value(one.value, facts) for one in table.inputs}
    verdict = decider.decide(seen)
    inputs = {name: to_value(value) for name, value in seen.items()}
    suggestion = Suggestion(key, verdict.row, dict(verdict.outputs), inputs, verdict.agreed)
    step.change(suggestions={**step.record.suggestions, key: suggestion})
    step.why.append(table.explain(verdict))
    if not verdict.agreed:
        step.why.append(Message("rules.why_disagreed", {"table": table.title}))
    if not table.suggests:
        step.fill(verdict.outputs)


def _count_links(step: Step, action: Action) -> Refusal | None:
    """A relation's numbers are checked at the action it names."""
    for relation in step.mechanism.record_type(step.record.type).relations.values():
        if relation.checked_at != action.key:
            continue
        count = sum(1 for link in step.record.links if link.relation == relation.key)
        if count < relation.minimum or (relation.maximum is not None and count > relation.maximum):
            return _refuse(
                step.command, "engine.link_count", relation=relation.title, count=count,
                minimum=relation.minimum, maximum=relation.maximum if relation.maximum is not None else "∞",
            )  # fmt: skip
    return None


def _enter(step: Step, state: str) -> None:
    kind = step.mechanism.definition.lifecycles[step.record.type].states[state].kind
    step.change(state=state, since=step.happened, done=kind is StateKind.DONE)


def _edit(step: Step, section: str) -> Outcome | Refusal:
    """A correction of one section outside any action, where the state lets this person make it."""
    form, _, key = section.partition(".")
    state = step.mechanism.definition.lifecycles[step.record.type].states[step.record.state]
    editors = state.edit.get(section, ())
    if not is_among(step.mechanism, step.record, step.command.actor, editors, step.around):
        return _refuse(step.command, "engine.not_editable", section=section)
    if refusal := _read_sections(step, [Asks(form, key)]):
        return refusal
    return close(step, None, "edited")


def _ring(step: Step) -> Outcome:
    """Let every clock ring whose moment has come: reminders are sent, passed terms set off their automatic actions."""
    terms = step.mechanism.definition.terms
    passed: list[str] = []
    before = step.record
    for clock in before.clocks:
        gone = tuple(ring for ring in clock.rings if ring.at <= step.now)
        if not gone or clock.state is not ClockState.RUNNING:
            continue
        rest = clock.rings[len(gone) :]
        step.change(clocks=tuple(replace(c, rings=rest) if c is clock else c for c in step.record.clocks))
        term = terms[clock.term]
        for ring in gone:
            reminder = next((one for one in term.remind if one.key == ring.key), None)
            name = f"{clock.term}/{clock.round}/{clock.count}/{ring.key}"
            if reminder is not None:
                tell(step, name, reminder.template, reminder.tell)
                step.why.append(Message("engine.reminded", {"term": term.title, "day": clock.until}))
            elif not ring.key:
                passed.append(term.key)
                step.why.append(Message("engine.passed", {"term": term.title, "day": clock.until}))
    if step.record == before:  # somebody else has let it ring meanwhile
        return Outcome(before=before, after=before, events=())
    for action in _set_off(step, step.record, passed):
        if step.holds(action.guard):
            step.follow(action.key, action.key, record=step.record.id)
    if step.family.parent is not None:  # what passes on an assignment or a sign-off, the record above hears of
        for action in _set_off(step, step.family.parent, passed):
            step.follow(f"parent/{action.key}", action.key, record=step.record.parent, if_possible=True)
    return close(step, None, "passed" if passed else "reminded")


def _set_off(step: Step, record: Record, passed: Collection[str]) -> Iterator[Action]:
    """The automatic actions that terms set off which have passed, where the record is in a state to take them."""
    for action in step.mechanism.definition.lifecycles[record.type].actions.values():
        if action.automatic is not None and action.automatic.term in passed and record.state in action.origins:
            yield action


def close(step: Step, action: Action | None, event: str, origin: str | None = None) -> Outcome:
    """Count the event, let the clocks follow it, look for automatic actions, and say what came of it all."""
    before, record = step.family.record, step.record
    if action is not None:
        step.change(
            times={**record.times, event: record.times.get(event, 0) + 1},
            times_ever={**record.times_ever, event: record.times_ever.get(event, 0) + 1},
            took={**record.took, action.key: step.command.actor.id},
            event_at={**record.event_at, event: step.happened},
        )
    clocks.follow_event(step, event if action is not None else "")
    _look(step)
    report(step, event, origin if origin is not None else before.state)
    if record.parent and step.record.state != (origin if origin is not None else before.state):
        step.follow("parent", LOOK, record=record.parent, last=True)
    actor = step.command.actor
    title = action.title if action is not None else event
    revision = before.revision + 1
    step.change(revision=revision, last=Last(title, actor.name, step.now))
    happened = Event(
        record=step.record.id,
        seq=revision,
        key=event,
        action=action.key if action is not None else step.command.action,
        actor=actor.id,
        actor_name=actor.name,
        actor_kind=actor.kind,
        happened=step.happened,
        recorded=step.now,
        origin=before.state if origin is None else origin,
        to=step.record.state,
        round=step.record.round,
        reason=step.command.reason,
        changed=dict(step.changed),
        why=tuple(step.why),
        command=step.command.key,
    )
    return Outcome(
        before=before,
        after=step.record,
        events=(happened,),
        notices=tuple(step.notices),
        papers=tuple(step.papers),
        overrides=tuple(step.overrides),
        follow_ups=tuple(step.follow_ups),
    )


def _quietly(step: Step) -> Outcome:
    """Look again without anything having happened. Nothing is put on file for it, unless a condition that had set off
    an automatic action no longer holds: then the record has changed, and what changes is on file."""
    before = step.family.record
    _look(step)
    if before.fired - step.record.fired:
        return close(step, None, "looked")
    if not step.follow_ups:
        return Outcome(before=before, after=before, events=())
    return Outcome(before=before, after=step.record, events=(), follow_ups=tuple(step.follow_ups))


def _look(step: Step) -> None:
    """Ask for the automatic actions whose condition has become true, once for each becoming true; and see to the
    sign-offs."""
    true: set[str] = set()
    for action in step.mechanism.definition.lifecycles[step.record.type].actions.values():
        if action.automatic is None or action.automatic.when is None or step.record.state not in action.origins:
            continue
        if step.holds(action.automatic.when) and step.holds(action.guard):
            true.add(action.key)
            if action.key not in step.record.fired:
                step.follow(action.key, action.key, record=step.record.id, last=True, if_possible=True)
    step.change(fired=frozenset(true))
    attend(step)


def _unguarded(step: Step, action: Action) -> Message:
    """What the guard wants, in words; of several that must all hold, those that do not."""
    guard = action.guard
    if isinstance(guard, Mapping) and "and" in guard:
        guard = {"and": [one for one in guard["and"] if not step.holds(one)]}
    labels = labels_for(step.mechanism, step.record.type)
    wanted = Bilingual(spell(guard, labels, "zh"), spell(guard, labels, "en"))
    return Message("engine.guard", {"action": action.title, "guard": wanted})


def _state_title(step: Step) -> str:
    states = step.mechanism.definition.lifecycles[step.record.type].states
    return states[step.record.state].title if step.record.state in states else step.record.state


def _stale(record: Record, command: Command) -> Refusal:
    last = record.last
    params = {"by": last.by if last else "", "what": last.what if last else "", "at": last.at if last else ""}
    return Refusal(Message("engine.stale", params), command=command.key)


def _refuse(command: Command, code: str, **params: Any) -> Refusal:
    return Refusal(Message(code, params), command=command.key)


def facts_of(mechanism: Mechanism, family: Family, now: datetime) -> Facts:
    """The facts of a record as they stand, for pages and lists."""
    return Facts(mechanism, family.record, now, family)
