"""What metrics read: every path of every metric of reports and indicators, and what it is used for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .index import Index
from .lists import read

Purpose = Literal["condition", "by", "dated", "field"]


@dataclass(frozen=True, slots=True)
class MetricAt:
    """A metric of a file: where it stands, and what it says."""

    file: str
    pointer: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Read:
    """At `pointer` of its file a metric reads `path`."""

    metric: MetricAt
    pointer: str
    purpose: Purpose
    path: str


def metrics_in(index: Index) -> Iterator[MetricAt]:
    """All metrics, those of reports first."""
    for file, pointer, report in index.items("reports", "reports"):
        for at, metric in enumerate(report["metrics"]):
            yield MetricAt(file, f"{pointer}/metrics/{at}", metric)
    for file, pointer, tree in index.items("indicators", "trees"):
        for at, node in enumerate(tree["nodes"]):
            if "metric" in node:
                yield MetricAt(file, f"{pointer}/nodes/{at}/metric", node["metric"])
            elif "field" in node and "filed" in tree:
                body = {"title": node["title"], "of": tree["filed"]["of"], "measure": "mean", "field": node["field"]}
                yield MetricAt(file, f"{pointer}/nodes/{at}", body)
        if "filed" in tree:
            yield MetricAt(file, f"{pointer}/filed", {"title": tree["title"], "measure": "count", **tree["filed"]})


def read_by_metrics(index: Index) -> Iterator[Read]:
    """Each path once for each purpose; metrics of a record type that is not there are passed over (`dangling` says)."""
    for metric in metrics_in(index):
        body, here = metric.body, metric.pointer
        if index.type_of(body["of"]) is None:
            continue
        uses: list[tuple[str, Purpose, str]] = [
            (f"{here}/{name}", "condition", path) for name in ("where", "among") for path in read(body.get(name))
        ]
        uses += [(f"{here}/{name}", name, body[name]) for name in ("by", "field") if name in body]
        if "field" in body.get("dated", {}):
            uses.append((f"{here}/dated/field", "dated", body["dated"]["field"]))
        for pointer, purpose, path in dict.fromkeys(uses):
            yield Read(metric, pointer, purpose, path)
