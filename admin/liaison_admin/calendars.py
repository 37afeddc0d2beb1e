"""The calendar of an organisation: its days, notices and local days imported, and the due dates that move."""

from __future__ import annotations

import calendar as months
import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final, Literal

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose

from liaison.calendars import Calendar, Day
from liaison.definitions import BadJsonError, read_json
from liaison.engine.duties import owner_title
from liaison.store import Database, MovedDuty, Recomputed, SqlWorld, calendar_of, import_notice, lookup, recompute
from liaison.texts import Finding, Message, say, spell_date
from liaison.web import lang, visit, whole

from . import day_table, local_days, tabular
from .forms import Form, blank
from .frame import Page, columns, here, listed, me, note, stamp
from .rehearsal import rehearsal

_ROLE: Final = "configurer"
_LOG = "calendar_imported"
Kind = Literal["notice", "local"]
_KINDS: tuple[Kind, ...] = ("notice", "local")


class Calendars(Page):
    """`/admin/calendars/`."""

    role = _ROLE
    section = "calendars"

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """The days of a year, and what was imported."""
        place = here(_ROLE)
        year = whole(request.args.get("year", ""), visit.today().year)
        if not 2000 <= year <= 2100:
            abort(404)
        calendar = calendar_of(visit.database(), place.id)
        with visit.database().read() as connection:
            above = place.path.strip("/").split("/")
            imported = lookup.notices(connection, above)
            names = lookup.names(connection, [one.by for one in imported])
        return self.show(
            "calendar",
            place=place,
            year=year,
            edition=calendar.edition,
            provisional=year not in calendar.years,
            workdays=calendar.count(date(year, 1, 1), date(year, 12, 31)),
            months=[_month(calendar, year, month, visit.today()) for month in range(1, 13)],
            weekdays=[visit.sentence(f"admin.weekday.{day}") for day in range(7)],
            rows=[_import_row(one, names, place) for one in imported],
            columns=columns("import:title", "at", "by"),
        )

    @expose("/import/<kind>", methods=["GET", "POST"])
    def bring(self, kind: str) -> ResponseReturnValue:
        """Upload or paste a notice or local days; then see what would change, and confirm."""
        place, wanted = here(_ROLE), _kind(kind)
        if request.method == "GET":
            return self._bring(place, wanted, blank(body=_present(place, wanted)))
        form = Form()
        text = form.file_or_text("body")
        body, wrong = _body(form, text, wanted)
        if body is None:
            return self._bring(place, wanted, form, wrong=wrong), 422
        with rehearsal(visit.database()) as trial:
            before = calendar_of(visit.database(), place.id)
            imported = import_notice(trial, place.id, body, me().person, visit.now(), wanted)
            if not imported.id:
                return self._bring(place, wanted, form, imported.findings), 422
            after = calendar_of(trial, place.id)
            recomputed = recompute(trial, place.id, imported.id, visit.now())
            moved = _moved(trial, recomputed)
        return self.show(
            "calendar_preview",
            place=place,
            kind=wanted,
            body=json.dumps(body, ensure_ascii=False),
            typed=text,
            findings=listed(imported.findings),
            days=_changed(before, after),
            moved=moved,
            moved_columns=columns("number:title", "term", "old", "new"),
            uncounted=_uncounted(recomputed),
            uncounted_columns=columns("number:title", "why"),
        )

    @expose("/import/<kind>/back", methods=["POST"])
    def back(self, kind: str) -> ResponseReturnValue:
        """Back to the form, with what was typed."""
        return self._bring(here(_ROLE), _kind(kind), blank(body=request.form.get("typed", "")))

    @expose("/import/<kind>/confirm", methods=["POST"])
    def confirm(self, kind: str) -> ResponseReturnValue:
        """Import what was seen, count the open clocks anew, and keep the list of what moved."""
        place, wanted = here(_ROLE), _kind(kind)
        form = Form()
        body, wrong = _body(form, form.text("body", required=True), wanted)
        if body is None:
            return self._bring(place, wanted, form, wrong=wrong), 422
        database = visit.database()
        imported = import_notice(database, place.id, body, me().person, visit.now(), wanted)
        if not imported.id:
            return self._bring(place, wanted, form, imported.findings), 422
        moved = _recompute(database, place, imported.id)
        flash(visit.sentence("admin.calendar.imported", count=moved), "success")
        return redirect(url_for(".imported", notice=imported.id))

    @expose("/imports/<int:notice>")
    def imported(self, notice: int) -> ResponseReturnValue:
        """One import: who, when, its days, and the due dates it moved."""
        place = here(_ROLE)
        with visit.database().read() as connection:
            found = next((one for one in lookup.notices(connection, [place.id]) if one.id == notice), None)
            if found is None:
                abort(404)
            names = lookup.names(connection, [found.by])
            moved, uncounted = _kept(connection, place, notice)
        return self.show(
            "calendar_import",
            place=place,
            title=_title(found),
            by=names.get(found.by, found.by),
            at=stamp(found.at),
            text=local_days.write(sorted(found.body["days"], key=lambda day: str(day["date"])), lang()),
            papers=found.body.get("papers", []),
            counted=moved is not None and not uncounted,
            notice=notice,
            rows=[{"cells": cells} for cells in moved or ()],
            columns=columns("number:title", "term", "old", "new"),
            uncounted=[{"cells": cells} for cells in uncounted],
            uncounted_columns=columns("number:title", "why"),
        )

    @expose("/imports/<int:notice>/recount", methods=["POST"])
    def recount(self, notice: int) -> ResponseReturnValue:
        """Count anew what an import left uncounted, because it was broken off."""
        place = here(_ROLE)
        with visit.database().read() as connection:
            if notice not in {one.id for one in lookup.notices(connection, [place.id])}:
                abort(404)
        database = visit.database()
        _recompute(database, place, notice)
        return redirect(url_for(".imported", notice=notice))

    def _bring(
        self,
        place: lookup.Place,
        kind: Kind,
        form: Form,
        findings: Sequence[Finding] = (),
        wrong: Sequence[tabular.Wrong] = (),
    ) -> str:
        return self.show(
            "calendar_bring",
            place=place,
            kind=kind,
            heading=visit.sentence(f"admin.calendar.bring_{kind}"),
            findings=listed(findings),
            wrong=[{"line": one.line, "text": visit.spoken(one.message)} for one in wrong],
            fields=[form.lines("body", f"body_{kind}", lines=14, help=visit.sentence(f"admin.calendar.help_{kind}"))],
        )


