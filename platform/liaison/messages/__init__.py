"""Messages: what was told, as text people read, and on its way to them.

The inbox is written with the command that caused the notice (`store`); here its text is made (`letters`), and what
waits in the outbox is taken to the channels (`send`): sent at least once, tried again with growing pauses, and marked
with the reason where it is given up.
"""

from .channel import Channel, DeliveryError, Letter
from .channels.email import Email
from .letters import letter, letters
from .send import PAUSES, Sent, send

__all__ = ["PAUSES", "Channel", "DeliveryError", "Email", "Letter", "Sent", "letter", "letters", "send"]
