"""A metric that says something its way of counting does not look at."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Severity

from .index import Index
from .metrics import metrics_in
from .registry import Found, found, lint


@lint("metric_ignores", Severity.WARNING)
def metric_ignores(index: Index) -> Iterator[Found]:
    """What only a share is a share of, what only sums add up, the name of a line where there are no lines."""
    for metric in metrics_in(index):
        body = metric.body
        looked_at = {
            "among": body["measure"] == "share",
            "field": body["measure"] in ("sum", "mean"),
            "blank": "by" in body,
        }
        for name, used in looked_at.items():
            if name in body and not used:
                yield found(metric.file, f"{metric.pointer}/{name}", metric=body["title"], name=name)
