"""A measured ratio with its target, and the way it is measured: in turns, so that a busy moment strikes both alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Ratio:
    """One line of the table. `least`: the ratio must not be below the target; else not above. `target` None: only told.

    `spread` is the lowest and the highest of the single rounds."""

    part: str
    name: str
    database: str
    value: float
    target: float | None = None
    least: bool = False
    spread: tuple[float, float] | None = None

    @property
    def met(self) -> bool:
        if self.target is None:
            return True
        return self.value >= self.target if self.least else self.value <= self.target


def in_turn(runners: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Name → what its runner measured in each round. Every round runs all; every second one in reverse order."""
    found: dict[str, list[float]] = {name: [] for name in runners}
    for number in range(rounds):
        for name in list(runners)[:: -1 if number % 2 else 1]:
            found[name].append(runners[name]())
    return found


def over(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, tuple[float, float]]:
    """The median of the rounds' ratios, and the lowest and the highest."""
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    return median(ratios), (min(ratios), max(ratios))


def seconds(act: Callable[[], object], times: int) -> float:
    """Seconds that `act` takes, the median of `times`."""
    spent = []
    for _ in range(times):
        begun = time.perf_counter()
        act()
        spent.append(time.perf_counter() - begun)
    return median(spent)
