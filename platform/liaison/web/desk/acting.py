"""Taking an action at the desk: its form with what the tables suggest, a look at what will happen, then the deed.

The same pages serve an action, the correction of a section, and the beginning of a new record. Everything works as
plain pages. What was typed is kept from page to page as a draft and each page has an address of its own, so that
nothing is lost by going back or loading a page anew; the draft goes when the deed is done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import abort, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from liaison.engine import Command, Refusal, Result, editable, possible, title_of
from liaison.forms import FieldProblem
from liaison.store import Draft, DraftChangedError, TooLargeError, discard_draft, log, new_id

from .. import asking, permissions, show, visit
from ..language import lang
from ..renewed import renewed
from ..typed import whole
from . import blueprint, kept, phrases
from . import task as tasks
from .frame import AT_RECORD, page
from .rehearsal import Foreseen, foresee
from .room import here
from .task import REASON, Task

_MISSED = 4
"""So much of what was left out is said at once; the timeline has all of it."""


# ── Addresses ────────────────────────────────────────────────────────────────────────────────────────────────────


@blueprint.route("/records/<record>/do/<action>", methods=["GET", "POST"])
@permissions.opens_to(AT_RECORD)
def act(record: str, action: str) -> ResponseReturnValue:
    """An action on a record, or on one of its assignments."""
    task = tasks.of_action(action)
    return _answer(task) if request.method == "POST" else _closed(task) or _begin(task)


@blueprint.get("/records/<record>/do/<action>/look")
@permissions.opens_to(AT_RECORD)
def act_look(record: str, action: str) -> ResponseReturnValue:
    """What the action will do."""
    return _look(tasks.of_action(action))


@blueprint.post("/records/<record>/do/<action>/draft")
@permissions.opens_to(AT_RECORD)
def act_draft(record: str, action: str) -> ResponseReturnValue:
    """Save as one types."""
    return _autosave(tasks.of_action(action))


@blueprint.route("/records/<record>/edit/<section>", methods=["GET", "POST"])
@permissions.opens_to(AT_RECORD)
def edit(record: str, section: str) -> ResponseReturnValue:
    """The correction of one section, `form.section`."""
    task = _correction(section)
    return _answer(task) if request.method == "POST" else _begin(task)


@blueprint.get("/records/<record>/edit/<section>/look")
@permissions.opens_to(AT_RECORD)
def edit_look(record: str, section: str) -> ResponseReturnValue:
    """What the correction will change."""
    return _look(_correction(section))


@blueprint.post("/records/<record>/edit/<section>/draft")
@permissions.opens_to(AT_RECORD)
def edit_draft(record: str, section: str) -> ResponseReturnValue:
    """Save as one types."""
    return _autosave(tasks.of_section(section))


@blueprint.route("/new/<type_>", methods=["GET", "POST"])
@permissions.opens_to(permissions.DESK)
def begin(type_: str) -> ResponseReturnValue:
    """A new record of a type, registered at the desk in the way that is asked for or the first there is: the one begun
    last, or the one that the address says."""
    task = _new(type_)
    if request.method == "POST":
        return _answer(task)
    if not kept.is_id(request.args.get("draft", "")):
        return redirect(task.form_url, 303)
    return _done_already(task.begun) or _begin(task)


@blueprint.get("/new/<type_>/look")
@permissions.opens_to(permissions.DESK)
def begin_look(type_: str) -> ResponseReturnValue:
    """What registering it will do."""
    task = _new(type_)
    return _done_already(task.begun) or _look(task)


@blueprint.post("/new/<type_>/draft")
@permissions.opens_to(permissions.DESK)
def begin_draft(type_: str) -> ResponseReturnValue:
    """Save as one types."""
    return _autosave(_new(type_))


def _closed(task: Task) -> ResponseReturnValue | None:
    """The way back from an action that is not to be taken now."""
    opened = visit.opened()
    if task.action in possible(opened.mechanism, opened.family, visit.actor(), opened.around, visit.now()):
        return None
    flash(visit.sentence("desk.not_possible_now", action=task.action.title), "warning")
    return redirect(task.home)


def _correction(section: str) -> Task:
    opened = visit.opened()
    if section not in editable(opened.mechanism, opened.family.record, visit.actor(), opened.around):
        flash(visit.sentence("desk.not_editable_now"), "warning")
        abort(redirect(url_for(".record", record=opened.family.record.id)))
    return tasks.of_section(section)


def _new(type_: str) -> Task:
    room, wanted, draft = here(), request.args.get("action"), request.args.get("draft", "")
    about, under = request.args.get("object", ""), request.args.get("under", "")
    task = tasks.of_new(room, type_, wanted, draft if kept.is_id(draft) else new_id(), about, under)
    if kept.is_id(draft) or request.method == "POST" or about or task.given:
        return task
    last = kept.begun(room.installed.id, type_, task.action.key)
    return tasks.of_new(room, type_, wanted, last) if last else task


def _done_already(begun: str) -> ResponseReturnValue | None:
    """The way to the record that a draft has become: one comes back to its pages by going back."""
    record = kept.became(begun) if begun else ""
    return redirect(url_for(".record", record=record), 303) if record else None


# ── The pages ────────────────────────────────────────────────────────────────────────────────────────────────────


def _begin(task: Task) -> ResponseReturnValue:
    if not task.action.asks:
        return _look(task)
    _looked_at(task)
    draft = kept.of(task)
    typed = draft.values if draft else {**task.suggested, **task.given}
    return _form(task, typed, _key(task, draft), draft, restored=True)


def _looked_at(task: Task) -> None:
    """A form shows in full what is kept of people, so that it can be corrected: that is logged like any look."""
    shown = task.personal
    if task.record is None or not shown:
        return
    with visit.database().write() as connection:
        log(
            connection, "unmask", visit.actor().id, visit.now(), record=task.record.id, address=visit.address(),
            organisation=task.installed.organisation, detail={"action": task.action.title, "unmasked": shown},
        )  # fmt: skip


def _answer(task: Task) -> ResponseReturnValue:
    """One of three: keep what was typed and go on to what will happen; throw it away; or do it."""
    key, step = request.form.get("key", ""), request.form.get("step", "look")
    if not key or len(key) > 64:
        abort(400)
    if step == "do":
        return _do(task, key)
    if step == "discard":
        return _discard(task)
    if done := _done_already(task.begun):
        return done
    typed = _typed(task)
    try:
        kept.keep(task, typed, key)
    except DraftChangedError:
        said = visit.Said(Result(), visit.sentence("desk.draft_changed"))
        return _form(task, typed, key, kept.of(task), said=said), 409
    except TooLargeError as error:
        said = visit.Said(Result(), visit.spoken(error.message), visit.advice(error.message))
        return _form(task, typed, key, kept.of(task), said=said), 413
    return _to_look(task)


def _look(task: Task) -> ResponseReturnValue:
    """What was typed as it will be read, and what will happen: the last page before the deed. Or the form again, with
    what is wrong."""
    draft = kept.of(task)
    if draft is None and task.action.asks:
        return redirect(task.form_url, 303)
    typed, key = draft.values if draft else {}, _key(task, draft)
    command = task.command(typed, key, _expected(request.args)) if draft else _as_if(task, key)
    seen = foresee([command])[0]
    if seen.refusal is None:
        return _foreseen(task, typed, key, draft, seen)
    if draft is not None:
        return _refused(task, typed, key, _said(seen.refusal), draft)
    flash(visit.spoken(seen.refusal.message), "error")
    return redirect(task.home)


def _do(task: Task, key: str) -> ResponseReturnValue:
    draft = kept.of(task)
    if draft is not None and request.form.get("seen", draft.revision, int) != draft.revision:
        flash(visit.sentence("desk.changed_since_look"), "warning")
        return _to_look(task)
    typed = draft.values if draft else _typed(task)

    def settle(connection: Connection, result: Result) -> None:
        if draft is not None:
            discard_draft(connection, draft.id, visit.owner())

    said = visit.act(task.command(typed, _key(task, draft, key), _expected(request.form)), settle)
    if not said:
        return _to_look(task) if draft else _refused(task, typed, key, said)
    flash(visit.sentence("desk.done", action=task.action.title, number=_number(task, said)), "success")
    missed = said.result.left_out
    for why in missed[:_MISSED]:
        flash(visit.spoken(why), "warning")
    if more := len(missed[_MISSED:]):
        flash(visit.sentence("desk.left_out_more", count=more), "warning")
    return redirect(task.home if task.record else url_for(".record", record=said.result.record), 303)


def _discard(task: Task) -> ResponseReturnValue:
    draft = kept.of(task)
    if draft is not None:
        with visit.database().write() as connection:
            discard_draft(connection, draft.id, visit.owner())
    return redirect(task.form_url, 303)


def _to_look(task: Task) -> ResponseReturnValue:
    """The page that says what will happen, of the record as it was when it was filled in."""
    expected = _expected(request.form)
    joint = "&" if "?" in task.look_url else "?"
    return redirect(task.look_url if expected is None else f"{task.look_url}{joint}expected={expected}", 303)


def _typed(task: Task) -> dict[str, Any]:
    typed, _ = task.asked.read(request.form, {})
    return {**typed, REASON: request.form.get(REASON, "").strip()}


def _key(task: Task, draft: Draft | None, sent: str = "") -> str:
    """What the command is known by: the draft's id, or what the page was given for it."""
    return draft.id if draft else task.begun or sent or new_id()


