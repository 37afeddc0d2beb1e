"""Terms become clocks: they start, stop, pause, move and ring as the record's events say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import reduce
from typing import Any

from liaison.calendars import ZONE, Due, Length, Pause, Schedule, due, next_occurrence
from liaison.definitions import Term
from liaison.forms import FieldProblem
from liaison.roster import Responsible
from liaison.texts import Message

from .facts import Facts
from .model import Clock, ClockState, Record, Ring
from .signing import SIGNOFF
from .step import Step, resolve_for

_WAS_OWED = "engine.was_owed_by"


def follow_event(step: Step, event: str) -> None:
    """Everything the clocks of the record do when `event` has happened and the state has been entered."""
    if step.record.round > step.family.record.round:
        _turn(step)
    _reclassify(step, event)
    _stop(step, event)
    _start(step, event)
    _pause(step)
    _move(step)
    _wait(step)
    _owe(step)
    if step.record.done:
        _end(step)


def _turn(step: Step) -> None:
    """Another round has begun. What fields and linked records said until then belongs to the rounds before: a term
    counts from them again only once they say another moment."""
    before = replace(step, record=step.family.record)
    anchors = {term.key: _anchor(before, term) for term in applicable(step) if _elsewhere(term)}
    step.change(spent={key: at for key, at in anchors.items() if at is not None})


def applicable(step: Step) -> tuple[Term, ...]:
    """The terms of this record: those of its type, and those its parent's type sets on assignments of its part."""
    own = step.mechanism.terms(step.record.type)
    parent = step.family.parent
    if parent is None:
        return own
    if step.record.type == SIGNOFF:
        own = _of_sheet(step, own, parent)
    parts = {held.part for held in parent.parts if held.assignment == step.record.id}
    return own + tuple(term for part in parts for term in step.mechanism.terms_of_part(parent.type, part))


def _of_sheet(step: Step, own: tuple[Term, ...], parent: Record) -> tuple[Term, ...]:
    """Of the terms on sign-offs, those that this one names, and those that none does."""
    asked = step.mechanism.asks(parent.type).get(step.record.values["ask"], ())
    mine = {body.get("term") for _, body in asked}
    return tuple(term for term in own if term.key in mine or term.key not in step.mechanism.terms_of_asks)


def _stop(step: Step, event: str) -> None:
    stopped = {term.key: term for term in applicable(step) if event in term.stops}
    again = {clock.term: clock for clock in step.record.clocks if clock.term in stopped and clock.state.open}
    _each(step, lambda clock: _finished(clock, step.happened) if clock.term in stopped else clock)
    for key, clock in sorted(again.items()):
        term = stopped[key]
        if term.repeat and not step.record.done and step.holds(term.when):
            # What is done before its point in time is done for that point: the next one is after it.
            since = max(step.happened, clock.due) if "schedule" in term.length else step.happened
            begin(step, term, since, clock.original_anchor)


def without_next_day(step: Step, event: str) -> tuple[FieldProblem, ...]:
    """What is wrong where `event` stops a term that repeats until an agreed day and the record goes on: the day on
    which it ends next must be later than today and than the day agreed before."""
    before = Facts(step.mechanism, step.family.record, step.happened)
    problems: list[FieldProblem] = []
    for term in applicable(step) if not step.record.done else ():
        field = term.length.get("asks")
        stopped = term.repeat and field and event in term.stops and running(step, term.key)
        if not stopped or not step.holds(term.when):
            continue
        agreed, was, today = step.facts[field], before[field], step.happened.date()
        after = max(was, today) if was is not None else today
        if agreed is None or agreed <= after:
            title = step.mechanism.fields[step.record.type][field].title
            problems.append(
                FieldProblem(field, None, Message("engine.next_day_needed", {"field": title, "day": after}))
            )
    return tuple(problems)


