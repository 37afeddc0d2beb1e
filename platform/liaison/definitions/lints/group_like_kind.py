"""A group of units that has the key of a kind."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Severity

from .index import Index
from .registry import Found, found, lint


@lint("group_like_kind", Severity.ERROR)
def group_like_kind(index: Index) -> Iterator[Found]:
    """Either may be named in the same places: one would hide the other."""
    for file, pointer, group in index.items("roster", "groups"):
        if group["key"] in index.definition.roster.kinds:
            yield found(file, f"{pointer}/key", group=group["title"])