def _number(task: Task, said: visit.Said) -> str:
    parent = task.asked.family.parent
    return (parent or task.asked.family.record).number or said.result.number


def _as_if(task: Task, key: str) -> Command:
    """The command as it would be with a reason, where one is still to be given."""
    command = task.command({}, key, None)
    return replace(command, reason="…") if task.action.reason else command


def _expected(sent: Mapping[str, str]) -> int | None:
    return whole(sent.get("expected", ""), None)


def _said(refusal: Refusal) -> visit.Said:
    """A refusal of the rehearsal, answered like one in earnest."""
    status = 409 if refusal.code in ("engine.stale", "engine.not_from_here") else 422
    sentence, advice = visit.spoken(refusal.message), visit.advice(refusal.message)
    return visit.Said(Result(refusal=refusal), sentence, advice, refusal.problems, status)


def _refused(
    task: Task, typed: Mapping[str, Any], key: str, said: visit.Said, draft: Draft | None = None
) -> ResponseReturnValue:
    """The form again with everything typed, and what is wrong: with a field, or with the moment."""
    problems = said.problems
    if said.result.refusal is not None and said.result.refusal.code == "engine.reason_needed":
        problems = (FieldProblem(REASON, None, said.result.refusal.message),)
    return _form(task, typed, key, draft, problems=problems, said=None if problems else said), said.status