def _kind(kind: str) -> Kind:
    found = next((known for known in _KINDS if known == kind), None)
    return found or abort(404)


def _body(form: Form, text: str, kind: Kind) -> tuple[dict[str, Any] | None, Sequence[tabular.Wrong]]:
    """What was brought in the shape of a notice: JSON, a table, or local days line by line. None where it cannot be
    read: what is wrong is in the form, or said line by line."""
    if form.problems:
        return None, ()
    if not text.startswith(("{", "[")) and (kind == "notice" or day_table.is_table(text)):
        table = day_table.read(text)
        if table.wrong:
            return None, table.wrong
        return (table.notice if kind == "notice" else table.local), ()
    try:
        if kind == "local" and not text.startswith("{"):
            return local_days.read(text), ()
        body = read_json(text.encode())
    except local_days.LineError as error:
        form.wrong("body", "admin.calendar.no_line", line=error.line)
        return None, ()
    except BadJsonError as error:
        form.wrong("body", "admin.calendar.no_json")
        form.tell("body", error.finding.message)
        return None, ()
    # Whatever else is wrong with it is the store's to say; only an object can be kept.
    return (body if isinstance(body, dict) else {"days": body}), ()


def _present(place: lookup.Place, kind: Kind) -> str:
    """The local days in force, to be added to: importing replaces them all. A notice begins empty."""
    if kind == "notice":
        return ""
    with visit.database().read() as connection:
        mine = [one for one in lookup.notices(connection, [place.id]) if one.kind == kind]
    return local_days.write(mine[0].body["days"], lang()) if mine else ""


# ── Days ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _month(calendar: Calendar, year: int, month: int, today: date) -> dict[str, Any]:
    weeks = months.Calendar().monthdatescalendar(year, month)
    return {
        "title": visit.sentence(f"admin.month.{month}"),
        "weeks": [[_cell(calendar.day(day), today) if day.month == month else None for day in week] for week in weeks],
    }


def _cell(day: Day, today: date) -> dict[str, Any]:
    kind = _kind_of(day)
    return {
        "n": day.date.day,
        "kind": kind,
        "mark": visit.sentence(f"admin.mark.{kind}") if kind in ("holiday", "make_up") else "",
        "name": visit.spoken(day.name),
        "provisional": day.provisional,
        "today": day.date == today,
    }


