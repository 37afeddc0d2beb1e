"""How often something may be tried: fixed windows, counted in this process.

Several processes each count for themselves (docs/operations.md); what must hold for all of them together, the
lockout of an account and of a query code, is in the database.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import timedelta

from flask import Flask, abort, current_app

from . import visit

_MOST_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `times` in each window of `period`."""

    name: str
    times: int
    period: timedelta


SIGN_IN = Limit("sign_in", 30, timedelta(minutes=5))
CODE = Limit("code", 20, timedelta(minutes=5))
UPLOAD = Limit("upload", 60, timedelta(minutes=5))


@dataclass
class Windows:
    """The counts of all limits. A window that is over is forgotten."""

    _counts: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def count(self, limit: Limit, key: str, seconds: float) -> int:
        """Count one more try at the moment `seconds`; how often it was tried in this window."""
        window = int(seconds // limit.period.total_seconds())
        with self._turn:
            if len(self._counts) >= _MOST_KEPT:
                self._counts.clear()  # only under attack; starting over is better than growing
            last, tries = self._counts.get((limit.name, key), (window, 0))
            tries = tries + 1 if last == window else 1
            self._counts[limit.name, key] = (window, tries)
            return tries


def init_app(app: Flask) -> None:
    """Start counting."""
    app.extensions["liaison_limits"] = Windows()


def limit(which: Limit, key: str = "") -> None:
    """Count a try by this address (or of `key`). 429 once there were too many in the window."""
    windows: Windows = current_app.extensions["liaison_limits"]
    if windows.count(which, key or visit.address(), visit.now().timestamp()) > which.times:
        abort(429)
