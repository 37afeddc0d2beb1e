"""One look at what is due."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from liaison.messages import Channel, Sent, send
from liaison.store import Database, checkpoint, ring_due, sweep_attempts, sweep_drafts, sweep_files
from liaison.texts import say

log = logging.getLogger(__name__)

_BATCH = 100


@dataclass(frozen=True, slots=True)
class Rung:
    """Records whose clocks rang, and those whose ringing was refused."""

    rung: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Ticked:
    """What a tick did."""

    rung: Rung
    sent: Sent


@dataclass(frozen=True, slots=True)
class Settled:
    """What settling did."""

    drafts: int
    files: int
    checkpoints: int


def tick(database: Database, now: datetime, channel: Channel | None = None) -> Ticked:
    """Ring every clock that is due and send every notice whose turn it is. Several at once do no harm: each takes what
    no other is at."""
    return Ticked(ring(database, now), deliver(database, now, channel))


def ring(database: Database, now: datetime) -> Rung:
    """Let every clock ring that is due. A record that cannot ring stays due, and keeps no other from it."""
    rung = 0
    refused: set[str] = set()
    while True:
        results = ring_due(database, now, _BATCH)
        for refusal in (result.refusal for result in results):
            if refusal is not None and refusal.command not in refused:
                refused.add(refusal.command)
                log.error("a clock could not ring: %s", say(refusal.message, "en"))
        went = sum(map(bool, results))
        rung += went
        if went < _BATCH:
            return Rung(rung, len(refused))


def deliver(database: Database, now: datetime, channel: Channel | None) -> Sent:
    """Send every notice whose turn it is."""
    told = Sent()
    while (more := send(database, channel, now, _BATCH)) != Sent():
        told += more
    return told


def settle(database: Database, now: datetime) -> Settled:
    """Sweep drafts nobody touched, files nothing names and wrong tries of yesterday; cover the audit chain with a
    checkpoint."""
    with database.write() as connection:
        drafts = sweep_drafts(connection, now)
    with database.write() as connection:
        files = sweep_files(connection, now)
    return Settled(drafts, files, checkpoint(database, now))
    with database.write() as connection:
        sweep_attempts(connection, now)
