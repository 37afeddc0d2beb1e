"""Filling in: the draft, the preview, the submission, the receipt.

A report and an answer to us (a correction, an evaluation) are filled in alike: as a draft, whose id is the key of the
command it becomes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import abort, flash, jsonify, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from liaison.access import Scope
from liaison.calendars import ZONE
from liaison.definitions import Asks
from liaison.engine import Command, Mechanism, Result, Surroundings, alike, id_from, learn_titles, title_of
from liaison.forms import Checked
from liaison.store import (
    Draft,
    DraftChangedError,
    File,
    SqlWorld,
    TooLargeError,
    Wanted,
    begin_draft,
    discard_draft,
    draft_of,
    drafts_of,
    files,
    give_code,
    is_a_persons,
    save_draft,
    timeline,
)
from liaison.store import records as listed
from liaison.texts import Message

from .. import limits, permissions, show, visit
from ..asking import Asking, for_record, for_start, summary
from ..language import lang
from ..links import signed_link
from ..renewed import renewed
from . import blueprint, journey
from .entrance import in_force, start_of, whose
from .following import RECORD, is_enterprise, may_hand_over, moved_on

_CODES = "codes"
"""Query codes to be shown once more on the receipt: record → code, the last few."""
_BEGIN = limits.Limit("draft", 60, timedelta(minutes=5))
_SUBMIT = limits.Limit("submit", 60, timedelta(minutes=5))
_COMPARED = 50
"""Earlier records of a reporter that a new one is compared with; of those alike the nearest `_ALIKE` are shown."""
_ALIKE = 3


@blueprint.post("/m/<installation>/<type_>/new")
@permissions.opens_to(permissions.PUBLIC)
def begin(installation: str, type_: str) -> ResponseReturnValue:
    """Begin a draft; it belongs to the account signed in with, else to this browser. One that nothing was typed in is
    taken up again."""
    one, ready = in_force(installation)
    action = start_of(ready, type_)
    limits.limit(_BEGIN)
    with visit.database().write() as connection:
        empty = (draft for draft in drafts_of(connection, visit.owner()) if not draft.values and draft.record is None)
        wanted = (installation, type_, one.edition)
        found = next((draft for draft in empty if (draft.installation, draft.type, draft.edition) == wanted), None)
        found = found or begin_draft(connection, installation, type_, action.key, visit.owner(), visit.now())
    return redirect(url_for("portal.draft", id_=found.id), 303)


@blueprint.get("/drafts/<id_>")
@permissions.opens_to(permissions.PUBLIC)
def draft(id_: str) -> ResponseReturnValue:
    """One step of the form, with what was typed so far."""
    found, asking = _opened(id_)
    if found.record is not None and asking.family.record.state not in asking.action.origins:
        return moved_on(_look(found.record), asking.action, draft=found), 409
    return _step(found, asking, found.values, _number(asking))


@blueprint.post("/drafts/<id_>")
@permissions.opens_to(permissions.PUBLIC)
def keep(id_: str) -> ResponseReturnValue:
    """Keep the step; go on to the next when nothing is wrong in it, or stay when only to be kept."""
    found, asking = _opened(id_, gone=_not_kept)
    step = _number(asking)
    raw, problems = asking.read(request.form, found.values, [asking.sections[step - 1]])
    try:
        found = replace(found, revision=_save(found, raw))
    except DraftChangedError:
        return _step(found, asking, raw, step, changed=True), 409
    except TooLargeError as error:
        return _step(found, asking, raw, step, too_large=error.message), 413
    if "keep" in request.form:
        flash(visit.sentence("portal.kept"), "success")
        return redirect(url_for("portal.draft", id_=id_, step=step), 303)
    if "back" in request.form:
        return redirect(url_for("portal.draft", id_=id_, step=max(step - 1, 1)), 303)
    if problems:
        return _step(found, asking, raw, step, problems), 422
    if step < len(asking.sections):
        return redirect(url_for("portal.draft", id_=id_, step=step + 1), 303)
    return redirect(url_for("portal.preview", id_=id_), 303)


@blueprint.post("/drafts/<id_>/save")
@permissions.opens_to(permissions.PUBLIC)
def autosave(id_: str) -> ResponseReturnValue:
    """Save as one types; the answer is what `liaison.js` expects."""
    found, asking = _opened(id_, gone=_not_saved)
    raw, _ = asking.read(request.form, found.values, [asking.sections[_number(asking) - 1]])
    try:
        revision = _save(found, raw)
    except DraftChangedError:
        return jsonify(who="", at=f"{found.updated_at.astimezone(ZONE):%H:%M}"), 409
    except TooLargeError as error:
        return jsonify(title=visit.spoken(error.message)), 413
    return jsonify(revision=revision, saved_at=f"{visit.now():%H:%M}")


@blueprint.post("/drafts/<id_>/discard")
@permissions.opens_to(permissions.PUBLIC)
def discard(id_: str) -> ResponseReturnValue:
    """Throw the draft away: what was typed, and the uploads nothing else needs."""
    with visit.database().write() as connection:
        found = _find(connection, id_)
        discard_draft(connection, found.id, visit.owner())
    flash(visit.sentence("portal.discarded"), "success")
    way = url_for("portal.record", record=found.record) if found.record else url_for("portal.home")
    return redirect(way, 303)


@blueprint.get("/drafts/<id_>/preview")
@permissions.opens_to(permissions.PUBLIC)
def preview(id_: str) -> ResponseReturnValue:
    """Everything as it will be submitted, or what is still wrong."""
    found, asking = _opened(id_)
    checked = _checked(found, asking)
    problems = [one for asks, each in checked.items() for one in each.problems if one.field in asking.keys(asks)]
    if problems:
        return _back_to_problem(found, asking, problems)
    return _preview(found, asking, checked)


@blueprint.post("/drafts/<id_>/submit")
@permissions.opens_to(permissions.PUBLIC)
def submit(id_: str) -> ResponseReturnValue:
    """Submit the draft. Its id is the command's key: sent twice, it is one matter."""
    found, asking = _opened(id_)
    limits.limit(_SUBMIT)
    code = ""

    def settle(connection: Connection, result: Result) -> None:
        """In the transaction of the matter: no enterprise is left without a code; who holds a post here gets none. Of
        two submissions at once only the one that still finds the draft gives the code: a second would void it."""
        nonlocal code
        first = discard_draft(connection, found.id, visit.owner())
        if first and found.record is None and not visit.standings()[found.installation].posts:
            code = give_code(connection, result.record, visit.now())

    said = visit.act(_command(found, asking), settle)
    if not said:
        if said.problems:
            return _back_to_problem(found, asking, said.problems)
        if said.stale and found.record is not None:
            return moved_on(_look(found.record), asking.action, request.form.get("reason", ""), found), 409
        return _preview(found, asking, _checked(found, asking), said), said.status
    record = said.result.record
    if found.record is not None:
        flash(visit.sentence("portal.thanks"), "success")
        return redirect(url_for("portal.record", record=record), 303)
    if visit.me() is None:
        visit.entitle(record)
    if code:
        _remember(record, code)
    return redirect(url_for("portal.receipt", record=record), 303)