def _reclassify(step: Step, event: str) -> None:
    """Where the command changed what a term's condition reads 改判: a clock whose term no longer applies is closed as
    replaced; a term that applies only now, its anchor's event gone by, starts."""
    for term in applicable(step):
        if term.when is None or not step.mechanism.reads(term.when) & step.changed.keys():
            continue
        clock = step.record.clock(term.key)
        if clock is not None and clock.state.open and not step.holds(term.when):
            _replace(step, clock, superseded(clock, step.happened))
        elif clock is None and _gone_by(step, term, event) and step.holds(term.when):
            since = step.record.event_at[term.anchor.key]
            begin(step, term, since if term.reclassified == "anchor" else step.happened)


def superseded(clock: Clock, at: datetime) -> Clock:
    """`clock` closed as replaced at `at`: one that is suspended ends where it stood, late only if it was then."""
    return replace(clock, state=ClockState.REPLACED, ended_at=_stood_at(clock, at), rings=())


def _gone_by(step: Step, term: Term, event: str) -> bool:
    """Whether the event a term counts from has happened in this round, before the present one."""
    anchor = term.anchor
    happened = step.record.times.get(anchor.key, 0)
    return anchor.kind == "event" and not anchor.relation and anchor.key != event and happened > 0


def _finished(clock: Clock, at: datetime) -> Clock:
    if not clock.state.open:
        return clock
    state = ClockState.LATE if _passed(clock, at) else ClockState.MET
    return replace(clock, state=state, ended_at=at, rings=())


def _passed(clock: Clock, at: datetime) -> bool:
    """Whether an open clock had passed its end at `at`."""
    return clock.due < _stood_at(clock, at)


def _stood_at(clock: Clock, at: datetime) -> datetime:
    """Where an open clock stood at `at`: one that is suspended has stood still since its pause began."""
    return clock.pauses[-1][0] if clock.state is ClockState.SUSPENDED else at


def _end(step: Step) -> None:
    """The record is done: what still runs ends with it, late where it was overdue."""

    def end(clock: Clock) -> Clock:
        if not clock.state.open:
            return clock
        state = ClockState.LATE if _passed(clock, step.happened) else ClockState.ENDED
        return replace(clock, state=state, ended_at=step.happened, rings=())

    _each(step, end)


def _start(step: Step, event: str) -> None:
    for term in applicable(step):
        if term.anchor.kind != "event" or term.anchor.relation or term.anchor.key != event:
            continue
        if not step.holds(term.when):
            continue
        running = step.record.clock(term.key)
        if running is not None and running.state.open:
            _replace(step, running, moved(step, term, running, step.happened))
        else:
            begin(step, term, step.happened)


def begin(step: Step, term: Term, anchor: datetime, original_anchor: datetime | None = None) -> None:
    """Start a new clock of `term` at `anchor`, unless its length is not known yet. `original_anchor`: what the clock
    counted from that it goes on from, where the term repeats."""
    length = _length(step, term, anchor)
    if length is None:
        return
    original_anchor = original_anchor or anchor
    reckoned = reckon(step, term, anchor, length, original_anchor)
    count = sum(1 for clock in step.record.clocks if clock.term == term.key and clock.round == step.record.round)
    clock = Clock(
        term=term.key,
        round=step.record.round,
        count=count,
        owed_by=step.resolve(term.owed_by),
        anchor=anchor,
        original_anchor=original_anchor,
        due=reckoned.at,
        original_due=reckoned.at,
        certain=reckoned.certain,
        why=(
            Message("engine.counts_from", {"term": term.title, "moment": anchor, "length": length.message}),
            *reckoned.steps,
        ),
        length=length.to_json(),
    )
    step.change(clocks=(*step.record.clocks, with_rings(step, term, clock)))


