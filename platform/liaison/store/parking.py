"""Records whose clocks are due and could not ring: tried again after a while, and after a longer one each time.

Nothing is given up, because what is due stays due; and nothing is tried for ever every two seconds.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from liaison.texts import Message

from . import tables as t
from .codec import pack

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
"""How long to wait after the first, second… time; after the last always as long as that."""


def park(connection: Connection, record: str, why: Message, now: datetime) -> None:
    """Let a record alone for a while. `why` is told to the administrator: nothing of what the record says."""
    failed = connection.execute(
        update(t.Parked)
        .where(t.Parked.record_id == record)
        .values(failed=t.Parked.failed + 1)
        .returning(t.Parked.failed)
    ).scalar()
    if failed is None:
        of = select(t.Record.id, t.Record.organisation_id, t.Record.installation_id).where(t.Record.id == record)
        row = connection.execute(of).one()
        connection.execute(
            insert(t.Parked).values(
                record_id=row.id, organisation_id=row.organisation_id, installation_id=row.installation_id,
                failed=1, since=now, next_try=now, why={},
            )
        )  # fmt: skip
    pause = PAUSES[min(failed or 1, len(PAUSES)) - 1]
    connection.execute(update(t.Parked).where(t.Parked.record_id == record).values(next_try=now + pause, why=pack(why)))


def free(connection: Connection, record: str) -> None:
    """It rang after all."""
    connection.execute(delete(t.Parked).where(t.Parked.record_id == record))
