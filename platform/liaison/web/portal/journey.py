"""A matter as its applicant sees it: the states passed with their dates, the ones to come, and whose turn it is.

Who acted inside is not told. The reason of an action is told where the action asks for one and tells the applicant,
or where the applicant's side gave it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from liaison.access import Actor
from liaison.calendars import ZONE, Length
from liaison.definitions import Action, StateKind, Term, Who, read_who
from liaison.engine import DIRECTED, Clock, Event, Facts, Mechanism, Record, is_among, possible

from .. import show, visit

_OUTSIDE = frozenset({"applicant", "took", "anyone"})


@dataclass(frozen=True, slots=True)
class Turn:
    """What is expected of the visitor: the action, why it came back, until when, and whether that has passed."""

    action: Action
    reason: str
    due: date | datetime | None
    late: bool = False


def is_public(action: Action) -> bool:
    """Whether an action is for the applicant's side. What a post or a part allows belongs to the desk."""
    return _outside(action.by)


def visitor(installation: str) -> Actor:
    """Who acts in the portal. Whoever holds a post in the mechanism does not act for an applicant through a link:
    who handles a matter must not be able to evaluate it."""
    actor = visit.actor()
    if actor.kind == "person" and visit.standings()[installation].posts:
        return Actor(actor.id, actor.name)
    return actor


def answers(opened: visit.Opened) -> tuple[Action, ...]:
    """What this visitor may do now as the applicant or the one who reported."""
    actor = visitor(opened.family.record.installation)
    actions = possible(opened.mechanism, opened.family, actor, opened.around, visit.now())
    return tuple(one for one in actions if is_public(one))


def may_answer(opened: visit.Opened, action: Action) -> bool:
    """Whether an action would be this visitor's to take, did the matter stand where it can be taken."""
    record = opened.family.record
    actor = visitor(record.installation)
    return is_public(action) and bool(is_among(opened.mechanism, record, actor, action.by, opened.around))


def public_title(mechanism: Mechanism, type_: str, state: str) -> str:
    """What the applicant reads for a state."""
    found = mechanism.definition.lifecycles[type_].states[state]
    return found.public_title or found.title


def tone(mechanism: Mechanism, type_: str, state: str) -> str:
    """The colour of a state's chip."""
    kind = mechanism.definition.lifecycles[type_].states[state].kind
    return {StateKind.DONE: "in_time", StateKind.WAITING: "soon"}.get(kind, "primary")


def line(mechanism: Mechanism, record: Record, events: Iterable[Event]) -> list[dict[str, Any]]:
    """The vertical line of steps, as `timeline` draws it: the states entered, then `ahead`."""
    lifecycle = mechanism.definition.lifecycles[record.type]
    entered = [
        {
            "title": public_title(mechanism, record.type, event.to),
            "at": event.happened.astimezone(ZONE),
            "text": "\n".join(
                filter(None, (_told_reason(lifecycle.actions.get(event.action), event), *_directed(event)))
            ),
            "standing": "done",
        }
        for event in events
        if event.record == record.id and event.to != event.origin and event.to in lifecycle.states
    ]
    passed = _as_one(entered)
    if passed and not record.done:
        passed[-1]["standing"] = "current"
    return passed + ahead(mechanism, record)


