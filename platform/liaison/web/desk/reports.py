"""Reports: what the mechanism counts of itself in a period, each number with the records behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from liaison.definitions import View, Who
from liaison.engine.figures import Metric
from liaison.reports import (
    BLANK,
    EVERY,
    Statement,
    csv_bytes,
    lines_of,
    reports_of,
    table,
    wanted,
    xlsx_bytes,
)
from liaison.store import UnfilterableError, log, records

from .. import permissions, pictures, show, visit
from ..downloads import file_name, handed_out
from ..language import lang
from . import blueprint, columns, figures
from .asked import ROWS, number_asked, pages
from .frame import page
from .reading import TOTALS, Reading, place_of, spoken_period, whose
from .room import Room

_FILES: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


# ── Pages ────────────────────────────────────────────────────────────────────────────────────────────────────────


@blueprint.get("/reports")
@permissions.opens_to(TOTALS)
def reports() -> ResponseReturnValue:
    """On to the first report."""
    over, room = place_of()
    first = next(iter(reports_of(room.mechanism.definition)), None)
    if first is None:
        return page("desk/no_reports.html", current="reports", at=room.installed)
    kept: dict[str, Any] = {"at": over.id, "of": room.installed.key} if over is not None else {}
    return redirect(url_for(".report", report=first, **kept))


@blueprint.get("/reports/<report>")
@permissions.opens_to(TOTALS)
def report(report: str) -> ResponseReturnValue:
    """One report for a period, beside the period before."""
    reading = Reading.of(report)
    try:
        filled = reading.filled_in()
        trend = reading.trend()
    except UnfilterableError:
        # A version published before its metrics were checked; nothing else on the desk suffers from it.
        return _page(reading, broken=True), 422
    blocks = figures.drawn(reading.room, filled, reading.opens)
    return _page(
        reading,
        broken=False,
        blocks=blocks,
        nothing=not figures.anything(blocks),
        trend=pictures.chart(trend, height=150) if any(count for _, count in trend) else None,
        trend_title=reading.leading.title if reading.leading is not None else "",
        apart=filled.apart,
        left_out=len(reading.report.metrics) - len(reading.shown.metrics),
    )


def _page(reading: Reading, **context: Any) -> str:
    return page("desk/report.html", current="reports", at=reading.room.installed, **_around(reading), **context)


def _around(reading: Reading) -> dict[str, Any]:
    """What stands around the figures: tabs, whose they are, the period, what the report is."""
    report, day = reading.report, reading.room.now.date()
    known = reports_of(reading.room.mechanism.definition)
    latest = reading.period.shifted(1)
    return {
        "reading": reading,
        "report": report,
        "tabs": [
            {
                "title": one.title,
                "href": url_for(".report", report=key, **reading.at),
                "current": key == reading.report.key,
            }
            for key, one in known.items()
        ],
        "whose": whose(".reports", reports_of, reading.at),
        "period": spoken_period(reading.period, day),
        "period_before": visit.spoken(reading.period.shifted(-1).message),
        "first": reading.period.first,
        "last": reading.period.last,
        "previous_href": reading.address(period=reading.period.shifted(-1).key),
        "next_href": reading.address(period=latest.key) if latest.first <= day else "",
        "schedule": visit.spoken(report.schedule.message),
        "by": _called(reading.room, report.owed_by),
        "to": show.listed(filter(None, (_called(reading.room, who) for who in report.to))),
    }


def _called(room: Room, who: Who | None) -> str:
    """Who writes a report, or whom it goes to, where that is a post, a unit or a kind of units."""
    if who is None:
        return ""
    roster = room.mechanism.definition.roster
    post = roster.posts.get(who.post or who.key) if who.post or who.kind == "post" else None
    if post is not None:
        return post.title
    if who.kind == "unit":
        return room.around.today.unit_title(who.key)
    return roster.sorts[who.key].title if who.kind == "unit_kind" else ""


@blueprint.get("/reports/<report>/records")
@permissions.opens_to(permissions.DESK)
def figure(report: str) -> ResponseReturnValue:
    """The records behind a number, exactly those."""
    reading = Reading.of(report)
    room, key = reading.room, request.args.get("metric", "")
    metric = next((one for one in reading.shown.metrics if one.key == key), None)
    if metric is None or reading.over is not None:
        abort(404)
    line, among = _line(metric), metric.measure == "share" and "among" in request.args
    asked = wanted(metric, room.mechanism.definition, room.installed.id, reading.period, line, among=among)
    at_page = number_asked()
    with visit.database().read() as connection:
        found = records(
            connection, visit.shelf(), visit.reach(), asked, room.now, facts=room.facts,
            offset=(at_page - 1) * ROWS, limit=ROWS,
        )  # fmt: skip
    chosen = columns.of_view(room, _view(room, metric))
    kept = {name: value for name, value in request.args.items() if name in ("metric", "line", "blank", "among")}
    return page(
        "desk/figure.html",
        current="reports",
        **_around(reading),
        metric=metric,
        line="" if line is EVERY else _label(reading, metric, line),
        among=among,
        how=figures.told(room, metric),
        heads=[{"key": one.path, "title": one.title, "kind": one.kind, "fact": one.fact} for one in chosen],
        rows=[
            {"href": url_for(".record", record=one.id), "id": one.id, "cells": columns.cells(room, one, chosen)}
            for one in found.records
        ],
        pages=pages(at_page, found, lambda number: reading.address(".figure", **kept, page=number)),
        back=reading.address(),
    )


def _line(metric: Metric) -> Any:
    """The line the address asks for."""
    if not metric.by:
        return EVERY
    return BLANK if "blank" in request.args else request.args.get("line", EVERY)


def _label(reading: Reading, metric: Metric, line: str | None) -> str:
    values = {line}
    known = dict(lines_of(reading.room.mechanism, metric, values, reading.room.around, reading.room.now.date(), lang()))
    return known.get(line) or str(line)


def _view(room: Room, metric: Metric) -> View:
    """The list behind a number shows what the first ledger of its type shows, and what the number is about."""
    definition = room.mechanism.definition
    ledger = next((one for one in definition.views.values() if one.of == metric.of), None)
    facets = definition.record_types[metric.of].facets
    named = (facets.get(name, "") for name in ("title", "applicant", "category", "lead_unit"))
    usual = ledger.columns if ledger is not None else ("record.number", *named, "record.state")
    paths = (*usual, *filter(None, (metric.by, metric.dated, metric.field)))
    return View("figure", metric.title, metric.of, tuple(dict.fromkeys(paths)))


@blueprint.get("/reports/<report>/print")
@permissions.opens_to(TOTALS)
def print_report(report: str) -> ResponseReturnValue:
    """The report as a page to print."""
    reading = Reading.of(report)
    blocks = figures.drawn(reading.room, _filled(reading), reading.opens)
    return render_template("desk/report_print.html", **_around(reading), blocks=blocks, back=reading.address())


@blueprint.get("/reports/<report>/file")
@permissions.opens_to(TOTALS)
def report_file(report: str) -> ResponseReturnValue:
    """The figures as a file for spreadsheets; who took it is logged."""
    reading = Reading.of(report)
    kind = request.args.get("as", "xlsx")
    if kind not in _FILES:
        abort(404)
    lines = table(_filled(reading), lang())
    body = csv_bytes(lines) if kind == "csv" else xlsx_bytes(lines, reading.report.title)
    with visit.database().write() as connection:
        log(
            connection, "export", visit.actor().id, reading.room.now, organisation=reading.room.installed.organisation,
            address=visit.address(),
            detail={"installation": reading.room.installed.id, "report": reading.report.key,
                    "period": reading.period.key, "over": reading.over.id if reading.over is not None else ""},
        )  # fmt: skip
    return handed_out(body, _FILES[kind], file_name(kind, reading.report.title, reading.period.key))


def _filled(reading: Reading) -> Statement:
    try:
        return reading.filled_in()
    except UnfilterableError:
        abort(422)
