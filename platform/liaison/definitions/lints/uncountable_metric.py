"""A metric that reads what is known only record by record, or splits, dates or adds up what cannot be."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Message, Severity

from ..facts import FACTS
from ..listing import LIST_FACTS
from .index import Index
from .metrics import Read, read_by_metrics
from .registry import Found, found, lint

_PICKED = ("choice", "code", "region", "unit")
"""Kinds of fields that hold one of some few values, or several."""


@lint("uncountable_metric", Severity.ERROR)
def uncountable_metric(index: Index) -> Iterator[Found]:
    """Fields without an index are `unindexed_report`'s, names of nothing are `dangling` or `conditions`' to report."""
    for use in read_by_metrics(index):
        if not _counts(index, use):
            purpose = Message(f"definitions.metric_purpose.{use.purpose}")
            yield found(use.metric.file, use.pointer, path=use.path, purpose=purpose, metric=use.metric.body["title"])


def _counts(index: Index, use: Read) -> bool:
    of = use.metric.body["of"]
    first, *rest = use.path.split(".")
    narrowing = index.narrowings[of].get(use.path)
    field = index.fields(of).get(use.path)
    if narrowing is None:
        nobody = first == "part" and rest[:1] and rest[0] not in index.definition.record_types[of].parts
        elsewhere = field is not None or first not in FACTS or bool(nobody)
        return elsewhere or (use.purpose == "condition" and use.path in LIST_FACTS[:2])
    if narrowing.home == "code":
        return use.purpose == "condition"
    match use.purpose:
        case "by":
            units = first == "part" or (first == "term" and rest[-1] == "late_units")
            return use.path == "record.state" or units or (field or {}).get("kind") in _PICKED
        case "dated":
            return narrowing.kind in ("date", "moment") and not narrowing.many
        case "field":
            return narrowing.kind == "number" and field is not None
    return True
