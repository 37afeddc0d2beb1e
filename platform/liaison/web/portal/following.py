"""Following: look a matter up by its number and code, see where it stands, answer what is asked."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from liaison.calendars import ZONE
from liaison.definitions import Action, StateKind
from liaison.engine import Command, possible
from liaison.store import Wanted, begin_draft, new_id, timeline
from liaison.store import files as files_of
from liaison.store import records as listed

from .. import permissions, show, visit
from ..links import enter_code
from . import blueprint


@blueprint.route("/follow", methods=["GET", "POST"])
@permissions.opens_to(permissions.PUBLIC)
def look_up() -> ResponseReturnValue:
    """Number and query code, typed or from the QR code of the receipt."""
    number = request.values.get("number", "")
    if request.method == "GET":
        return render_template("portal/look_up.html", number=number)
    record = enter_code(number, request.form.get("code", ""))
    if record is None:
        return render_template("portal/look_up.html", number=number, wrong=True), 422
    return redirect(url_for("portal.record", record=record), 303)


@blueprint.get("/follow/<record>")
@permissions.opens_to(permissions.record())
def record(record: str) -> ResponseReturnValue:
    """Where the matter stands: a line of steps with dates, what was filled in, and what may be done now."""
    opened = visit.opened()
    with visit.database().read() as connection:
        events = timeline(connection, record)
        files = files_of(connection, show.file_ids([opened.family.record], opened.mechanism))
    reader = show.Reader.of(
        opened, visit.actor(), visit.now(), files=files, file_url=lambda id_: url_for("files.download", file=id_)
    )
    return render_template(
        "portal/record.html",
        record=opened.family.record,
        opened=opened,
        state=_public_state(opened),
        steps=_steps(opened, events),
        sheets=show.sheets(reader),
        actions=_answers(opened),
    )


@blueprint.route("/follow/<record>/<action>", methods=["GET", "POST"])
@permissions.opens_to(permissions.record())
def answer(record: str, action: str) -> ResponseReturnValue:
    """Begin an answer that has a form; or carry out one that has none, after asking whether it is meant."""
    opened = visit.opened()
    found = next((one for one in _answers(opened) if one.key == action), None)
    if found is None:
        abort(404)
    if found.asks:
        with visit.database().write() as connection:
            draft = begin_draft(
                connection, opened.family.record.installation, opened.family.record.type, action, visit.owner(),
                visit.now(), record=record,
            )  # fmt: skip
        return redirect(url_for("portal.draft", id_=draft.id), 303)
    if request.method == "GET":
        return render_template("portal/confirm.html", record=opened.family.record, action=found, key=new_id())
    said = visit.act(
        Command(action, visit.actor(), request.form.get("key") or new_id(), record=record,
                reason=request.form.get("reason", ""))
    )  # fmt: skip
    if not said:
        page = render_template(
            "portal/confirm.html", record=opened.family.record, action=found, key=new_id(), said=said,
            reason=request.form.get("reason", ""),
        )  # fmt: skip
        return page, said.status
    flash(visit.sentence("portal.done", action=found.title), "success")
    return redirect(url_for("portal.record", record=record), 303)


@blueprint.get("/mine")
@permissions.opens_to(permissions.SIGNED_IN)
def mine() -> ResponseReturnValue:
    """What the person signed in has reported or applied for, in every mechanism the portal offers."""
    found: list[Any] = []
    shelf = visit.database().shelf
    with visit.database().read() as connection:
        for standing in visit.standings().values():
            ready = shelf.mechanism(connection, standing.installed.edition)
            for type_ in ready.definition.record_types.values():
                if type_.portal:
                    wanted = Wanted(standing.installed.id, type_.key)
                    page = listed(connection, shelf, visit.reach(), wanted, visit.now())
                    found.extend((ready, record) for record in page.records)
    rows = [
        {"record": record, "title": show.title_of(ready, record), "state": show.state_title(ready, record)}
        for ready, record in found
        if visit.actor().id in (record.applicant, record.reporter)
    ]
    return render_template("portal/mine.html", rows=rows)


def _answers(opened: visit.Opened) -> tuple[Action, ...]:
    """What this visitor may do as the applicant or the one who reported. What a post allows belongs to the desk."""
    actions = possible(opened.mechanism, opened.family, visit.actor(), opened.around, visit.now())
    return tuple(one for one in actions if any(who.kind in ("applicant", "took", "anyone") for who in one.by))


def _public_state(opened: visit.Opened) -> str:
    state = opened.mechanism.definition.lifecycles[opened.family.record.type].states[opened.family.record.state]
    return state.public_title or state.title


def _steps(opened: visit.Opened, events: Any) -> list[dict[str, Any]]:
    """The states entered with their dates, the present one marked, and the dates ahead."""
    family, states = opened.family, opened.mechanism.definition.lifecycles[opened.family.record.type].states
    entered = [one for one in events if one.record == family.record.id and one.to != one.origin and one.to in states]
    steps = [
        {"title": states[one.to].public_title or states[one.to].title, "at": one.happened.astimezone(ZONE),
         "text": one.reason, "standing": "done"}
        for one in entered
    ]  # fmt: skip
    if steps and states[family.record.state].kind is not StateKind.DONE:
        steps[-1]["standing"] = "current"
    terms = opened.mechanism.definition.terms
    steps += [
        {"title": terms[clock.term].title, "due": clock.due_day, "standing": "ahead"}
        for clock in sorted(family.record.clocks, key=lambda one: one.due)
        if clock.state.open
    ]
    return steps