def reckon(
    step: Step, term: Term, anchor: datetime, length: Length, original_anchor: datetime, pauses: tuple[Pause, ...] = ()
) -> Due:
    """When `term` ends that counts `length` from `anchor`, under the term's own counting rules, its cap from
    `original_anchor`, and no earlier than the terms it waits for."""

    def count(since: datetime, this: Length, roll: str | None) -> Due:
        return due(
            since,
            this,
            step.around.calendar,
            roll=roll,
            count_start_day=term.count_start_day,
            cutoff=term.cutoff or "24:00",
            hours=step.around.hours,
            pauses=pauses,
        )

    reckoned = count(anchor, length, term.roll or _own_roll(term))
    if term.cap is not None:
        most = Length.from_json(term.cap)
        capped = count(original_anchor, most, term.roll)
        if capped.at < reckoned.at:
            said = Message("engine.capped", {"moment": original_anchor, "length": most.message})
            reckoned = replace(capped, steps=(said, *capped.steps))
    last = _waits_for(step, term)
    if last is None or last.due <= reckoned.at:
        return reckoned
    waited = Message("engine.not_before", {"term": last.title, "day": last.due_day})
    certain = reckoned.certain and last.certain
    return replace(reckoned, at=last.due, day=last.due_day, certain=certain, steps=(*reckoned.steps, waited))


def _waits_for(step: Step, term: Term) -> Clock | None:
    """Of the clocks that a term must not end before, the one that ends last."""
    found = (step.record.clock(key) for key in term.not_before)
    return max((one for one in found if one is not None), key=lambda one: one.due, default=None)


def moved(step: Step, term: Term, clock: Clock, anchor: datetime) -> Clock:
    """`clock` counted anew from `anchor`, or with its pauses or a new calendar, and what was granted added to it: the
    old date is kept."""
    pauses = _pauses(clock, step.happened)
    length = Length.from_json(clock.length)
    reckoned = reckon(step, term, anchor, length, clock.original_anchor, pauses)
    counts_from = Message("engine.counts_from", {"term": term.title, "moment": anchor, "length": length.message})
    plain = replace(clock, anchor=anchor, due=reckoned.at, certain=reckoned.certain, why=(counts_from, *reckoned.steps))
    changed = reduce(lambda so_far, grant: _granted(step, term, so_far, grant, pauses), clock.granted, plain)
    told = tuple(why for why in clock.why if why.code == _WAS_OWED)
    if changed.due != clock.due:
        told = (*told, Message("engine.moved_from", {"day": clock.until}))
    return with_rings(step, term, replace(changed, why=(*changed.why, *told)), clock)


def with_rings(step: Step, term: Term, clock: Clock, before: Clock | None = None) -> Clock:
    """`clock` with the moments it will ring: reminders still ahead, its end, and reminders after it. `before`: the
    same clock as it was; an end that has rung does not ring again unless it has moved. An end that had passed before
    the clock knew of it rings now: nothing rings in the past."""
    if before is not None and before.due == clock.due:
        rings = [ring for ring in before.rings if not ring.key]
    else:
        rings = [Ring(max(clock.due, step.now))]
    for reminder in term.remind:
        # A reminder three workdays before the end is counted backward like any term, and rings as that day begins; half
        # an hour before the end is a moment.
        if reminder.before is not None:
            at = _before_end(step, clock, reminder.before)
            if not Length.from_json(reminder.before).unit.timed:
                at = at.replace(hour=0, minute=0, second=0, microsecond=0)
        else:
            length = Length.from_json(reminder.after)
            at = due(clock.due, length, step.around.calendar, hours=step.around.hours, roll="none").at
        if at > step.happened:
            rings.append(Ring(at, reminder.key))
    return replace(clock, rings=tuple(sorted(rings, key=lambda ring: (ring.at, ring.key))))


def _before_end(step: Step, clock: Clock, length: Mapping[str, int]) -> datetime:
    """The moment so long before a clock's end, counted backward like any term."""
    back = Length.from_json(length)
    return due(clock.due, replace(back, n=-back.n), step.around.calendar, hours=step.around.hours, roll="none").at


def too_late_to_extend(step: Step, term: Term, clock: Clock) -> datetime | None:
    """The latest moment at which `clock` could be extended, where that has gone by."""
    latest = term.extension.latest if term.extension is not None else None
    if latest == "any_time":
        return None
    last = clock.due if latest is None else _before_end(step, clock, latest)
    return last if last < _stood_at(clock, step.happened) else None


