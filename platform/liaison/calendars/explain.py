"""The answer of `liaison due`: the date, how sure it is, and why."""

from __future__ import annotations

from liaison.texts import say

from .model import Due, Unit


def explain_due(due: Due, unit: Unit, lang: str = "zh") -> list[str]:
    """The lines to print for a due date of a length in `unit`.

    First `2026-03-02` (for minutes, hours and work hours `2026-03-02 15:30`), then `certain` or
    `provisional`, then one line for each step.
    """
    return [
        f"{due.at:%Y-%m-%d %H:%M}" if unit.timed else due.day.isoformat(),
        "certain" if due.certain else "provisional",
        *(say(step, lang) for step in due.steps),
    ]
