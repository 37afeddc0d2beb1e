"""Access: may this person see or do this? Yes or no with the reason, and the same answer as a list filter (`Scope`)."""

from .decide import handled_by, is_one_of, may_see, may_see_object, may_see_under, objects_of, scope_of
from .model import GUEST, SYSTEM, Actor, Answer, Objects, Scope, Seen

__all__ = [
    "GUEST",
    "SYSTEM",
    "Actor",
    "Answer",
    "Objects",
    "Scope",
    "Seen",
    "handled_by",
    "is_one_of",
    "may_see",
    "may_see_object",
    "may_see_under",
    "objects_of",
    "scope_of",
]
