"""Filling in: the mechanism's page, the draft, the preview, the submission, the receipt.

A report and an answer to us (a correction, an evaluation) are filled in alike: as a draft, whose id is the key of the
command it becomes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from liaison.calendars import Length
from liaison.definitions import Action, Definition, RecordType
from liaison.engine import Command, Mechanism, Result, Surroundings, id_from
from liaison.store import (
    Draft,
    DraftChangedError,
    InForce,
    begin_draft,
    discard_draft,
    draft_of,
    drafts_of,
    give_code,
    installations,
    save_draft,
)
from liaison.store import files as files_of

from .. import permissions, visit
from ..asking import Asking, for_record, for_start, summary
from ..show import sheets_of
from . import blueprint

_CODES = "codes"
"""Query codes to be shown once more on the receipt: record → code, the last few."""


@blueprint.get("/")
@permissions.opens_to(permissions.PUBLIC)
def home() -> ResponseReturnValue:
    """Every mechanism in force that enterprises may use, and the way to follow a matter."""
    offers = []
    with visit.database().read() as connection:
        for one in installations(connection):
            definition = visit.database().shelf.mechanism(connection, one.edition).definition
            if one.in_force and _offered(definition):
                offers.append({"installed": one, "definition": definition, "types": _offered(definition)})
        drafts = drafts_of(connection, visit.owner(), limit=10)
    return render_template("portal/home.html", offers=offers, drafts=drafts)


@blueprint.get("/m/<installation>")
@permissions.opens_to(permissions.PUBLIC)
def mechanism(installation: str) -> ResponseReturnValue:
    """What the mechanism is for, who answers, how long it takes, and the buttons."""
    one, ready = _in_force(installation)
    definition = ready.definition
    steps = {
        type_.key: [
            {"title": term.title, "length": visit.spoken(Length.from_json(term.length).message), "firm": term.firm}
            for term in definition.terms_of.get(type_.key, ())
            if not term.length.keys() & {"table", "asks", "schedule"}
        ]
        for type_ in _offered(definition)
    }
    return render_template(
        "portal/mechanism.html", one=one, definition=definition, types=_offered(definition), steps=steps
    )


@blueprint.post("/m/<installation>/<type_>/new")
@permissions.opens_to(permissions.PUBLIC)
def begin(installation: str, type_: str) -> ResponseReturnValue:
    """Begin a draft; it belongs to the account signed in with, else to this browser."""
    _, ready = _in_force(installation)
    action = _start(ready, type_)
    with visit.database().write() as connection:
        draft = begin_draft(connection, installation, type_, action.key, visit.owner(), visit.now())
    return redirect(url_for("portal.draft", id_=draft.id), 303)


@blueprint.get("/drafts/<id_>")
@permissions.opens_to(permissions.PUBLIC)
def draft(id_: str) -> ResponseReturnValue:
    """One step of the form, with what was typed so far."""
    found = _draft(id_)
    asking = _asking(found)
    return _step(found, asking, dict(found.values), _number(asking))


@blueprint.post("/drafts/<id_>")
@permissions.opens_to(permissions.PUBLIC)
def keep(id_: str) -> ResponseReturnValue:
    """Keep the step; go on to the next when nothing is wrong in it, or stay when only to be kept."""
    found = _draft(id_)
    asking = _asking(found)
    step = _number(asking)
    raw, problems = asking.read(request.form, found.values, [asking.sections[step - 1]])
    try:
        _save(found, raw, force=True)
    except ValueError:
        return _step(found, asking, raw, step, too_large=True), 413
    if "keep" in request.form:
        flash(visit.sentence("portal.kept"), "success")
        return redirect(url_for("portal.draft", id_=id_, step=step), 303)
    if problems:
        return _step(found, asking, raw, step, problems), 422
    if step < len(asking.sections):
        return redirect(url_for("portal.draft", id_=id_, step=step + 1), 303)
    return redirect(url_for("portal.preview", id_=id_), 303)


@blueprint.post("/drafts/<id_>/save")
@permissions.opens_to(permissions.PUBLIC)
def autosave(id_: str) -> ResponseReturnValue:
    """Save as one types; the answer is what `liaison.js` expects."""
    found = _draft(id_)
    asking = _asking(found)
    raw, _ = asking.read(request.form, found.values, [asking.sections[_number(asking) - 1]])
    force = "force" in request.form
    try:
        revision = _save(found, raw, force=force)
    except DraftChangedError:
        return jsonify(who="", at=f"{found.updated_at.astimezone(visit.now().tzinfo):%H:%M}"), 409
    except ValueError:
        return jsonify(title=visit.sentence("portal.draft_too_large")), 413
    return jsonify(revision=revision, saved_at=f"{visit.now():%H:%M}")


@blueprint.get("/drafts/<id_>/preview")
@permissions.opens_to(permissions.PUBLIC)
def preview(id_: str) -> ResponseReturnValue:
    """Everything as it will be submitted, or what is still wrong."""
    found = _draft(id_)
    asking = _asking(found)
    _, problems = asking.read(None, found.values)
    if problems:
        return _back_to_problem(found, asking, problems)
    return render_template(
        "portal/preview.html", draft=found, asking=asking, action=asking.action, sheets=_sheets(found, asking)
    )


@blueprint.post("/drafts/<id_>/submit")
@permissions.opens_to(permissions.PUBLIC)
def submit(id_: str) -> ResponseReturnValue:
    """Submit the draft. Its id is the command's key: sent twice, it is one matter."""
    found = _find(id_)
    if found is None:
        # It has been submitted already, by a second click say: whoever may see the record sees its receipt.
        return redirect(url_for("portal.receipt", record=id_from(id_)), 303)
    asking = _asking(found)
    code = ""

    def settle(connection: Connection, result: Result) -> None:
        """With the matter itself: nobody is left without a code, and no draft behind."""
        nonlocal code
        discard_draft(connection, found.id, visit.owner())
        if found.record is None:
            code = give_code(connection, result.record, visit.now())

    said = visit.act(_command(found), settle)
    if not said:
        if said.problems:
            return _back_to_problem(found, asking, said.problems)
        flash(said.sentence, "error")
        return redirect(url_for("portal.preview", id_=id_), 303)
    if found.record is not None:
        flash(visit.sentence("portal.thanks"), "success")
        return redirect(url_for("portal.record", record=found.record), 303)
    session[_CODES] = dict([*session.get(_CODES, {}).items(), (said.result.record, code)][-3:])
    visit.entitle(said.result.record)
    return redirect(url_for("portal.receipt", record=said.result.record), 303)


