"""The audit: who looked and what was done, whether the chain is whole, which suggestions were changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any, Final

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy import Connection

from liaison.calendars import ZONE
from liaison.documents import documents_of
from liaison.forms import display
from liaison.store import Access, SqlWorld, lookup, verify
from liaison.texts import Message, catalogue
from liaison.web import lang, visit, whole

from .forms import Form
from .frame import PAGE, Page, columns, here, note, paged, stamp

_ROLE: Final = "auditor"


class Audit(Page):
    """`/admin/audit/`."""

    role = _ROLE
    section = "audit"

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """The access log, filtered."""
        place = here(_ROLE)
        form = Form(request.args)
        offset = max(whole(request.args.get("offset", ""), 0), 0)
        since, until = form.day("since"), form.day("until")
        asked = lookup.Asked(
            form.text("what"),
            form.text("person"),
            form.text("record"),
            datetime.combine(since, time(), ZONE) if since else None,
            datetime.combine(until + timedelta(days=1), time(), ZONE) if until else None,
        )
        with visit.database().read() as connection:
            lines, total = lookup.accesses(connection, place, asked, offset, PAGE)
            kinds = lookup.logged(connection, place.id)
            people = lookup.people(connection, place.id)
            names = lookup.names(connection, _people(lines))
            numbers = lookup.numbers(connection, [line.record for line in lines if line.record])
            titles = _titles(connection, place.id)
        kept = {name: value for name, value in request.args.items() if name != "offset"}
        return self._show(
            "audit", place, "index",
            rows=[_line(line, names, numbers, titles) for line in lines],
            columns=columns("at", "what", "who", "record", "address", "detail:title"),
            pages=paged(".index", offset, total, kept),
            fields=[
                form.choice("what", [(kind, _said(kind)) for kind in kinds]),
                form.choice("person", [(person.id, person.name) for person in people], "who"),
                form.field("record"),
                form.date_field("since"),
                form.date_field("until"),
            ],
        )  # fmt: skip

    @expose("/chain", methods=["GET", "POST"])
    def chain(self) -> ResponseReturnValue:
        """Check the audit chain of the organisation; when it was checked last."""
        place = here(_ROLE)
        if request.method == "POST":
            found = verify(visit.database(), place.id)
            said = [[problem.message.code, _plain(problem.message.params)] for problem in found]
            with visit.database().write() as connection:
                note(connection, "audit_verified", place.id, problems=len(said), found=said[:200])
            if not said:
                flash(visit.sentence("admin.chain.sound_now"), "success")
            return redirect(url_for(".chain"))
        with visit.database().read() as connection:
            lines, _ = lookup.accesses(connection, place, lookup.Asked(what="audit_verified"), 0, 20)
            names = lookup.names(connection, [line.person for line in lines])
        last = lines[0] if lines else None
        return self._show(
            "chain", place, "chain",
            last=last,
            last_at=stamp(last.at) if last else "",
            problems=[visit.spoken(Message(code, params)) for code, params in last.detail["found"]] if last else [],
            rows=[
                {
                    "cells": {
                        "at": stamp(line.at),
                        "who": names.get(line.person, line.person),
                        "result": _result(line.detail["problems"]),
                    }
                }
                for line in lines
            ],
            columns=columns("at:title", "who", "result:chip"),
        )  # fmt: skip

    @expose("/overrides")
    def overrides(self) -> ResponseReturnValue:
        """The override ledger: what a table suggested, what was chosen instead, and why."""
        place = here(_ROLE)
        offset = max(whole(request.args.get("offset", ""), 0), 0)
        with visit.database().read() as connection:
            found, total = lookup.overridden(connection, place.id, offset, PAGE)
            names = lookup.names(connection, [one.actor for one in found])
            world = SqlWorld(connection, visit.shelf())
            rows = [_overridden(one, names, world) for one in found]
        return self._show(
            "overrides", place, "overrides",
            rows=rows,
            columns=columns("number", "field", "suggested", "chosen", "reason:title", "who", "at"),
            pages=paged(".overrides", offset, total, {}),
        )  # fmt: skip

    def _show(self, template: str, place: lookup.Place, tab: str, **context: Any) -> str:
        tabs = [
            {"title": visit.sentence(f"admin.tab.{name}"), "href": url_for(f".{name}"), "current": name == tab}
            for name in ("index", "chain", "overrides")
        ]
        return self.show(template, place=place, tabs=tabs, **context)


def _said(what: str) -> str:
    """What a line of the log says was done; a kind without words of its own shows as it is."""
    code = f"admin.what.{what}"
    return visit.sentence(code) if code in catalogue() else what


def _people(lines: Iterable[Access]) -> set[str]:
    """The ids of people that lines name."""
    return {
        str(one) for line in lines for one in (line.person, line.detail.get("person"), line.detail.get("absent")) if one
    }


def _titles(connection: Connection, organisation: str) -> Mapping[tuple[str, str], str]:
    """(What a detail is, its key) → what that is called; a key that means several things is called by all of them."""
    shelf = visit.shelf()
    found: dict[tuple[str, str], dict[str, None]] = {}
    for one in visit.installed(connection, organisation):
        found.setdefault(("installation", one.id), {})[one.title] = None
        ready = shelf.mechanism(connection, one.edition)
        roster = ready.definition.roster
        parts: list[tuple[str, Mapping[str, Any]]] = [
            ("view", ready.definition.views),
            ("task_tree", ready.definition.trees),
            ("form", ready.forms),
            ("document", {key: replace(one, title=one.name) for key, one in documents_of(ready.definition).items()}),
            ("post", roster.posts),
            ("unit", roster.units),
            ("duty", ready.definition.duties),
            ("owner", {**roster.posts, **roster.units}),
            *(("field", fields) for fields in ready.fields.values()),
        ]
        for kind, entries in parts:
            for key, entry in entries.items():
                found.setdefault((kind, key), {})[entry.title] = None
    return {entry: "/".join(titles) for entry, titles in found.items()}


def _line(
    line: Access, names: Mapping[str, str], numbers: Mapping[str, str], titles: Mapping[tuple[str, str], str]
) -> dict[str, Any]:
    return {
        "cells": {
            "at": stamp(line.at),
            "what": _said(line.what),
            "who": names.get(line.person, line.person),
            "record": numbers.get(line.record, line.record) if line.record else "",
            "address": line.address,
            "detail": _detail(line.detail, names, titles),
        }
    }


def _detail(detail: Mapping[str, Any], names: Mapping[str, str], titles: Mapping[tuple[str, str], str]) -> str:
    """What a line says beside: people by name, parts of a mechanism by title, of lists how long they are, nothing that
    is empty."""
    said = []
    for key, value in detail.items():
        if value in ("", []):
            continue
        code = f"admin.detail.{key}"
        role = f"admin.role.{value}" if key == "role" else ""
        if isinstance(value, list):
            shown = str(len(value))
        elif role in catalogue():
            shown = visit.sentence(role)
        else:
            shown = titles.get((key, str(value))) or names.get(str(value), str(value)[:40])
        said.append(f"{visit.sentence(code) if code in catalogue() else key} {shown}")
    return " · ".join(said)


def _result(problems: int) -> dict[str, str]:
    if problems:
        return {"label": visit.sentence("admin.chain.broken", count=problems), "tone": "overdue"}
    return {"label": visit.sentence("admin.chain.sound"), "tone": "in_time"}


def _plain(params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters of a message as JSON keeps them."""
    return {
        name: stamp(value) if isinstance(value, datetime) else value if isinstance(value, int) else str(value)
        for name, value in params.items()
    }


def _overridden(one: lookup.Overridden, names: Mapping[str, str], world: SqlWorld) -> dict[str, Any]:
    type_ = world.families([one.record])[one.record].record.type
    field = world.mechanism(one.installation, one.record).fields[type_].get(one.field)
    called = world.surroundings(one.installation, visit.today()).names

    def spell(value: Any) -> str:
        return display(field, value, lang(), called) if field else str(value)

    return {
        "cells": {
            "number": one.number or one.record,
            "field": field.title if field else one.field,
            "suggested": spell(one.suggested),
            "chosen": spell(one.chosen),
            "reason": one.reason,
            "who": names.get(one.actor, one.actor),
            "at": stamp(one.at),
        }
    }
