"""The ticker inside a serving process: a thread that ticks every two seconds and settles every quarter of an hour."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from liaison.messages import Channel
from liaison.store import Database

from .tick import carry, deliver, owe, ring, settle, write

log = logging.getLogger(__name__)

PERIOD = timedelta(seconds=2)
SETTLING = timedelta(minutes=15)


class Ticker:
    """Ticks from `start` to `stop`. What goes wrong is logged, and the next tick tries again."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        channel: Channel | None = None,
        period: timedelta = PERIOD,
    ) -> None:
        self._database, self._clock, self._channel, self._period = database, clock, channel, period
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ticker", daemon=True)

    def start(self) -> None:
        """Begin at once."""
        self._thread.start()

    def stop(self) -> None:
        """End after the tick under way; returns when it has ended."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        settled: datetime | None = None
        while not self._over.is_set():
            now = self._clock()
            # Each on its own: a mail server that hangs or a record that will not ring must not stop the others.
            self._try(ring, self._database, now)
            self._try(owe, self._database, now)
            self._try(deliver, self._database, now, self._channel)
            self._try(write, self._database, now)
            busy = self._try(carry, self._database, now)
            if settled is None or now - settled >= SETTLING:
                self._try(settle, self._database, now)
                settled = now
            self._over.wait(0 if busy else self._period.total_seconds())

    def _try(self, work: Callable[..., object], *arguments: object) -> object:
        try:
            return work(*arguments)
        except Exception:  # the thread must outlive a database that is away for a while
            log.exception("something due could not be done")
            return None
