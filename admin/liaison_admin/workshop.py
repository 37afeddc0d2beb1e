"""The workshop: a mechanism is written in forms that the schemas of the format draw, and handed to publishing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose

from liaison.checking import Report, check_package
from liaison.definitions import (
    BadJsonError,
    blank_files,
    canonical,
    copied_files,
    read_json,
    read_package,
    to_zip,
)
from liaison.store import (
    DraftChangedError,
    Version,
    Work,
    add_file,
    begin_work,
    drop_work,
    files_of,
    keep_work,
    lookup,
    versions,
    work_of,
    works_of,
)
from liaison.texts import Finding, Message, Severity, catalogue
from liaison.web import file_name, handed_out, visit

from .editing import Editor, key_for
from .forms import Form, blank
from .frame import Page, columns, here, me, note, places, stamp
from .outline import Spot
from .sheets import FOLDERS, SINGLE, Sheets, join, steps
from .things import Things, called

_ROLE: Final = "configurer"
_BLANK: Final = "blank"
_COLUMNS: Final = ("title:title", "key", "by", "at")
_ORDER: Final = (
    "mechanism", "form", "codes", "table", "lifecycle", "terms", "roster", "duties", "messages", "views", "documents",
    "reports", "indicators", "case",
)  # fmt: skip
"""The parts of a mechanism as the overview lists them."""


class Workshop(Page):
    """`/admin/workshop/`."""

    role = _ROLE
    section = "workshop"

    @expose("/", methods=["GET", "POST"])
    def index(self) -> ResponseReturnValue:
        """What is under work, and the form that begins something new."""
        place = here(_ROLE)
        form = Form() if request.method == "POST" else blank()
        with visit.database().read() as connection:
            known = [one for one in visit.published(connection) if one.state == "published"]
            works = works_of(connection, [one.id for one in places(_ROLE)])
            names = lookup.names(connection, [one.by for one in works])
        if request.method == "POST" and (begun := self._begin(form, place.id, known)):
            return redirect(url_for(".work", work=begun))
        offered = [(_BLANK, visit.sentence("admin.workshop.blank"))]
        offered += [(one.digest, f"{one.title} {one.version}") for one in known]
        fields = [
            form.field("title", "mechanism_title", required=True, max_length=60),
            form.choice("base", offered, "workshop_base", otherwise=_BLANK),
            form.field("key", "mechanism_key", help=visit.sentence("admin.workshop.key_help"), max_length=40),
        ]
        page = self.show(
            "workshop",
            place=place,
            fields=fields,
            works=[_line(one, names) for one in works],
            work_columns=columns(*_COLUMNS),
        )
        return page, 422 if request.method == "POST" else 200

    def _begin(self, form: Form, organisation: str, known: list[Version]) -> str:
        """The id of what is begun; empty where the form is not right."""
        title = form.text("title", required=True)
        base = form.one_of("base", [_BLANK, *(one.digest for one in known)])
        own = next((one for one in known if one.digest == base), None)
        with visit.database().write() as connection:
            taken = {one.key for one in versions(connection)}
            taken |= {one.key for one in works_of(connection, [one.id for one in places(_ROLE)])}
            key = form.text("key") or key_for(title, taken, "mechanism")
            if not key[:1].isalpha() or key != key_for(key, ()):
                form.wrong("key", "admin.workshop.bad_key")
            elif key in taken and (own is None or own.key != key):
                form.wrong("key", "admin.workshop.key_taken", key=key)
            if form.problems:
                return ""
            if own is None:
                files = blank_files(key, title)
            else:
                package = read_package(files_of(connection, own.digest))
                version = _next(own.version) if own.key == key else "0.1.0"
                files = (
                    copied_files(package, key, title, version=version)
                    if own.key != key
                    else _again(package.files, version)
                )
            id_ = begin_work(connection, organisation, key, title, files, me().person, visit.now(),
                             base=own.digest if own else None)  # fmt: skip
            note(connection, "mechanism_begun", organisation, key=key)
        return id_

    @expose("/<work>")
    def work(self, work: str) -> ResponseReturnValue:
        """The parts of a mechanism under work, and what is to be seen to in it."""
        one, sheets = _found(work)
        return self._work(one, sheets, blank())

    def _work(self, one: Work, sheets: Sheets, form: Form) -> str:
        report = _report(to_zip(sheets.files))
        things = _things(sheets)
        kinds = [(schema, visit.sentence(f"admin.part.{schema}")) for schema in FOLDERS]
        return self.show(
            "workshop_work",
            place=here(_ROLE),
            one=one,
            title=one.title,
            parts=[_part(one, sheets, schema, report) for schema in _ORDER],
            findings=_findings(one, sheets, report),
            sound=report.sound,
            fields=[
                form.choice("schema", kinds, "workshop_part"),
                form.field("title", "workshop_title", help=visit.sentence("admin.workshop.title_help")),
                form.choice("of", things.of_kind("record_type"), "workshop_of"),
            ],
        )

    @expose("/<work>/files", methods=["POST"])
    def add(self, work: str) -> ResponseReturnValue:
        """A new form, lifecycle, table or case."""
        one, sheets = _found(work)
        form = Form()
        schema = form.one_of("schema", FOLDERS)
        types = [key for key, _ in _things(sheets).of_kind("record_type")]
        of = form.one_of("of", types, required=schema != "case")
        title = form.text("title", required=schema != "lifecycle")
        if schema == "lifecycle" and sheets.path(f"lifecycle/{of}.json") in sheets.files:
            form.wrong("of", "admin.workshop.lifecycle_there")
        if form.problems:
            return self._work(one, sheets, form), 422
        sheets, name = sheets.begin_file(schema, title, of)
        if not name:
            form.wrong("of", "admin.workshop.bad_key")
            return self._work(one, sheets, form), 422
        _keep(one, sheets)
        return redirect(url_for(".edit", work=work, file=name))

    @expose("/<work>/edit", methods=["GET", "POST"])
    def edit(self, work: str) -> ResponseReturnValue:
        """One thing of a file as a form. Every button keeps what is typed."""
        one, sheets = _found(work)
        name, at = request.args.get("file", ""), request.args.get("at", "")
        found = sheets.at(name, at)
        if found is None or not isinstance(found[1], dict):
            abort(404)
        spot, value = found
        if request.method == "GET":
            return self._edit(one, sheets, name, at, spot, value, _mark(value))
        editor = _editor(one, sheets, name, at, None)
        typed = editor.read_page(spot, _was(value), at, request.form)
        if request.form.get("seen", _mark(value)) != _mark(value):
            # Somebody changed this meanwhile: what was typed is shown, and counts when it is sent again.
            page = self._edit(one, sheets, name, at, spot, typed, _mark(value), stale=True)
            return page, 409
        sheets = sheets.put(name, at, typed)
        what, _, pointer = request.form.get("do", "save").partition(":")
        onward = at
        match what:
            case "up" | "down":
                sheets = sheets.moved(name, pointer, -1 if what == "up" else 1)
            case "drop":
                sheets = sheets.dropped(name, pointer)
                onward = at if pointer != at else join(steps(at)[:-1])
            case "add":
                title, kind, place = (
                    request.form.get(f"{field}{pointer}", "").strip() for field in ("new", "newkind", "newplace")
                )
                made = sheets.added(name, pointer, title, kind, place)
                if made is not None:
                    sheets, onward = made
            case "slot":
                place, slot = request.form.get("slotplace", ""), request.form.get("slot", "")
                if slot and f"{place}/".startswith(f"{at}/") and place != at and sheets.at(name, place) is not None:
                    sheets = sheets.put(name, place, {"slot": slot})
        _keep(one, sheets)
        flash(visit.sentence("admin.workshop.kept"), "success")
        return redirect(url_for(".edit", work=work, file=name, at=onward, _anchor=f"n{pointer}" if pointer else None))

    def _edit(
        self, one: Work, sheets: Sheets, name: str, at: str, spot: Spot, value: Any, seen: str, *, stale: bool = False
    ) -> str:
        report = _report(to_zip(sheets.files))
        editor = _editor(one, sheets, name, at, report)
        trail = sheets.trail(name, at, editor)
        file_title = _file_title(sheets, name)
        nodes = editor.page(spot, value, at)
        slots = editor.things_slots()
        open_ = blank()
        return self.show(
            "workshop_edit",
            place=here(_ROLE),
            one=one,
            file=name,
            at=at,
            title=trail[-1][1] if trail else file_title,
            kind=spot.title if trail else visit.sentence(f"admin.part.{sheets.schema(name)}"),
            trail=[
                {"href": url_for(".work", work=one.id), "title": one.title},
                *([{"href": url_for(".edit", work=one.id, file=name), "title": file_title}] if trail else []),
                *({"href": url_for(".edit", work=one.id, file=name, at=here_), "title": t} for here_, t in trail[:-1]),
            ],
            nodes=nodes,
            slots=[
                open_.choice("slotplace", editor.left_open(nodes), "slot_place"),
                open_.choice("slot", slots, "slot"),
            ]
            if slots
            else [],
            was=json.dumps(value, ensure_ascii=False),
            seen=seen,
            stale=stale,
            may_drop=name != "mechanism.json" and not at and sheets.path(name) in sheets.files,
            findings=[f for f in _findings(one, sheets, report) if f["file"] == name and _within(f["pointer"], at)],
        )

    @expose("/<work>/drop", methods=["POST"])
    def drop(self, work: str) -> ResponseReturnValue:
        """Take a file out, or give the whole mechanism up; what was published stays."""
        one, sheets = _found(work)
        name = request.form.get("file", "")
        if name:
            if name == "mechanism.json" or sheets.path(name) not in sheets.files:
                abort(404)
            _keep(one, sheets.without(name))
            return redirect(url_for(".work", work=work))
        with visit.database().write() as connection:
            drop_work(connection, one.id)
            note(connection, "mechanism_given_up", one.organisation, key=one.key)
        flash(visit.sentence("admin.workshop.given_up", title=one.title), "success")
        return redirect(url_for(".index"))

    @expose("/<work>/check", methods=["POST"])
    def check(self, work: str) -> ResponseReturnValue:
        """Hand the files over to publishing: there they are checked, and the golden cases played."""
        one, sheets = _found(work)
        with visit.database().write() as connection:
            file = add_file(
                connection, one.organisation, f"{one.key}.zip", "application/zip", to_zip(sheets.files), me().person,
                visit.now(),
            )  # fmt: skip
        return redirect(url_for("admin_mechanisms.check", file=file.id))

    @expose("/<work>.zip")
    def export(self, work: str) -> ResponseReturnValue:
        """The files as they stand."""
        one, sheets = _found(work)
        return handed_out(to_zip(sheets.files), "application/zip", file_name("zip", one.title))


# ── What is under work ───────────────────────────────────────────────────────────────────────────────────────────


def _found(work: str) -> tuple[Work, Sheets]:
    """A mechanism under work in reach. 404: there is none of that id; 403: it is another organisation's."""
    with visit.database().read() as connection:
        found = work_of(connection, work)
    if found is None:
        abort(404)
    if found[0].organisation not in {place.id for place in places(_ROLE)}:
        abort(403)
    return found[0], Sheets(found[0].key, found[1])


