"""From the outbox to the channel: claimed in one short transaction, sent outside any, then noted how it went."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from liaison.calendars import ZONE
from liaison.roster import Person, Responsible, RosterDay
from liaison.store import Database, Outgoing, SqlWorld, claim, not_sent, outgoing, people, sent
from liaison.texts import Message

from .channel import Channel, DeliveryError, Letter
from .letters import installation_of, letters

log = logging.getLogger(__name__)

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
"""How long to wait after the first, second… try that failed. After the last it is given up."""
_CLAIM = timedelta(minutes=10)
"""For so long a notice being sent is nobody else's."""


@dataclass(frozen=True, slots=True)
class Sent:
    """How it went with the notices whose turn it was."""

    sent: int = 0
    again: int = 0
    given_up: int = 0

    def __add__(self, other: Sent) -> Sent:
        return Sent(self.sent + other.sent, self.again + other.again, self.given_up + other.given_up)


def send(database: Database, channel: Channel | None, now: datetime, limit: int = 50) -> Sent:
    """Send up to `limit` notices whose turn it is. Without a channel they are marked so and not kept for later: who is
    told was told in the inbox, and nobody wants last month's mail on the day a server is set up."""
    with database.write() as connection:
        claimed = outgoing(connection, now, limit)
        claim(connection, [notice.id for notice in claimed], now + _CLAIM)
    result = Sent()
    for notice in claimed:
        result += _send(database, channel, notice, now)
    return result


def _send(database: Database, channel: Channel | None, notice: Outgoing, now: datetime) -> Sent:
    if channel is None:
        return _give_up(database, notice, Message("messages.no_channel"))
    try:
        letter, named = _ready(database, notice, now)
        reachable = [person for person in named if channel.lacks(person) is None]
        if not reachable:
            return _give_up(database, notice, Message("messages.no_address"))
        for person in reachable:
            channel.deliver(person, letter, notice.key)
    except DeliveryError as error:
        return _try_later(database, notice, str(error), now)
    except Exception as error:  # one notice that cannot be made or sent must not keep the others back
        log.exception("notice %s could not be made or sent", notice.key)
        return _try_later(database, notice, f"{type(error).__name__}: {error}"[:500], now)
    with database.write() as connection:
        sent(connection, notice.id, now)
    return Sent(sent=1)


def _give_up(database: Database, notice: Outgoing, why: Message) -> Sent:
    with database.write() as connection:
        not_sent(connection, notice.id, why.code, None)
    return Sent(given_up=1)


def _try_later(database: Database, notice: Outgoing, error: str, now: datetime) -> Sent:
    pause = PAUSES[notice.attempts] if notice.attempts < len(PAUSES) else None
    log.warning("notice %s was not sent (try %s): %s", notice.key, notice.attempts + 1, error)
    with database.write() as connection:
        not_sent(connection, notice.id, error, now + pause if pause else None)
    return Sent(again=1) if pause else Sent(given_up=1)


def _ready(database: Database, notice: Outgoing, now: datetime) -> tuple[Letter, tuple[Person, ...]]:
    """The letter and whom it goes to: everything needed to send it without the database."""
    with database.read() as connection:
        world = SqlWorld(connection, database.shelf)
        today = world.surroundings(installation_of(world, notice), now.astimezone(ZONE).date()).today
        ids = _ids(notice.to, today)
        known = people(connection, ids)
        letter = letters(connection, database.shelf, [notice])[notice.id]
    return letter, tuple(known[id_] for id_ in ids if id_ in known)


def _ids(to: Sequence[Responsible], today: RosterDay) -> tuple[str, ...]:
    """The people named, and where a unit is named without one, all who hold a post of it; each once."""
    ids: list[str] = []
    for one in to:
        ids += [one.person] if one.person else [held.person for held in today.members(one.unit)]
    return tuple(dict.fromkeys(ids))
