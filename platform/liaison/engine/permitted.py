"""Who may read, correct or do something in a record: the definition's *who* against one actor, on the day."""

from __future__ import annotations

from collections.abc import Iterable

from liaison.access import Actor, Answer, handled_by, is_one_of
from liaison.definitions import Who
from liaison.texts import Message

from .mechanism import Mechanism
from .model import Record
from .step import resolve_for, subject_of
from .world import Surroundings

_OUTSIDE = ("applicant", "took", "anyone", "system")
"""Ways of naming people that say nothing of an office or a unit."""
_LOOKED_UP = ("rung", "recorder")
"""Ways of naming people that only the engine can follow."""


def may_read(mechanism: Mechanism, record: Record, actor: Actor, section: str, around: Surroundings) -> Answer:
    """Whether somebody who may see the record may read `section` (`form.section`) of it in its present state."""
    state = mechanism.definition.lifecycles[record.type].states.get(record.state)
    readers = state.read.get(section) if state is not None else None
    if readers is None:
        return Answer(True, Message("engine.open_section"))
    return is_among(mechanism, record, actor, readers, around)


def hidden_fields(mechanism: Mechanism, record: Record, actor: Actor, around: Surroundings) -> frozenset[str]:
    """The fields whose own section `actor` may not read in the record's present state, whatever form shows them."""
    state = mechanism.definition.lifecycles[record.type].states.get(record.state)
    if state is None or not state.read:
        return frozenset()
    closed = {section for section in state.read if not may_read(mechanism, record, actor, section, around)}
    return frozenset(key for key, home in mechanism.homes[record.type].items() if home in closed)


def editable(mechanism: Mechanism, record: Record, actor: Actor, around: Surroundings) -> tuple[str, ...]:
    """The sections (`form.section`) `actor` may correct outside any action, with the command `~edit:form.section`."""
    state = mechanism.definition.lifecycles[record.type].states.get(record.state)
    if state is None:
        return ()
    return tuple(section for section, whos in state.edit.items() if is_among(mechanism, record, actor, whos, around))


def is_among(
    mechanism: Mechanism,
    record: Record,
    actor: Actor,
    whos: Iterable[Who],
    around: Surroundings,
    parent: Record | None = None,
) -> Answer:
    """Whether `actor` is among those named; who handles the record is no applicant of it, whoever reported it.
    `parent`: the record that a sign-off is of; without it nobody may record what was given on paper."""
    named = list(whos)
    others = [who for who in named if who.kind != "applicant"]
    if others != named and actor.id == record.applicant and handles(mechanism, record, actor.id, around):
        named = others
    answer = is_one_of(actor, named, subject_of(record), record.id, around.today)
    looked_up = [who for who in named if who.kind in _LOOKED_UP]
    if answer or not looked_up:
        return answer
    found = (one for who in looked_up for one in resolve_for(mechanism, record, who, around, parent))
    why = next((one.why for one in found if one.person and one.person == actor.id), None)
    return Answer(True, why) if why else answer


def handles(mechanism: Mechanism, record: Record, person: str, around: Surroundings) -> bool:
    """Whether somebody works on the record for the office or for a unit: by a post that lets see all records of its
    type or act on this one, or as one of a unit that holds or held a part in it. Reading by a grant is no work.

    Who does must neither evaluate the record nor hold what lets evaluate it (ADR 0010)."""
    if not person or not around.today.posts_of(person):
        return False
    actor = Actor(person)
    scope = handled_by(actor, mechanism.definition.record_types, around.today)
    if record.type in scope.types or scope.units & record.seen.units:
        return True
    actions = mechanism.definition.lifecycles[record.type].actions.values()
    inside = [who for action in actions if not action.start for who in action.by if who.kind not in _OUTSIDE]
    return bool(is_among(mechanism, record, actor, inside, around))