def _keep(one: Work, sheets: Sheets) -> None:
    """Keep the files; whoever wrote between reading and now counts where this visitor did not look."""
    title = called(sheets.data[sheets.path("mechanism.json")], one.title)
    try:
        with visit.database().write() as connection:
            keep_work(connection, one.id, sheets.files, one.revision, me().person, visit.now(), title=title)
    except (DraftChangedError, KeyError):
        abort(409)


def _next(version: str) -> str:
    first, second, _third = version.split(".")
    return f"{first}.{int(second) + 1}.0"


def _again(files: Any, version: str) -> dict[str, bytes]:
    """The files of a version with the number of the next."""
    path = next(path for path in files if path.endswith("/mechanism.json"))
    head = {**json.loads(files[path]), "version": version}
    return canonical({**files, path: json.dumps(head, ensure_ascii=False).encode()})


@lru_cache(maxsize=8)
def _report(package: bytes) -> Report:
    """The same bytes are looked at once."""
    return check_package(package)


def _was(value: Any) -> Any:
    """What stood on the page when it was drawn."""
    try:
        was = read_json(request.form.get("was", "").encode())
    except BadJsonError:
        return value
    return was if isinstance(was, dict) else value


def _mark(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]


# ── What pages say ───────────────────────────────────────────────────────────────────────────────────────────────


