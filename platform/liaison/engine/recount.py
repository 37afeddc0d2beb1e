"""Count the open clocks of a record anew when the calendar has changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from liaison.access import SYSTEM

from .advance import RECOUNT
from .model import Command, Record, Result


@dataclass(frozen=True, slots=True)
class Moved:
    """A due date that changed: from `old` to `new`."""

    record: str
    number: str
    term: str
    old: date
    new: date


def recount_command(record: str, occasion: str) -> Command:
    """The system's command that counts every open clock of a record anew. `occasion` names what for (the notice), so
    that doing it twice changes nothing twice."""
    return Command(action=RECOUNT, actor=SYSTEM, key=f"recount/{occasion}/{record}", record=record)


def moved_by(result: Result) -> tuple[Moved, ...]:
    """The clocks that a command moved, of its record and of those it led to; what it started or stopped is none."""
    first: dict[str, Record] = {}
    last: dict[str, Record] = {}
    for outcome in result.outcomes:
        if outcome.before is not None:
            first.setdefault(outcome.before.id, outcome.before)
        last[outcome.after.id] = outcome.after
    return tuple(
        Moved(id_, last[id_].number, clock.term, old.due_day, clock.due_day)
        for id_, record in first.items()
        for old in record.clocks
        for clock in last[id_].clocks
        if clock.identity == old.identity and clock.due != old.due
    )