def _command(found: Draft) -> Command:
    """What the draft becomes. Who reports without a post reports for itself, and is the applicant."""
    actor = visit.actor()
    own = actor.kind == "person" and not visit.standings()[found.installation].posts
    return Command(
        action=found.action,
        actor=actor,
        key=found.id,
        record=found.record or "",
        type="" if found.record else found.type,
        installation=found.installation,
        values=dict(found.values),
        reason=request.form.get("reason", ""),
        applicant=actor.id if own and not found.record else "",
    )


@blueprint.get("/receipt/<record>")
@permissions.opens_to(permissions.record())
def receipt(record: str) -> ResponseReturnValue:
    """The number, large; the query code; what happens next, with dates."""
    opened = visit.opened()
    code = session.get(_CODES, {}).get(record, "")
    follow = url_for("portal.look_up", number=opened.family.record.number, _external=True)
    return render_template("portal/receipt.html", opened=opened, record=opened.family.record, code=code, follow=follow)


def _step(
    found: Draft, asking: Asking, raw: Mapping[str, Any], step: int, problems: Any = (), *, too_large: bool = False
) -> str:
    sections = asking.sections
    asks = sections[step - 1]
    steps = [
        {
            "title": asking.label(one),
            "href": url_for("portal.draft", id_=found.id, step=number) if number < step else "",
            "standing": "done" if number < step else "current" if number == step else "ahead",
        }
        for number, one in enumerate(sections, 1)
    ]
    steps.append({"title": visit.sentence("portal.check_step"), "href": "", "standing": "ahead"})
    known = asking.mechanism.fields[found.type]
    elsewhere = {key: value for key, value in raw.items() if key in known}
    return render_template(
        "portal/draft.html",
        draft=found,
        asking=asking,
        steps=steps,
        step=step,
        shown=asking.bound(raw, problems, [asks]),
        problems=summary(problems, asking),
        facts={**elsewhere, "record.today": visit.today().isoformat()},
        too_large=too_large,
    )


