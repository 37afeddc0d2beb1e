"""Let a suspended clock run on."""

from __future__ import annotations

from liaison.definitions import Effect

from .. import clocks
from ..step import Step


def apply(step: Step, effect: Effect) -> None:
    """`{"term"}`."""
    for clock in clocks.running(step, effect.body["term"]):
        clocks.resume(step, step.mechanism.definition.terms[effect.body["term"]], clock)
