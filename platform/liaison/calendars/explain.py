"""The answer of `liaison due`: the date, how sure it is, and why."""

from __future__ import annotations

from datetime import date, datetime

from liaison.texts import Message, say

from .model import Due, Unit


def explain_due(due: Due, unit: Unit, lang: str = "zh") -> list[str]:
    """The lines to print for a due date of a length in `unit`.

    First `2026-03-02` (for minutes, hours and work hours `2026-03-02 15:30`), then `certain` or
    `provisional`, then one line for each step. Dates are ISO throughout: other programs read these lines.
    """
    return [
        due.at.isoformat(" ", "minutes")[:16] if unit.timed else due.day.isoformat(),
        "certain" if due.certain else "provisional",
        *(say(_iso(step), lang) for step in due.steps),
    ]


def _iso(step: Message) -> Message:
    """The step with its dates as other programs write them."""
    return Message(step.code, {name: _plain(value) for name, value in step.params.items()})


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")[:16]
    return value.isoformat() if isinstance(value, date) else value
