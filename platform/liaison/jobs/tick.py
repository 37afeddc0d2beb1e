"""One look at what is due."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from liaison.documents import Made, make_papers
from liaison.messages import Channel, Sent, send
from liaison.store import (
    Database,
    carry_on,
    checkpoint,
    duties,
    ring_due,
    sweep_attempts,
    sweep_batches,
    sweep_drafts,
    sweep_files,
)
from liaison.texts import say

log = logging.getLogger(__name__)

_BATCH = 100
_MOMENT = 2.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Rung:
    """Records whose clocks rang, and those whose ringing was refused."""

    rung: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Owed:
    """Instances of duties that were opened, those that were looked at, and what was refused."""

    opened: int = 0
    looked: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Ticked:
    """What a tick did."""

    rung: Rung
    owed: Owed
    sent: Sent
    made: Made


@dataclass(frozen=True, slots=True)
class Settled:
    """What settling did."""

    drafts: int
    files: int
    checkpoints: int


def tick(database: Database, now: datetime, channel: Channel | None = None) -> Ticked:
    """Finish what was given many at once, ring every clock that is due, open and settle what is owed for periods, send
    every notice and make every document whose turn it is. Several at once do no harm: each takes what no other is
    at."""
    while carry(database, now):
        pass
    return Ticked(ring(database, now), owe(database, now), deliver(database, now, channel), write(database, now))


def carry(database: Database, now: datetime) -> bool:
    """Carry on for a moment with what was given many at once; whether something is left. What else is due has its turn
    between."""
    return carry_on(database, now, _MOMENT)


def ring(database: Database, now: datetime) -> Rung:
    """Let every clock ring that is due. A record that cannot ring keeps no other from it, and is tried again later."""
    rung = refused = 0
    while True:
        results = ring_due(database, now, _BATCH)
        for refusal in (result.refusal for result in results):
            if refusal is not None:
                refused += 1
                log.error("a clock could not ring: %s", say(refusal.message, "en"))
        went = sum(map(bool, results))
        rung += went
        if went < _BATCH:
            return Rung(rung, refused)


def owe(database: Database, now: datetime) -> Owed:
    """Open the duties whose period has come, remind of what is owed, and settle what is over."""
    done = duties.tend(database, now)
    for refusal in done.refused:
        log.error("a duty could not be opened or looked at: %s", say(refusal.message, "en"))
    return Owed(done.opened, done.looked, len(done.refused))


def deliver(database: Database, now: datetime, channel: Channel | None) -> Sent:
    """Send every notice whose turn it is."""
    told = Sent()
    while (more := send(database, channel, now, _BATCH)) != Sent():
        told += more
    return told


def write(database: Database, now: datetime) -> Made:
    """Make every document whose turn it is."""
    done = Made()
    while (more := make_papers(database, now)) != Made():
        done += more
    return done


def settle(database: Database, now: datetime) -> Settled:
    """Sweep drafts nobody touched, rows that were brought long ago, files nothing names and wrong tries of yesterday;
    let the database take stock; cover the audit chain with a checkpoint."""
    with database.write() as connection:
        drafts = sweep_drafts(connection, now)
    with database.write() as connection:
        sweep_batches(connection, now)
    with database.write() as connection:
        files = sweep_files(connection, now)
    with database.write() as connection:
        sweep_attempts(connection, now)
    database.take_stock()
    return Settled(drafts, files, checkpoint(database, now))
