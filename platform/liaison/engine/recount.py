"""Count the open clocks of records anew when the calendar has changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from liaison.access import SYSTEM

from .advance import RECOUNT
from .model import Command, Result
from .run import run
from .world import World


@dataclass(frozen=True, slots=True)
class Moved:
    """A due date that changed: from `old` to `new`."""

    record: str
    number: str
    term: str
    old: date
    new: date


def recount(world: World, records: Collection[str], now: datetime, key: str) -> list[Moved]:
    """Count every open clock of `records` anew; what moved, old → new. `key` names the occasion (the notice), so that
    doing it twice changes nothing twice."""
    moved: list[Moved] = []
    for record in sorted(records):
        result: Result = run(world, Command(RECOUNT, SYSTEM, f"recount/{key}/{record}", record=record), now)
        for outcome in result.outcomes:
            if outcome.before is None:
                continue
            for old, new in zip(outcome.before.clocks, outcome.after.clocks, strict=True):
                if old.due != new.due:
                    moved.append(Moved(record, outcome.after.number, new.term, old.due_day, new.due_day))
    return moved
