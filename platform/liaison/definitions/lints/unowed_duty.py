"""A duty that nobody owes."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Severity

from ..build import who
from .index import Index
from .registry import Found, found, lint

_NEEDS_A_RECORD = ("part", "took", "rung", "partner", "applicant", "anyone")


@lint("unowed_duty", Severity.ERROR)
def unowed_duty(index: Index) -> Iterator[Found]:
    """Its *who* is nobody, or someone that only a record can name."""
    for file, pointer, duty in index.items("duties", "duties"):
        owner = who(duty["owed_by"])
        if (owner.kind in _NEEDS_A_RECORD and "of" not in duty) or index.nobody(owner, duty.get("of", "")):
            yield found(file, f"{pointer}/owed_by", duty=duty["title"])
