"""Roster: parties, units, posts and matchings; who, on a given day, and why.

A package carries kinds, posts and units, never people; the live roster is handed in. `RosterDay` answers questions
about one day, `resolve` turns a *who* into people, `unheld` says what stands in the way of putting it in force.
"""

from .model import Deputy, Holding, Party, Person, Reader, Responsible, Roster, Subject
from .resolve import is_among, resolve
from .today import Held, RosterDay, unheld

__all__ = [
    "Deputy",
    "Held",
    "Holding",
    "Party",
    "Person",
    "Reader",
    "Responsible",
    "Roster",
    "RosterDay",
    "Subject",
    "is_among",
    "resolve",
    "unheld",
]