@blueprint.get("/receipt/<record>")
@permissions.opens_to(RECORD)
def receipt(record: str) -> ResponseReturnValue:
    """The number, large; to the enterprise the query code; what happens next, with dates."""
    opened = visit.opened()
    current = opened.family.record
    own = is_enterprise(opened)
    with visit.database().read() as connection:
        of = whose(connection, visit.standings()[current.installation].installed)
    steps = [
        {"title": journey.public_title(opened.mechanism, current.type, current.state), "standing": "current",
         "at": current.since},
        *journey.ahead(opened.mechanism, current),
    ]  # fmt: skip
    return render_template(
        "portal/receipt.html",
        record=current,
        whose=of,
        definition=opened.mechanism.definition,
        own=own,
        code=session.get(_CODES, {}).get(record, "") if own else "",
        follow=signed_link(record, "follow") if own else "",
        steps=steps,
        promises=journey.promises(opened.mechanism, current, steps),
        hand_over_here=may_hand_over(opened),
    )


@blueprint.post("/receipt/<record>/code")
@permissions.opens_to(RECORD)
def new_code(record: str) -> ResponseReturnValue:
    """Another query code in place of one that got lost, for the enterprise itself."""
    if not is_enterprise(visit.opened()):
        abort(403)
    limits.limit(limits.CODE)
    with visit.database().write() as connection:
        _remember(record, give_code(connection, record, visit.now()))
    return redirect(url_for("portal.receipt", record=record), 303)


