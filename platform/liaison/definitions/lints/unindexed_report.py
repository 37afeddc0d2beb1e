"""A metric that reads a field without an index: the database could only look at every record."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Severity

from .index import Index
from .metrics import read_by_metrics
from .registry import Found, found, lint


@lint("unindexed_report", Severity.ERROR)
def unindexed_report(index: Index) -> Iterator[Found]:
    """Fields have one that are marked `index` or bound to a facet other than the telephone."""
    for use in read_by_metrics(index):
        of = use.metric.body["of"]
        field = index.field_at(of, use.path)
        if field is not None and use.path not in index.narrowings[of]:
            params = {"field": field.get("title", use.path), "report": use.metric.body["title"]}
            yield found(use.metric.file, use.pointer, **params)
