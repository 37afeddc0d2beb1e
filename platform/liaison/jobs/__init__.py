"""Jobs: what happens by itself. Due clocks ring, what is owed for periods is opened and settled,
what was given many at once goes on, the outbox is emptied, documents are made, what nobody needs is swept, the audit
chain is covered by a checkpoint.

The truth is in rows (`next_ring`, outbox, papers); a `tick` only looks what is due, so it may come late, twice, or from
several machines at once. `Ticker` is the one inside `liaison serve`; cron may call `liaison tick` instead.
"""

from .tick import Owed, Rung, Settled, Ticked, carry, deliver, owe, ring, settle, tick, write
from .ticker import Ticker

__all__ = ["Owed", "Rung", "Settled", "Ticked", "Ticker", "carry", "deliver", "owe", "ring", "settle", "tick", "write"]
