"""How long something takes, told as on an ordinary machine: one and the same machine may run at a third of its speed
for a minute, and then a bound in seconds says nothing about the code."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

_NOMINAL = 0.04
"""Seconds the yardstick takes on a machine that runs at its own speed."""


def ordinary_seconds(act: Callable[[], object], rounds: int = 1) -> float:
    """Seconds of processor that `act` takes, in the measure of a fixed piece of work done right before and after it;
    the least of the rounds."""
    return min(_round(act) for _ in range(rounds))


def _round(act: Callable[[], object]) -> float:
    before, spent, after = _spent(_yardstick), _spent(act), _spent(_yardstick)
    return spent * _NOMINAL * 2 / (before + after)


def _spent(act: Callable[[], object]) -> float:
    begun = time.process_time()
    act()
    return time.process_time() - begun


def _yardstick() -> None:
    """Something of what the product does: dicts, texts, JSON, calls."""
    for number in range(2_000):
        made = {str(key): [key, {"key": f"k{key}"}] for key in range(number % 10)}
        json.loads(json.dumps(made))
        sorted(made, key=len)
