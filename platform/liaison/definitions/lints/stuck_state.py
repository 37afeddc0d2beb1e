"""A state that is not the end, and out of which nothing leads."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Severity

from .index import Index
from .registry import Found, found, lint


@lint("stuck_state", Severity.ERROR)
def stuck_state(index: Index) -> Iterator[Found]:
    """Of the states that are open or waiting, each needs an action that leads elsewhere."""
    for file, content in index.lifecycle_files.items():
        left = {
            origin
            for action in content["actions"]
            for origin in action.get("from", ())
            if action.get("to", origin) != origin
        }
        for at, state in enumerate(content["states"]):
            if state["kind"] != "done" and state["key"] not in left:
                yield found(file, f"/states/{at}", state=state["title"])
