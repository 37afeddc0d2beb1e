"""A record type without a lifecycle: nothing could ever be done to its records."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Severity

from .index import Index
from .registry import Found, found, lint


@lint("no_lifecycle", Severity.ERROR)
def no_lifecycle(index: Index) -> Iterator[Found]:
    """Every record type has one, its own or one the engine ships."""
    for file, pointer, each in index.items("mechanism", "record_types"):
        if each["key"] not in index.lifecycles:
            yield found(file, pointer, type=each["title"], key=each["key"])