def _kind_of(day: Day) -> str:
    weekend = day.date.weekday() >= 5
    if day.workday:
        return "make_up" if weekend else "workday"
    return "weekend" if weekend and day.name.code == "calendars.day.weekend" else "holiday"


def _changed(before: Calendar, after: Calendar) -> list[dict[str, Any]]:
    """The days that would be another kind of day, or be called otherwise."""
    touched = {*before.marks, *after.marks, *before.local, *after.local}
    for year in after.years - before.years:
        first = date(year, 1, 1)
        touched |= {first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)}
    found = []
    for day in sorted(touched):
        old, new = before.day(day), after.day(day)
        if (old.workday, old.name) != (new.workday, new.name):
            found.append({"label": spell_date(day, lang(), weekday=True),
                          "before": _word(old), "after": _word(new), "kind": "changed"})  # fmt: skip
    return found


def _word(day: Day) -> str:
    kind = visit.sentence("admin.local.work" if day.workday else "admin.local.off")
    return f"{kind} · {visit.spoken(day.name)}"


# ── Due dates ────────────────────────────────────────────────────────────────────────────────────────────────────


def _recompute(database: Database, place: lookup.Place, notice: int) -> int:
    """Find the dates anew that a notice concerns, and keep the list of what moved; how many did."""
    recomputed = recompute(database, place.id, notice, visit.now())
    moved, uncounted = _moved(database, recomputed), _uncounted(recomputed)
    with database.write() as connection:
        cells = {"moved": [one["cells"] for one in moved], "uncounted": [one["cells"] for one in uncounted]}
        note(connection, _LOG, place.id, notice=notice, **cells)
    return len(moved)


def _moved(database: Database, recomputed: Recomputed) -> list[dict[str, Any]]:
    """The rows of the list old → new: of terms, then of what is owed for periods."""
    with database.read() as connection:
        world = SqlWorld(connection, database.shelf)
        rows = []
        for one in recomputed.clocks:
            term = world.mechanism(world.installation_of(one.record), one.record).definition.terms.get(one.term)
            title = term.title if term else one.term
            rows.append(_row(one.number or one.record, title, one.old, one.new))
        rows.extend(_duty_row(world, moved) for moved in recomputed.duties)
        return rows


def _duty_row(world: SqlWorld, moved: MovedDuty) -> dict[str, Any]:
    one = moved.instance
    duty = world.mechanism(one.installation).definition.duties[one.duty]
    owner = owner_title(duty, one, world.surroundings(one.installation, visit.today()))
    return _row(owner, f"{duty.title} · {visit.spoken(one.period.message)}", moved.old, one.due)


def _row(number: str, term: str, old: date, new: date) -> dict[str, Any]:
    days = {"old": spell_date(old, lang(), weekday=True), "new": spell_date(new, lang(), weekday=True)}
    return {"cells": {"number": number, "term": term, **days}}


def _uncounted(recomputed: Recomputed) -> list[dict[str, Any]]:
    """The rows of the list of what could not be counted anew."""
    return [{"cells": {"number": one.number or one.id, "why": say(one.why, lang())}} for one in recomputed.uncounted]


def _kept(
    connection: Any, place: lookup.Place, notice: int
) -> tuple[list[dict[str, str]] | None, list[dict[str, str]]]:
    """What an import moved, as it was noted, None where it was never counted to the end; and what could not be counted
    when it was last tried."""
    lines, _ = lookup.accesses(connection, place, lookup.Asked(what=_LOG), 0, 10_000)
    noted = [line.detail for line in lines if line.detail["notice"] == notice]  # the latest first
    if not noted:
        return None, []
    # Lines of old do not say what could not be counted: an import was counted whole or broke off.
    return [cells for detail in reversed(noted) for cells in detail["moved"]], noted[0].get("uncounted", [])


def _import_row(one: lookup.Notice, names: dict[str, str], place: lookup.Place) -> dict[str, Any]:
    return {
        "href": url_for(".imported", notice=one.id) if one.organisation == place.id else "",
        "cells": {"import": _title(one), "at": stamp(one.at), "by": names.get(one.by, one.by)},
    }


def _title(one: lookup.Notice) -> str:
    if one.kind == "notice":
        return visit.spoken(Message("admin.calendar.notice_of", {"year": one.body["year"]}))
    return visit.sentence("admin.calendar.local_days", count=len(one.body["days"]))
