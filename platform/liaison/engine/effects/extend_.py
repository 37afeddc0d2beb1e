"""Extend a term 延期, within what the term allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from liaison.definitions import Effect, Term
from liaison.texts import Message

from .. import clocks
from ..mechanism import to_value
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
    grant = _grant(step, term, effect)
    if grant is None:
        step.refused = Message("engine.extended_until_when", {"term": term.title})
        return
    longer = clocks.extend(step, term, clock, grant)
    step.change(clocks=tuple(longer if one is clock else one for one in step.record.clocks))
    step.why.append(Message("engine.extended", {"day": clock.due_day, "to": longer.due_day}))


def _grant(step: Step, term: Term, effect: Effect) -> Mapping[str, Any] | None:
    """What is granted; None where neither a length nor a date is there."""
    if "until" in effect.body:
        day = step.facts[effect.body["until"]["field"]]
        return {"until": to_value(day)} if day is not None else None
    by = effect.body.get("by") or (term.extension.by if term.extension is not None else None)
    return {"by": dict(by)} if by else None
