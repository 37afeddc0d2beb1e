"""A share of nothing: the duty does not say by which relation its records lead to what is to be covered."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Severity

from ..duties import population
from .index import Index
from .registry import Found, found, lint


@lint("share_without_population", Severity.ERROR)
def share_without_population(index: Index) -> Iterator[Found]:
    """`distinct` must be `linked.<relation>`; a relation that is not there is `dangling`'s to report."""
    for file, pointer, duty in index.items("duties", "duties"):
        relation = duty.get("distinct", "").startswith("linked.")
        if "share" in duty and not relation and not population(index.definition, duty):
            yield found(file, f"{pointer}/share", duty=duty["title"])
