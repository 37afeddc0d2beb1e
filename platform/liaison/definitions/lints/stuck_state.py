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
        for at, state in enumerate(content["states"]):
            ways = [
                action
                for action in content["actions"]
                if state["key"] in action.get("from", ()) and action.get("to", state["key"]) != state["key"]
            ]
            if state["kind"] != "done" and not ways:
                yield found(file, f"/states/{at}", state=state["title"])
