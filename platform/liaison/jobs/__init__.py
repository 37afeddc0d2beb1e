"""Jobs: what happens by itself. Due clocks ring, the outbox is emptied, what nobody needs is swept, the audit chain is
covered by a checkpoint.

The truth is in rows (`next_ring`, the outbox); a `tick` only looks what is due, so it may come late, twice, or from
several machines at once. `Ticker` is the one inside `liaison serve`; cron may call `liaison tick` instead.
"""

from .tick import Rung, Settled, Ticked, deliver, ring, settle, tick
from .ticker import Ticker

__all__ = ["Rung", "Settled", "Ticked", "Ticker", "deliver", "ring", "settle", "tick"]
