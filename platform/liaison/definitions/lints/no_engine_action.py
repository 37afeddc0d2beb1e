"""A lifecycle of its own for assignments or sign-offs without an action that effects of the mechanism take on them."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Severity

from .index import Index
from .registry import Found, found, lint


@lint("no_engine_action", Severity.ERROR)
def no_engine_action(index: Index) -> Iterator[Found]:
    """Withdrawing an assignment, or asking for a sign-off, takes actions by name: without them it would be refused."""
    for file, content in index.lifecycle_files.items():
        known = {action["key"] for action in content["actions"]}
        for action in sorted(index.engine_takes.get(content["of"], frozenset()) - known):
            yield found(file, "/actions", action=action, type=index.definition.record_types[content["of"]].title)
