"""Raise the record on a ladder 提级: a rung up, or to a named one."""

from __future__ import annotations

from liaison.definitions import Effect
from liaison.texts import Message

from ..step import Step


def apply(step: Step, effect: Effect) -> None:
    """`{"ladder", "to"?: rung}`; from the top a rung up is what the ladder says follows there."""
    ladder = step.mechanism.record_type(step.record.type).ladders[effect.body["ladder"]]
    keys = list(ladder.rungs)
    at = keys.index(ladder.rung(step.record.rungs.get(ladder.key, "")).key)
    wanted = effect.body.get("to") or next(iter(keys[at + 1 :]), "")
    if not wanted:
        step.why.append(Message("engine.raised_past_top", {"ladder": ladder.title}))
        step.follow(f"{effect.key}/top", ladder.top, record=step.record.id)
        return
    step.change(rungs={**step.record.rungs, ladder.key: wanted})
    step.why.append(Message("engine.raised_to", {"ladder": ladder.title, "rung": ladder.rungs[wanted].title}))
