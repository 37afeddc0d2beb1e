"""A duty that reads what is known only record by record: nobody could count what fulfils it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from liaison.texts import Severity

from ..duties import Path, conditions, paths
from ..facts import FACTS
from ..listing import LIST_FACTS
from .index import Index
from .lists import read
from .registry import Found, found, lint

_KINDS: Mapping[str, tuple[str, ...]] = {"on": ("date",), "whose": ("text",), "distinct": ("text",),
                                         "minimum": ("number",)}  # fmt: skip


@lint("uncountable_duty", Severity.ERROR)
def uncountable_duty(index: Index) -> Iterator[Found]:
    """What it counts by must be an indexed field, a facet, or what every list can be filtered by; days must be dates.

    Names of nothing are `dangling`'s to report."""
    for file, pointer, duty in index.items("duties", "duties"):
        for where, path in _uncountable(index, duty):
            yield found(file, f"{pointer}{where}", duty=duty["title"], path=path)


def _uncountable(index: Index, duty: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for one in conditions(index.definition, duty):
        if index.type_of(one.of) is None:
            continue
        narrow = index.narrowings[one.of]
        for path in dict.fromkeys(read(one.expr)):
            known = index.field_at(one.of, path) is not None or path.split(".")[0] in FACTS
            if known and path not in narrow and path not in LIST_FACTS[:2]:
                yield one.pointer, path
    for used in paths(index.definition, duty):
        if index.type_of(used.of) is not None and not _fits(index, used):
            yield used.pointer, used.path


def _fits(index: Index, used: Path) -> bool:
    narrowing = index.narrowings[used.of].get(used.path)
    if narrowing is None:
        root = used.path.split(".")[0]
        return used.path != "region" and used.path not in index.fields(used.of) and root != "part"
    return narrowing.home != "code" and narrowing.kind in _KINDS[used.use]
