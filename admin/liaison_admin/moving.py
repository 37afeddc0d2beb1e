"""Move records to the version in force: what is left on older ones, what moving would change, the move in chunks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose

from liaison.access import Actor
from liaison.engine import Mechanism, Move, Result, States, Unmapped
from liaison.store import InForce, Older, move_records, older_records, preview_moves, states_to_map
from liaison.texts import Message
from liaison.web import visit, whole

from .forms import Field, Form, blank
from .frame import PAGE, Page, columns, me, note, paged, place_of, set_up, stamp

_ROLE: Final = "configurer"
PREVIEWED = 500
"""Records of one preview, the oldest first."""
AT_ONCE = 100
"""Records moved by one press of the button: each is a transaction of its own."""
_LOST = frozenset({"engine.move.field_gone", "engine.move.value_unread"})
_DATES = frozenset({"engine.move.term_moves", "engine.move.term_ends", "engine.move.term_begins"})
_COUNTS: Mapping[str, frozenset[str]] = {
    "dates": _DATES,
    "lost": _LOST,
    "unfit": frozenset({"engine.move.value_unfit"}),
    "parts": frozenset({"engine.move.part_gone"}),
    "follows": frozenset({"engine.move.follows"}),
}
"""What is counted over all records of a preview → the changes it is counted by."""


class Moving(Page):
    """The part of `/admin/mechanisms/` that moves records."""

    @expose("/installations/<installation>/older")
    def older(self, installation: str) -> ResponseReturnValue:
        """What is left on older versions, and the form that asks for a preview."""
        return self._older(set_up(installation, _ROLE), blank())

    def _older(self, one: InForce, form: Form, problem: str = "") -> str:
        offset = max(whole(request.args.get("offset", ""), 0), 0)
        with visit.database().read() as connection:
            found, total = older_records(connection, one.id, offset=offset, limit=PAGE)
            shelf = visit.shelf()
            theirs = {each.edition: shelf.mechanism(connection, each.edition) for each in found}
        mechanism = _in_force(one)
        return self.show(
            "older",
            place=place_of(one.organisation),
            one=one,
            problem=problem,
            fields=_fields(
                mechanism, form, states_to_map(visit.database(), visit.shelf(), one.id) if one.in_force else {}
            ),
            columns=columns("number", "type", "state", "version", "since"),
            rows=[_left(theirs[each.edition], each) for each in found],
            total=total,
            pages=paged(".older", offset, total, {"installation": one.id}),
        )

    @expose("/installations/<installation>/older/preview", methods=["POST"])
    def preview(self, installation: str) -> ResponseReturnValue:
        """What moving all of them, or those chosen, would change. Nothing is done."""
        one = _open(set_up(installation, _ROLE))
        chosen = request.form.getlist("record")
        if request.form.get("scope") == "chosen" and not chosen:
            return self._older(one, Form(), visit.sentence("admin.older.choose")), 422
        some, total = _wanted(one, chosen if request.form.get("scope") == "chosen" else (), 0, PREVIEWED)
        states = _states(one)
        found = preview_moves(visit.database(), visit.shelf(), one.id, some, states, visit.now())
        return self.show(
            "older_preview",
            place=place_of(one.organisation),
            one=one,
            kept=[(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"],
            counts=_counted(found),
            movable=sum(1 for each in found if each.possible),
            unmapped=[visit.spoken(why) for why in _missing(found)],
            rest=total - len(some),
            columns=columns("number", "can:chip", "changes:list"),
            rows=[_seen(_in_force(one), each) for each in found],
        )

    @expose("/installations/<installation>/older/move", methods=["POST"])
    def move(self, installation: str) -> ResponseReturnValue:
        """Move the next of them, and say for each what came of it. What could not be moved is passed over from then on;
        pressed again, or after it broke off, it goes on with what is left."""
        one = _open(set_up(installation, _ROLE))
        every, states = request.form.get("scope") != "chosen", _states(one)
        passed = max(whole(request.form.get("passed", ""), 0), 0)
        some, _ = _wanted(one, () if every else request.form.getlist("record"), passed if every else 0, AT_ONCE)
        by = Actor(me().person, me().name)
        said = move_records(visit.database(), one.id, some, states, by, visit.now())
        stand = [record for record, result in said if not result]
        with visit.database().write() as connection:
            numbers = {each.id: each.number for each in older_records(connection, one.id, limit=PREVIEWED)[0]}
            rest = older_records(connection, one.id, limit=1)[1] - passed - len(stand) if every else 0
            note(
                connection, "records_moved", one.organisation, installation=one.id, digest=one.digest,
                moved=len(said) - len(stand), stand=len(stand),
            )  # fmt: skip
        if not stand and rest <= 0:
            flash(visit.sentence("admin.older.moved", moved=len(said), stand=0), "success")
            return redirect(url_for(".older", installation=one.id))
        kept = [(name, value) for name, value in request.form.items(multi=True) if name not in ("csrf_token", "passed")]
        return self.show(
            "older_moved",
            place=place_of(one.organisation),
            one=one,
            said=visit.sentence("admin.older.moved", moved=len(said) - len(stand), stand=len(stand)),
            rest=rest,
            kept=[*kept, ("passed", str(passed + len(stand)))],
            columns=columns("number", "why:title"),
            rows=[_stands(record, numbers, result) for record, result in said if not result],
        )


def left_behind(one: InForce) -> int:
    """How many records of a mechanism are on older versions."""
    with visit.database().read() as connection:
        return older_records(connection, one.id, limit=1)[1]


# ── What is asked for ────────────────────────────────────────────────────────────────────────────────────────────


def _open(one: InForce) -> InForce:
    """The mechanism, if records can be moved to its version. 409: it is not in force."""
    return one if one.in_force else abort(409)


def _wanted(one: InForce, chosen: Sequence[str], offset: int, limit: int) -> tuple[list[str], int]:
    """The records meant, the oldest first, and how many there are: those chosen, else all that are left behind."""
    with visit.database().read() as connection:
        if not chosen:
            found, total = older_records(connection, one.id, offset=offset, limit=limit)
            return [each.id for each in found], total
        known = {each.id for each in older_records(connection, one.id, limit=PREVIEWED)[0]}
    some = [record for record in dict.fromkeys(chosen) if record in known]
    return some, len(some)


def _states(one: InForce) -> States:
    """Record type → old state → the one chosen for it."""
    found: dict[str, dict[str, str]] = {}
    for state in states_to_map(visit.database(), visit.shelf(), one.id):
        if chosen := request.form.get(_name(state), ""):
            found.setdefault(state.type, {})[state.state] = chosen
    return found


def _name(state: Unmapped) -> str:
    return f"state-{state.type}-{state.state}"


def _fields(mechanism: Mechanism, form: Form, states: Mapping[Unmapped, int]) -> list[Field]:
    """One choice for each state the version in force has no more."""
    fields = []
    for state, count in states.items():
        offered = [(one.key, one.title) for one in mechanism.definition.lifecycles[state.type].states.values()]
        type_ = mechanism.record_type(state.type).title
        label = visit.sentence("admin.older.state", type=type_, state=state.title, count=count)
        fields.append(form.choice(_name(state), offered, "answer") | {"label": label})
    return fields


# ── What is shown ────────────────────────────────────────────────────────────────────────────────────────────────


def _in_force(one: InForce) -> Mechanism:
    with visit.database().read() as connection:
        return visit.shelf().mechanism(connection, one.edition)


def _left(mechanism: Mechanism, one: Older) -> dict[str, Any]:
    """A row, in the words of the version the record is on."""
    state = mechanism.definition.lifecycles[one.type].states.get(one.state)
    return {
        "id": one.id,
        "cells": {
            "number": one.number or one.id[:8],
            "type": mechanism.record_type(one.type).title,
            "state": state.title if state else one.state,
            "version": one.version,
            "since": stamp(one.since),
        },
    }


def _seen(mechanism: Mechanism, one: Move) -> dict[str, Any]:
    changes = [
        visit.spoken(change) if each is one else f"{_title(mechanism, each)}：{visit.spoken(change)}"
        for each in one.all
        for change in (*_missing([each]), *each.changes)
    ]
    can = ("admin.older.can", "in_time") if one.possible else ("admin.older.cannot", "overdue")
    return {
        "cells": {
            "number": one.record.number or one.record.id[:8],
            "can": {"label": visit.sentence(can[0]), "tone": can[1]},
            "changes": list(dict.fromkeys(changes)) or [visit.sentence("admin.older.unchanged")],
        }
    }


def _title(mechanism: Mechanism, one: Move) -> str:
    known = mechanism.definition.record_types.get(one.record.type)
    return known.title if known else one.record.type


def _missing(found: Sequence[Move]) -> list[Message]:
    """What keeps these records from being moved, each thing once."""
    messages = [
        message
        for each in found
        for one in each.all
        for message in (*(Message("engine.move.state_missing", {"state": s.title}) for s in one.unmapped), *one.gone)
    ]
    return list({visit.spoken(message): message for message in messages}.values())


def _counted(found: Sequence[Move]) -> list[dict[str, Any]]:
    """For each sort of change, how many records it concerns."""
    counts = []
    for name, codes in _COUNTS.items():
        count = sum(1 for each in found if any(change.code in codes for one in each.all for change in one.changes))
        if count:
            counts.append({"label": visit.sentence(f"admin.older.count_{name}", count=count)})
    return counts


def _stands(record: str, numbers: Mapping[str, str], result: Result) -> dict[str, Any]:
    assert result.refusal is not None, "what was moved does not stand"
    return {"cells": {"number": numbers.get(record) or record[:8], "why": visit.spoken(result.refusal.message)}}
