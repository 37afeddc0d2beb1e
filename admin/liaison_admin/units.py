"""The units of a roster: added, called otherwise, ended when a reorganisation does away with them."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy import Connection

from liaison.definitions import Definition, Unit
from liaison.forms import Wrong, read_region
from liaison.store import InForce, add_unit, change_unit, end_unit, link_units, lookup, new_id
from liaison.web import visit

from . import checks
from .forms import Form, blank
from .frame import columns, note, set_up
from .roster_page import ROLE, RosterPage, iso

_LONGEST: Final = 100


class Units(RosterPage):
    """`/admin/roster/<installation>/units`."""

    @expose("/<installation>/units", methods=["GET", "POST"])
    def units(self, installation: str) -> ResponseReturnValue:
        """The units, those that have ended too; add one."""
        one = set_up(installation, ROLE)
        definition = checks.definition_of(one)
        form = Form() if request.method == "POST" else blank()
        if request.method == "POST":
            kind = form.one_of("kind", definition.roster.kinds)
            with visit.database().write() as connection:
                title, region = _typed(connection, one, form)
                if not form.problems:
                    key = f"u{new_id()}"
                    add_unit(connection, one.id, Unit(key, title, kind, region))
                    _link(connection, one, definition)
                    note(connection, "unit_added", one.organisation, installation=one.id, unit=key)
            if not form.problems:
                flash(visit.sentence("admin.unit.added"), "success")
                return redirect(url_for(".units", installation=one.id))
        with visit.database().read() as connection:
            found = lookup.units(connection, one.id)
        kinds = [(kind.key, kind.title) for kind in definition.roster.kinds.values()]
        page = self.tabbed(
            "units", one, "units",
            rows=[_row(one, unit, dict(kinds)) for unit in found],
            columns=columns("unit:title", "party_kind", "region", "open", "last_day"),
            fields=[
                form.field("title", "party", required=True),
                form.choice("kind", kinds, "party_kind", required=True),
                form.field("region"),
            ],
        )  # fmt: skip
        return page, 422 if request.method == "POST" else 200

    @expose("/<installation>/units/<unit>", methods=["GET", "POST"])
    def unit(self, installation: str, unit: str) -> ResponseReturnValue:
        """One unit: call it otherwise, let it end."""
        one, definition, found = _found(installation, unit)
        form = Form() if request.method == "POST" else blank(title=found.title, region=found.region)
        if request.method == "POST":
            with visit.database().write() as connection:
                title, region = _typed(connection, one, form, found.key)
                if not form.problems:
                    change_unit(connection, one.id, found.key, title=title, region=region)
                    _link(connection, one, definition)
                    note(connection, "unit_changed", one.organisation, installation=one.id, unit=found.key)
            if not form.problems:
                flash(visit.sentence("admin.unit.changed"), "success")
                return redirect(url_for(".unit", installation=one.id, unit=found.key))
        page = self.tabbed(
            "unit", one, "units",
            unit=found, today=visit.today().isoformat(), closed=_over(found.last_day),
            named=_named(definition, found.key),
            fields=[form.field("title", "party", required=True), form.field("region")],
        )  # fmt: skip
        return page, 422 if request.method == "POST" else 200

    @expose("/<installation>/units/<unit>/end", methods=["POST"])
    def unit_end(self, installation: str, unit: str) -> ResponseReturnValue:
        """It is one of the units until a day, that day included; or again, where none is given."""
        one, definition, found = _found(installation, unit)
        if _named(definition, found.key):
            abort(409)
        form = Form()
        last = form.day("until")
        if form.problems:
            flash("；".join(form.problems["until"]), "error")
        else:
            with visit.database().write() as connection:
                end_unit(connection, one.id, found.key, last)
                what = "unit_ended" if last else "unit_reopened"
                note(connection, what, one.organisation, installation=one.id, unit=found.key)
            flash(visit.sentence("admin.unit.closed" if last else "admin.unit.reopened"), "success")
        return redirect(url_for(".unit", installation=one.id, unit=found.key))


def _found(installation: str, unit: str) -> tuple[InForce, Definition, lookup.UnitInRoster]:
    """404: the mechanism has no such unit."""
    one = set_up(installation, ROLE)
    with visit.database().read() as connection:
        found = next((each for each in lookup.units(connection, one.id) if each.key == unit), None)
    return one, checks.definition_of(one), found or abort(404)


def _typed(connection: Connection, one: InForce, form: Form, unit: str = "") -> tuple[str, str]:
    """Name and region as typed; no two units there are have the same name."""
    title, region = " ".join(form.text("title", required=True).split()), ""
    try:
        region = read_region(form.text("region")) or ""
    except Wrong as wrong:
        form.tell("region", wrong.message(visit.sentence("admin.field.region")))
    if len(title) > _LONGEST:
        form.wrong("title", "admin.organisation.long_title", most=_LONGEST)
    others = (each for each in lookup.units(connection, one.id) if each.key != unit and not _over(each.last_day))
    if any(each.title == title for each in others):
        form.wrong("title", "admin.unit.known")
    return title, region


def _link(connection: Connection, one: InForce, definition: Definition) -> None:
    kinds = {kind.key: kind.party for kind in definition.roster.kinds.values()}
    link_units(connection, one.id, one.organisation, kinds, visit.today())


def _named(definition: Definition, unit: str) -> bool:
    """Whether the mechanism itself says that it is this unit: where the office is."""
    return any(unit in post.units for post in definition.roster.posts.values())


def _over(last: date | None) -> bool:
    return last is not None and last < visit.today()


def _row(one: InForce, unit: lookup.UnitInRoster, kinds: dict[str, str]) -> dict[str, Any]:
    return {
        "href": url_for(".unit", installation=one.id, unit=unit.key),
        "cells": {
            "unit": unit.title,
            "party_kind": kinds.get(unit.kind, unit.kind),
            "region": unit.region,
            "open": str(unit.open) if unit.open else "",
            "last_day": iso(unit.last_day),
        },
    }
