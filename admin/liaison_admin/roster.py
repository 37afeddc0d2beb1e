"""The roster of a mechanism set up: posts and who holds them, people, deputies, and a file of all of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy import Connection

from liaison.roster import unheld
from liaison.store import InForce, add_person, change_person, deputise, end_holding, hold, lookup
from liaison.texts import spell_date
from liaison.web import file_name, handed_out, lang, masked, visit

from . import checks, roster_csv
from .forms import Form, blank
from .frame import columns, note, place_of, reached, set_up
from .matchings import Matchings
from .roster_page import ROLE, in_order, iso
from .tabular import Wrong
from .units import Units

_NONE = "-"
"""Stands for no unit in addresses."""


class Roster(Units, Matchings):
    """`/admin/roster/`."""

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """The mechanisms set up; where there is one, its posts."""
        found = reached(ROLE)
        if len(found) == 1:
            return redirect(url_for(".posts", installation=found[0].id))
        rows = [
            {
                "href": url_for(".posts", installation=one.id),
                "cells": {"title": one.title, "organisation": place_of(one.organisation).title},
            }
            for one in found
        ]
        return self.show("rosters", rows=rows, columns=columns("title:title", "organisation"))

    @expose("/<installation>/")
    def posts(self, installation: str) -> ResponseReturnValue:
        """Every place of every post, who holds it today, and what is missing."""
        one = set_up(installation, ROLE)
        with visit.database().read() as connection:
            places = checks.post_places(connection, one)[1]
            held = lookup.holdings(connection, one.id)
            missing = _unheld(connection, one)
        rows: list[dict[str, Any]] = [
            {
                "href": url_for(".post", installation=one.id, post=place.post, unit=place.unit or _NONE),
                "cells": {
                    "unit": place.unit_title or visit.sentence("admin.leading_post"),
                    "post": place.post_title,
                    "holders": [_spell(holding) for holding in held if _at(holding, place) and _now(holding)],
                },
            }
            for place in places
        ]
        vacant = request.args.get("show") == "vacant"
        return self.tabbed(
            "roster", one, "posts",
            rows=[row for row in rows if not vacant or not row["cells"]["holders"]],
            columns=columns("unit:title", "post", "holders:list"),
            missing=missing, vacant=vacant,
            total=len(rows), empty=sum(1 for row in rows if not row["cells"]["holders"]),
        )  # fmt: skip

    @expose("/<installation>/posts/<post>/<unit>", methods=["GET", "POST"])
    def post(self, installation: str, post: str, unit: str) -> ResponseReturnValue:
        """Who holds, held and will hold one post; give it to somebody."""
        one, place = self._placed(installation, post, unit)
        beside, meant = _meant(one, place)
        form = blank(first_day=visit.today().isoformat(), person=meant)
        if request.method == "POST":
            form = Form()
            with visit.database().write() as connection:
                holding = self._hold(connection, one, place, form)
            if holding:
                flash(visit.sentence("admin.held"), "success")
                return redirect(url_for(".post", installation=one.id, post=place.post, unit=place.unit or _NONE))
        with visit.database().read() as connection:
            people = lookup.people(connection, one.organisation)
            held = [holding for holding in lookup.holdings(connection, one.id) if _at(holding, place)]
        rows = [
            {
                "cells": {
                    "name": holding.name,
                    "first_day": iso(holding.first_day),
                    "last_day": iso(holding.last_day),
                    "end": None
                    if holding.last_day and holding.last_day < visit.today()
                    else {
                        "action": url_for(".end", installation=one.id, holding=holding.id),
                        "day": iso(holding.last_day) or visit.today().isoformat(),
                        "id": holding.id,
                    },
                }
            }
            for holding in reversed(held)
        ]
        page = self.tabbed(
            "post", one, "posts",
            post=place, beside=beside,
            rows=rows, columns=columns("name:title", "first_day", "last_day", "end:end"),
            fields=[
                form.choice("person", [(person.id, _label(person)) for person in people]),
                form.field("name", "new_name"),
                form.field("phone", kind="telephone"),
                form.field("email", kind="email"),
                form.date_field("first_day"),
                form.date_field("last_day"),
            ],
        )  # fmt: skip
        return page, 422 if request.method == "POST" else 200

    def _hold(self, connection: Connection, one: InForce, place: checks.Place, form: Form) -> int:
        """Give the post to the person chosen, or to a new one; 0 where something in the form is wrong."""
        people = {person.id for person in lookup.people(connection, one.organisation)}
        person = form.one_of("person", people, required=False)
        name = form.text("name")
        first, last = form.day("first_day"), form.day("last_day")
        if bool(person) == bool(name) and not form.problems:
            form.wrong("person", "admin.form.one_person")
        in_order(form, first, last)
        if form.problems:
            return 0
        if not person:
            person = add_person(connection, one.organisation, name, phone=form.text("phone"), email=form.text("email"))
        holding = hold(connection, one.id, person, place.post, place.unit, first_day=first, last_day=last)
        note(connection, "post_given", one.organisation, person=person, post=place.post, unit=place.unit)
        return holding

    @expose("/<installation>/holdings/<int:holding>/end", methods=["POST"])
    def end(self, installation: str, holding: int) -> ResponseReturnValue:
        """The post is held until a day, that day included."""
        one = set_up(installation, ROLE)
        form = Form()
        last = form.day("until", required=True)
        with visit.database().write() as connection:
            found = next((held for held in lookup.holdings(connection, one.id) if held.id == holding), None)
            if found is None:
                abort(404)
            in_order(form, found.first_day, last, "until")
            if last is not None and not form.problems:
                end_holding(connection, holding, last)
                note(connection, "post_ended", one.organisation, person=found.person, post=found.post, unit=found.unit)
        if form.problems:
            flash("；".join(form.problems["until"]), "error")
        else:
            flash(visit.sentence("admin.ended"), "success")
        return redirect(url_for(".post", installation=one.id, post=found.post, unit=found.unit or _NONE))

    @expose("/<installation>/people", methods=["GET", "POST"])
    def people(self, installation: str) -> ResponseReturnValue:
        """The people of the organisation; add one."""
        one = set_up(installation, ROLE)
        form = Form() if request.method == "POST" else blank()
        if request.method == "POST":
            name = form.text("name", required=True)
            if not form.problems:
                with visit.database().write() as connection:
                    person = add_person(
                        connection, one.organisation, name, phone=form.text("phone"), email=form.text("email")
                    )
                    note(connection, "person_added", one.organisation, person=person)
                flash(visit.sentence("admin.person_added"), "success")
                return redirect(url_for(".people", installation=one.id))
        with visit.database().read() as connection:
            people = lookup.people(connection, one.organisation)
            places = checks.post_places(connection, one)[1]
            held = [holding for holding in lookup.holdings(connection, one.id) if _now(holding)]
        units = {place.unit: place.unit_title for place in places}
        titles = {place.post: place.post_title for place in places}
        rows = [
            {
                "href": url_for(".person", installation=one.id, person=person.id),
                "cells": {
                    "name": person.name,
                    "phone": masked(person.phone),
                    "email": masked(person.email),
                    "holds": [
                        f"{units.get(holding.unit, '')} {titles.get(holding.post, holding.post)}".strip()
                        for holding in held
                        if holding.person == person.id
                    ],
                },
            }
            for person in people
        ]
        page = self.tabbed(
            "people", one, "people",
            rows=rows, columns=columns("name:title", "phone", "email", "holds:list"),
            fields=_person_fields(form),
        )  # fmt: skip
        return page, 422 if request.method == "POST" else 200

    @expose("/<installation>/people/<person>", methods=["GET", "POST"])
    def person(self, installation: str, person: str) -> ResponseReturnValue:
        """What is kept of a person, in full: looking is logged."""
        one = set_up(installation, ROLE)
        with visit.database().read() as connection:
            found = next((each for each in lookup.people(connection, one.organisation) if each.id == person), None)
        if found is None:
            abort(404)
        form = Form() if request.method == "POST" else blank(name=found.name, phone=found.phone, email=found.email)
        if request.method == "POST":
            name = form.text("name", required=True)
            if not form.problems:
                with visit.database().write() as connection:
                    change_person(connection, person, name=name, phone=form.text("phone"), email=form.text("email"))
                    note(connection, "person_changed", one.organisation, person=person)
                flash(visit.sentence("admin.person_changed"), "success")
                return redirect(url_for(".people", installation=one.id))
        else:
            with visit.database().write() as connection:
                note(connection, "unmask", one.organisation, person=person)
        page = self.tabbed("person", one, "people", person=found, fields=_person_fields(form))
        return page, 422 if request.method == "POST" else 200

    @expose("/<installation>/deputies", methods=["GET", "POST"])
    def deputies(self, installation: str) -> ResponseReturnValue:
        """Who stands in for whom; say it of two people."""
        one = set_up(installation, ROLE)
        with visit.database().read() as connection:
            people = lookup.people(connection, one.organisation)
        form = Form() if request.method == "POST" else blank()
        offered = [(person.id, _label(person)) for person in people]
        if request.method == "POST":
            known = [person.id for person in people]
            absent, deputy = form.one_of("absent", known), form.one_of("deputy", known)
            first, last = form.day("first_day", required=True), form.day("last_day", required=True)
            if absent and absent == deputy:
                form.wrong("deputy", "admin.form.same_person")
            in_order(form, first, last)
            if first and last and not form.problems:
                with visit.database().write() as connection:
                    deputise(connection, one.organisation, deputy, absent, first, last)
                    note(connection, "deputy_named", one.organisation, person=deputy, absent=absent)
                flash(visit.sentence("admin.deputised"), "success")
                return redirect(url_for(".deputies", installation=one.id))
        with visit.database().read() as connection:
            found = lookup.deputies(connection, one.organisation)
        rows = [
            {
                "cells": {
                    "absent": one_.absent,
                    "deputy": one_.name,
                    "first_day": iso(one_.first_day),
                    "last_day": iso(one_.last_day),
                }
            }
            for one_ in found
        ]
        page = self.tabbed(
            "deputies", one, "deputies",
            rows=rows, columns=columns("absent:title", "deputy", "first_day", "last_day"),
            fields=[
                form.choice("absent", offered, required=True),
                form.choice("deputy", offered, required=True),
                form.date_field("first_day", required=True),
                form.date_field("last_day", required=True),
            ],
        )  # fmt: skip
        return page, 422 if request.method == "POST" else 200

    @expose("/<installation>/import", methods=["GET", "POST"])
    def csv(self, installation: str) -> ResponseReturnValue:
        """Enter holdings from a file or from what is pasted: all of them, or none with every wrong line said."""
        one = set_up(installation, ROLE)
        wrong: Sequence[Wrong] = ()
        form = Form() if request.method == "POST" else blank()
        if request.method == "POST":
            text = form.file_or_text("csv")
            if not form.problems:
                with visit.database().write() as connection:
                    shelves = (visit.shelf(), visit.database().shelf)  # a file from somebody who reads otherwise
                    places = [place for shelf in shelves for place in checks.post_places(connection, one, shelf)[1]]
                    people = lookup.people(connection, one.organisation)
                    read = roster_csv.read(text, places, people)
                    wrong = read.wrong + roster_csv.twice(read.rows, [*people, *read.newcomers.values()])
                    if not wrong:
                        entered, known = _enter(connection, one, read)
                        note(connection, "roster_imported", one.organisation, installation=one.id, entered=entered)
                if not wrong:
                    flash(visit.sentence("admin.csv.entered", entered=entered, known=known), "success")
                    return redirect(url_for(".posts", installation=one.id))
        page = self.tabbed(
            "import", one, "csv",
            wrong=[{"line": each.line, "text": visit.spoken(each.message)} for each in wrong],
            fields=[form.lines("csv", lines=12, help=visit.sentence("admin.csv.shape"))],
        )  # fmt: skip
        return page, 422 if request.method == "POST" else 200

    @expose("/<installation>/roster.csv")
    def blank_csv(self, installation: str) -> ResponseReturnValue:
        """A file to be filled in: the places that nobody holds."""
        one = set_up(installation, ROLE)
        with visit.database().read() as connection:
            places = checks.post_places(connection, one)[1]
            held = [holding for holding in lookup.holdings(connection, one.id) if _now(holding)]
        empty = [place for place in places if not any(_at(holding, place) for holding in held)]
        # The mark at the start tells Excel that this is UTF-8.
        text = "\ufeff" + roster_csv.write(empty, lang())
        name = file_name("csv", visit.sentence("admin.csv.blank_name", title=one.title), f"{visit.today():%Y%m%d}")
        return handed_out(text.encode(), "text/csv", name)

    def _placed(self, installation: str, post: str, unit: str) -> tuple[InForce, checks.Place]:
        one = set_up(installation, ROLE)
        with visit.database().read() as connection:
            places = checks.post_places(connection, one)[1]
        found = next((place for place in places if (place.post, place.unit or _NONE) == (post, unit)), None)
        return one, found or abort(404)


def _enter(connection: Connection, one: InForce, read: roster_csv.Read) -> tuple[int, int]:
    """Enter what was read; how many rows are new, and how many were so already."""
    held = lookup.holdings(connection, one.id)
    added = {
        key: add_person(connection, one.organisation, new.name, phone=new.phone, email=new.email)
        for key, new in read.newcomers.items()
    }
    entered = 0
    for row in read.rows:
        person = added.get(row.person, row.person)
        same = (person, row.post, row.unit, row.first_day, row.last_day)
        if any((each.person, each.post, each.unit, each.first_day, each.last_day) == same for each in held):
            continue
        hold(connection, one.id, person, row.post, row.unit, first_day=row.first_day, last_day=row.last_day)
        entered += 1
    return entered, len(read.rows) - entered


def _unheld(connection: Connection, one: InForce) -> list[dict[str, str]]:
    shelf, day = visit.shelf(), visit.today()
    roster = shelf.today(connection, shelf.installed(connection, one.id), day).roster
    messages = [lack.message for lack in unheld(roster, day)]
    return [{"text": visit.spoken(message), "hint": visit.advice(message)} for message in messages]


def _meant(one: InForce, place: checks.Place) -> tuple[str, str]:
    """The post whose holder is to hold this one as well, and who that is today; empty where there is none."""
    with visit.database().read() as connection:
        today = visit.shelf().today(connection, visit.shelf().installed(connection, one.id), visit.today())
    posts = today.roster.posts
    other = posts.get(posts[place.post].same_as)
    return other.title if other else "", next(iter(today.meant_for(place.post, place.unit)), "")


def _person_fields(form: Form) -> list[dict[str, Any]]:
    return [
        form.field("name", required=True),
        form.field("phone", kind="telephone"),
        form.field("email", kind="email"),
    ]


def _at(holding: lookup.Holding, place: checks.Place) -> bool:
    return (holding.post, holding.unit) == (place.post, place.unit)


def _now(holding: lookup.Holding) -> bool:
    today = visit.today()
    return (holding.first_day is None or holding.first_day <= today) and (
        holding.last_day is None or today <= holding.last_day
    )


def _spell(holding: lookup.Holding) -> str:
    if not holding.first_day and not holding.last_day:
        return holding.name
    first, last = (spell_date(day, lang()) if day else "" for day in (holding.first_day, holding.last_day))
    term = "admin.roster.both" if first and last else "admin.roster.from" if first else "admin.roster.until"
    return visit.sentence(term, name=holding.name, first=first, last=last)


def _label(person: Any) -> str:
    return f"{person.name} {masked(person.phone)}".strip()
