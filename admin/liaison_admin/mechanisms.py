"""Mechanisms: published versions, what was found in them, and what is set up and in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose

from liaison.checking import Report, check_package
from liaison.definitions import Json, load, read_package, shipped, to_zip
from liaison.store import (
    InForce,
    Version,
    add_file,
    content,
    files,
    files_of,
    install,
    installations,
    lookup,
    publish,
    put_in_force,
    unmark,
    versions,
    would_lack,
    wrong_answers,
)
from liaison.texts import Finding, Message
from liaison.web import file_name, handed_out, lang, plain, visit

from . import checks, duties, slots
from .forms import Form, blank
from .frame import columns, here, listed, me, note, place_of, places, reached, set_up, stamp
from .moving import Moving, left_behind

_ROLE: Final = "configurer"
_MOST_FAILURES = 5
"""Failures of a golden case shown beside it; all of them are among the findings."""
_STANDING = ("title:title", "organisation", "version", "digest", "force:chip", "obstacles:chip")


class Mechanisms(Moving):
    """`/admin/mechanisms/`."""

    role = _ROLE
    section = "mechanisms"
    whole = False

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """What is set up, what is published, what ships."""
        return self._index()

    def _index(self, problem: str = "") -> str:
        place = here(_ROLE) if places(_ROLE) else None
        with visit.database().read() as connection:
            known = visit.published(connection)
            names = lookup.names(connection, [version.published_by for version in known])
            standing = [_standing(one, len(checks.lacking(connection, one))) for one in reached(_ROLE)]
        new = [key for key in shipped() if read_package(key).digest not in {version.digest for version in known}]
        return self.show(
            "mechanisms",
            place=place,
            problem=problem,
            standing=standing,
            standing_columns=columns(*_STANDING),
            versions=[_published(version, names) for version in known],
            version_columns=columns("title:title", "version", "digest", "state", "by", "at"),
            shipped=new,
        )

    @expose("/upload", methods=["POST"])
    def upload(self) -> ResponseReturnValue:
        """Take in a package, uploaded or shipped, and go on to what is found in it."""
        place = here(_ROLE)
        sent = request.files.get("package")
        if (key := request.form.get("shipped")) in shipped():
            name, data = f"{key}.zip", to_zip(read_package(str(key)).files)
        elif sent is not None and sent.filename:
            name, data = " ".join(plain(sent.filename).split())[-200:], sent.read()
        else:
            return self._index(visit.sentence("admin.upload.nothing")), 422
        report = _report(data)
        if not report.package.files:
            return self.show("report", place=place, title=name, **_shown(report)), 422
        with visit.database().write() as connection:
            file = add_file(connection, place.id, name, "application/zip", data, me().person, visit.now())
        return redirect(url_for(".check", file=file.id))

    @expose("/check/<file>")
    def check(self, file: str) -> ResponseReturnValue:
        """What is found in an uploaded package, and the button that publishes it."""
        name, data = _brought(file)
        return self.show("report", place=here(_ROLE), title=name, file=file, **_shown(_report(data)))

    @expose("/publish/<file>", methods=["POST"])
    def publish(self, file: str) -> ResponseReturnValue:
        """Publish an uploaded package, if nothing stands in the way."""
        place = here(_ROLE)
        name, data = _brought(file)
        report = _report(data)
        if not report.publishable:
            return self.show("report", place=place, title=name, file=file, **_shown(report)), 422
        with visit.database().write() as connection:
            digest = publish(connection, report.package, me().person, visit.now())
            note(connection, "mechanism_published", place.id, digest=digest)
        flash(visit.sentence("admin.published"), "success")
        return redirect(url_for(".version", digest=digest))

    @expose("/versions/<digest>")
    def version(self, digest: str) -> ResponseReturnValue:
        """One published version. Its golden cases were all green when it was published, and are not played again."""
        version, data = _version(digest)
        definition = load(read_package(data), language=lang()).definition
        green = [_proven(case) for case in definition.cases.values()] if definition else []
        return self.show(
            "report",
            place=here(_ROLE) if places(_ROLE) else None,
            title=f"{definition.title if definition else version.title} {version.version}",
            version=version,
            at=stamp(version.published_at),
            **{**_shown(check_package(data)), "cases": green},
        )

    @expose("/versions/<digest>.zip")
    def export(self, digest: str) -> ResponseReturnValue:
        """The files of a version, byte for byte as they were published."""
        version, data = _version(digest)
        return handed_out(data, "application/zip", file_name("zip", version.title, version.version))

    @expose("/versions/<digest>/install", methods=["GET", "POST"])
    def install(self, digest: str) -> ResponseReturnValue:
        """Answer the slots and set the version up in the organisation administered now.

        A mechanism that is not in force yet stays so until its posts are held; one that is in force must not lack
        anything with the new version that it has now."""
        place = here(_ROLE)
        version, data = _version(digest)
        package = read_package(data)
        definition = load(package, language=lang()).definition
        if definition is None:
            abort(409)
        with visit.database().read() as connection:
            present = next((one for one in installations(connection, place.id) if one.key == version.key), None)
        wrong: list[Finding] = []
        missing: list[Message] = []
        form = blank(**slots.typed(definition.slots.values(), present.answers if present else {}))
        if request.method == "POST":
            form = Form()
            answers = slots.read(definition.slots.values(), form)
            with visit.database().read() as connection:
                if present is not None and present.in_force:
                    shelf = visit.shelf()
                    missing = would_lack(connection, shelf, present, visit.today(), version.digest, answers)
                wrong = slots.blame(definition.slots.values(), form, wrong_answers(connection, version.digest, answers))
            if not form.problems and not missing and not wrong:
                return self._install(place.id, version, answers, present)
        page = self.show(
            "install",
            place=place,
            version=version,
            definition=definition,
            fields=slots.fields(definition, form),
            present=present,
            findings=listed(wrong),
            wrong=len(form.problems) + len(wrong),
            missing=_missing(missing),
        )
        return page, 422 if request.method == "POST" else 200

    def _install(
        self, organisation: str, version: Version, answers: dict[str, Any], present: InForce | None
    ) -> ResponseReturnValue:
        with visit.database().write() as connection:
            id_ = install(
                connection, organisation, version.digest, me().person, visit.now(),
                answers=answers, in_force=present is not None and present.in_force,
            )  # fmt: skip
            note(connection, "mechanism_installed", organisation, digest=version.digest, installation=id_)
        flash(visit.sentence("admin.installed"), "success")
        return redirect(url_for(".installation", installation=id_))

    @expose("/installations/<installation>")
    def installation(self, installation: str) -> ResponseReturnValue:
        """A mechanism set up: what is in force, its answers, what it lacks."""
        return self._installation(set_up(installation, _ROLE))

    def _installation(self, one: InForce) -> str:
        with visit.database().read() as connection:
            missing = checks.lacking(connection, one)
            definition = visit.shelf().mechanism(connection, one.edition).definition
            newest = [version for version in versions(connection, one.key) if version.state == "published"]
            stuck = lookup.parked(connection, [one.id])
            marked = lookup.marked(connection, one.edition)
            owed = duties.rows(connection, one, definition)
        return self.show(
            "installation",
            place=place_of(one.organisation),
            one=one,
            missing=_missing(missing),
            answers=slots.read_out(definition, one.answers),
            older=left_behind(one),
            newer=next((version for version in newest if version.digest != one.digest), None),
            may_set_up=one.organisation in {place.id for place in places(_ROLE)},
            stuck=[_stuck(each) for each in stuck],
            marked=[_marked(each, definition.tables[each.table]["title"]) for each in marked],
            marked_keys=[each.table for each in marked],
            marked_columns=columns("table:title", "since", "number"),
            stuck_columns=columns("number", "why:title", "since", "failed", "next_try"),
            duties=owed,
            duty_columns=columns(*duties.COLUMNS),
        )

    @expose("/installations/<installation>/force", methods=["POST"])
    def force(self, installation: str) -> ResponseReturnValue:
        """Put a mechanism in force, if it lacks nothing; or let nothing begin there any more."""
        one = set_up(installation, _ROLE)
        wanted = request.form.get("in_force") == "1"
        with visit.database().write() as connection:
            refused = wanted and bool(checks.lacking(connection, one))
            if not refused:
                put_in_force(connection, one.id, wanted, visit.now())
                what = "mechanism_started" if wanted else "mechanism_stopped"
                note(connection, what, one.organisation, installation=one.id, digest=one.digest)
        if refused:
            return self._installation(one), 422
        flash(visit.sentence("admin.now_in_force" if wanted else "admin.now_stopped"), "success")
        return redirect(url_for(".installation", installation=one.id))

    @expose("/installations/<installation>/seen", methods=["POST"])
    def seen(self, installation: str) -> ResponseReturnValue:
        """The marks of the decision tables shown have been seen to."""
        one = set_up(installation, _ROLE)
        shown = set(request.form.getlist("table"))
        with visit.database().write() as connection:
            tables = sorted(each.table for each in lookup.marked(connection, one.edition) if each.table in shown)
            if tables:
                unmark(connection, one.edition, tables)
                note(connection, "tables_seen", one.organisation, installation=one.id, tables=tables)
        return redirect(url_for(".installation", installation=one.id))


def _report(data: bytes) -> Report:
    with visit.database().read() as connection:
        return checks.report_on(connection, data)


def _brought(file: str) -> tuple[str, bytes]:
    """Name and bytes of a package this visitor uploaded. 404: there is none."""
    with visit.database().read() as connection:
        found = files(connection, [file]).get(file)
        if found is None or found.owner != me().person or found.type != "application/zip":
            abort(404)
        return found.name, content(connection, file)


def _version(digest: str) -> tuple[Version, bytes]:
    with visit.database().read() as connection:
        version = next((one for one in versions(connection) if one.digest == digest), None)
        if version is None:
            abort(404)
        return version, files_of(connection, digest)


def _shown(report: Report) -> dict[str, Any]:
    """What a page says of a report."""
    severities = [finding.severity.value for finding in report.findings]
    read = load(report.package, language=lang()).definition
    said = read.translations if read is not None else {}
    findings = [replace(finding, params=finding.message.reworded(said).params) for finding in report.findings]
    return {
        "sound": report.sound,
        "publishable": report.publishable,
        "digest": report.package.digest,
        "findings": listed(findings),
        "counts": {name: severities.count(name) for name in ("error", "warning", "note")},
        "cases": _played(report, read.cases if read is not None else {}),
    }


def _played(report: Report, read: Mapping[str, Json]) -> list[dict[str, Any]]:
    """The golden cases as they came out; `read`: as this visitor reads them."""
    return [
        {
            "title": read[timeline.case]["title"] if timeline.case in read else timeline.title,
            "key": timeline.case,
            "passed": timeline.passed,
            "steps": len(timeline.steps),
            "failures": [
                visit.spoken(failure)
                for failure in (*timeline.failures, *(one for step in timeline.steps for one in step.failures))
            ][:_MOST_FAILURES],
        }
        for timeline in report.timelines
    ]


def _proven(case: Json) -> dict[str, Any]:
    return {
        "title": case["title"], "key": case["key"], "passed": True, "steps": len(case["story"]), "failures": [],
    }  # fmt: skip


def _missing(messages: list[Message]) -> list[dict[str, str]]:
    return [{"text": visit.spoken(message), "hint": visit.advice(message)} for message in messages]


def _standing(one: InForce, obstacles: int) -> dict[str, Any]:
    force = ("admin.in_force", "in_time") if one.in_force else ("admin.not_in_force", "soon")
    lacks = visit.sentence("admin.lacks", count=obstacles) if obstacles else visit.sentence("admin.none")
    return {
        "href": url_for("admin_mechanisms.installation", installation=one.id),
        "cells": {
            "title": one.title,
            "organisation": place_of(one.organisation).title,
            "version": one.version,
            "digest": one.digest[:12],
            "force": {"label": visit.sentence(force[0]), "tone": force[1]},
            "obstacles": {"label": lacks, "tone": "soon" if obstacles else ""},
        },
    }


def _marked(one: lookup.Marked, title: str) -> dict[str, Any]:
    return {"cells": {"table": title, "since": stamp(one.since), "number": one.number or one.record}}


def _stuck(one: lookup.Parked) -> dict[str, Any]:
    return {
        "cells": {
            "number": one.number or one.record,
            "why": visit.spoken(one.why),
            "since": stamp(one.since),
            "failed": one.failed,
            "next_try": stamp(one.next_try),
        }
    }


def _published(version: Version, names: dict[str, str]) -> dict[str, Any]:
    return {
        "href": url_for("admin_mechanisms.version", digest=version.digest),
        "cells": {
            "title": version.title,
            "version": version.version,
            "digest": version.digest[:12],
            "state": visit.sentence(f"admin.state.{version.state}"),
            "by": names.get(version.published_by, version.published_by),
            "at": stamp(version.published_at),
        },
    }
