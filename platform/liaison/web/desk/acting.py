"""Taking an action at the desk: its form with what the tables suggest, a look at what will happen, then the deed.

The same pages serve an action, the correction of a section, and the beginning of a new record. Everything works as
plain pages; what was typed is kept through every answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import abort, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from liaison.definitions import Action, Asks
from liaison.engine import EDIT, Command, Record, Refusal, Result, editable, possible, title_of
from liaison.forms import FieldProblem
from liaison.store import (
    Draft,
    DraftChangedError,
    InForce,
    TooLargeError,
    begin_draft,
    discard_draft,
    drafts_of,
    new_id,
    save_draft,
)

from .. import asking, permissions, show, visit
from ..asking import Asking
from ..language import lang
from ..typed import whole
from . import blueprint
from .frame import AT_RECORD, of_record, page
from .rehearsal import Foreseen, foresee
from .room import here, way_in

REASON = "reason"
_DRAFTS = 200
_MISSED = 4
"""So much of what was left out is said at once; the timeline has all of it."""


@dataclass(frozen=True)
class Task:
    """An action about to be taken. `record` is None where it begins one. `home`: where one goes back to."""

    asked: Asking
    installed: InForce
    record: Record | None
    form_url: str
    home: str

    @property
    def action(self) -> Action:
        return self.asked.action

    @property
    def title(self) -> str:
        """What the page is called: the action, or what is registered by it."""
        if self.record is not None:
            return self.action.title
        return way_in(self.asked.mechanism, self.asked.family.record.type, self.action)

    def command(self, typed: Mapping[str, Any], key: str, expected: int | None) -> Command:
        """The command, with what was typed."""
        return Command(
            self.action.key,
            visit.actor(),
            key,
            record=self.record.id if self.record else "",
            type="" if self.record else self.asked.family.record.type,
            installation="" if self.record else self.installed.id,
            values={name: value for name, value in typed.items() if name != REASON},
            reason=str(typed.get(REASON, "")),
            expected=expected if self.record else None,
        )

    @property
    def suggested(self) -> dict[str, Any]:
        """What tables suggest for fields that this action asks for and nobody has filled in."""
        values = self.asked.family.record.values
        return {key: value for key, value in self._suggestions.items() if values.get(key) is None}

    @property
    def overridable(self) -> dict[str, Any]:
        """Field → the value one may only change with a reason: what is on file, else what was suggested."""
        values = self.asked.family.record.values
        return {key: values.get(key, value) for key, value in self._suggestions.items()}

    @property
    def _suggestions(self) -> dict[str, Any]:
        asked = {
            control.field.key
            for asks in self.action.asks
            for control in self.asked.mechanism.forms[asks.form].within(asks.section, asks.without)
        }
        return {
            key: value
            for one in self.asked.family.record.suggestions.values()
            for key, value in one.outputs.items()
            if key in asked and value is not None
        }


# ── Addresses ────────────────────────────────────────────────────────────────────────────────────────────────────


@blueprint.route("/records/<record>/do/<action>", methods=["GET", "POST"])
@permissions.opens_to(AT_RECORD)
def act(record: str, action: str) -> ResponseReturnValue:
    """An action on a record, or on one of its assignments."""
    task = _of_action(action)
    if request.method == "POST":
        return _answer(task)
    opened = visit.opened()
    if task.action not in possible(opened.mechanism, opened.family, visit.actor(), opened.around, visit.now()):
        flash(visit.sentence("desk.not_possible_now", action=task.action.title), "warning")
        return redirect(task.home)
    return _begin(task)


@blueprint.route("/records/<record>/edit/<section>", methods=["GET", "POST"])
@permissions.opens_to(AT_RECORD)
def edit(record: str, section: str) -> ResponseReturnValue:
    """The correction of one section, `form.section`."""
    opened = visit.opened()
    if section not in editable(opened.mechanism, opened.family.record, visit.actor(), opened.around):
        flash(visit.sentence("desk.not_editable_now"), "warning")
        return redirect(url_for(".record", record=record))
    task = _of_section(section)
    return _answer(task) if request.method == "POST" else _begin(task)


@blueprint.route("/new/<type_>", methods=["GET", "POST"])
@permissions.opens_to(permissions.DESK)
def begin(type_: str) -> ResponseReturnValue:
    """A new record of a type, registered at the desk, in the way that is asked for or the first there is."""
    room, wanted = here(), request.args.get("action")
    if type_ not in {one.key for one in room.types}:
        abort(404)
    action = next((one for one in room.starts(type_) if wanted in (None, one.key)), None)
    if action is None:
        abort(403)
    asked = asking.for_start(room.mechanism, type_, action, room.around, room.installed.id)
    task = Task(asked, room.installed, None, url_for(".begin", type_=type_, action=wanted), url_for(".todo"))
    return _answer(task) if request.method == "POST" else _begin(task)


@blueprint.post("/records/<record>/do/<action>/draft")
@permissions.opens_to(AT_RECORD)
def keep_action(record: str, action: str) -> ResponseReturnValue:
    """Save as one types."""
    return _autosave(_of_action(action))


@blueprint.post("/records/<record>/edit/<section>/draft")
@permissions.opens_to(AT_RECORD)
def keep_edit(record: str, section: str) -> ResponseReturnValue:
    """Save as one types."""
    return _autosave(_of_section(section))


def _of_action(key: str) -> Task:
    opened = visit.opened()
    action = opened.mechanism.action(opened.family.record.type, key)
    if action is None or action.start:
        abort(404)
    record = opened.family.record
    form_url = url_for(".act", record=record.id, action=key)
    return Task(asking.for_record(opened, action), of_record(record.installation), record, form_url, _home(record))


def _of_section(section: str) -> Task:
    opened = visit.opened()
    form, _, key = section.partition(".")
    record = opened.family.record
    if form not in opened.mechanism.forms or key not in {one.key for one in opened.mechanism.forms[form].sections}:
        abort(404)
    title = visit.sentence("desk.correct", section=opened.mechanism.definition.section(form, key)["label"])
    action = Action(f"{EDIT}:{section}", title, (), asks=(Asks(form, key),), tone="primary")
    form_url = url_for(".edit", record=record.id, section=section)
    return Task(asking.for_record(opened, action), of_record(record.installation), record, form_url, _home(record))


def _home(record: Record) -> str:
    return url_for(".record", record=record.parent or record.id)


# ── The pages ────────────────────────────────────────────────────────────────────────────────────────────────────


def _begin(task: Task) -> ResponseReturnValue:
    draft = _draft(task)
    key = draft.id if draft else new_id()
    typed = {**task.suggested, **(draft.values if draft else {})}
    if task.action.asks:
        return _form(task, typed, key, draft=draft)
    return _look(task, typed, key, foresee([_as_if(task, typed, key)])[0])


def _answer(task: Task) -> ResponseReturnValue:
    """One of three: look at what will happen, go back to the form, or do it."""
    step = request.form.get("step", "look")
    key = request.form.get("key", "")
    if not key or len(key) > 64:
        abort(400)
    typed, _ = task.asked.read(request.form, {})
    typed[REASON] = request.form.get(REASON, "").strip()
    if step == "form":
        return _form(task, typed, key)
    if step == "look":
        seen = foresee([task.command(typed, key, _expected())])[0]
        if seen.refusal is None:
            return _look(task, typed, key, seen)
        return _refused(task, typed, key, _said(seen.refusal))
    said = visit.act(task.command(typed, key, _expected()))
    if not said:
        return _refused(task, typed, key, said)
    draft = _draft(task)
    if draft is not None:
        with visit.database().write() as connection:
            discard_draft(connection, draft.id, visit.owner())
    flash(visit.sentence("desk.done", action=task.action.title, number=_number(task, said)), "success")
    missed = said.result.left_out
    for why in missed[:_MISSED]:
        flash(visit.spoken(why), "warning")
    if more := len(missed[_MISSED:]):
        flash(visit.sentence("desk.left_out_more", count=more), "warning")
    return redirect(task.home if task.record else url_for(".record", record=said.result.record), 303)


def _number(task: Task, said: visit.Said) -> str:
    parent = task.asked.family.parent
    return (parent or task.asked.family.record).number or said.result.number


def _as_if(task: Task, typed: Mapping[str, Any], key: str) -> Command:
    """The command as it would be with a reason, where one is still to be given."""
    command = task.command(typed, key, None)
    return replace(command, reason=command.reason or "…") if task.action.reason else command


def _expected() -> int | None:
    return whole(request.form.get("expected", ""), None)


def _said(refusal: Refusal) -> visit.Said:
    """A refusal of the rehearsal, answered like one in earnest."""
    status = 409 if refusal.code in ("engine.stale", "engine.not_from_here") else 422
    sentence, advice = visit.spoken(refusal.message), visit.advice(refusal.message)
    return visit.Said(Result(refusal=refusal), sentence, advice, refusal.problems, status)


def _refused(task: Task, typed: Mapping[str, Any], key: str, said: visit.Said) -> ResponseReturnValue:
    """The form again with everything typed, and what is wrong: with a field, or with the moment."""
    problems = said.problems
    if said.result.refusal is not None and said.result.refusal.code == "engine.reason_needed":
        problems = (FieldProblem(REASON, None, said.result.refusal.message),)
    return _form(task, typed, key, problems=problems, said=None if problems else said), said.status


def _form(
    task: Task,
    typed: Mapping[str, Any],
    key: str,
    *,
    problems: Sequence[FieldProblem] = (),
    said: visit.Said | None = None,
    draft: Draft | None = None,
) -> str:
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
        draft_url=f"{task.form_url}/draft" if task.record else "",
        facts=task.asked.given(task.action.asks),
        coded=task.asked.coded(task.action.asks),
        **_beside(task),
    )


def _look(task: Task, typed: Mapping[str, Any], key: str, seen: Foreseen) -> ResponseReturnValue:
    """What was typed as it will be read, and what will happen: the last page before the deed."""
    if seen.refusal is not None:
        flash(visit.spoken(seen.refusal.message), "error")
        return redirect(task.home)
    foreseen = task.asked.family.record.with_(values=seen.values)
    show.learn(task.asked.around, task.asked.mechanism, [foreseen])
    return page(
        "desk/look.html",
        at=task.installed,
        task=task,
        key=key,
        expected=whole(request.form.get("expected", ""), task.asked.family.record.revision),
        kept=_pairs(typed),
        sheets=show.sheets_of(
            task.asked.mechanism, seen.values, task.asked.around, task.action.asks, masked=False,
            files=show.files_of([foreseen], task.asked.mechanism),
        ),
        reason=_reason(task, typed, ()) if not task.action.asks else None,
        given=str(typed.get(REASON, "")),
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
            "title": title_of(whole.mechanism, whole.record, whole.hidden, lang()),
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


def _pairs(typed: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was typed as hidden fields of a form, in the names the browser used for it."""
    found: list[tuple[str, str]] = []
    for name in request.form:
        if name not in ("csrf_token", "key", "expected", "step", "revision", REASON):
            found += [(name, value) for value in request.form.getlist(name)]
    return [*found, (REASON, str(typed[REASON]))] if typed.get(REASON) else found


