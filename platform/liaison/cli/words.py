"""Help texts: Chinese first, English beside it."""

from __future__ import annotations

from liaison.texts import Message, say


def words(code: str) -> str:
    """What the catalogue says under `code`, in both languages."""
    return f"{say(Message(code))} {say(Message(code), 'en')}"