def extend(step: Step, term: Term, clock: Clock, grant: Mapping[str, Any]) -> Clock:
    """`clock` with a later due date: `{"by": length}` from its due date, `{"total": length}` from what it counted from
    first, or `{"until": "YYYY-MM-DD"}`."""
    longer = _granted(step, term, clock, grant, _pauses(clock, step.happened))
    return with_rings(step, term, replace(longer, granted=(*clock.granted, grant)), clock)


def _granted(step: Step, term: Term, clock: Clock, grant: Mapping[str, Any], pauses: tuple[Pause, ...] = ()) -> Clock:
    """`clock` due as late as an extension lets it be, within the extension's cap, and never earlier than it was."""
    if "until" in grant:
        at = datetime.combine(date.fromisoformat(grant["until"]), time.max, ZONE)
    elif "total" in grant:
        at = _since_the_beginning(step, term, clock, grant["total"], pauses)
    else:
        by = Length.from_json(grant["by"])
        at = due(clock.due, by, step.around.calendar, roll=term.roll, hours=step.around.hours, pauses=pauses).at
    if term.extension is not None and term.extension.cap is not None:
        at = min(at, _since_the_beginning(step, term, clock, term.extension.cap, pauses))
    at = max(at, clock.due)
    certain = step.around.calendar.certain(clock.anchor.date(), at.date())
    extended = replace(clock, due=at, certain=certain)
    told = Message("engine.extended", {"day": clock.until, "to": extended.until})
    return replace(extended, why=(*clock.why, told))


def _since_the_beginning(
    step: Step, term: Term, clock: Clock, length: Mapping[str, int], pauses: tuple[Pause, ...]
) -> datetime:
    first = clock.original_anchor
    return reckon(step, term, first, Length.from_json(length), first, pauses).at


def recount(step: Step) -> None:
    """Count every open clock anew: the calendar has changed. One for which that changes nothing is left as it is."""
    for term in applicable(step):
        for clock in running(step, term.key):
            counted = moved(step, term, clock, clock.anchor)
            if (counted.due, counted.certain, counted.rings) != (clock.due, clock.certain, clock.rings):
                _replace(step, clock, counted)


def running(step: Step, term: str) -> tuple[Clock, ...]:
    """The open clocks of a term, those of earlier rounds too."""
    return tuple(clock for clock in step.record.clocks if clock.term == term and clock.state.open)


def renew(step: Step, were: Mapping[str, Term]) -> None:
    """The record has come under other terms than `were`. A clock whose term ends otherwise now is closed as replaced,
    and another counts from the same anchor; one whose term is no more, or no more applies, is closed as replaced. A
    term that is new begins where what it counts from has gone by in this round and nothing has stopped it since."""
    terms = {term.key: term for term in applicable(step)}
    for clock in step.record.clocks:
        if clock.state.open:
            _renew(step, clock, were[clock.term], terms.get(clock.term))
    for term in terms.values():
        was = were.get(term.key)
        if was is None or (was.anchor, was.when) != (term.anchor, term.when):
            _catch_up(step, term)


def _renew(step: Step, clock: Clock, was: Term, term: Term | None) -> None:
    anchor = None if term is None or not step.holds(term.when) else _anchor_now(step, clock, was, term)
    closed = superseded(clock, step.happened)
    if term is None or anchor is None:
        _replace(step, clock, closed)
        return
    length = None if term.length == was.length else _length(step, term, anchor)
    owed_by = clock.owed_by if term.owed_by == was.owed_by else step.resolve(term.owed_by)
    owed = replace(
        clock,
        length=length.to_json() if length else clock.length,
        owed_by=owed_by,
        original_anchor=clock.original_anchor if term.anchor == was.anchor else anchor,
    )
    counted = owed if was == term else moved(step, term, owed, anchor)
    if counted.due == clock.due:
        present = replace(counted, why=clock.why)
        _replace(step, clock, present)
    else:
        count = sum(1 for one in step.record.clocks if (one.term, one.round) == (clock.term, clock.round))
        present = replace(counted, count=count, original_due=counted.due)
        _replace(step, clock, closed)
        step.change(clocks=(*step.record.clocks, present))
    if step.family.record.state in was.suspended_in and step.record.state not in term.suspended_in:
        resume(step, term, present)