def _back_to_problem(found: Draft, asking: Asking, problems: Any) -> ResponseReturnValue:
    """The first step that has something wrong, with its problems."""
    for number, asks in enumerate(asking.sections, 1):
        form = asking.mechanism.forms[asks.form]
        known = {control.field.key for control in form.within(asks.section)}
        here = [problem for problem in problems if problem.field in known]
        if here:
            return _step(found, asking, dict(found.values), number, here), 422
    return _step(found, asking, dict(found.values), 1, problems), 422


def _sheets(found: Draft, asking: Asking) -> list[dict[str, Any]]:
    """What was typed, as it will be read: in full, because who typed it reads it."""
    sheets = []
    with visit.database().read() as connection:
        files = files_of(connection, list(visit.brought(found.values)))
    for number, asks in enumerate(asking.sections, 1):
        values = asking.checked(asks, found.values).values
        for sheet in sheets_of(asking.mechanism, values, asking.around, [asks], masked=False, files=files):
            sheets.append({**sheet, "edit_href": url_for("portal.draft", id_=found.id, step=number)})
    return sheets


def _number(asking: Asking) -> int:
    asked = request.args.get("step", "1")
    return min(max(int(asked), 1), len(asking.sections)) if asked.isdecimal() else 1


def _asking(found: Draft) -> Asking:
    if found.record is None:
        ready, around = _ready(found.installation, found.edition)
        return for_start(ready, found.type, _start(ready, found.type), around, found.installation)
    opened = visit.look_at(found.record)
    if not isinstance(opened, visit.Opened):
        abort(403)
    action = opened.mechanism.action(found.type, found.action)
    if action is None:
        abort(404)
    return for_record(opened, action)


def _ready(installation: str, edition: int) -> tuple[Mechanism, Surroundings]:
    shelf = visit.database().shelf
    with visit.database().read() as connection:
        installed = shelf.installed(connection, installation)
        ready = shelf.mechanism(connection, edition)
        around = Surroundings(
            shelf.today(connection, installed, visit.today()),
            shelf.calendar(connection, installed.organisation, installed.calendar_version),
            ready.hours,
        )
    return ready, around


def _in_force(installation: str) -> tuple[InForce, Mechanism]:
    with visit.database().read() as connection:
        one = next((one for one in installations(connection) if one.id == installation and one.in_force), None)
        if one is None:
            abort(404)
        return one, visit.database().shelf.mechanism(connection, one.edition)


def _offered(definition: Definition) -> list[RecordType]:
    return [type_ for type_ in definition.record_types.values() if type_.portal]


def _start(ready: Mechanism, type_: str) -> Action:
    lifecycle = ready.definition.lifecycles.get(type_)
    if lifecycle is None or not ready.definition.record_types[type_].portal:
        abort(404)
    return next(action for action in lifecycle.actions.values() if action.start)


def _save(found: Draft, raw: Mapping[str, Any], *, force: bool) -> int:
    revision = found.revision if force else int(request.form.get("revision", found.revision) or found.revision)
    files = [one for value in raw.values() if isinstance(value, list) for one in value if isinstance(one, str)]
    with visit.database().write() as connection:
        return save_draft(connection, found.id, visit.owner(), raw, revision, visit.now(), files=files)


def _draft(id_: str) -> Draft:
    found = _find(id_)
    if found is None:
        abort(404)
    return found


def _find(id_: str) -> Draft | None:
    with visit.database().read() as connection:
        return draft_of(connection, id_, visit.owner())
