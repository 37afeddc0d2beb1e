"""A post that no unit of the roster offers."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Severity

from .index import Index
from .registry import Found, found, lint


@lint("unoffered_post", Severity.ERROR)
def unoffered_post(index: Index) -> Iterator[Found]:
    """It is bound to kinds of units, and there is no unit of any of them."""
    for file, pointer, post in index.items("roster", "posts"):
        if index.unheld(post["key"]):
            yield found(file, pointer, post=post["title"])
