"""A duty that nobody owes."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Severity

from ..build import who
from .index import Index
from .registry import Found, found, lint

_BY_ITSELF = ("unit", "unit_kind", "post", "partner")
_OF_A_RECORD = ("unit", "unit_kind", "post", "part", "field", "applicant", "took")


@lint("unowed_duty", Severity.ERROR)
def unowed_duty(index: Index) -> Iterator[Found]:
    """Its *who* is nobody, or somebody that only a record can name while it is owed for none; or that no light row of a
    record names: a rung, a partner, who took a later action."""
    for file, pointer, duty in index.items("duties", "duties"):
        owner, of = who(duty["owed_by"]), duty.get("each", {}).get("of", "")
        able = owner.kind in (_OF_A_RECORD if of else _BY_ITSELF) and (
            bool(of) or not (owner.region or owner.of or owner.otherwise)
        )
        if not able or index.nobody(owner, of):
            yield found(file, f"{pointer}/owed_by", duty=duty["title"])
