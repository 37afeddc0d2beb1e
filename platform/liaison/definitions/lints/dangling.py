"""A name that names nothing: a form, state, part, post, template… that is not there."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from liaison.texts import Message, Severity

from .index import Index
from .references import references
from .registry import Found, found, lint

_COMPARED = 50_000
"""Names compared to find those that come close: enough for a slip in every line of a large file, and a second's work
where everything is wrong."""


@lint("dangling", Severity.ERROR)
def dangling(index: Index) -> Iterator[Found]:
    """Each place once, with the names that come closest."""
    seen: set[tuple[str, str, str]] = set()
    compared = 0
    for reference in references(index):
        place = (reference.file, reference.pointer, reference.key)
        if reference.dangling and place not in seen:
            seen.add(place)
            compared += len(reference.known)
            near = get_close_matches(reference.key, list(reference.known), 3) if compared <= _COMPARED else []
            yield found(
                reference.file,
                reference.pointer,
                kind=Message(f"definitions.kind.{reference.kind}"),
                name=reference.key,
                near=near or ["—"],
            )
