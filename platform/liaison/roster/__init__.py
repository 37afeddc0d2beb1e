"""Roster: parties, units, posts and matchings; who, on a given day, and why.

A package carries kinds, posts and units, never people; the live roster is handed in. `RosterDay` answers questions
about one day, `resolve` turns a *who* into people, `proposal` suggests pairs, `unheld` and `unmatched` say what stands
in the way of putting it in force.
"""

from .matching import Joined, Partners, joined, lacking, misfits, proposal, unmatched
from .model import Deputy, Holding, Lack, Paired, Party, Person, Reader, Responsible, Roster, Subject
from .resolve import is_among, resolve
from .today import Held, Pair, RosterDay, unheld

__all__ = [
    "Deputy",
    "Held",
    "Holding",
    "Joined",
    "Lack",
    "Pair",
    "Paired",
    "Partners",
    "Party",
    "Person",
    "Reader",
    "Responsible",
    "Roster",
    "RosterDay",
    "Subject",
    "is_among",
    "joined",
    "lacking",
    "misfits",
    "proposal",
    "resolve",
    "unheld",
    "unmatched",
]
