"""Extend a term 延期, within what the term allows."""

from __future__ import annotations

from datetime import datetime, time

from liaison.calendars import ZONE, Length
from liaison.definitions import Effect
from liaison.texts import Message

from .. import clocks
from ..step import Step


def apply(step: Step, effect: Effect) -> None:
    """`{"term", "by"?: length, "until"?: {"field"}}`; without either, the length the term itself declares."""
    term = step.mechanism.definition.terms[effect.body["term"]]
    clock = step.record.clock(term.key)
    if clock is None or not clock.state.open:
        return
    if term.extension is not None and term.extension.times is not None and clock.extensions >= term.extension.times:
        step.refused = Message("engine.extended_enough", {"term": term.title, "times": term.extension.times})
        return
    by, until = effect.body.get("by"), None
    if "until" in effect.body:
        day = step.facts[effect.body["until"]["field"]]
        until = datetime.combine(day, time(23, 59, 59), ZONE)
    elif by is None and term.extension is not None:
        by = term.extension.by
    longer = clocks.extend(step, term, clock, by=Length.from_json(by) if by else None, until=until)
    step.change(clocks=tuple(longer if one is clock else one for one in step.record.clocks))
    step.why.append(Message("engine.extended", {"day": clock.due_day, "to": longer.due_day}))
