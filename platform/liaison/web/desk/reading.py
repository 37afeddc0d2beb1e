"""A report as somebody asks for it: which, of what period, on whose records, and how its numbers are counted.

Who has a post sees what is counted of the records he or she may see. A viewer of an organisation sees totals of what
runs there and below it, and opens nothing through them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from liaison.access import Scope
from liaison.calendars import Period, Span, period_from, period_of
from liaison.conditions import dependencies, parse
from liaison.definitions import Definition
from liaison.engine import Mechanism
from liaison.engine.figures import Counts, Metric
from liaison.reports import SPANS, Report, Row, Statement, count, reports_of, split_by, statement
from liaison.store import Overseen

from .. import permissions, visit
from ..language import lang
from . import columns
from .room import Room, room_of

_OFFERED: Mapping[Span, int] = {Span.QUARTER: 8, Span.MONTH: 13, Span.HALF_YEAR: 4, Span.YEAR: 3}
"""How many periods of each kind one may choose, the running one included."""
_TREND = 6
"""Periods of the trend."""


def _closed() -> ResponseReturnValue | None:
    answer = permissions.SIGNED_IN.closed()
    if answer is None and not visit.desks() and not visit.overseen():
        abort(403)
    return answer


TOTALS = permissions.Rule("reports", _closed)
"""Opens to who has a post, and to viewers."""


@dataclass(frozen=True)
class Reading:
    """A report as the address asks for it. `over`: totals of what somebody oversees, instead of one's own desk."""

    room: Room
    report: Report
    period: Period
    over: Overseen | None = None

    @classmethod
    def of(cls, key: str) -> Reading:
        """What this request asks for, but for figures of terms that never run here; several places may have answered
        otherwise. 404: there is no such report, or nothing at that place to see."""
        over, room = place_of()
        report = reports_of(room.mechanism.definition).get(key)
        if report is None:
            abort(404)
        if over is None:
            metrics = (one for one in report.metrics if not _idle(room.mechanism, one))
            report = replace(report, metrics=tuple(metrics))
        usual = report.schedule.span if report.schedule.span in SPANS else Span.QUARTER
        last_full = period_of(room.now.date(), usual).shifted(-1)
        return cls(room, report, period_from(request.args.get("period", "")) or last_full, over)

    @cached_property
    def places(self) -> Mapping[str, str]:
        """Installation → the organisation it runs in, where totals are shown; else nothing."""
        if self.over is None:
            return {}
        return {one.installation: one.title for one in self.over.places if one.mechanism == self.room.installed.key}

    @cached_property
    def shown(self) -> Report:
        """The report without what this person may not read: a number would tell what a record does not show. Totals
        tell nothing of a record."""
        if self.over is not None:
            return self.report
        return replace(self.report, metrics=tuple(one for one in self.report.metrics if self._readable(one)))

    def _readable(self, metric: Metric) -> bool:
        fields = self.room.mechanism.fields[metric.of]
        read = {metric.by, metric.field, metric.dated}
        for expr in (metric.where, metric.among):
            read |= set(dependencies(parse(expr)))
        return not (read & fields.keys()) - columns.open_fields(self.room, metric.of)

    @property
    def partly(self) -> bool:
        """Whether this person sees some records of a type that is counted, and not the others."""
        scope = visit.reach()[self.room.installed.id]
        return self.over is None and any(metric.of not in scope.types for metric in self.report.metrics)

    # ── Counting ─────────────────────────────────────────────────────────────────────────────────────────────────

    def filled_in(self) -> Statement:
        """The report with its figures. UnfilterableError: it asks for what lists do not know."""
        with visit.database().read() as connection:

            def counting(metric: Metric, period: Period) -> Counts:
                return self._counted(connection, metric, period)

            return statement(
                self.shown, period=self.period, counting=counting, mechanism=self.room.mechanism,
                around=self.room.around, day=self.room.now.date(), places=self.places, apart=self._apart(), lang=lang(),
            )  # fmt: skip

    def trend(self) -> list[tuple[str, float]]:
        """The first count of the report over the last periods of this kind; nothing where it has none."""
        metric = self.leading
        if metric is None:
            return []
        periods = [self.period.shifted(-back) for back in reversed(range(_TREND))]
        with visit.database().read() as connection:
            return [
                (visit.spoken(period.message), float(self._counted(connection, metric, period).whole.records))
                for period in periods
            ]

    @property
    def leading(self) -> Metric | None:
        """The count that stands for the report: its first that knows periods and has no lines."""
        counts = (one for one in self.shown.metrics if one.measure == "count" and one.periodic and not one.by)
        return next(counts, None)

    def _counted(self, connection: Connection, metric: Metric, period: Period) -> Counts:
        counts = [
            count(connection, mechanism, reach, metric, period, self.room.now, self._renamed(metric))
            for mechanism, reach in self._alike(metric)
        ]
        return _added(counts)

    def _alike(self, metric: Metric) -> Iterator[tuple[Mechanism, Mapping[str, Scope]]]:
        """The installations to count in, by version: those that count this metric the same way."""
        if self.over is None:
            yield self.room.mechanism, {self.room.installed.id: visit.reach()[self.room.installed.id]}
            return
        by_version: dict[str, tuple[Mechanism, dict[str, Scope]]] = {}
        for installation, mechanism in self._mechanisms.items():
            if _same(metric, self.report.key, mechanism):
                version = by_version.setdefault(mechanism.definition.digest, (mechanism, {}))
                version[1][installation] = Scope(types=frozenset(mechanism.definition.record_types))
        yield from by_version.values()

    @cached_property
    def _mechanisms(self) -> Mapping[str, Mechanism]:
        """Installation → its version, of those totals are made of."""
        standings = visit.standings()
        return {id_: room_of(standings[id_].installed).mechanism for id_ in self.places}

    def _apart(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        for metric in self.report.metrics:
            for installation, mechanism in self._mechanisms.items() if self.over is not None else ():
                if not _same(metric, self.report.key, mechanism):
                    found[self.places[installation]].append(metric.title)
        return {place: tuple(titles) for place, titles in found.items()}

    def _renamed(self, metric: Metric) -> Any:
        """Units of several installations are told apart, and put together, by what they are called."""
        if self.over is None or not metric.by or split_by(self.room.mechanism, metric).kind != "unit":
            return None
        standings = visit.standings()
        return lambda installation, unit: room_of(standings[installation].installed).around.today.unit_title(unit)

    # ── Addresses ────────────────────────────────────────────────────────────────────────────────────────────────

    def address(self, endpoint: str = ".report", **changes: Any) -> str:
        """This report with something changed."""
        kept: dict[str, Any] = {"report": self.report.key, "period": self.period.key, **self.at, **changes}
        return url_for(endpoint, **{name: value for name, value in kept.items() if value})

    @property
    def at(self) -> dict[str, Any]:
        """What says in the address whose totals they are."""
        return {"at": self.over.id, "of": self.room.installed.key} if self.over is not None else {}

    def opens(self, metric: Metric, row: Row | None, among: bool) -> str:
        """The list behind a number; none behind totals."""
        if self.over is not None:
            return ""
        line = {} if row is None else {"line": row.value} if row.value is not None else {"blank": "1"}
        return self.address(".figure", metric=metric.key, among="1" if among else "", **line)

    @property
    def offered(self) -> list[dict[str, Any]]:
        """The periods one may choose, by kind, the newest first; the running ones are said to be so."""
        groups, day = [], self.room.now.date()
        for span, most in _OFFERED.items():
            running = period_of(day, span)
            listed = [running.shifted(-at) for at in range(most)]
            if self.period.span is span and self.period not in listed:
                listed.append(self.period)
            groups.append(
                {
                    "title": visit.sentence(f"desk.span_{span.value}"),
                    "periods": [
                        {
                            "key": one.key,
                            "title": spoken_period(one, self.room.now.date()),
                            "selected": one == self.period,
                        }
                        for one in listed
                    ],
                }
            )
        return groups


def place_of() -> tuple[Overseen | None, Room]:
    """Whose figures: of the mechanism on the desk, or totals of what is overseen (`at`, and `of` which mechanism)."""
    through = {one.id: one for one in visit.overseen()}
    asked = request.args.get("at", "")
    if not asked and visit.desks():
        return None, room_of(visit.desk())
    over = through.get(asked) if asked else next(iter(through.values()), None)
    if over is None:
        abort(404)
    keys = list(dict.fromkeys(one.mechanism for one in over.places))
    key = request.args.get("of", "")
    if not key:
        on_desk = visit.desk().key if visit.desks() else ""
        key = on_desk if on_desk in keys else keys[0]
    standings = visit.standings()
    first = next((one.installation for one in over.places if one.mechanism == key), None)
    if first is None:
        abort(404)
    return over, room_of(standings[first].installed)


def whose(
    endpoint: str, known: Callable[[Definition], Mapping[str, Any]], at: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """One's own desk and what one oversees, of the mechanisms for which something is `known`."""
    entries, standings = [], visit.standings()
    if visit.desks() and known(room_of(visit.desk()).mechanism.definition):
        title = visit.sentence("desk.figures_of_desk")
        entries.append({"title": title, "href": url_for(endpoint), "current": not at})
    for over in visit.overseen():
        firsts: dict[str, str] = {}
        for place in over.places:
            firsts.setdefault(place.mechanism, place.installation)
        for key, installation in firsts.items():
            installed = standings[installation].installed
            there: dict[str, Any] = {"at": over.id, "of": key}
            if known(room_of(installed).mechanism.definition):
                title = visit.sentence("desk.figures_over", place=over.title, mechanism=installed.title)
                entries.append({"title": title, "href": url_for(endpoint, **there), "current": at == there})
    return entries


def _same(metric: Metric, report: str, mechanism: Mechanism) -> bool:
    """Whether a version counts the metric by the same formula."""
    there = reports_of(mechanism.definition).get(report)
    return there is not None and any(one.key == metric.key and one.formula == metric.formula for one in there.metrics)


def _added(several: list[Counts]) -> Counts:
    """The counts of several versions, put together."""
    if len(several) == 1:
        return several[0]
    added = Counts()
    for one in several:
        lines = {value: added.line(value) + one.line(value) for value in (*added.lines, *one.lines)}
        added = Counts(added.whole + one.whole, lines, {**added.places, **one.places})
    return added


def spoken_period(period: Period, day: date) -> str:
    """2026年第3季度; the running one says so."""
    words = visit.spoken(period.message)
    return visit.sentence("desk.period_running", period=words) if period.first <= day <= period.last else words


def _idle(mechanism: Mechanism, metric: Metric) -> bool:
    """Whether the metric counts by a term that this district's answers rule out."""
    terms = mechanism.definition.terms
    named = (path.split(".")[1] for path in (metric.by, metric.dated) if path.startswith("term."))
    return any(mechanism.ruled_out(terms[key].when) for key in named)