def _as_one(entered: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The steps, those that follow one another under one name as one: what goes on inside is no step to the applicant,
    but what was told with it is kept."""
    steps: list[dict[str, Any]] = []
    for step in entered:
        if steps and steps[-1]["title"] == step["title"]:
            steps[-1]["text"] = "\n".join(filter(None, (steps[-1]["text"], step["text"])))
        else:
            steps.append(step)
    return steps


def ahead(mechanism: Mechanism, record: Record) -> list[dict[str, Any]]:
    """The states to come, with the day each is due where a clock says so. Where there are several ways on, a step says
    which they are and by what states each goes, and the line goes on where they meet again."""
    lifecycle = mechanism.definition.lifecycles[record.type]
    onward = _Onward(mechanism, record)
    here, seen = record.state, {record.state}
    steps: list[dict[str, Any]] = []
    while ways := onward.of(here, seen):
        before, into = here, ways
        if len({action.to for action in ways}) == 1:
            here = ways[0].to
        else:
            courses = [onward.course(action.to, seen) for action in ways]
            here = next((one for one in courses[0] if all(one in course for course in courses)), "")
            steps.append(_fork(mechanism, record.type, ways, courses, here))
            if not here:
                break
            passed = {before, *(one for course in courses for one in course)}
            into = [one for one in lifecycle.actions.values() if one.to == here and passed.intersection(one.origins)]
            before = ""
        seen.add(here)
        if before and public_title(mechanism, record.type, before) == public_title(mechanism, record.type, here):
            continue
        clock = _clock_until(mechanism, record, into)
        events = {action.event_key for action in into}
        terms = [] if clock else [one for one in _to_come(mechanism, record) if not events.isdisjoint(one.stops)]
        said = [visit.sentence("portal.term", term=term.title, within=within(mechanism, term)) for term in terms]
        if clock and not clock.certain:
            said.append(visit.sentence("portal.provisional"))
        steps.append(
            {
                "title": public_title(mechanism, record.type, here),
                "standing": "ahead",
                "due": clock.until if clock else None,
                "text": show.listed(said),
                "terms": {clock.term} if clock else {term.key for term in terms},
            }
        )
    return steps


class _Onward:
    """The ways on through the states of a record, as far as what is known of it leaves them open."""

    def __init__(self, mechanism: Mechanism, record: Record) -> None:
        self._mechanism, self._record = mechanism, record
        self._lifecycle = mechanism.definition.lifecycles[record.type]
        self._facts = Facts(mechanism, record, visit.now())
        self._filled = {key for key in mechanism.fields[record.type] if record.values.get(key) is not None}

    def of(self, here: str, seen: Collection[str]) -> list[Action]:
        """The actions by which a matter usually goes on from a state, else those the system takes; none from a state
        in which it is done."""
        state = self._lifecycle.states.get(here)
        if state is None or state.kind is StateKind.DONE:
            return []
        actions = self._lifecycle.actions.values()
        ways = [one for one in actions if here in one.origins and one.to and one.to not in seen and self._open(one)]
        return [one for one in ways if one.tone == "primary"] or [one for one in ways if one.automatic]

    def course(self, here: str, seen: Collection[str]) -> list[str]:
        """The states that every way on from this one passes, from itself on."""
        states = [key for key in self._lifecycle.states if key not in seen]
        onward = {key: {action.to for action in self.of(key, {*seen, key})} for key in states}
        passed = {key: set(states) if onward[key] else {key} for key in states}
        changed = True
        while changed:
            changed = False
            for key in states:
                if onward[key]:
                    found = {key} | set.intersection(*(passed[to] for to in onward[key]))
                    changed = changed or found != passed[key]
                    passed[key] = found
        # Of those, the nearer one passes the farther one too.
        return sorted(passed[here], key=lambda key: -len(passed[key]))

    def _open(self, action: Action) -> bool:
        # What an action asks for itself is not settled before it is taken.
        settled = not self._mechanism.asks_what_guards(self._record.type, action)
        known = self._filled if settled else set()
        return not self._mechanism.ruled_out(action.guard, self._facts, known)


def _fork(
    mechanism: Mechanism, type_: str, ways: Sequence[Action], courses: Sequence[Sequence[str]], meet: str
) -> dict[str, Any]:
    """A step that says by which ways a matter may go on: what is done, and the states until all of them meet."""
    told = []
    for action, course in zip(ways, courses, strict=True):
        until = course[: course.index(meet)] if meet in course else course
        states = dict.fromkeys(public_title(mechanism, type_, one) for one in until)
        told.append(
            visit.sentence("portal.way", action=action.title, states=" → ".join(states)) if states else action.title
        )
    return {"title": visit.sentence("portal.ways"), "standing": "ahead", "text": "\n".join(dict.fromkeys(told))}


# ── How long, where no day is known yet ──────────────────────────────────────────────────────────────────────────


def promises(mechanism: Mechanism, record: Record, steps: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """What the applicant may expect and no step of `steps` tells: of the terms that run the day, of those that may yet
    begin the length in words, 交办后 1 个月内."""
    told = {key for step in steps for key in step.get("terms", ())}
    terms = mechanism.definition.terms
    open_ = [one for one in record.clocks if one.state.open and one.term not in told]
    running = [one for one in open_ if show.ours(terms[one.term]) and terms[one.term].public]
    days = [
        {"title": terms[one.term].title, "text": visit.sentence("portal.until", day=show.day_with_weekday(one.until))}
        for one in sorted(running, key=lambda clock: clock.due)
    ]
    return days + [
        {"title": term.title, "text": within(mechanism, term)}
        for term in _to_come(mechanism, record)
        if term.key not in told
    ]


def _to_come(mechanism: Mechanism, record: Record) -> list[Term]:
    """The terms of a record that may still begin to run in this round, and whose length the definition tells."""
    if record.done:
        return []
    begun = {clock.term for clock in record.clocks if clock.round == record.round}
    facts = Facts(mechanism, record, visit.now())
    filled = {key for key in mechanism.fields[record.type] if record.values.get(key) is not None}
    return [
        term
        for term in mechanism.definition.terms_of.get(record.type, ())
        if term.key not in begun and not mechanism.ruled_out(term.when, facts, filled) and within(mechanism, term)
    ]


def within(mechanism: Mechanism, term: Term) -> str:
    """How long a term is that the applicant waits for, and from when it counts, in words; empty for what the applicant
    owes or is not told of, what never runs here, and where the length is not in the definition."""
    if (
        not show.ours(term)
        or not term.public
        or mechanism.ruled_out(term.when)
        or term.length.keys() & {"table", "asks", "schedule"}
    ):
        return ""
    length = Length.from_json(term.length)
    forward = Length(abs(length.n), length.unit).message
    how = "portal.ahead_of" if length.n < 0 else "portal.within_firm" if term.firm else "portal.within"
    return visit.sentence(how, what=_anchor(mechanism, term), length=forward)


def _anchor(mechanism: Mechanism, term: Term) -> str:
    """What a term counts from, as people call it."""
    definition, anchor = mechanism.definition, term.anchor
    if anchor.kind == "term":
        return visit.sentence("portal.end_of", term=definition.terms[anchor.key].title)
    relation = definition.record_types[term.of].relations.get(anchor.relation)
    of = relation.to if relation is not None else term.of
    if anchor.kind == "field":
        what = mechanism.fields[of][anchor.key].title
    else:
        actions = [one for one in definition.lifecycles[of].actions.values() if one.event_key == anchor.key]
        if term.part and not actions:
            child = definition.record_types[term.of].parts[term.part].assignment
            actions = [one for one in definition.lifecycles[child].actions.values() if one.event_key == anchor.key]
        what = min(actions, key=lambda one: one.automatic is not None).title
    return what if relation is None else visit.sentence("portal.of_relation", relation=relation.title, what=what)


def turn(opened: visit.Opened, events: Sequence[Event]) -> Turn | None:
    """What the matter waits for this visitor to do; None when it is somebody else's turn."""
    record = opened.family.record
    action = next((one for one in answers(opened) if one.tone == "primary"), None)
    if action is None:
        return None
    actions = opened.mechanism.definition.lifecycles[record.type].actions
    entered = [one for one in events if one.record == record.id and one.to == record.state and one.to != one.origin]
    reason = _told_reason(actions.get(entered[-1].action), entered[-1]) if entered else ""
    clock = _clock_until(opened.mechanism, record, [action])
    return Turn(action, reason, clock.until if clock else None, clock is not None and clock.due < visit.now())


def _clock_until(mechanism: Mechanism, record: Record, actions: Iterable[Action]) -> Clock | None:
    """The clock that ends first of those the applicant is told of and these actions stop."""
    events = {action.event_key for action in actions}
    terms = mechanism.definition.terms
    told = [clock for clock in record.clocks if clock.state.open and terms[clock.term].public]
    return min((one for one in told if events & set(terms[one.term].stops)), key=lambda one: one.due, default=None)


def _told_reason(action: Action | None, event: Event) -> str:
    if action is None:
        return ""
    told = [read_who(who) for effect in action.effects if effect.kind == "notify" for who in effect.body["to"]]
    return event.reason if is_public(action) or (action.reason and _outside(told)) else ""


def _directed(event: Event) -> Iterable[str]:
    """Where the applicant was directed."""
    return (visit.sentence("portal.directed", to=why.params["to"]) for why in event.why if why.code == DIRECTED)


def _outside(whos: Iterable[Who]) -> bool:
    return any(who.kind in _OUTSIDE for who in whos)