def _said(code: str, *, otherwise: str = "", plain: str = "", **params: Any) -> str:
    """A sentence; where there is none of that code, `otherwise`, else `plain`."""
    known = next((one for one in (code, otherwise) if one in catalogue()), "")
    return visit.sentence(known, **params) if known else plain


def _things(sheets: Sheets) -> Things:
    return Things(sheets.key, sheets.data, lambda code, **params: visit.sentence(f"admin.fact.{code}", **params))


def _editor(one: Work, sheets: Sheets, name: str, at: str, report: Report | None) -> Editor:
    """The editor of a file, with what is wrong in it."""
    problems: dict[str, list[str]] = {}
    for finding in report.findings if report is not None else ():
        if finding.file == sheets.path(name) and finding.severity is not Severity.NOTE:
            problems.setdefault(finding.pointer, []).append(visit.spoken(sheets.in_words(finding)))
    of = ""
    value: Any = sheets.data.get(sheets.path(name), {})
    for token in ["", *steps(at)]:
        if token:
            value = _below(value, token)
        if isinstance(value, dict):
            named = (
                value.get("of")
                or value.get("on")
                or (value.get("key") if "facets" in value or "forms" in value else "")
            )
            of = named if isinstance(named, str) and named else of
    schema, key = sheets.schema(name), name.rpartition("/")[2].removesuffix(".json")
    return Editor(
        _things(sheets),
        _said,
        of,
        form=key if schema == "form" else "",
        table=key if schema == "table" else "",
        problems=problems,
        leads=lambda pointer: url_for(".edit", work=one.id, file=name, at=pointer),
    )


