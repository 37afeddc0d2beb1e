"""A duty that several owe, and no word on whose a record is: whatever one of them does would count for all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from liaison.texts import Severity

from ..build import who
from .index import Index
from .registry import Found, found, lint


@lint("undivided_duty", Severity.ERROR)
def undivided_duty(index: Index) -> Iterator[Found]:
    """Where it is owed for each record, the records that fulfil it are told apart by their relation to that one."""
    for file, pointer, duty in index.items("duties", "duties"):
        if "opens" in duty or index.type_of(duty["of"]) is None:
            continue
        if "each" in duty:
            divided = index.type_of(duty["each"]["of"]) is None or _related(index, duty)
        else:
            divided = "whose" in duty or not _several(index, duty)
        if not divided:
            yield found(file, pointer, duty=duty["title"])


def _several(index: Index, duty: Mapping[str, Any]) -> bool:
    owner, roster = who(duty["owed_by"]), index.definition.roster
    if owner.kind == "post" and owner.key in roster.posts:
        post = roster.posts[owner.key]
        return bool(post.kinds) or len(post.units) > 1
    return owner.kind in ("unit_kind", "partner")


def _related(index: Index, duty: Mapping[str, Any]) -> bool:
    types = index.definition.record_types
    mine, theirs = types[duty["of"]], types[duty["each"]["of"]]
    joined = [*(one.to == theirs.key for one in mine.relations.values()),
              *(one.to == mine.key for one in theirs.relations.values())]  # fmt: skip
    return mine.child or any(joined)
