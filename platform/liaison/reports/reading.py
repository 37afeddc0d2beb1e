"""The reports of a mechanism, from the JSON of its files."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from liaison.calendars import Schedule
from liaison.definitions import Definition, read_who
from liaison.engine.figures import metric_from

from .model import Report


def reports_of(definition: Definition) -> Mapping[str, Report]:
    """Report key → report, in the order of the file."""
    return MappingProxyType({key: _report(data) for key, data in definition.reports.items()})


def _report(data: Mapping[str, Any]) -> Report:
    return Report(
        data["key"],
        data["title"],
        tuple(metric_from(metric) for metric in data["metrics"]),
        Schedule.from_json(data["schedule"]),
        read_who(data["owed_by"]) if "owed_by" in data else None,
        tuple(read_who(who) for who in data.get("to", ())),
        data.get("note", ""),
        data.get("source", ""),
    )
