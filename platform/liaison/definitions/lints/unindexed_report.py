"""A report or an indicator that counts by a field without an index: slow as soon as there are many records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from liaison.texts import Severity

from ..listing import narrowings
from .index import Index
from .lists import read
from .registry import Found, found, lint


@lint("unindexed_report", Severity.WARNING)
def unindexed_report(index: Index) -> Iterator[Found]:
    """Conditions of metrics, and what they add up."""
    for file, pointer, title, of, expr in _conditions(index):
        if index.type_of(of) is None:
            continue
        for path in dict.fromkeys(read(expr)):
            field = index.fields(of).get(path)
            if field is not None and path not in narrowings(index.definition, of):
                yield found(file, pointer, field=field.get("title", path), report=title)


def _conditions(index: Index) -> Iterator[tuple[str, str, str, str, Any]]:
    """File, pointer, title, record type and expression."""
    for file, pointer, report in index.items("reports", "reports"):
        for at, metric in enumerate(report["metrics"]):
            yield from _of_metric(metric, file, f"{pointer}/metrics/{at}", report["title"])
    for file, pointer, tree in index.items("indicators", "trees"):
        for at, node in enumerate(tree["nodes"]):
            yield from _of_metric(node.get("metric", {}), file, f"{pointer}/nodes/{at}/metric", tree["title"])


def _of_metric(
    metric: Mapping[str, Any], file: str, pointer: str, title: str
) -> Iterator[tuple[str, str, str, str, Any]]:
    for name in ("where", "among"):
        if name in metric:
            yield file, f"{pointer}/{name}", title, metric["of"], metric[name]
    if "field" in metric:
        yield file, f"{pointer}/field", title, metric["of"], {"var": metric["field"]}
