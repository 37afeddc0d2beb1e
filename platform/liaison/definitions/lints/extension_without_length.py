"""An effect that extends a term without saying by how much, where the term does not say so either."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Severity

from .index import Index
from .registry import Found, found, lint


@lint("extension_without_length", Severity.ERROR)
def extension_without_length(index: Index) -> Iterator[Found]:
    """It extends `by` a length, `until` a date, or by what the term's own `extension` declares: taken, an action with
    none of the three would be refused each time."""
    for effect in index.effects:
        term = index.definition.terms.get(effect.body["term"]) if effect.kind == "extend" else None
        if term is None or effect.body.keys() & {"by", "until"}:
            continue
        if term.extension is None or (term.extension.by or term.extension.total) is None:
            yield found(effect.file, f"{effect.pointer}/extend", term=term.title)
