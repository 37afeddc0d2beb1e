"""A state no record can come into."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Severity

from .index import Index
from .registry import Found, found, lint


@lint("unreachable_state", Severity.ERROR)
def unreachable_state(index: Index) -> Iterator[Found]:
    """Followed from the actions that start a record; where none does, that is another lint's finding."""
    for file, content in index.lifecycle_files.items():
        reached = index.reachable[content["of"]]
        for at, state in enumerate(content["states"]):
            if reached and state["key"] not in reached:
                yield found(file, f"/states/{at}", state=state["title"])
