"""A metric without what its way of counting needs: a share of nothing, a sum of nothing."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Message, Severity

from .index import Index
from .metrics import metrics_in
from .registry import Found, found, lint

_NEEDS = {"share": ("where", "among"), "sum": ("field",), "mean": ("field",)}


@lint("metric_lacks", Severity.ERROR)
def metric_lacks(index: Index) -> Iterator[Found]:
    """A share declares numerator and denominator; a sum and a mean what they add up."""
    for metric in metrics_in(index):
        measure = metric.body["measure"]
        for name in _NEEDS.get(measure, ()):
            if name not in metric.body:
                way = Message(f"definitions.measure.{measure}")
                yield found(metric.file, metric.pointer, metric=metric.body["title"], measure=way, name=name)
