"""Stock phrases: what a person writes again and again in long texts at the desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from . import tables as t

MOST_PHRASES: Final = 50
"""Phrases of a person: as many as one finds one's way in."""
LONGEST_PHRASE: Final = 500
_KEEP = {
    name: dialect.insert(t.Phrase).on_conflict_do_nothing()
    for name, dialect in {"sqlite": sqlite, "postgresql": postgresql}.items()
}


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of somebody's."""

    id: int
    text: str


def phrases_of(connection: Connection, person: str) -> list[Phrase]:
    """The phrases of a person, in the order in which they were kept."""
    rows = connection.execute(
        select(t.Phrase.id, t.Phrase.text).where(t.Phrase.person_id == person).order_by(t.Phrase.id)
    )
    return [Phrase(*row) for row in rows]


def keep_phrase(connection: Connection, person: str, text: str) -> bool:
    """Keep a phrase; one that is kept already stays as it is. False: the person keeps as many as one may."""
    mine = t.Phrase.person_id == person
    known = connection.execute(select(t.Phrase.id).where(mine, t.Phrase.text == text)).first()
    if known is None and connection.execute(select(func.count()).where(mine)).scalar_one() >= MOST_PHRASES:
        return False
    connection.execute(_KEEP[connection.dialect.name], {"person_id": person, "text": text})
    return True


def forget_phrase(connection: Connection, person: str, phrase: int) -> None:
    """Drop a phrase of a person; one that is not theirs stays."""
    connection.execute(delete(t.Phrase).where(t.Phrase.id == phrase, t.Phrase.person_id == person))
