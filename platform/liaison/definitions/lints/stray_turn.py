"""`{"each": true}` outside a *for each*, where nothing takes turns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from liaison.texts import Severity

from ..expressions import TURN
from ..jsontext import escape
from .index import Index
from .registry import Found, found, lint


@lint("stray_turn", Severity.ERROR)
def stray_turn(index: Index) -> Iterator[Found]:
    """Looked for in every effect that is not inside one."""
    for file, pointer, _, action in index.actions:
        for at, effect in enumerate(action.get("effects", ())):
            if "for_each" not in effect:
                for where in _turns(effect, f"{pointer}/effects/{at}"):
                    yield found(file, where, action=action["title"])


def _turns(node: Any, pointer: str) -> Iterator[str]:
    if node == TURN:
        yield pointer
    elif isinstance(node, dict):
        for name, value in node.items():
            yield from _turns(value, f"{pointer}/{escape(name)}")
    elif isinstance(node, list):
        for at, item in enumerate(node):
            yield from _turns(item, f"{pointer}/{at}")
