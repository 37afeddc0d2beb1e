"""The tree of organisations: those below are added, and what each is called and is, is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy import Connection

from liaison.forms import Wrong, read_region
from liaison.store import (
    LEVELS,
    InForce,
    Level,
    Role,
    Version,
    add_organisation,
    change_organisation,
    lookup,
    new_id,
)
from liaison.web import visit

from .forms import Form, blank
from .frame import Page, columns, here, note, places

_ROLE: Final = "security"
_LONGEST: Final = 100
_DEEPEST: Final = 10
"""Levels of the tree."""
_WITHIN: Final[tuple[tuple[str, Role], ...]] = (
    ("admin_mechanisms", "configurer"), ("admin_roster", "configurer"), ("admin_parties", "configurer"),
    ("admin_calendars", "configurer"), ("admin_accounts", "security"), ("admin_grants", "security"),
)  # fmt: skip
"""Where one goes on from an organisation, with the role that opens it."""


class Organisations(Page):
    """`/admin/organisations/`."""

    role = _ROLE
    section = "organisations"

    @expose("/", methods=["GET", "POST"])
    def index(self) -> ResponseReturnValue:
        """The organisations in reach, each below the one over it; add one."""
        if request.method == "GET":
            return self._index(blank(parent=here(_ROLE).id))
        form = Form()
        known = {one.id: one for one in places(_ROLE)}
        parent = form.one_of("parent", known)
        if parent and len(known[parent].above) + 2 > _DEEPEST:
            form.wrong("parent", "admin.organisation.too_deep", most=_DEEPEST)
        with visit.database().write() as connection:
            title, level, region = _typed(connection, form, parent)
            if not form.problems:
                added = add_organisation(
                    connection, new_id(), title, visit.now(), parent=parent, level=level, region=region
                )
                note(connection, "organisation_added", parent, added=added, title=title)
        if form.problems:
            return self._index(form), 422
        flash(visit.sentence("admin.organisation.added", title=title), "success")
        return redirect(url_for(".organisation", organisation=added))

    @expose("/<organisation>", methods=["GET", "POST"])
    def organisation(self, organisation: str) -> ResponseReturnValue:
        """One organisation: what it is called and is, what is set up in it, and where to go on."""
        found = _found(organisation)
        form = Form()
        if request.method == "GET":
            form = blank(title=found.title, level=found.level, region=found.region)
        else:
            with visit.database().write() as connection:
                title, level, region = _typed(connection, form, found.above[-1] if found.above else "", found)
                if not form.problems:
                    change_organisation(connection, found.id, title=title, level=level, region=region)
                    note(connection, "organisation_changed", found.id, title=title)
            if not form.problems:
                flash(visit.sentence("admin.organisation.changed"), "success")
                return redirect(url_for(".organisation", organisation=found.id))
        with visit.database().read() as connection:
            standing = visit.installed(connection, found.id)
            current = [one for one in visit.published(connection) if one.state == "published"]
        configured = found.id in {one.id for one in places("configurer")}
        page = self.show(
            "organisation",
            place=here(_ROLE),
            organisation=found,
            fields=_fields(form),
            ways=[
                {
                    "title": visit.sentence(f"admin.nav.{view.removeprefix('admin_')}"),
                    "href": url_for("administration.switch", organisation=found.id, back=view),
                }
                for view, role in _WITHIN
                if found.id in {one.id for one in places(role)}
            ],
            rows=[
                {
                    "href": url_for("admin_mechanisms.installation", installation=one.id) if configured else "",
                    "cells": {"title": one.title, "version": one.version, "force": _force(one.in_force)},
                }
                for one in standing
            ],
            offers=_offers(found.id, standing, current) if configured else (),
            columns=columns("title:title", "version", "force:chip"),
        )
        return page, 422 if request.method == "POST" else 200

    def _index(self, form: Form) -> str:
        with visit.database().read() as connection:
            standing = visit.installed(connection)
        rows = [
            _row(depth, one, [each.title for each in standing if each.organisation == one.id]) for depth, one in _tree()
        ]
        return self.show(
            "organisations",
            place=here(_ROLE),
            rows=rows,
            columns=columns("organisation:title", "level", "region", "mechanisms:list"),
            fields=[
                form.choice("parent", [(one.id, _under(depth, one)) for depth, one in _tree()], required=True),
                *_fields(form),
            ],
        )


def _offers(organisation: str, standing: Sequence[InForce], current: Sequence[Version]) -> list[dict[str, str]]:
    """The versions that may be set up in an organisation, or take the place of an older one there."""
    there = {one.key: one.digest for one in standing}
    found = []
    for one in current:
        if there.get(one.key) == one.digest:
            continue
        said = "admin.upgrade_named" if one.key in there else "admin.install_named"
        href = url_for("administration.switch", organisation=organisation, version=one.digest)
        found.append({"title": visit.sentence(said, title=one.title, version=one.version), "href": href})
    return found


def _tree() -> Iterator[tuple[int, lookup.Place]]:
    """The organisations in reach, each with how many of those in reach stand over it; by their titles on one level."""
    known = {one.id: one for one in places(_ROLE)}

    def over(one: lookup.Place) -> list[lookup.Place]:
        return [known[id_] for id_ in one.above if id_ in known]

    found = sorted(known.values(), key=lambda one: [(each.title, each.id) for each in (*over(one), one)])
    return ((len(over(one)), one) for one in found)


def _found(organisation: str) -> lookup.Place:
    """An organisation in reach. 404: there is none, or not for this visitor."""
    return next((one for one in places(_ROLE) if one.id == organisation), None) or abort(404)


def _typed(
    connection: Connection, form: Form, parent: str, before: lookup.Place | None = None
) -> tuple[str, Level, str]:
    """Title, level and region as typed; what is wrong is in the form. Those below one organisation are told apart by
    what they are called."""
    title = " ".join(form.text("title", required=True).split())
    chosen = form.one_of("level", LEVELS)
    level: Level = next((one for one in LEVELS if one == chosen), "other")
    region = ""
    try:
        region = read_region(form.text("region")) or ""
    except Wrong as wrong:
        form.tell("region", wrong.message(visit.sentence("admin.field.region")))
    if len(title) > _LONGEST:
        form.wrong("title", "admin.organisation.long_title", most=_LONGEST)
    beside = [one for one in lookup.organisations(connection) if one.above[-1:] == ((parent,) if parent else ())]
    if any(one.title == title and (before is None or one.id != before.id) for one in beside):
        form.wrong("title", "admin.organisation.known")
    return title, level, region


def _fields(form: Form) -> list[dict[str, Any]]:
    levels = [(one, visit.sentence(f"admin.level.{one}")) for one in LEVELS]
    return [
        form.field("title", "organisation", required=True),
        form.choice("level", levels, required=True, otherwise="district"),
        form.field("region", help=visit.sentence("admin.organisation.region_note")),
    ]


def _under(depth: int, one: lookup.Place) -> str:
    return f"{'　' * depth}{one.title}"


def _row(depth: int, one: lookup.Place, mechanisms: list[str]) -> dict[str, Any]:
    return {
        "href": url_for("admin_organisations.organisation", organisation=one.id),
        "cells": {
            "organisation": _under(depth, one),
            "level": visit.sentence(f"admin.level.{one.level}"),
            "region": one.region,
            "mechanisms": mechanisms,
        },
    }


def _force(in_force: bool) -> dict[str, str]:
    said = ("admin.in_force", "in_time") if in_force else ("admin.not_in_force", "soon")
    return {"label": visit.sentence(said[0]), "tone": said[1]}
