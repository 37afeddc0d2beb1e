"""A term that repeats until an agreed day, and an action that stops it without asking for the next day."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Severity

from ..model import Action, Lifecycle, StateKind
from .index import Index
from .registry import Found, found, lint


@lint("repeat_without_date", Severity.ERROR)
def repeat_without_date(index: Index) -> Iterator[Found]:
    """Each time it is stopped and the record is not done, a new day must be there: taken, an action that neither asks
    for the day nor sets it would be refused."""
    for file, pointer, content in index.items("terms", "terms"):
        term = index.definition.terms[content["key"]]
        lifecycle = index.lifecycles.get(index.runs_on(term))
        if not term.repeat or "asks" not in term.length or lifecycle is None:
            continue
        for at, event in enumerate(term.stops):
            for action in lifecycle.actions.values():
                if action.event_key == event and not _says(index, lifecycle, action, term.length["asks"]):
                    yield found(file, f"{pointer}/stops/{at}", term=term.title, action=action.title)


def _says(index: Index, lifecycle: Lifecycle, action: Action, field: str) -> bool:
    if action.to and lifecycle.states[action.to].kind is StateKind.DONE:
        return True
    set_ = (effect.body["fields"] for effect in action.effects if effect.kind == "set")
    return field in index.asked(action) or any(field in fields for fields in set_)
