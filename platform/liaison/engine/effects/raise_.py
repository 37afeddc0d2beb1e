"""Raise the record on a ladder 提级: a rung up, or to a named one."""

from __future__ import annotations

from liaison.definitions import Effect
from liaison.texts import Message

from ..step import Step


def apply(step: Step, effect: Effect) -> None:
    """`{"ladder", "to"?: number}`; at the top it stays at the top."""
    ladder = effect.body["ladder"]
    rungs = step.mechanism.record_type(step.record.type).ladders[ladder]
    wanted = effect.body.get("to", step.record.rungs.get(ladder, 0) + 1)
    rung = min(wanted, len(rungs) - 1)
    step.change(rungs={**step.record.rungs, ladder: rung})
    step.why.append(Message("engine.raised", {"rung": rung + 1}))
