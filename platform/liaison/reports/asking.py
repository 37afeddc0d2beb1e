"""What a figure counts, said to the store: as something to count, and as the list that a link on the number opens."""

from __future__ import annotations

from typing import Final

from liaison.calendars import Period
from liaison.definitions import Definition, Json, narrowings
from liaison.engine.figures import Metric
from liaison.store import Counted, During, Wanted

EVERY: Final = object()
"""Every line: the whole."""
BLANK: Final = None
"""The line of records in which nothing is filled in."""


def during(metric: Metric, period: Period) -> During | None:
    """The days of a period as the metric means them; None where it knows no periods."""
    if not metric.periodic:
        return None
    return During(period.first, period.last, field=metric.dated, event=metric.event)


def counted(metric: Metric, period: Period, *, split: bool = True) -> Counted:
    """What the store is to count; with `split` by line."""
    share = metric.measure == "share"
    return Counted(
        metric.of,
        (metric.among if share else metric.where,),
        during(metric, period),
        by=metric.by if split else "",
        hit=metric.where if share else True,
        field=metric.field,
    )


def wanted(
    metric: Metric,
    definition: Definition,
    installation: str,
    period: Period,
    line: str | object | None = EVERY,
    *,
    among: bool = False,
) -> Wanted:
    """The list of the records that a number counts: of one line, or of every. `among`: of a share, all that it is a
    share of."""
    filters: list[Json] = [metric.where]
    if metric.measure == "share":
        filters = [metric.among] if among else [metric.among, metric.where]
    elif metric.field:
        filters.append({"!": {"missing": {"var": metric.field}}})
    if line is not EVERY:
        filters.append(_on_line(metric, definition, line))
    return Wanted(installation, metric.of, tuple(filters), during=during(metric, period))


def _on_line(metric: Metric, definition: Definition, line: str | object | None) -> Json:
    split = {"var": metric.by}
    if line is BLANK:
        return {"missing": split}
    many = narrowings(definition, metric.of)[metric.by].many
    return {"in": [line, split]} if many else {"==": [split, line]}
