"""A lifecycle that no action begins."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Severity

from .index import Index
from .registry import Found, found, lint


@lint("no_start", Severity.ERROR)
def no_start(index: Index) -> Iterator[Found]:
    """One action at least has `start`, and a start leads to a state."""
    for file, content in index.lifecycle_files.items():
        if not any(action.get("start") and "to" in action for action in content["actions"]):
            yield found(file, "/actions", of=content["of"])
