"""The closed list of effects, one module each, registered by the name the files use.

A module has one public function `apply(step, effect)`: it changes the step's record or asks for follow-ups, and
nothing else. `for_each` is here too: it repeats the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType

from liaison.definitions import Effect

from ..step import Step

KINDS = (
    "act", "ask", "assign", "create", "document", "extend", "for_each", "hand_over", "link", "next_round",
    "notify", "raise", "resume", "set", "start_clock", "suspend", "withdraw",
)  # fmt: skip
"""Every kind of effect there is."""

Apply = Callable[[Step, Effect], None]


def _load() -> Mapping[str, Apply]:
    # `raise` and `set` are words of Python: every module carries an underscore behind its name.
    return MappingProxyType({kind: import_module(f"{__name__}.{kind}_").apply for kind in KINDS})


def apply(step: Step, effect: Effect) -> None:
    """Carry out one effect, if its own condition holds."""
    if step.holds(effect.when):
        _APPLY[effect.kind](step, effect)


_APPLY = _load()
