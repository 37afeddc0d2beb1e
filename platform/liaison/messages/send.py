"""From the outbox to the channel: claimed in one short transaction, sent outside any, then noted how it went."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from liaison.roster import Person, Responsible, RosterDay
from liaison.store import Database, Outgoing, SqlWorld, not_sent, outgoing, sent
from liaison.texts import Message

from .channel import Channel, DeliveryError, Letter
from .letters import letters

log = logging.getLogger(__name__)

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
"""How long to wait after the first, second… try that failed. After the last it is given up."""
_CLAIM = timedelta(minutes=10)
"""For so long a notice being sent is nobody else's; whoever died over it has lost it to the next by then."""


@dataclass(frozen=True, slots=True)
class Sent:
    """How it went with the notices whose turn it was."""

    sent: int = 0
    again: int = 0
    given_up: int = 0

    def __add__(self, other: Sent) -> Sent:
        return Sent(self.sent + other.sent, self.again + other.again, self.given_up + other.given_up)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A claimed notice with everything needed to send it without the database."""

    notice: Outgoing
    letter: Letter
    people: tuple[Person, ...]


def send(database: Database, channel: Channel | None, now: datetime, limit: int = 50) -> Sent:
    """Send up to `limit` notices whose turn it is. Without a channel they are marked so and not kept for later: who is
    told was told in the inbox, and nobody wants last month's mail on the day a server is set up."""
    with database.write() as connection:
        claimed = [_ready(database, connection, notice, now) for notice in outgoing(connection, now, limit)]
        for ready in claimed:
            not_sent(connection, ready.notice.id, "messages.being_sent", now + _CLAIM)
    result = Sent()
    for ready in claimed:
        result += _send(database, channel, ready, now)
    return result


def _send(database: Database, channel: Channel | None, ready: _Ready, now: datetime) -> Sent:
    notice = ready.notice
    if channel is None:
        return _give_up(database, notice, Message("messages.no_channel"))
    reachable = [person for person in ready.people if channel.lacks(person) is None]
    if not reachable:
        return _give_up(database, notice, Message("messages.no_address"))
    try:
        for person in reachable:
            channel.deliver(person, ready.letter, notice.key)
    except DeliveryError as error:
        return _try_later(database, notice, str(error), now)
    with database.write() as connection:
        sent(connection, notice.id, now)
    return Sent(sent=1)


def _give_up(database: Database, notice: Outgoing, why: Message) -> Sent:
    with database.write() as connection:
        not_sent(connection, notice.id, why.code, None)
    return Sent(given_up=1)


def _try_later(database: Database, notice: Outgoing, error: str, now: datetime) -> Sent:
    # The claim and its outcome each count as an attempt.
    failed = notice.attempts // 2
    pause = PAUSES[failed] if failed < len(PAUSES) else None
    log.warning("notice %s was not sent (try %s): %s", notice.key, failed + 1, error)
    with database.write() as connection:
        not_sent(connection, notice.id, error, now + pause if pause else None)
    return Sent(again=1) if pause else Sent(given_up=1)


def _ready(database: Database, connection: Connection, notice: Outgoing, now: datetime) -> _Ready:
    world = SqlWorld(connection, database.shelf)
    today = world.surroundings(world.installation_of(notice.record), now.date()).today
    return _Ready(notice, letters(connection, database.shelf, [notice])[notice.id], _people(notice.to, today))


def _people(to: Sequence[Responsible], today: RosterDay) -> tuple[Person, ...]:
    """The persons named, and where a unit is named without one, all who hold a post of it; each once."""
    ids: list[str] = []
    for one in to:
        ids += [one.person] if one.person else [held.person for held in today.members(one.unit)]
    return tuple(person for id_ in dict.fromkeys(ids) if (person := today.person(id_)))
