"""What a channel is, and what goes through it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from liaison.roster import Person
from liaison.texts import Message


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice as text. `title` is the template's, `text` has every place filled."""

    title: str
    text: str


class DeliveryError(Exception):
    """The channel did not take the letter; trying again may help."""


class Channel(Protocol):
    """A way to reach people."""

    name: str

    def lacks(self, person: Person) -> Message | None:
        """Why this channel has no way to reach the person, or None where it has."""
        ...

    def deliver(self, person: Person, letter: Letter, key: str) -> None:
        """Hand over a letter. Given the same `key` again, the receiver can tell that it is the same.

        DeliveryError: it was not taken."""
        ...
