"""Start a clock by hand."""

from __future__ import annotations

from liaison.definitions import Effect

from .. import clocks
from ..step import Step


def apply(step: Step, effect: Effect) -> None:
    """`{"term"}`: from now; one that runs already is left alone."""
    term = step.mechanism.definition.terms[effect.body["term"]]
    running = step.record.clock(term.key)
    if running is None or not running.state.open:
        clocks.begin(step, term, step.happened)
