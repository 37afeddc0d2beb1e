"""The directory of parties of an organisation: looked through, entered by hand or from a table, closed."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy import Connection

from liaison.definitions import PARTY_KINDS
from liaison.forms import Wrong, read_region, read_uscc
from liaison.store import Entry, add_party, change_party, close_party, directory, lock_directory, lookup, taken
from liaison.web import file_name, handed_out, lang, party_kind, visit, whole

from . import party_table
from .forms import Form, blank
from .frame import PAGE, Page, columns, here, note, paged

_ROLE: Final = "configurer"
_SHOWN: Final = 200
"""Lines of a preview that are shown one by one."""


class Parties(Page):
    """`/admin/parties/`."""

    role = _ROLE
    section = "parties"

    @expose("/", methods=["GET", "POST"])
    def index(self) -> ResponseReturnValue:
        """The directory, searched; add to it."""
        place = here(_ROLE)
        if request.method == "GET":
            return self._index(place, blank())
        form = Form()
        with visit.database().write() as connection:
            entry = _entry(connection, place, form)
            if entry is not None:
                added = add_party(
                    connection, place.id, entry.kind, entry.name,
                    credit_code=entry.credit_code, region=entry.region,
                )  # fmt: skip
                note(connection, "party_added", place.id, party=added)
        if entry is None:
            return self._index(place, form), 422
        flash(visit.sentence("admin.party.added"), "success")
        return redirect(url_for(".index", q=entry.name))

    @expose("/<party>", methods=["GET", "POST"])
    def party(self, party: str) -> ResponseReturnValue:
        """One entry, with the units of rosters that refer to it; correct it."""
        place, found = _found(party)
        form = Form()
        if request.method == "GET":
            form = blank(name=found.name, kind=found.kind, credit_code=found.credit_code, region=found.region)
        else:
            with visit.database().write() as connection:
                entry = _entry(connection, place, form, found)
                if entry is not None:
                    change_party(
                        connection, party, kind=entry.kind, name=entry.name,
                        credit_code=entry.credit_code, region=entry.region,
                    )  # fmt: skip
                    note(connection, "party_changed", place.id, party=party)
            if entry is not None:
                flash(visit.sentence("admin.party.changed"), "success")
                return redirect(url_for(".party", party=party))
        with visit.database().read() as connection:
            read = visit.unit_titles(connection, place.id)
            units = _in_rosters(connection, place, party)
        page = self.show(
            "party",
            place=place,
            party=found,
            title=read.get(found.name, found.name),
            today=visit.today().isoformat(),
            closed=_over(found.last_day),
            fields=_fields(form),
            units=units,
            unit_columns=columns("unit:title", "title"),
        )
        return page, 422 if request.method == "POST" else 200

    @expose("/<party>/close", methods=["POST"])
    def close(self, party: str) -> ResponseReturnValue:
        """The party can be picked until a day, that day included; or again, where none is given."""
        place, found = _found(party)
        form = Form()
        last = form.day("until")
        if not form.problems:
            again = _over(found.last_day) and not _over(last)
            with visit.database().write() as connection:
                if again and any(taken(connection, place.id, found.name, found.credit_code, visit.today(), party)):
                    form.wrong("until", "admin.party.known")
                else:
                    close_party(connection, found.id, last)
                    note(connection, "party_closed" if last else "party_reopened", place.id, party=party)
        if not form.problems:
            flash(visit.sentence("admin.party.closed" if last else "admin.party.reopened"), "success")
        else:
            flash("；".join(form.problems["until"]), "error")
        return redirect(url_for(".party", party=party))

    @expose("/parties.csv")
    def export(self) -> ResponseReturnValue:
        """What stands in the directory, in the shape in which it is brought back."""
        place = here(_ROLE)
        with visit.database().write() as connection:
            entries, _ = directory(connection, place.id, on=visit.today())
            note(connection, "export", place.id, list="parties", count=len(entries))
        # The mark at the start tells Excel that this is UTF-8.
        text = "\ufeff" + party_table.write(entries, lang())
        name = file_name("csv", place.title, visit.sentence("admin.nav.parties"), f"{visit.today():%Y%m%d}")
        return handed_out(text.encode(), "text/csv", name)

    @expose("/import", methods=["GET", "POST"])
    def bring(self) -> ResponseReturnValue:
        """Bring a table: first what it would change, or all that is wrong in it; entered whole once that was seen."""
        place = here(_ROLE)
        if request.method == "GET":
            return self._bring(place, blank())
        form = Form()
        text = form.file_or_text("table")
        if form.problems:
            return self._bring(place, form), 422
        seen = request.form.get("sure", "")
        with visit.database().write() as connection:
            lock_directory(connection, place.id)
            read = party_table.read(text, directory(connection, place.id, on=visit.today())[0])
            as_seen = seen == read.mark
            if as_seen and not read.wrong:
                new, changed = _enter(connection, place, read.changes)
                note(connection, "parties_imported", place.id, new=new, changed=changed)
        if read.wrong:
            return self._bring(place, form, read), 422
        if not as_seen:
            return self._preview(place, text, read, moved=bool(seen)), 409 if seen else 200
        flash(visit.sentence("admin.party.entered", new=new, changed=changed), "success")
        return redirect(url_for(".index"))

    def _index(self, place: lookup.Place, form: Form) -> str:
        asked = Form(request.args)
        offset = max(whole(request.args.get("offset", ""), 0), 0)
        words, kind, closed = asked.text("q")[:80], asked.text("kind"), "closed" in request.args
        with visit.database().read() as connection:
            found, total = directory(
                connection, place.id, words=words, kinds=[kind] if kind else (),
                on=None if closed else visit.today(), offset=offset, limit=PAGE,
            )  # fmt: skip
            read = visit.unit_titles(connection, place.id)
        kept = {name: value for name, value in request.args.items() if name in ("q", "kind", "closed")}
        return self.show(
            "parties",
            place=place,
            rows=[_row(one, read.get(one.name, one.name)) for one in found],
            columns=columns("party:title", "party_kind", "credit_code", "region", "last_day"),
            pages=paged(".index", offset, total, kept),
            asked=[asked.field("q", "words"), asked.choice("kind", _kinds(), "party_kind")],
            closed=closed,
            fields=_fields(form),
        )

    def _bring(self, place: lookup.Place, form: Form, read: party_table.Read | None = None) -> str:
        return self.show(
            "parties_bring",
            place=place,
            wrong=[{"line": one.line, "text": visit.spoken(one.message)} for one in read.wrong] if read else [],
            fields=[form.lines("table", lines=12, help=visit.sentence("admin.party.shape"))],
        )

    def _preview(self, place: lookup.Place, text: str, read: party_table.Read, moved: bool) -> str:
        """What the table would change. `moved`: somebody else entered something since it was looked at."""
        new = [one for one in read.changes if one.before is None]
        changed = [one for one in read.changes if one.before is not None and one.before != one.after]
        return self.show(
            "parties_preview",
            place=place,
            text=text,
            mark=read.mark,
            moved=moved,
            new=len(new),
            changed=len(changed),
            same=len(read.changes) - len(new) - len(changed),
            shown=[_compared(one) for one in (*changed, *new)[:_SHOWN]],
            more=max(len(new) + len(changed) - _SHOWN, 0),
        )


def _found(party: str) -> tuple[lookup.Place, Entry]:
    """An entry of the directory administered now. 404: there is none."""
    place = here(_ROLE)
    with visit.database().read() as connection:
        found = lookup.party(connection, place.id, party)
    return place, found or abort(404)


def _over(last: date | None) -> bool:
    return last is not None and last < visit.today()


def _entry(connection: Connection, place: lookup.Place, form: Form, before: Entry | None = None) -> Entry | None:
    """What was typed, or None with what is wrong in the form: nobody stands in the directory twice."""
    name = " ".join(form.text("name", required=True).split())
    kind = form.one_of("kind", PARTY_KINDS)
    values = {"credit_code": "", "region": ""}
    for key, reader in (("credit_code", read_uscc), ("region", read_region)):
        try:
            values[key] = reader(form.text(key)) or ""
        except Wrong as wrong:
            form.tell(key, wrong.message(visit.sentence(f"admin.field.{key}")))
    if len(name) > party_table.LONGEST:
        form.wrong("name", "admin.party.long_name", most=party_table.LONGEST)
    code = values["credit_code"]
    named, coded = taken(connection, place.id, name, code, visit.today(), before.id if before else "")
    for key, known in (("name", named), ("credit_code", coded)):
        if known:
            form.wrong(key, "admin.party.known")
    if form.problems or not kind:
        return None
    return Entry("", kind, name, code, values["region"], None, None)


def _enter(connection: Connection, place: lookup.Place, changes: list[party_table.Change]) -> tuple[int, int]:
    """Enter the changes; how many parties are new, and how many are changed."""
    new = changed = 0
    for one in changes:
        after = one.after
        if one.before is None:
            add_party(connection, place.id, after.kind, after.name, credit_code=after.credit_code, region=after.region)
            new += 1
        elif one.before != after:
            change_party(
                connection, after.id, kind=after.kind, name=after.name, credit_code=after.credit_code,
                region=after.region,
            )  # fmt: skip
            changed += 1
    return new, changed


def _in_rosters(connection: Connection, place: lookup.Place, party: str) -> list[dict[str, Any]]:
    """The units of rosters that refer to a party, as lines of a list."""
    titles = {one.id: one.title for one in visit.installed(connection, place.id)}
    shelf = visit.shelf()

    def line(one: lookup.InRoster) -> dict[str, Any]:
        roster = shelf.today(connection, shelf.installed(connection, one.installation), visit.today())
        return {"cells": {"title": titles[one.installation], "unit": roster.unit_title(one.unit)}}

    return [line(one) for one in lookup.units_of(connection, party)]


def _row(one: Entry, name: str) -> dict[str, Any]:
    return {
        "href": url_for(".party", party=one.id),
        "cells": {
            "party": name,
            "party_kind": party_kind(one.kind),
            "credit_code": one.credit_code,
            "region": one.region,
            "last_day": one.last_day.isoformat() if one.last_day else "",
        },
    }


def _compared(one: party_table.Change) -> dict[str, Any]:
    """A line of the preview, as the macro `compare` draws it."""
    return {
        "label": one.after.name,
        "kind": "added" if one.before is None else "changed",
        "before": _spelt(one.before) if one.before else None,
        "after": _spelt(one.after),
    }


def _spelt(one: Entry) -> str:
    return " · ".join(filter(None, (one.name, party_kind(one.kind), one.credit_code, one.region)))


def _kinds() -> list[tuple[str, str]]:
    return [(kind, party_kind(kind)) for kind in PARTY_KINDS]


def _fields(form: Form) -> list[dict[str, Any]]:
    return [
        form.field("name", "party", required=True),
        form.choice("kind", _kinds(), "party_kind", required=True),
        form.field("credit_code"),
        form.field("region"),
    ]