# ── Drafts ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _draft(task: Task) -> Draft | None:
    """What this person began to fill in for this action on this record."""
    if task.record is None or not task.action.asks:
        return None
    with visit.database().read() as connection:
        mine = drafts_of(connection, visit.owner(), limit=_DRAFTS)
    return next((one for one in mine if one.record == task.record.id and one.action == task.action.key), None)


def _autosave(task: Task) -> ResponseReturnValue:
    assert task.record is not None
    typed, _ = task.asked.read(request.form, {})
    typed[REASON] = request.form.get(REASON, "").strip()
    found, owner, now = _draft(task), visit.owner(), visit.now()
    try:
        with visit.database().write() as connection:
            if found is None:
                draft = begin_draft(connection, task.installed.id, task.record.type, task.action.key, owner, now,
                                    record=task.record.id)  # fmt: skip
                id_, at = draft.id, draft.revision
            else:
                id_ = found.id
                at = found.revision if "force" in request.form else whole(request.form.get("revision", ""), 0)
            revision = save_draft(connection, id_, owner, typed, at, now, files=visit.brought(typed))
    except DraftChangedError:
        assert found is not None
        return jsonify(who="", at=f"{found.updated_at.astimezone(now.tzinfo):%H:%M}"), 409
    except TooLargeError as error:
        return jsonify(title=visit.spoken(error.message)), 413
    return jsonify(revision=revision, saved_at=f"{now:%H:%M}")