def _remember(record: str, code: str) -> None:
    session[_CODES] = dict([*session.get(_CODES, {}).items(), (record, code)][-3:])


def _command(found: Draft, asking: Asking) -> Command:
    """What the draft becomes, of what is asked now. Who reports without a post reports for itself, and is the
    applicant."""
    asked = frozenset(key for asks in asking.sections for key in asking.keys(asks))
    actor = journey.visitor(found.installation)
    own = actor.kind == "person" and not visit.standings()[found.installation].posts
    return Command(
        action=found.action,
        actor=actor,
        key=found.id,
        record=found.record or "",
        type="" if found.record else found.type,
        installation=found.installation,
        values={key: found.values[key] for key in asked & found.values.keys()},
        reason=request.form.get("reason", ""),
        applicant=actor.id if own and not found.record else "",
    )


# ── Pages ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _step(
    found: Draft,
    asking: Asking,
    raw: Mapping[str, Any],
    step: int,
    problems: Any = (),
    *,
    too_large: Message | None = None,
    changed: bool = False,
) -> str:
    """A step of the form. `changed`: it was saved elsewhere meanwhile."""
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
    read = asking.reads([asks]) & raw.keys() & known.keys()
    typed = {key: {"date": str(raw[key])} if known[key].kind == "date" else raw[key] for key in read}
    first_of_form = asks.form not in {one.form for one in sections[: step - 1]}
    return render_template(
        "portal/draft.html",
        draft=found,
        asking=asking,
        steps=steps,
        step=step,
        title=asking.mechanism.forms[asks.form].title,
        told=asking.told(asks.form) if first_of_form else (),
        returned=_returned(found),
        renewed=renewed(found, asking.mechanism),
        shown=asking.bound(raw, problems, [asks]),
        problems=summary(problems, asking),
        facts={**asking.given([asks]), **typed},
        coded=asking.coded([asks]),
        too_large=visit.spoken(too_large) if too_large else "",
        advice=visit.advice(too_large) if too_large else "",
        changed=changed,
    )


def _returned(found: Draft) -> str:
    """Why a record came back to be corrected, as the visitor was told; empty for a new one."""
    if found.record is None:
        return ""
    with visit.database().read() as connection:
        events = timeline(connection, found.record)
    turn = journey.turn(_look(found.record), events)
    return turn.reason if turn is not None and turn.action.key == found.action else ""


def _back_to_problem(found: Draft, asking: Asking, problems: Any) -> ResponseReturnValue:
    """The first step that has something wrong, with its problems."""
    for number, asks in enumerate(asking.sections, 1):
        known = asking.keys(asks)
        here = [problem for problem in problems if problem.field in known]
        if here:
            return _step(found, asking, found.values, number, here), 422
    return _step(found, asking, found.values, 1, problems), 422


def _checked(found: Draft, asking: Asking) -> dict[Asks, Checked]:
    """Every section as it would be stored."""
    return {asks: asking.checked(asks, found.values) for asks in asking.sections}


def _preview(found: Draft, asking: Asking, checked: Mapping[Asks, Checked], said: visit.Said | None = None) -> str:
    """What was typed, as it will be read: in full, because who typed it reads it."""
    values = {key: each.values.get(key) for asks, each in checked.items() for key in asking.keys(asks)}
    show.learn(asking.around, asking.mechanism, [asking.family.record.with_(values=values)])
    known: Mapping[str, File] = {}
    if named := visit.named(values):
        with visit.database().read() as connection:
            known = files(connection, named)
    sheets = show.sheets_of(
        asking.mechanism, values, asking.around, asking.sections, masked=False, files=known
    )  # fmt: skip
    for number, sheet in enumerate(sheets, 1):
        sheet["edit_href"] = url_for("portal.draft", id_=found.id, step=number)
    return render_template(
        "portal/preview.html",
        draft=found,
        asking=asking,
        action=asking.action,
        renewed=renewed(found, asking.mechanism),
        sheets=sheets,
        said=said,
        reason=request.form.get("reason", ""),
        alike=_alike(found, asking, values) if found.record is None else (),
    )


