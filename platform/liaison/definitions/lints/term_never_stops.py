"""A term that nothing meets: it would be overdue whatever anyone does."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Severity

from .index import Index
from .registry import Found, found, lint


@lint("term_never_stops", Severity.ERROR)
def term_never_stops(index: Index) -> Iterator[Found]:
    """It stops at nothing, or only at events of actions that can never be taken."""
    for file, pointer, term in index.items("terms", "terms"):
        record_type = index.type_of(term["of"])
        sources = [term["of"]]
        if record_type is not None and term.get("part") in record_type.parts:
            sources.append(record_type.parts[term["part"]].assignment)
        actions = [
            (source, action)
            for source in sources
            if source in index.lifecycles
            for action in index.lifecycles[source].actions.values()
            if action.event_key in term.get("stops", ())
        ]
        dangling = bool(term.get("stops")) and not actions
        if not dangling and not any(
            action.start or index.reachable[source] & set(action.origins) for source, action in actions
        ):
            yield found(file, f"{pointer}/stops" if "stops" in term else pointer, term=term["title"])
