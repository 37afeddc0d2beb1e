"""The actions at the bottom of a record, by what they act on: the record itself, an assignment, a sign-off.

One thing is the next to do, and looks like it: of what carries a record on, that which stops the clock that ends first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from flask import url_for

from liaison.calendars import ZONE
from liaison.definitions import Action, StateKind
from liaison.engine import REFERRAL, SIGNOFF, Clock, ClockState, Command, Facts, Record, within_day
from liaison.store import new_id

from .. import show, visit
from .rehearsal import Foreseen, foresee

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass
class Button:
    """An action one may take. `tone`: primary, danger or none; `seen`: what it would do, where it asks for no form."""

    id: str
    record: Record
    action: Action
    href: str
    key: str
    tone: str = ""
    seen: Foreseen | None = None

    @property
    def title(self) -> str:
        return self.action.title


@dataclass
class Group:
    """What may be done with one record. `name`: what that is, `note`: where its steps lead; empty for the record
    itself where nothing else can be acted on."""

    record: Record
    name: str = ""
    note: str = ""
    buttons: list[Button] = field(default_factory=list)


def groups(reader: show.Reader, doable: Iterable[tuple[Record, Action]]) -> list[Group]:
    """The groups with the next thing to do last, and within each what carries it on. An action that asks for no form
    opens its question at once, with what will happen worked out beforehand."""
    found: dict[str, Group] = {}
    for record, action in doable:
        group = found.setdefault(record.id, Group(record))
        href = url_for(".act", record=record.id, action=action.key)
        group.buttons.append(Button(f"do-{record.type}-{action.key}-{new_id()[:8]}", record, action, href, new_id()))
    buttons = [button for group in found.values() for button in group.buttons]
    next_ = _next(reader, buttons)
    for button in buttons:
        danger = button.action.tone == "danger"
        button.tone = "danger" if danger else "primary" if button in next_ else ""
    _foresee(reader, buttons)
    told = len(found) > 1 or any(id_ != reader.record.id for id_ in found)
    for group in found.values():
        group.buttons.sort(key=lambda one: {"primary": 2, "danger": 1}.get(one.tone, 0))
        if told:
            group.name = _name(reader, group.record)
            group.note = _note(reader, group, found.get(reader.record.id), next_)
    return sorted(found.values(), key=lambda group: any(one.tone == "primary" for one in group.buttons))


def _next(reader: show.Reader, buttons: Sequence[Button]) -> list[Button]:
    """Of what carries some record on, what is due first, and of that what stops the fewest clocks: a report of progress
    is due before the meeting, the result that would stop its clock too is not. Without clocks what is declared the next
    step, of the record itself before that of what stands under it. Where several are left, those that what the tables
    suggest lets pass; else one is to choose between them."""
    steps = [one for one in buttons if show.carrying(reader.mechanism, one.record, [one.action])]

    def urgency(one: Button) -> tuple[datetime, int, bool, bool]:
        stopped = _stopped(reader, one)
        due = min(stopped, default=_NEVER)
        return due, len(stopped), one.action.tone != "primary", one.record.id != reader.record.id

    first = min(map(urgency, steps), default=None)
    found = [one for one in steps if urgency(one) == first]
    alike = [one for one in found if one.record.id == found[0].record.id]
    return [one for one in alike if _as_suggested(reader, one)] or alike


def _as_suggested(reader: show.Reader, button: Button) -> bool:
    """Whether the guard would hold if what tables suggest were filled in."""
    record = button.record
    suggested = {key: value for one in record.suggestions.values() for key, value in one.outputs.items()}
    filled = record.with_(values={**suggested, **record.values})
    family = reader.family if record.id == reader.record.id else reader.of_child(record).family
    return reader.mechanism.holds(button.action.guard, Facts(reader.mechanism, filled, reader.now, family))


def _stopped(reader: show.Reader, button: Button) -> list[datetime]:
    """When the clocks of ours end that the action stops."""
    terms = reader.mechanism.definition.terms

    def stops(clock: Clock) -> bool:
        term = terms[clock.term]
        return clock.state is ClockState.RUNNING and show.ours(term) and button.action.event_key in term.stops

    return [clock.due for clock in button.record.clocks if stops(clock)]


def _name(reader: show.Reader, record: Record) -> str:
    type_ = reader.mechanism.record_type(record.type).title
    if record.type == SIGNOFF:
        return visit.sentence("desk.acts_on", type=type_, what=show.asked(reader.mechanism, record))
    if record.type == REFERRAL:
        return visit.sentence("desk.acts_on", type=type_, what=record.values["receiver"])
    held = next((one for one in reader.record.parts if one.assignment == record.id), None)
    if held is None or held.part not in reader.type.parts:
        return type_
    what = show.listed([reader.type.parts[held.part].title, show.holder(reader.around, held.unit)])
    return visit.sentence("desk.acts_on", type=type_, what=what)


def _note(reader: show.Reader, group: Group, own: Group | None, next_: Sequence[Button]) -> str:
    """What is next and until when, where there is but one; what need not be done because a step of the record itself
    (`own`) does it too; and where each other step leads: it tells 答复 of an assignment from the reply to the whole
    matter."""
    record = group.record
    states = reader.mechanism.definition.lifecycles[record.type].states
    steps = show.steps(reader.mechanism, record.type, record.state)
    ending = [one.title for one in own.buttons if _ends(reader, one.action, record)] if own is not None else []
    said: list[str] = []
    for one in group.buttons:
        if [one] == next_ and record.type != SIGNOFF:  # to agree is a decision, not the next step
            said.insert(0, _next_in_words(reader, one))
        elif one.action not in steps or not one.action.to:
            continue
        elif ending and states[one.action.to].kind is StateKind.DONE:
            said.append(visit.sentence("desk.done_with", action=one.title, by=show.listed(ending)))
        else:
            said.append(visit.sentence("desk.leads_to", action=one.title, state=states[one.action.to].title))
    return show.listed(said)


def _next_in_words(reader: show.Reader, button: Button) -> str:
    states = reader.mechanism.definition.lifecycles[button.record.type].states
    due = min(_stopped(reader, button), default=_NEVER)
    until = show.day_with_weekday(within_day(due) or due.astimezone(ZONE).date()) if due != _NEVER else ""
    said = visit.sentence("desk.next_until" if until else "desk.next_is", action=button.title, day=until)
    if not button.action.to:
        return said
    return said + visit.sentence("desk.then", state=states[button.action.to].title)


def _ends(reader: show.Reader, action: Action, child: Record) -> bool:
    """Whether an action on the record also ends what stands under it as it is now."""
    part = next((one.part for one in reader.record.parts if one.assignment == child.id), None)
    below = reader.mechanism.definition.lifecycles[child.type]
    acts = [one.body for one in action.effects if one.kind == "act" and one.body.get("on") == {"part": part}]
    taken = [below.actions[one["action"]] for one in acts if one["action"] in below.actions]
    return any(child.state in one.origins and below.states[one.to].kind is StateKind.DONE for one in taken if one.to)


def _foresee(reader: show.Reader, buttons: Sequence[Button]) -> None:
    simple = [one for one in buttons if not one.action.asks]
    commands = [
        Command(one.action.key, reader.actor, one.key, record=one.record.id, reason="…" if one.action.reason else "")
        for one in simple
    ]
    for button, seen in zip(simple, foresee(commands), strict=True):
        button.seen = seen