def _alike(found: Draft, asking: Asking, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The visitor's own earlier records that this one may repeat 相似件: others' are nobody's business here."""
    likeness = asking.mechanism.record_type(found.type).likeness
    who = visit.actor()
    own = Scope(records=who.entitled, person=who.id if who.kind == "person" else "")
    if likeness is None or not (own.records or own.person):
        return []
    with visit.database().read() as connection:
        wanted = Wanted(found.installation, found.type)
        reach = {found.installation: own}
        earlier = listed(connection, visit.shelf(), reach, wanted, visit.now(), limit=_COMPARED).records
    learn_titles(asking.around, ((asking.mechanism, record) for record in earlier))
    return [
        {
            "number": one.record.number,
            "title": title_of(
                asking.mechanism, one.record, asking.around.names, asking.mechanism.guarded[one.record.type], lang()
            ),
            "state": journey.public_title(asking.mechanism, one.record.type, one.record.state),
            "tone": journey.tone(asking.mechanism, one.record.type, one.record.state),
            "at": one.record.created_at,
            "likeness": show.likeness(asking.mechanism, found.type, one),
            "href": url_for("portal.record", record=one.record.id),
        }
        for one in alike(likeness, values, earlier, visit.now())[:_ALIKE]
        if one.record.state in asking.mechanism.definition.lifecycles[one.record.type].states
    ]


# ── The draft ────────────────────────────────────────────────────────────────────────────────────────────────────


def _goes_on(address: str) -> ResponseReturnValue:
    return redirect(address, 303)


def _not_kept(address: str) -> ResponseReturnValue:
    flash(visit.sentence("portal.sent_elsewhere"), "warning")
    return redirect(address, 303)


def _not_saved(_address: str) -> ResponseReturnValue:
    return jsonify(title=visit.sentence("portal.sent_elsewhere")), 410


def _opened(id_: str, gone: Callable[[str], ResponseReturnValue] = _goes_on) -> tuple[Draft, Asking]:
    with visit.database().read() as connection:
        found = _find(connection, id_, gone)
        if found.record is None:
            ready, around = _ready(connection, found.installation)
            return found, for_start(ready, found.type, start_of(ready, found.type), around, found.installation, id_)
    opened = _look(found.record)
    action = opened.mechanism.action(found.type, found.action)
    if action is None:
        abort(404)
    return found, for_record(opened, action)


def _find(connection: Connection, id_: str, gone: Callable[[str], ResponseReturnValue] = _goes_on) -> Draft:
    """The draft. What has become of it when it is gone: by a second click, or by going back, one comes here again.
    `gone` makes the answer then, of the address of what the draft has become. Whose session has run out signs in."""
    found = draft_of(connection, id_, visit.owner())
    done = None if found else SqlWorld(connection, visit.shelf()).done(id_)
    if done is not None:
        fresh = done.record == id_from(id_)
        address = url_for("portal.receipt" if fresh else "portal.record", record=done.record)
        abort(make_response(gone(address)))
    if found is None:
        if visit.me() is None and is_a_persons(connection, id_):
            abort(make_response(permissions.turned_away()))
        abort(404)
    return found


def _look(record: str) -> visit.Opened:
    """The record of a draft; who may no longer see it is asked for number and code again. The draft stays."""
    opened = visit.look_at(record)
    if not isinstance(opened, visit.Opened):
        if visit.me() is not None:
            abort(403)
        flash(visit.sentence("portal.code_again"), "warning")
        abort(redirect(url_for("portal.look_up"), 303))
    return opened


def _number(asking: Asking) -> int:
    asked = request.args.get("step", "1")
    return min(max(int(asked), 1), len(asking.sections)) if asked.isdecimal() and len(asked) < 4 else 1


def _ready(connection: Connection, installation: str) -> tuple[Mechanism, Surroundings]:
    """By the edition in force, which the report will be taken by, whatever edition its draft was begun with."""
    shelf = visit.shelf()
    ready = shelf.mechanism(connection, shelf.installed(connection, installation).edition)
    around = visit.surroundings(SqlWorld(connection, visit.shelf()), installation)
    return ready, replace(around, hours=ready.hours)


def _save(found: Draft, raw: Mapping[str, Any]) -> int:
    """Keep what was typed in place of the revision the page began with; with `force`, in place of whatever there is."""
    sent = request.form.get("revision", "")
    begun = sent.isdecimal() and len(sent) < 10 and "force" not in request.form
    revision = int(sent) if begun else found.revision
    with visit.database().write() as connection:
        return save_draft(
            connection, found.id, visit.owner(), raw, revision, visit.now(), files=visit.named(raw)
        )  # fmt: skip
