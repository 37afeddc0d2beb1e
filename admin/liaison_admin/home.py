"""The first page: what each section waits for, and the switch between organisations."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import AdminIndexView, expose

from liaison.calendars import Calendar
from liaison.store import Role, calendar_of, lookup
from liaison.web import visit

from . import checks
from .frame import Page, choose, framed, here, places, reached, stamp

ROLES: tuple[Role, ...] = ("configurer", "security", "auditor")
"""Who the administration opens to."""
_SOON = 11
"""From this month on the next year's notice is looked for: it is published in October or November."""


class Home(AdminIndexView):
    """`/admin/`."""

    def __init__(self) -> None:
        super().__init__(endpoint="administration", url="/admin")
        self.static_folder = None  # nothing of Flask-Admin's own style or scripts is used

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """What there is to do, for each of the visitor's roles."""
        todo = [*_configuring(), *_security(), *_auditing()]
        page: str = self.render("administration/home.html", frame=framed(self), todo=todo)
        return page

    @expose("/organisation/<organisation>")
    def switch(self, organisation: str) -> ResponseReturnValue:
        """Administer another organisation, and back to the section; or on to setting up a `version` there."""
        choose(organisation)
        if version := request.args.get("version", ""):
            return redirect(url_for("admin_mechanisms.install", digest=version))
        wanted = request.args.get("back", "")
        pages = {item._view.endpoint for item in self.admin.menu() if isinstance(item._view, Page)}
        return redirect(url_for(f"{wanted if wanted in pages else self.endpoint}.index"))


def _configuring() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    with visit.database().read() as connection:
        mine = reached("configurer")
        stuck = Counter(one.installation for one in lookup.parked(connection, [one.id for one in mine]))
        for one in mine:
            missing = checks.lacking(connection, one)
            href = url_for("admin_mechanisms.installation", installation=one.id)
            if not one.in_force:
                found.append(_line("admin.todo.not_in_force", href, title=one.title))
            if missing:
                href = url_for("admin_roster.posts", installation=one.id)
                found.append(_line("admin.todo.unheld", href, title=one.title, count=len(missing)))
            if stuck[one.id]:
                href = url_for("admin_mechanisms.installation", installation=one.id)
                found.append(_line("admin.todo.parked", href, title=one.title, count=stuck[one.id]))
    if places("configurer"):
        calendar = calendar_of(visit.database(), here("configurer").id)
        found += [
            _line("admin.todo.no_notice", url_for("admin_calendars.index", year=year), year=year)
            for year in _unknown(calendar)
        ]
    return found


def _unknown(calendar: Calendar) -> list[int]:
    today = visit.today()
    years = [today.year] + ([today.year + 1] if today.month >= _SOON else [])
    return [year for year in years if year not in calendar.years]


def _security() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    with visit.database().read() as connection:
        for place in places("security"):
            locked = [one for one in lookup.accounts(connection, place.id, visit.now()) if one.locked_until]
            if locked:
                href = url_for("administration.switch", organisation=place.id, back="admin_accounts")
                found.append(_line("admin.todo.locked", href, title=place.title, count=len(locked)))
    return found


def _auditing() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    with visit.database().read() as connection:
        for place in places("auditor"):
            lines, _ = lookup.accesses(connection, place, lookup.Asked(what="audit_verified"), 0, 1)
            href = url_for("administration.switch", organisation=place.id, back="admin_audit")
            if not lines:
                found.append(_line("admin.todo.never_verified", href, title=place.title))
            elif lines[0].detail["problems"]:
                found.append(_line("admin.todo.broken", href, title=place.title, at=stamp(lines[0].at)))
    return found


def _line(code: str, href: str, **params: Any) -> dict[str, Any]:
    return {"text": visit.sentence(code, **params), "href": href}