def _form(
    task: Task,
    typed: Mapping[str, Any],
    key: str,
    draft: Draft | None,
    *,
    problems: Sequence[FieldProblem] = (),
    said: visit.Said | None = None,
    restored: bool = False,
) -> str:
    """The form. `restored`: one comes to it anew, and may not remember what is kept of it."""
    summary = asking.summary(problems, task.asked)
    for one in summary:
        one["label"] = one["label"] or visit.sentence("desk.reason")
    return page(
        "desk/act.html",
        at=task.installed,
        current="todo" if task.record else "started",
        task=task,
        key=key,
        expected=task.asked.family.record.revision,
        sections=task.asked.bound(typed, problems),
        reason=_reason(task, typed, problems),
        problems=summary,
        said=said,
        draft=draft,
        restored=restored and draft is not None,
        renewed=renewed(draft, task.asked.mechanism) if draft else "",
        another=_another(task),
        facts=task.asked.given(task.action.asks),
        coded=task.asked.coded(task.action.asks),
        phrases=phrases.mine(),
        **_beside(task),
    )


def _another(task: Task) -> str:
    """Where another new record is filled in beside the one that was begun."""
    if task.record is not None:
        return ""
    return url_for(".begin", type_=task.type, action=request.args.get("action"), draft=new_id())


