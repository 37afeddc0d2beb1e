"""An action that nobody can ever take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from liaison.texts import Severity

from ..build import who
from .index import Index
from .registry import Found, found, lint


@lint("idle_action", Severity.ERROR)
def idle_action(index: Index) -> Iterator[Found]:
    """Its states are never reached, or everyone it names is nobody, or it is left to a system that never takes it."""
    for file, pointer, of, action in index.actions:
        if not action.get("start") and not action.get("from"):
            yield found(file, pointer, action=action["title"])
        elif action.get("from") and not index.reachable[of] & set(action["from"]):
            yield found(file, f"{pointer}/from", action=action["title"])
        elif not _taken(index, of, action):
            yield found(file, f"{pointer}/by", action=action["title"])


def _taken(index: Index, of: str, action: Mapping[str, Any]) -> bool:
    if "automatic" in action or action["key"] in index.acted_upon or action.get("start"):
        return True
    if action["key"] in index.engine_takes.get(of, ()):
        return True
    return any("system" not in one and not index.nobody(who(one), of) for one in action["by"])
