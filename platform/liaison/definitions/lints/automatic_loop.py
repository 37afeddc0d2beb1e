"""Automatic actions that chase a record round in circles."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Severity

from .index import Index
from .registry import Found, found, lint


@lint("automatic_loop", Severity.WARNING)
def automatic_loop(index: Index) -> Iterator[Found]:
    """From state to state along actions taken when a condition is true: if all are, they never end."""
    for file, content in index.lifecycle_files.items():
        edges: dict[str, dict[str, int]] = {}
        for at, action in enumerate(content["actions"]):
            if "when" in action.get("automatic", {}) and "to" in action:
                for origin in action.get("from", ()):
                    if origin != action["to"]:
                        edges.setdefault(origin, {})[action["to"]] = at
        for origin, targets in edges.items():
            for target, at in targets.items():
                if origin in _after(target, edges):
                    yield found(file, f"/actions/{at}/automatic", action=content["actions"][at]["title"])


def _after(state: str, edges: dict[str, dict[str, int]]) -> set[str]:
    reached, todo = set[str](), [state]
    while todo:
        for target in edges.get(todo.pop(), ()):
            if target not in reached:
                reached.add(target)
                todo.append(target)
    return reached
