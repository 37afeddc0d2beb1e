"""A list that reads what is known only record by record: it could not be opened, or would lack a column."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Message, Severity

from ..facts import FACTS
from ..listing import LIST_FACTS
from .index import Index
from .lists import Use, read_in
from .registry import Found, found, lint


@lint("not_listable", Severity.ERROR)
def not_listable(index: Index) -> Iterator[Found]:
    """Facts (how often, linked records, what is inside an assignment) and fields that have no order or fit no cell.

    Fields without an index are `unindexed_filter`'s, names of nothing are `dangling` or `conditions`' to report."""
    for use in read_in(index):
        known = index.field_at(use.of, use.path) is not None or use.path.split(".")[0] in FACTS
        if known and not _listable(index, use):
            place = Message(f"definitions.list_place.{use.place}")
            yield found(use.file, use.pointer, path=use.path, place=place, view=use.view)


def _listable(index: Index, use: Use) -> bool:
    if use.place == "columns":
        return use.path in index.showable[use.of]
    narrowing = index.narrowings[use.of].get(use.path)
    if narrowing is None:
        return index.field_at(use.of, use.path) is not None or use.path in _FACTS[use.place]
    return use.place != "order" or not narrowing.many


_FACTS = {"filter": LIST_FACTS, "order": (), "wanted": ("record.today", "record.now")}
"""What a condition may read beside the record: who looks at a list is known, who else records are looked for is not."""
