"""An action that hands a record over and leaves it with us as if nothing had happened."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Severity

from ..model import StateKind
from .index import Index
from .registry import Found, found, lint


@lint("handed_over_open", Severity.WARNING)
def handed_over_open(index: Index) -> Iterator[Found]:
    """The state it leads to says whether ours ends or waits, and so what its clocks do: an open one says neither."""
    for effect in index.effects:
        if effect.kind != "hand_over":
            continue
        lifecycle = index.lifecycles[effect.of]
        action = lifecycle.actions[effect.action]
        states = [lifecycle.states[key] for key in ([action.to] if action.to else action.origins)]
        if any(state.kind is StateKind.OPEN for state in states):
            yield found(effect.file, effect.pointer, action=action.title)
