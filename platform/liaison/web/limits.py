"""How often something may be tried: fixed windows, counted in this process.

Several processes each count for themselves (docs/operations.md); what must hold for all of them together, the
lockout of an account and of a query code, is in the database.
"""

from __future__ import annotations

import ipaddress
import threading
from dataclasses import dataclass, field
from datetime import timedelta

from flask import Flask, abort, current_app

from . import visit

_MOST_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `times` in each window of `period`: tries, or bytes."""

    name: str
    times: int
    period: timedelta


SIGN_IN = Limit("sign_in", 30, timedelta(minutes=5))
CODE = Limit("code", 20, timedelta(minutes=5))
SEARCH = Limit("search", 600, timedelta(minutes=5))
UPLOAD = Limit("upload", 60, timedelta(minutes=5))
BROUGHT = Limit("brought", 500 * 1024 * 1024, timedelta(days=1))
"""Bytes that those without an account bring from one address: a new browser is no new allowance."""


@dataclass
class Windows:
    """The counts of all limits. A window that is over is forgotten."""

    _counts: dict[tuple[str, str], tuple[float, int]] = field(default_factory=dict)
    """(Limit, key) → when the window ends, and how much there was in it."""
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def count(self, limit: Limit, key: str, seconds: float, much: int = 1) -> int:
        """Count one more try, or so many bytes, at the moment `seconds`; how much that makes in this window."""
        period = limit.period.total_seconds()
        ends = (seconds // period + 1) * period
        with self._turn:
            if len(self._counts) >= _MOST_KEPT:
                self._counts = {known: one for known, one in self._counts.items() if one[0] > seconds}
            if len(self._counts) >= _MOST_KEPT:
                self._counts.clear()  # only under attack; starting over is better than growing
            last, before = self._counts.get((limit.name, key), (ends, 0))
            total = before + much if last == ends else much
            self._counts[limit.name, key] = (ends, total)
            return total


def init_app(app: Flask) -> None:
    """Start counting."""
    app.extensions["liaison_limits"] = Windows()


def limit(which: Limit, key: str = "") -> None:
    """Count a try by this address (or of `key`). 429 once there were too many in the window."""
    if over(which, key=key):
        abort(429)


def over(which: Limit, much: int = 1, key: str = "") -> bool:
    """Count `much` for this address (or `key`); whether that was too much for the window."""
    windows: Windows = current_app.extensions["liaison_limits"]
    return windows.count(which, key or network(), visit.now().timestamp(), much) > which.times


def network() -> str:
    """Whom the address of this request belongs to: itself; of IPv6 its /64, of which one subscriber has them all."""
    try:
        address = ipaddress.ip_address(visit.address())
    except ValueError:
        return visit.address()
    if address.version == 4 or address.ipv4_mapped:
        return str(address if address.version == 4 else address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
