"""One action on many records: picked in a ledger, its form filled in once for all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from liaison.engine import Record, hidden_fields
from liaison.store import MOST_ROWS, Batch, BatchRow, Wanted, batch_rows, begin_batch, give_batch, records

from .. import asking, permissions, visit
from ..asking import Asking
from . import batches, blueprint, phrases
from .asked import Asked
from .frame import page
from .ledgers import view_of
from .room import Room, here
from .task import REASON

_CHUNK = 500
_SHOWN = 12
"""Records that the form names one by one."""


@blueprint.post("/ledgers/<view>/together/<action>")
@permissions.opens_to(permissions.DESK)
def together(view: str, action: str) -> ResponseReturnValue:
    """Begin an action on the records picked in a ledger, or on all that it lists."""
    room = here()
    shown = view_of(room, view)
    wanted = next((one for one in room.together(shown.of) if one.key == action), None)
    if wanted is None:
        abort(404)
    asked = Asked.of(room, shown)
    picked = list(_picked(room, asked))
    if not picked or len(picked) > MOST_ROWS:
        code = "desk.batch.too_many_picked" if picked else "desk.batch.none_picked"
        flash(visit.sentence(code, most=MOST_ROWS), "warning")
        return redirect(asked.address(), 303)
    known = _keys(asking.for_start(room.mechanism, shown.of, wanted, room.around, room.installed.id))
    rows = [
        BatchRow(
            place, cells=_by_itself(room, record, known), record=record.id, expected=record.revision,
            number=record.number,
        )
        for place, record in enumerate(picked, 1)
    ]  # fmt: skip
    asks = bool(wanted.asks or wanted.reason)
    with visit.database().write() as connection:
        begun = begin_batch(
            connection, room.installed.id, shown.of, wanted.key, room.actor.id, shown.title, rows, room.now,
            state="asking" if asks else "checking",
        )  # fmt: skip
    return redirect(url_for(".give", batch=begun) if asks else batches.carried_on(begun), 303)


@blueprint.route("/batches/<batch>/form", methods=["GET", "POST"])
@permissions.opens_to(permissions.DESK)
def give(batch: str) -> ResponseReturnValue:
    """What the action asks for, once for all records. What is left empty each has by itself."""
    found, room = batches.mine(batch)
    if not found.acts or found.state not in ("asking", "checked"):
        return redirect(url_for(".batch", batch=batch), 303)
    action = batches.action_of(room, found)
    asked = asking.for_start(room.mechanism, found.type, action, room.around, room.installed.id)
    with visit.database().read() as connection:
        rows = batch_rows(connection, found.id)
    if request.method == "GET":
        return _form(room, found, asked, rows, found.given.get("values", {}))
    typed, _ = asked.read(request.form, {})
    typed = {key: value for key, value in typed.items() if value not in (None, "", [])}
    known = _keys(asked)
    given = (
        (row.position, {key: value for key, value in {**row.cells, **typed}.items() if key in known}) for row in rows
    )
    with visit.database().write() as connection:
        give_batch(
            connection, found, given, values=typed, reason=request.form.get(REASON, "").strip(),
            files=visit.brought(typed),
        )  # fmt: skip
    return redirect(batches.carried_on(found.id), 303)


def _form(
    room: Room, found: Batch, asked: Asking, rows: Sequence[BatchRow], typed: Mapping[str, Any]
) -> ResponseReturnValue:
    by_itself = Counter(key for row in rows for key in row.cells)
    sections = asked.bound(typed)
    for section in sections:
        for field in (field for row in section.rows for field in row):
            if count := by_itself.get(field["name"]):
                said = visit.sentence("desk.batch.by_itself", count=count)
                field |= {
                    "required": False,
                    "require": None,
                    "help": "。".join(filter(None, [field.get("help"), said])),
                }
    reason = {
        "kind": "text", "widget": "text", "name": REASON, "label": visit.sentence("desk.reason"),
        "raw": str(found.given.get("reason", "")), "required": asked.action.reason, "problems": [],
        "help": "" if asked.action.reason else visit.sentence("desk.batch.reason_help"),
    }  # fmt: skip
    return page(
        "desk/together.html",
        at=room.installed,
        title=batches.title_of(room, found),
        batch=found,
        sections=sections,
        reason=reason if asked.action.reason or by_itself else None,
        facts=asked.given(asked.action.asks),
        coded=asked.coded(asked.action.asks),
        phrases=phrases.mine(),
        records=[
            {"number": batches.place_of(found, row), "href": url_for(".record", record=row.record)}
            for row in rows[:_SHOWN]
        ],
        more=max(found.size - _SHOWN, 0),
    )


def _picked(room: Room, asked: Asked) -> Iterator[Record]:
    """The records picked on the page, or all that the list has; more than a batch takes say that there are more."""
    wanted = asked.wanted
    if "all" not in request.form:
        ids = [one for one in request.form.getlist("picked") if len(one) <= 64][:_CHUNK]
        if not ids:
            return
        wanted = Wanted(wanted.installation, wanted.type, ({"in": [{"var": "record.id"}, ids]},))
    with visit.database().read() as connection:
        for offset in range(0, MOST_ROWS + 1, _CHUNK):
            found = records(
                connection, visit.shelf(), visit.reach(), wanted, room.now, facts=room.facts,
                offset=offset, limit=_CHUNK,
            ).records  # fmt: skip
            yield from found
            if len(found) < _CHUNK:
                return


def _keys(asked: Asking) -> frozenset[str]:
    return frozenset(key for asks in asked.action.asks for key in asked.keys(asks))


def _by_itself(room: Room, record: Record, asked: frozenset[str]) -> dict[str, Any]:
    """What a record has by itself of what is asked for: on file already, else suggested by a decision table."""
    fields = room.mechanism.fields[record.type]
    open_keys = asked - hidden_fields(room.mechanism, record, room.actor, room.around)
    on_file = {key: record.values.get(key) for key in open_keys if fields[key].kind in batches.SHARED}
    suggested = {key: value for one in record.suggestions.values() for key, value in one.outputs.items()}
    found = {key: suggested.get(key) if record.values.get(key) is None else on_file.get(key) for key in open_keys}
    return {key: value for key, value in found.items() if value is not None}
