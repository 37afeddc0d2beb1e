"""A duty that opens the record that fulfils it and does not say when that is fulfilled: it is met as it is opened."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Severity

from .index import Index
from .registry import Found, found, lint


@lint("duty_met_at_once", Severity.ERROR)
def duty_met_at_once(index: Index) -> Iterator[Found]:
    """`opens` needs `counts`."""
    for file, pointer, duty in index.items("duties", "duties"):
        if "opens" in duty and "counts" not in duty:
            yield found(file, f"{pointer}/opens", duty=duty["title"])
