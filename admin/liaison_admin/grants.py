"""Grants: who configures, keeps accounts, audits, sees totals or reads records, on what, from a day to a day."""

from __future__ import annotations

from typing import Any, Final, get_args

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy import Connection

from liaison.store import REACHES, InForce, On, Role, end_grant, grant, lookup
from liaison.web import visit

from .forms import Form, blank
from .frame import Page, columns, here, me, note, place_of, places

_ROLE: Final = "security"
_ROLES: tuple[Role, ...] = tuple(REACHES)


class Grants(Page):
    """`/admin/grants/`."""

    role = _ROLE
    section = "grants"

    @expose("/", methods=["GET", "POST"])
    def index(self) -> ResponseReturnValue:
        """The roles given in the organisation; give one."""
        place = here(_ROLE)
        if request.method == "GET":
            return self._index(place, blank(first_day=visit.today().isoformat()))
        form = Form()
        with visit.database().write() as connection:
            people = {person.id for person in lookup.people(connection, place.id)}
            person = form.one_of("person", people)
            role = next((one for one in _ROLES if one == form.one_of("role", _ROLES)), None)
            on_kind, on_id = _on(form.one_of("on", dict(_objects(place))))
            first, last = form.day("first_day"), form.day("last_day")
            if first and last and last < first:
                form.wrong("last_day", "admin.form.backward", first=first)
            if person and person == me().person:
                form.wrong("person", "admin.form.not_yourself")
            if role is not None and on_id and on_kind not in REACHES[role]:
                form.wrong("on", "admin.form.role_not_there", role=visit.sentence(f"admin.role.{role}"))
            if role is not None and not form.problems:
                grant(
                    connection, person, role, on_kind, on_id, me().person,
                    organisation=place.id, first_day=first, last_day=last,
                )  # fmt: skip
                note(connection, "grant_given", place.id, person=person, role=role, on=on_id)
        if form.problems:
            return self._index(place, form), 422
        flash(visit.sentence("admin.granted"), "success")
        return redirect(url_for(".index"))

    @expose("/<int:given>/end", methods=["POST"])
    def end(self, given: int) -> ResponseReturnValue:
        """The grant ends with a day, that day included; it stays on file."""
        place = here(_ROLE)
        form = Form()
        last = form.day("until", required=True)
        with visit.database().write() as connection:
            found = next((one for one in lookup.grants(connection, place.id) if one.id == given), None)
            if found is None:
                abort(404)
            if last is not None and found.first_day and last < found.first_day:
                form.wrong("until", "admin.form.backward", first=found.first_day)
            if last is not None and not form.problems:
                end_grant(connection, given, last)
                note(connection, "grant_ended", place.id, person=found.person, role=found.role, on=found.on_id)
        if form.problems:
            flash("；".join(form.problems["until"]), "error")
        else:
            flash(visit.sentence("admin.ended"), "success")
        return redirect(url_for(".index"))

    def _index(self, place: lookup.Place, form: Form) -> str:
        with visit.database().read() as connection:
            found = lookup.grants(connection, place.id)
            people = lookup.people(connection, place.id)
            names = lookup.names(connection, [one.by for one in found])
        roles = [(role, visit.sentence(f"admin.role.{role}")) for role in _ROLES]
        objects = _objects(place)
        return self.show(
            "grants",
            place=place,
            rows=[_row(one, dict(objects), names) for one in found],
            columns=columns("name:title", "role", "on", "first_day", "last_day", "by", "end:end"),
            fields=[
                form.choice("person", [(person.id, person.name) for person in people], required=True),
                form.choice("role", roles, required=True),
                form.choice("on", objects, required=True, otherwise=objects[0][0]),
                form.date_field("first_day"),
                form.date_field("last_day"),
            ],
        )


def _objects(place: lookup.Place) -> list[tuple[str, str]]:
    """What a role may be given on here: the organisation with all below it, each of those below, what is set up in
    them, and the units of what is set up in the organisation itself."""
    below = {one.id: one for one in places(_ROLE) if one.within([place.id])}
    found = [(f"organisation:{one.id}", visit.sentence("admin.whole", title=one.title)) for one in below.values()]
    with visit.database().read() as connection:
        standing = [one for one in visit.installed(connection) if one.organisation in below]
        mine = [one for one in standing if one.organisation == place.id]
        units = {one.id: _units(connection, one) for one in mine}
    titles = {one.id: one.title if one in mine else f"{below[one.organisation].title} {one.title}" for one in standing}
    found += [(f"installation:{one.id}", titles[one.id]) for one in standing]
    return found + [
        (f"unit:{one.id}/{unit}", visit.sentence("admin.unit_of", unit=name, title=titles[one.id]))
        for one in mine
        for unit, name in units[one.id].items()
    ]


def _units(connection: Connection, one: InForce) -> dict[str, str]:
    """The units of a mechanism set up: key → title."""
    shelf = visit.shelf()
    roster = shelf.today(connection, shelf.installed(connection, one.id), visit.today()).roster
    return {unit.key: unit.title for unit in roster.units.values()}


def _on(chosen: str) -> tuple[On, str]:
    """The kind and id in the value of a choice."""
    kind, _, id_ = chosen.partition(":")
    return next((one for one in get_args(On) if one == kind), "organisation"), id_


def _row(one: lookup.Given, objects: dict[str, str], names: dict[str, str]) -> dict[str, Any]:
    over = one.last_day is not None and one.last_day < visit.today()
    end = {
        "action": url_for("admin_grants.end", given=one.id),
        "day": (one.last_day or visit.today()).isoformat(),
        "id": one.id,
    }
    return {
        "cells": {
            "name": one.name,
            "role": visit.sentence(f"admin.role.{one.role}"),
            "on": objects.get(f"{one.on_kind}:{one.on_id}") or _elsewhere(one),
            "first_day": one.first_day.isoformat() if one.first_day else "",
            "last_day": one.last_day.isoformat() if one.last_day else "",
            "by": names.get(one.by, one.by),
            "end": None if over else end,
        }
    }


def _elsewhere(one: lookup.Given) -> str:
    """What a grant is on that is given in this organisation and lies out of reach here."""
    return place_of(one.on_id).title if one.on_kind == "organisation" else one.on_id
