"""What the pages of a roster have in common: their tabs, and days that are entered and shown."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from flask import url_for

from liaison.store import InForce
from liaison.web import visit

from . import checks
from .forms import Form
from .frame import Page, place_of

ROLE: Final = "configurer"
_TABS = ("posts", "units", "people", "deputies", "csv")


class RosterPage(Page):
    """`/admin/roster/`."""

    role = ROLE
    section = "roster"
    whole = False

    def tabbed(self, template: str, one: InForce, tab: str, **context: Any) -> str:
        """A page of one roster, under the tab it belongs to. Matchings have a tab where the mechanism has any."""
        names = (*_TABS, "matchings") if checks.definition_of(one).roster.matchings else _TABS
        tabs = [
            {
                "title": visit.sentence(f"admin.tab.{name}"),
                "href": url_for(f".{name}", installation=one.id),
                "current": name == tab,
            }
            for name in names
        ]
        return self.show(template, place=place_of(one.organisation), one=one, tabs=tabs, **context)


def in_order(form: Form, first: date | None, last: date | None, name: str = "last_day") -> None:
    """A last day before the first is wrong."""
    if first and last and last < first:
        form.wrong(name, "admin.form.backward", first=first)


def iso(day: date | None) -> str:
    """2026-01-01; empty for none."""
    return day.isoformat() if day else ""
