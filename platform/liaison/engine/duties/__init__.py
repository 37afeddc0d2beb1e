"""Periodic duties 定期义务: what is owed each period becomes instances, which records meet and time settles.

`open_duties` opens what is due to be opened, `look` does what an instance's moment asks for (reminds, opens the record
that fulfils it, settles), `move` takes an occurrence to another day, `recount` puts instances on the days of another
calendar, `standings` says how instances stand now. They decide over a `DutyWorld` and write once, as `run` does.
"""

from .course import look, move, recount
from .model import Change, Found, Instance, Move, Sought, Standing, Verdict
from .occasions import ahead, occurrence_of
from .opening import Opened, open_duties
from .owners import halves, is_owed_by, learn_owners, owner_title, responsible
from .standing import standings
from .world import DutyWorld

__all__ = [
    "Change",
    "DutyWorld",
    "Found",
    "Instance",
    "Move",
    "Opened",
    "Sought",
    "Standing",
    "Verdict",
    "ahead",
    "halves",
    "is_owed_by",
    "learn_owners",
    "look",
    "move",
    "occurrence_of",
    "open_duties",
    "owner_title",
    "recount",
    "responsible",
    "standings",
]
