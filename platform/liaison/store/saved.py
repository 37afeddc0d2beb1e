"""Saved lists: what somebody asks of a ledger again and again, kept under a name of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from . import tables as t

MOST_SAVED: Final = 20
"""Saved lists of a person in a ledger: as many as a row above it shows."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved list: its name, and what the address of the ledger says."""

    id: int
    title: str
    asked: Mapping[str, str]


def save_list(
    connection: Connection, person: str, installation: str, view: str, title: str, asked: Mapping[str, str]
) -> bool:
    """Keep a list of a ledger under a name, in the place of what was kept under it before. False: the person keeps as
    many of that ledger as one may. KeyError: no such installation."""
    found = select(t.Installation.organisation_id).where(t.Installation.id == installation)
    organisation = connection.execute(found).scalar()
    if organisation is None:
        raise KeyError(installation)
    titles = [one.title for one in saved_lists(connection, person, installation, view)]
    if title not in titles and len(titles) >= MOST_SAVED:
        return False
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    kept = dialect.insert(t.SavedList).values(
        organisation_id=organisation, installation_id=installation, person_id=person, view=view, title=title,
        asked=dict(asked),
    )  # fmt: skip
    connection.execute(
        kept.on_conflict_do_update(
            index_elements=["person_id", "installation_id", "view", "title"], set_={"asked": kept.excluded.asked}
        )
    )
    return True


def saved_lists(connection: Connection, person: str, installation: str, view: str) -> list[Saved]:
    """The saved lists of a person in a ledger, in the order in which they were first saved."""
    rows = connection.execute(
        select(t.SavedList.id, t.SavedList.title, t.SavedList.asked)
        .where(t.SavedList.person_id == person, t.SavedList.installation_id == installation, t.SavedList.view == view)
        .order_by(t.SavedList.id)
    )
    return [Saved(row.id, row.title, row.asked) for row in rows]


def forget_list(connection: Connection, person: str, saved: int) -> None:
    """Drop a saved list of a person; one that is not theirs stays."""
    connection.execute(delete(t.SavedList).where(t.SavedList.id == saved, t.SavedList.person_id == person))
