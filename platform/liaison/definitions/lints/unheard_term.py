"""An action to be taken by itself when a term rings that rings for other records."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Severity

from .index import SIGNOFF, Index
from .registry import Found, found, lint


@lint("unheard_term", Severity.ERROR)
def unheard_term(index: Index) -> Iterator[Found]:
    """A term is heard by the record it runs on, and of an assignment or a sign-off by the record above. Of any other
    record's terms nothing is heard."""
    for file, pointer, of, action in index.actions:
        term = index.definition.terms.get(action.get("automatic", {}).get("term", ""))
        if term is None or term.of == of or index.runs_on(term) == of:
            continue
        record_type = index.type_of(of)
        below = {part.assignment for part in record_type.parts.values()} if record_type is not None else set()
        if term.part or term.of not in below | {SIGNOFF}:
            yield found(file, f"{pointer}/automatic", action=action["title"], term=term.title)
