"""Records by their light, as a filter: by the clock of ours that ends first, as lists show it."""

from __future__ import annotations

from liaison.definitions import Json, Term

from .. import show
from .room import Room

LIGHTS = ("overdue", "soon", "in_time")


def terms_of(room: Room, type_: str) -> list[Term]:
    """The terms that a record of a type may have a light by."""
    return [term for term in room.mechanism.definition.terms_of.get(type_, ()) if not term.part and show.ours(term)]


def lit(room: Room, type_: str, light: str) -> Json:
    """The records of a type whose light is this one of `LIGHTS`; none, where no term gives them one."""
    if not terms_of(room, type_):
        return False
    late, soon, running = [], [], []
    for term in terms_of(room, type_):
        runs = {"==": [{"var": f"term.{term.key}.running"}, True]}
        until = show.soon_until(term, room.around, room.now)
        running.append(runs)
        late.append({"and": [runs, {"==": [{"var": f"term.{term.key}.overdue"}, True]}]})
        soon.append({"and": [runs, {"<=": [{"var": f"term.{term.key}.due"}, {"date": until.isoformat()}]}]})
    if light == "overdue":
        return {"or": late}
    if light == "soon":
        return {"and": [{"or": soon}, {"!": {"or": late}}]}
    return {"and": [{"or": running}, {"!": {"or": soon}}, {"!": {"or": late}}]}