def _anchor_now(step: Step, clock: Clock, was: Term, term: Term) -> datetime | None:
    """What an open clock counts from under another term: what it did, where that has not changed."""
    if term.anchor == was.anchor:
        return clock.anchor
    if term.anchor.kind == "event" and not term.anchor.relation:
        return step.record.event_at[term.anchor.key] if _gone_by(step, term, "") else None
    return _anchor_in_round(step, term)


def _catch_up(step: Step, term: Term) -> None:
    if step.record.clock(term.key) is not None or step.record.done:
        return
    if not _gone_by(step, term, "") or not step.holds(term.when):
        return
    since, times = step.record.event_at[term.anchor.key], step.record.times
    if any(times.get(stop) and step.record.event_at[stop] >= since for stop in term.stops):
        return
    begin(step, term, since if term.reclassified == "anchor" else step.happened)


def _pause(step: Step) -> None:
    """Suspend clocks in a state that says so, and let them run on when it is left. One suspended by an effect waits
    for an effect."""
    for term in applicable(step):
        for clock in running(step, term.key):
            if step.record.state in term.suspended_in:
                suspend(step, clock)
            elif step.family.record.state in term.suspended_in:
                resume(step, term, clock)


def suspend(step: Step, clock: Clock) -> None:
    """Stop the clock for a while; nothing happens if it stands already."""
    if clock.state is ClockState.RUNNING:
        pauses = (*clock.pauses, (step.happened, None))
        _replace(step, clock, replace(clock, state=ClockState.SUSPENDED, pauses=pauses))


def resume(step: Step, term: Term, clock: Clock) -> None:
    """Let the clock run on, its due date moved by the pause; nothing happens if it runs already."""
    if clock.state is ClockState.SUSPENDED:
        (began, _), pauses = clock.pauses[-1], clock.pauses[:-1]
        ended = max(began, step.happened)  # what is entered late may have happened before the pause began
        again = replace(clock, state=ClockState.RUNNING, pauses=(*pauses, (began, ended)))
        _replace(step, clock, moved(step, term, again, clock.anchor))


def _move(step: Step) -> None:
    """Start or move the clocks whose anchor is a field, another term's end or something of a linked record, and move
    those whose agreed end has been changed."""
    for term in applicable(step):
        present = step.record.clock(term.key)
        if term.anchor.kind == "event" and not term.anchor.relation:
            anchor = present.anchor if present is not None else None
        else:
            anchor = _anchor_in_round(step, term)
        if anchor is None:
            continue
        if present is None:
            if step.holds(term.when):
                begin(step, term, anchor)
        elif present.state.open:
            length = _agreed(step, term, present, anchor)
            if (present.anchor, present.length) != (anchor, length.to_json()):
                counted = replace(present, length=length.to_json())
                _replace(step, present, moved(step, term, counted, anchor))


def _wait(step: Step) -> None:
    """Let clocks that must not end before others follow those that end later now."""
    for term in applicable(step):
        last = _waits_for(step, term)
        if last is None:
            continue
        for clock in running(step, term.key):
            if clock.due < last.due and clock.state is ClockState.RUNNING:
                _replace(step, clock, moved(step, term, clock, clock.anchor))


def _owe(step: Step) -> None:
    """Let open clocks be owed by those whom the record names now, where what it names has changed: another unit holds
    the part, another stands in the field, the ladder has been climbed. Who holds a post today changes nothing."""
    known = {clock.identity for clock in step.family.record.clocks}
    for term in applicable(step):
        were = resolve_for(step.mechanism, step.family.record, term.owed_by, step.around, step.family.parent)
        are = step.resolve(term.owed_by)
        for clock in running(step, term.key):
            if are == were or are == clock.owed_by:
                continue
            was = Message(_WAS_OWED, {"who": _called(step, clock.owed_by), "day": step.happened.date()})
            why = (*clock.why, was) if clock.owed_by and clock.identity in known else clock.why
            _replace(step, clock, replace(clock, owed_by=are, why=why))


