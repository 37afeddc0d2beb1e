"""To whom an assignment goes: one place that names units, or several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def recipients(body: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Each place that the body of an `assign` effect names units in, with its pointer inside the body."""
    to = body["to"]
    if isinstance(to, Mapping):
        yield to, "/to"
    else:
        yield from ((one, f"/to/{at}") for at, one in enumerate(to))
