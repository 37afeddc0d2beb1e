"""Figures: what metrics count in records, in memory here and in SQL by `reports`, which agree.

A metric is data (`urn:liaison:format:1:metric`); `measure` works it out on records, `counts_of` puts groups together.
"""

from .measure import Renamed, counts_of, measure
from .model import Counts, Figure, Group, Measure, Metric
from .reading import metric_from

__all__ = ["Counts", "Figure", "Group", "Measure", "Metric", "Renamed", "counts_of", "measure", "metric_from"]
