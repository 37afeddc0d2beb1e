"""Metrics, from the JSON of the files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .model import Metric


def metric_from(data: Mapping[str, Any]) -> Metric:
    """A metric of a report or of an indicator."""
    plain = ("key", "title", "note", "of", "measure", "field", "by", "blank", "where", "among", "source")
    dated = data.get("dated", {})
    return Metric(
        **{name: data[name] for name in plain if name in data},
        event=dated.get("event", ""),
        dated=dated.get("field", ""),
    )
