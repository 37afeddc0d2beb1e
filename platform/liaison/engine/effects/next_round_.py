"""Begin the next round: counts, clocks and ladders start afresh, the old clocks stay on file."""

from __future__ import annotations

from liaison.definitions import Effect

from ..clocks import superseded
from ..step import Step


def apply(step: Step, effect: Effect) -> None:
    """`{}`. Clocks still open are closed as replaced."""
    closed = tuple(superseded(clock, step.happened) if clock.state.open else clock for clock in step.record.clocks)
    step.change(round=step.record.round + 1, times={}, rungs={}, clocks=closed)
