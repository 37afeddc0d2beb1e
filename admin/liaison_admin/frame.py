"""What stands around every page of the administration, and what its visitor's grants reach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from flask import abort, g, session, url_for
from flask_admin import BaseView
from sqlalchemy import Connection

from liaison.calendars import ZONE
from liaison.store import Account, InForce, Role, grants_of, installations, log, lookup
from liaison.texts import Finding, folded
from liaison.web import visit

_CHOSEN = "administered"
PAGE = 50
"""Lines on one page of a list."""


class Page(BaseView):
    """A section of the administration: one role opens it, `admin.nav.<name>` is its title.

    `whole`: it concerns an organisation as a whole, so a grant on one of its mechanisms does not open it."""

    role: ClassVar[Role]
    section: ClassVar[str]
    whole: ClassVar[bool] = True

    def __init__(self) -> None:
        super().__init__(name=self.section, endpoint=f"admin_{self.section}", url=self.section)

    def is_accessible(self) -> bool:
        """Whether this visitor's grants of the section's role reach anything the section is about."""
        return bool(places(self.role) or (not self.whole and reached(self.role)))

    def inaccessible_callback(self, name: str, **kwargs: Any) -> Any:
        """What Flask-Admin answers instead of the page."""
        abort(403)

    def show(self, template: str, *, place: lookup.Place | None = None, **context: Any) -> str:
        """A page of the section, in its frame; `template` without folder and ending."""
        page: str = self.render(f"administration/{template}.html", frame=framed(self, place), **context)
        return page


def framed(view: Any, place: lookup.Place | None = None) -> dict[str, Any]:
    """The context of the base template: organisations to choose from, sections, who is signed in."""
    role = getattr(view, "role", None)
    return {
        "here": place,
        "places": [
            {
                "title": one.title,
                "href": url_for("administration.switch", organisation=one.id, back=view.endpoint),
                "current": place is not None and one.id == place.id,
            }
            for one in (places(role) if role else ())
        ],
        "nav": [
            {
                "title": visit.sentence(f"admin.nav.{item._view.section}"),
                "href": url_for(f"{item._view.endpoint}.index"),
                "current": item._view is view,
            }
            for item in view.admin.menu()
            if isinstance(item._view, Page) and item._view.is_accessible()
        ],
        "me": me(),
        "at_desk": bool(visit.desks()),
    }


def listed(findings: Iterable[Finding]) -> list[dict[str, str]]:
    """Findings as the macro `findings_list` draws them: of many of one kind the first, and how many more there are."""
    return [
        {
            "severity": finding.severity.value,
            "word": visit.sentence(f"admin.severity.{finding.severity.value}"),
            "code": finding.code,
            "where": "#".join(filter(None, (finding.file, finding.pointer))),
            "text": visit.spoken(finding.message),
            "hint": visit.advice(finding.message),
        }
        for finding in folded(findings)
    ]


# ── Who is here and what the grants reach ────────────────────────────────────────────────────────────────────────


def me() -> Account:
    """The account signed in with: every page here asks for a role."""
    account = visit.me()
    assert account is not None, "the rule of the page lets in only who is signed in"
    return account


def places(role: Role) -> Sequence[lookup.Place]:
    """The organisations that grants of a role reach today: those granted on, with all below them."""
    granted = {one.on_id for one in _granted() if one.role == role and one.on_kind == "organisation"}
    return [place for place in _organisations() if place.within(granted)]


def reached(role: Role) -> Sequence[InForce]:
    """The mechanisms set up that grants of a role reach: on their organisation, one above it, or themselves."""
    whole = {place.id for place in places(role)}
    single = {one.on_id for one in _granted() if one.role == role and one.on_kind == "installation"}
    with visit.database().read() as connection:
        return [one for one in visit.installed(connection) if one.organisation in whole or one.id in single]


def has(role: Role) -> bool:
    """Whether the visitor has a role today, on whatever."""
    return any(one.role == role for one in _granted())


def here(role: Role) -> lookup.Place:
    """The organisation that is administered now: the one chosen last, else the first in reach. 403: none is."""
    found = places(role)
    if not found:
        abort(403)
    return next((place for place in found if place.id == session.get(_CHOSEN)), found[0])


def choose(organisation: str) -> None:
    """Administer another organisation. 404: there is none of that id."""
    if organisation not in {place.id for place in _organisations()}:
        abort(404)
    session[_CHOSEN] = organisation


def set_up(installation: str, role: Role) -> InForce:
    """The mechanism set up under this id. 404: there is none; 403: no grant of `role` reaches it."""
    found = next((one for one in reached(role) if one.id == installation), None)
    if found is not None:
        return found
    with visit.database().read() as connection:
        known = any(one.id == installation for one in installations(connection))
    return abort(403 if known else 404)


def place_of(organisation: str) -> lookup.Place:
    """An organisation by its id."""
    return next(place for place in _organisations() if place.id == organisation)


def note(connection: Connection, what: str, organisation: str, **detail: Any) -> None:
    """Keep in the access log that this visitor did something here."""
    log(
        connection, what, me().person, visit.now(),
        organisation=organisation, address=visit.address(), detail=detail,
    )  # fmt: skip


def _granted() -> Sequence[Any]:
    if "admin_granted" not in g:
        with visit.database().read() as connection:
            g.admin_granted = grants_of(connection, me().person, visit.today())
    return g.admin_granted  # type: ignore[no-any-return]


def _organisations() -> Sequence[lookup.Place]:
    if "admin_organisations" not in g:
        with visit.database().read() as connection:
            g.admin_organisations = lookup.organisations(connection)
    return g.admin_organisations  # type: ignore[no-any-return]


# ── Lists ────────────────────────────────────────────────────────────────────────────────────────────────────────


def columns(*wanted: str) -> list[dict[str, Any]]:
    """Columns of a list: `key` or `key:kind`. On a telephone all are shown."""
    found = []
    for one in wanted:
        key, _, kind = one.partition(":")
        found.append({"key": key, "title": visit.sentence(f"admin.column.{key}"), "kind": kind, "fact": True})
    return found


def stamp(moment: datetime | None) -> str:
    """2026-08-20 10:00:05 in Shanghai; empty for none."""
    return "" if moment is None else f"{moment.astimezone(ZONE):%Y-%m-%d %H:%M:%S}"


def paged(endpoint: str, offset: int, total: int, kept: Mapping[str, Any]) -> dict[str, Any]:
    """What the macro `pagination` wants."""
    last = min(offset + PAGE, total)
    return {
        "total": total,
        "first": min(offset + 1, total),
        "last": last,
        "previous_href": url_for(endpoint, **kept, offset=max(offset - PAGE, 0)) if offset else "",
        "next_href": url_for(endpoint, **kept, offset=last) if last < total else "",
    }