def _foreseen(
    task: Task, typed: Mapping[str, Any], key: str, draft: Draft | None, seen: Foreseen
) -> ResponseReturnValue:
    foreseen = task.asked.family.record.with_(values=seen.values)
    show.learn(task.asked.around, task.asked.mechanism, [foreseen])
    return page(
        "desk/look.html",
        at=task.installed,
        task=task,
        key=key,
        expected=whole(request.args.get("expected", ""), task.asked.family.record.revision),
        draft=draft,
        sheets=show.sheets_of(
            task.asked.mechanism, seen.values, task.asked.around, task.action.asks, masked=False,
            files=show.files_of([foreseen], task.asked.mechanism),
        ),
        reason=_reason(task, typed, ()) if not task.action.asks else None,
        given=str(typed.get(REASON, "")),
        phrases=phrases.mine(),
        seen=seen,
        **_beside(task),
    )  # fmt: skip


def _beside(task: Task) -> dict[str, Any]:
    """What stands beside the form: which matter it is, and what a table said about it."""
    if task.record is None:
        return {"matter": None, "suggestions": [], "sheets_beside": []}
    opened = visit.opened()
    family = opened.family
    files = show.files_of([family.parent or family.record], opened.mechanism)
    whole = show.Reader.of(opened, visit.actor(), visit.now(), files=files)
    if family.parent is not None:
        whole = replace(whole, family=replace(family, record=family.parent, parent=None))
    show.learn(opened.around, opened.mechanism, [whole.record])
    return {
        "matter": {
            "number": whole.record.number,
            "title": title_of(whole.mechanism, whole.record, whole.around.names, whole.hidden, lang()),
            "state": show.state_title(whole.mechanism, whole.record),
            "href": task.home,
        },
        "suggestions": show.suggestions(whole) if family.parent is None else [],
        "sheets_beside": show.sheets(whole),
    }


def _reason(task: Task, typed: Mapping[str, Any], problems: Sequence[FieldProblem]) -> dict[str, Any] | None:
    """The box for the reason: always where the action wants one, and shown where a suggestion is changed."""
    asked = task.overridable
    if not task.action.reason and not asked:
        return None
    changed = [{"!=": [{"var": key}, value]} for key, value in asked.items()]
    return {
        "kind": "text",
        "widget": "text",
        "name": REASON,
        "label": visit.sentence("desk.reason"),
        "help": "" if task.action.reason else visit.sentence("desk.reason_for_change"),
        "required": task.action.reason,
        "raw": str(typed.get(REASON, "")),
        "problems": [visit.spoken(one.message) for one in problems if one.field == REASON],
        "max_length": 1000,
        "show": None if task.action.reason else {"or": changed},
        "require": None if task.action.reason else {"or": changed},
    }


def _autosave(task: Task) -> ResponseReturnValue:
    """Keep what is typed so far; the answer is what `liaison.js` expects."""
    key, now = request.form.get("key", ""), visit.now()
    if task.begun and kept.became(task.begun):
        return jsonify(title=visit.sentence("desk.done_already")), 410
    begun = None if "force" in request.form else whole(request.form.get("revision", ""), 0)
    try:
        draft = kept.keep(task, _typed(task), key, begun)
    except DraftChangedError:
        found = kept.of(task)
        at = found.updated_at.astimezone(now.tzinfo) if found else now
        return jsonify(who="", at=f"{at:%H:%M}"), 409
    except TooLargeError as error:
        return jsonify(title=visit.spoken(error.message)), 413
    return jsonify(revision=draft.revision, saved_at=f"{now:%H:%M}")
