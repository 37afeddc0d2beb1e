"""Let a suspended clock run on."""

from __future__ import annotations

from liaison.definitions import Effect

from .. import clocks
from ..step import Step


def apply(step: Step, effect: Effect) -> None:
    """`{"term"}`."""
    clock = step.record.clock(effect.body["term"])
    if clock is not None:
        clocks.resume(step, step.mechanism.definition.terms[effect.body["term"]], clock)
