"""Following: look a matter up by its number and code, see where it stands, answer what is asked."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from liaison.definitions import Action
from liaison.engine import Command, handles, title_of
from liaison.store import Draft, begin_draft, drafts_of, log, new_id, timeline

from .. import permissions, show, visit
from ..language import lang
from ..links import LASTS, enter_code, signed_link
from . import blueprint, journey


def _closed() -> ResponseReturnValue | None:
    """Who comes without an account gets in by number and query code; signing in would not help."""
    record = (request.view_args or {})["record"]
    if visit.me() is None and record not in visit.entitled():
        flash(visit.sentence("portal.code_again"), "warning")
        return redirect(url_for("portal.look_up"), 303)
    return permissions.record().closed()


RECORD = permissions.Rule("record", _closed)
"""`permissions.record()`, with the way in of those who have no account."""


@blueprint.route("/follow", methods=["GET", "POST"])
@permissions.opens_to(permissions.PUBLIC)
def look_up() -> ResponseReturnValue:
    """Number and query code, as the receipt has them."""
    number = request.values.get("number", "")
    if request.method == "GET":
        return render_template("portal/look_up.html", number=number)
    found = enter_code(number, request.form.get("code", "").replace(" ", ""))
    if not isinstance(found, str):
        return render_template("portal/look_up.html", number=number, problem=visit.spoken(found)), 422
    return redirect(url_for("portal.record", record=found), 303)


@blueprint.get("/follow/<record>")
@permissions.opens_to(RECORD)
def record(record: str) -> ResponseReturnValue:
    """Where the matter stands: a line of steps with dates, what was filled in, and what may be done now."""
    opened = visit.opened()
    current = opened.family.record
    with visit.database().read() as connection:
        events = timeline(connection, record)
    files = show.files_of([current], opened.mechanism)
    show.learn(opened.around, opened.mechanism, [current])
    reader = show.Reader.of(opened, journey.visitor(current.installation), visit.now(), files=files)
    steps = journey.line(opened.mechanism, current, events)
    return render_template(
        "portal/record.html",
        record=current,
        definition=opened.mechanism.definition,
        title=title_of(opened.mechanism, current, opened.around.names, reader.hidden, lang()),
        state=journey.public_title(opened.mechanism, current.type, current.state),
        tone=journey.tone(opened.mechanism, current.type, current.state),
        steps=steps,
        promises=journey.promises(opened.mechanism, current, steps),
        turn=journey.turn(opened, events),
        sheets=_answer_first(opened, show.sheets(reader)),
        actions=sorted(journey.answers(opened), key=lambda one: one.tone == "primary"),
        hand_over_here=may_hand_over(opened),
    )


@blueprint.route("/follow/<record>/<action>", methods=["GET", "POST"])
@permissions.opens_to(RECORD)
def answer(record: str, action: str) -> ResponseReturnValue:
    """Begin an answer that has a form; or carry out one that has none, after asking whether it is meant."""
    opened = visit.opened()
    wanted = opened.mechanism.action(opened.family.record.type, action)
    if wanted is None or wanted.start or not journey.may_answer(opened, wanted):
        abort(404)
    reason = request.form.get("reason", "")
    if wanted not in journey.answers(opened):
        return moved_on(opened, wanted, reason), 409
    if wanted.asks:
        return redirect(url_for("portal.draft", id_=_draft_for(opened, wanted).id), 303)
    if request.method == "GET":
        return _confirm(opened, wanted)
    key = request.form.get("key", "")
    actor = journey.visitor(opened.family.record.installation)
    said = visit.act(Command(action, actor, key if 0 < len(key) <= 40 else new_id(), record=record, reason=reason))
    if said:
        flash(visit.sentence("portal.done", action=wanted.title), "success")
        return redirect(url_for("portal.record", record=record), 303)
    if said.stale:
        return moved_on(opened, wanted, reason), 409
    return _confirm(opened, wanted, said, reason), said.status


@blueprint.post("/follow/<record>/slip")
@permissions.opens_to(RECORD)
def slip(record: str) -> ResponseReturnValue:
    """The slip for the enterprise, to be printed and handed over: number, link, QR code. That it was made is logged,
    and it is shown this once."""
    opened = visit.opened()
    if not may_hand_over(opened):
        abort(403)
    by, installed = visit.actor(), visit.standings()[opened.family.record.installation].installed
    with visit.database().write() as connection:
        log(connection, "slip", by.id, visit.now(), record=record, address=visit.address(),
            organisation=installed.organisation)  # fmt: skip
    return render_template(
        "portal/slip.html",
        record=opened.family.record,
        definition=opened.mechanism.definition,
        link=signed_link(record, "rate", by.id),
        until=(visit.now() + LASTS["rate"]).date(),
        by=by.name,
        at=visit.now(),
    )


def is_enterprise(opened: visit.Opened) -> bool:
    """Whether this visitor is the enterprise's own side, to whom the query code and the way to follow and evaluate are
    shown: nobody with a post in the mechanism."""
    record, actor = opened.family.record, visit.actor()
    if visit.standings()[record.installation].posts:
        return False
    return record.id in visit.entitled() or (bool(actor.id) and actor.id in (record.reporter, record.applicant))


def may_hand_over(opened: visit.Opened) -> bool:
    """Whether this visitor reported for an enterprise that has no account, and neither does nor did handle the matter:
    a chamber may pass the slip on, the office or a unit that works on the matter may not."""
    record, actor = opened.family.record, visit.actor()
    reported = bool(actor.id) and actor.id == record.reporter and not record.applicant and not record.done
    if not reported or not visit.standings()[record.installation].posts:
        return False
    return not handles(opened.mechanism, record, actor.id, opened.around)


def moved_on(opened: visit.Opened, action: Action, reason: str = "", draft: Draft | None = None) -> str:
    """The matter has gone on before this was sent: where it stands now, and what was typed, still there."""
    fresh = visit.look_at(opened.family.record.id)
    current = fresh.family.record if isinstance(fresh, visit.Opened) else opened.family.record
    return render_template(
        "portal/moved_on.html",
        record=current,
        definition=opened.mechanism.definition,
        action=action,
        state=journey.public_title(opened.mechanism, current.type, current.state),
        reason=reason,
        draft=draft,
    )


def _answer_first(opened: visit.Opened, sheets: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the office and the units have to say stands above what the applicant's side filled in itself."""
    actions = opened.mechanism.definition.lifecycles[opened.family.record.type].actions.values()
    own = {f"{asks.form}.{asks.section}" for action in actions if journey.is_public(action) for asks in action.asks}
    return sorted(sheets, key=lambda sheet: sheet["name"] in own)


def _confirm(opened: visit.Opened, action: Action, said: visit.Said | None = None, reason: str = "") -> str:
    return render_template(
        "portal/confirm.html",
        record=opened.family.record,
        definition=opened.mechanism.definition,
        title=title_of(
            opened.mechanism,
            opened.family.record,
            opened.around.names,
            opened.mechanism.guarded[opened.family.record.type],
            lang(),
        ),
        action=action,
        key=new_id(),
        said=said,
        reason=reason,
    )


def _draft_for(opened: visit.Opened, action: Action) -> Draft:
    """The answer begun before, if there is one; else a new one."""
    record = opened.family.record
    with visit.database().write() as connection:
        begun = drafts_of(connection, visit.owner())
        found = next((one for one in begun if (one.record, one.action) == (record.id, action.key)), None)
        return found or begin_draft(
            connection, record.installation, record.type, action.key, visit.owner(), visit.now(), record=record.id
        )
