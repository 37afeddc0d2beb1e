"""A list filtered or sorted by a field that has no index: the database could only look at every record."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Severity

from .index import Index
from .lists import read_in
from .registry import Found, found, lint


@lint("unindexed_filter", Severity.ERROR)
def unindexed_filter(index: Index) -> Iterator[Found]:
    """Fields have one that are marked `index` or bound to a facet other than the telephone."""
    for use in read_in(index):
        field = index.field_at(use.of, use.path)
        if field is not None and use.place != "columns" and use.path not in index.narrowings[use.of]:
            yield found(use.file, use.pointer, field=field.get("title", use.path), view=use.view)
