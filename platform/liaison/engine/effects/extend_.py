"""Extend a term 延期, within what the term allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from liaison.calendars import ZONE
from liaison.definitions import Effect, Term
from liaison.texts import Message

from .. import clocks
from ..mechanism import to_value
from ..step import Step


def apply(step: Step, effect: Effect) -> None:
    """`{"term", "by"?: length, "until"?: {"field"}, "if_longer"?}`; without a length and a day, what the term itself
    declares. What makes it end no later is refused, or left out where the effect is for `if_longer` only."""
    term = step.mechanism.definition.terms[effect.body["term"]]
    clock = step.record.clock(term.key)
    if clock is None or not clock.state.open:
        return
    if term.extension is not None and term.extension.times is not None and clock.extensions >= term.extension.times:
        step.refused = Message("engine.extended_enough", {"term": term.title, "times": term.extension.times})
        return
    if (last := clocks.too_late_to_extend(step, term, clock)) is not None:
        said = {"number": step.record.number, "term": term.title, "day": last.astimezone(ZONE).date()}
        step.refused = Message("engine.extended_too_late", said)
        return
    grant = _grant(step, term, effect)
    if grant is None:
        step.refused = Message("engine.extended_until_when", {"term": term.title})
        return
    longer = clocks.extend(step, term, clock, grant)
    if longer.due <= clock.due:
        if "if_longer" not in effect.body:
            step.refused = Message("engine.extended_not_longer", {"term": term.title, "day": clock.until})
        return
    step.change(clocks=tuple(longer if one is clock else one for one in step.record.clocks))
    step.why.append(Message("engine.extended", {"day": clock.until, "to": longer.until}))


def _grant(step: Step, term: Term, effect: Effect) -> Mapping[str, Any] | None:
    """What is granted; None where neither a length nor a date is there."""
    if "until" in effect.body:
        day = step.facts[effect.body["until"]["field"]]
        return {"until": to_value(day)} if day is not None else None
    declared = term.extension
    if "by" not in effect.body and declared is not None and declared.total is not None:
        return {"total": dict(declared.total)}
    by = effect.body.get("by") or (declared.by if declared is not None else None)
    return {"by": dict(by)} if by else None