def _below(value: Any, token: str) -> Any:
    if isinstance(value, list):
        return next((one for n, one in enumerate(value) if str(n) == token), None)
    return value.get(token) if isinstance(value, dict) else None


def _line(one: Work, names: Any) -> dict[str, Any]:
    href = url_for("admin_workshop.work", work=one.id)
    return {
        "href": href,
        "cells": {"title": one.title, "key": one.key, "by": names.get(one.by, one.by), "at": stamp(one.at)},
    }


def _file_title(sheets: Sheets, name: str) -> str:
    schema = sheets.schema(name)
    data = sheets.data.get(sheets.path(name), {})
    word = visit.sentence(f"admin.part.{schema}")
    if schema in SINGLE:
        return word
    if schema == "lifecycle":
        return dict(_things(sheets).of_kind("record_type")).get(data.get("of", ""), str(data.get("of", "")))
    return called(data, name)


def _part(one: Work, sheets: Sheets, schema: str, report: Report) -> dict[str, Any]:
    """A part of the mechanism with its files: what each is called, what it holds, what is wrong in it."""
    names = [f"{schema}.json"] if schema in SINGLE else sorted(
        name for name in map(sheets.name, sheets.files) if sheets.schema(name) == schema
    )  # fmt: skip
    return {
        "title": visit.sentence(f"admin.part.{schema}"),
        "files": [
            {
                "href": url_for("admin_workshop.edit", work=one.id, file=name),
                "title": _file_title(sheets, name),
                "holds": [] if schema == "case" else list(_holds(sheets, name)),
                "wrong": sum(
                    finding.severity is Severity.ERROR and finding.file == sheets.path(name)
                    for finding in report.findings
                ),
                "there": sheets.path(name) in sheets.files,
            }
            for name in names
        ],
    }


def _holds(sheets: Sheets, name: str) -> Iterator[str]:
    """The names of the things in a file, the first few."""
    data = sheets.data.get(sheets.path(name), {})
    for value in data.values() if isinstance(data, dict) else ():
        if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
            words = [called(each) for each in value]
            more = "…" if len(words) > 6 else ""
            yield f"{'、'.join(words[:6])}{more}"


def _findings(one: Work, sheets: Sheets, report: Report) -> list[dict[str, Any]]:
    """What is to be seen to, each with the place it is about, in words and as an address. Notes are left out."""
    found = []
    for finding in report.findings:
        if finding.severity is Severity.NOTE:
            continue
        name = sheets.name(finding.file) if finding.file else ""
        editor = _editor(one, sheets, name, "", None) if name else None
        trail = sheets.trail(name, finding.pointer, editor) if editor is not None and sheets.schema(name) else []
        message: Message = sheets.in_words(finding) if name and sheets.schema(name) else finding.message
        words = [_file_title(sheets, name)] if name and sheets.schema(name) else []
        found.append(
            {
                "file": name,
                "pointer": finding.pointer,
                "severity": finding.severity.value,
                "word": visit.sentence(f"admin.severity.{finding.severity.value}"),
                "text": visit.spoken(message),
                "hint": visit.advice(message),
                "where": " › ".join([*words, *(title for _, title in trail), *_last(sheets, name, finding)]),
                "href": url_for("admin_workshop.edit", work=one.id, file=name, at=trail[-1][0] if trail else "")
                if name and sheets.schema(name) else "",
            }
        )  # fmt: skip
    return found


def _last(sheets: Sheets, name: str, finding: Finding) -> list[str]:
    """What the last step to a finding is called."""
    words = sheets.spelt(name, finding.pointer) if name and sheets.schema(name) else []
    return words[-1:]


def _within(pointer: str, at: str) -> bool:
    return f"{pointer}/".startswith(f"{at}/")