def _called(step: Step, people: Iterable[Responsible]) -> list[str]:
    """What those who owe something are called: each unit once, people of no unit by name."""
    names = (
        step.around.today.unit_title(one.unit) if one.unit else step.around.names("person", one.person)
        for one in people
    )
    return list(dict.fromkeys(name for name in names if name))


def _agreed(step: Step, term: Term, clock: Clock, anchor: datetime) -> Length:
    """The length of a running clock: as it began, but a date agreed or the next point of a schedule is as it is now."""
    found = _length(step, term, anchor) if term.length.keys() & {"asks", "schedule"} else None
    return found or Length.from_json(clock.length)


def _elsewhere(term: Term) -> bool:
    """Whether it counts from a field or from something of a linked record, neither of which begins with a round."""
    return term.anchor.kind == "field" or bool(term.anchor.relation)


def _anchor_in_round(step: Step, term: Term) -> datetime | None:
    """What a term counts from in the present round."""
    found = _anchor(step, term)
    return None if found == step.record.spent.get(term.key) else found


def _anchor(step: Step, term: Term) -> datetime | None:
    anchor = term.anchor
    if anchor.kind == "term":
        other = step.record.clock(anchor.key)
        return other.due if other else None
    if not anchor.relation:
        return _moment(step.facts[anchor.key])
    linked = step.family.linked.get(anchor.relation, ())
    for record in reversed(linked):
        if anchor.kind == "event":
            if anchor.key in record.event_at:
                return record.event_at[anchor.key]
        elif (found := _moment(Facts(step.mechanism, record, step.happened)[anchor.key])) is not None:
            return found
    return None


def _moment(fact: Any) -> datetime | None:
    if isinstance(fact, datetime):
        return fact
    return datetime(fact.year, fact.month, fact.day, tzinfo=ZONE) if fact is not None else None


def _length(step: Step, term: Term, anchor: datetime) -> Length | None:
    """The term's length: a constant, a table's output, the next point of a schedule, or what the action asked for."""
    spec: Mapping[str, Any] = term.length
    if "table" in spec:
        suggestion = step.record.suggestions.get(spec["table"])
        found = suggestion.outputs.get(spec["output"]) if suggestion else None
        return Length.from_json(found) if found is not None else None
    if "schedule" in spec:
        since = _last_day(anchor.date(), spec["beyond"], step) if "beyond" in spec else anchor.date()
        point = next_occurrence(Schedule.from_json(spec["schedule"]), since, step.around.calendar)
        return Length.from_json({"days": (point.last - anchor.date()).days}) if point else None
    if "asks" in spec:
        agreed = step.facts[spec["asks"]]
        return Length.from_json({"days": (agreed - anchor.date()).days}) if agreed is not None else None
    return Length.from_json(spec)


def _own_roll(term: Term) -> str | None:
    """A schedule that says what a rest day does to its points has moved them already."""
    return "none" if "rest_day" in term.length.get("schedule", {}) else None


def _last_day(day: date, span: str, step: Step) -> date:
    """The last day of the month, quarter, … in which a day lies."""
    end = next_occurrence(Schedule.from_json({"end_of": span}), day - timedelta(days=1), step.around.calendar)
    return end.last if end else day


def _pauses(clock: Clock, now: datetime) -> tuple[Pause, ...]:
    return tuple(Pause(start, end or max(start, now)) for start, end in clock.pauses)


def _each(step: Step, change: Callable[[Clock], Clock]) -> None:
    step.change(clocks=tuple(change(clock) for clock in step.record.clocks))


def _replace(step: Step, old: Clock, new: Clock) -> None:
    step.change(clocks=tuple(new if clock is old else clock for clock in step.record.clocks))
