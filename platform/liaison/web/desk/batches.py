"""What is done many at once, on its pages: how far it is, what is wrong and with which rows, what became of each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from liaison.definitions import Action
from liaison.forms import display
from liaison.store import (
    Batch,
    BatchRow,
    ask_again,
    batch_of,
    batch_rows,
    batches_of,
    brought_before,
    carry_on,
    drop_batch,
    log,
    resume_batch,
    write_batch,
)

from .. import permissions, show, visit
from ..downloads import file_name, handed_out
from ..language import lang
from ..sheets import FORMATS, Head, begun
from . import blueprint
from .frame import page
from .room import Room, here, room_of
from .spreadsheet import Spreadsheet, row_told

_AT_ONCE = 1.0
"""Seconds that a request itself carries on: few rows are done before the next page is seen."""
_GROUPS = 50
"""Different sentences about what is wrong that a page has."""
_LINES = 10
"""Rows named behind a sentence."""
_SHOWN = 40
"""Rows of which the page says what became of them; the file has all."""
SHARED = ("unit", "choice", "code")
"""Kinds of fields by which it is said how many get what."""


@blueprint.get("/batches")
@permissions.opens_to(permissions.DESK)
def batches() -> ResponseReturnValue:
    """What this person did many at once here, the newest first."""
    room = here()
    with visit.database().read() as connection:
        mine = batches_of(connection, room.actor.id, room.installed.id, 50)
    return page("desk/batches.html", mine=listed(room, mine))


@blueprint.route("/batches/<batch>", methods=["GET", "POST"])
@permissions.opens_to(permissions.DESK)
def batch(batch: str) -> ResponseReturnValue:
    """Where it stands; or (POST) on with it: write, go on, back to the form, throw it away."""
    found, room = mine(batch)
    if request.method == "GET":
        return _page(room, found)
    step = request.form.get("step", "")
    if step == "write" and request.form.get("wrong", type=int) != found.counts.get("wrong", 0):
        flash(visit.sentence("desk.batch.changed"), "warning")
        return redirect(url_for(".batch", batch=batch), 303)
    with visit.database().write() as connection:
        if step == "write":
            write_batch(connection, found.id)
        elif step == "resume":
            resume_batch(connection, found.id)
        elif step == "again":
            ask_again(connection, found.id)
        elif step == "drop" and drop_batch(connection, found.id):
            flash(visit.sentence("desk.batch.dropped"), "success")
    if step == "drop":
        return redirect(url_for(".batches"), 303)
    return redirect(url_for(".give", batch=batch) if step == "again" else carried_on(batch), 303)


@blueprint.get("/batches/<batch>/file")
@permissions.opens_to(permissions.DESK)
def batch_file(batch: str) -> ResponseReturnValue:
    """A workbook: before it is written all rows with what is wrong; afterwards what became of each, or (`rest`) those
    that were not written, to be put right and brought again."""
    found, room = mine(batch)
    written, rest = found.state in ("writing", "done"), "rest" in request.args
    with visit.database().write() as connection:
        rows = batch_rows(connection, found.id, ("wrong", "refused") if written and rest else ())
        log(
            connection, "export", room.actor.id, visit.now(), organisation=found.organisation,
            address=visit.address(), detail={"batch": found.id, "count": len(rows)},
        )  # fmt: skip
    what = visit.sentence("desk.batch.answer" if written and not rest else "desk.batch.to_correct")
    if found.acts:
        body = _outcome(found, rows)
    else:
        body = Spreadsheet(room, found.type, action_of(room, found)).workbook(rows, answered=written and not rest)
    return handed_out(body, FORMATS["xlsx"], file_name("xlsx", title_of(room, found), what, f"{visit.now():%Y%m%d}"))


def _outcome(found: Batch, rows: Iterable[BatchRow]) -> bytes:
    """What becomes or became of each record, as a workbook."""
    codes = ("desk.column_number", "desk.batch.column_result")
    sheet = begun("xlsx", found.title, [Head(visit.sentence(code)) for code in codes])
    sheet.add([place_of(found, row), row_told(row)] for row in rows)
    return sheet.done()


def mine(id_: str) -> tuple[Batch, Room]:
    """A batch of this person, in the mechanism it belongs to. 404: there is none."""
    with visit.database().read() as connection:
        found = batch_of(connection, id_, visit.actor().id)
    standing = visit.standings().get(found.installation) if found else None
    if found is None or standing is None:
        abort(404)
    return found, room_of(standing.installed)


def action_of(room: Room, found: Batch) -> Action:
    """The action it takes. 404: the version in force has it no more."""
    return room.mechanism.action(found.type, found.action) or abort(404)


def title_of(room: Room, found: Batch) -> str:
    """What a batch is called."""
    if found.acts:
        return visit.sentence("desk.batch.act", action=action_of(room, found).title)
    return visit.sentence("desk.batch.bring", what=room.mechanism.record_type(found.type).title)


def carried_on(id_: str) -> str:
    """The page of a batch, after a moment in which it was carried on: few rows are done by then."""
    carry_on(visit.database(), visit.now(), _AT_ONCE, id_)
    return url_for(".batch", batch=id_)


def listed(room: Room, some: Iterable[Batch]) -> dict[str, Any]:
    """Batches as `table` draws them."""
    heads = [
        {"key": "at", "title": visit.sentence("desk.batch.at"), "kind": "moment"},
        {"key": "what", "title": visit.sentence("desk.batch.what"), "kind": "title", "fact": True},
        {"key": "from", "title": visit.sentence("desk.batch.from"), "fact": True},
        {"key": "state", "title": visit.sentence("desk.column_state"), "fact": True},
    ]
    known = room.mechanism.definition.lifecycles
    rows = [
        {
            "id": one.id,
            "href": url_for(".batch", batch=one.id),
            "cells": {"at": one.created_at, "what": title_of(room, one), "from": one.title, "state": _stands(one)},
        }
        for one in some
        if one.type in known and one.action in known[one.type].actions
    ]
    return {"heads": heads, "rows": rows}


def _stands(one: Batch) -> str:
    """Where a batch stands, in words."""
    if one.stopped is not None:
        return visit.sentence("desk.batch.stopped")
    if one.state == "done" and not one.size:
        return visit.sentence("desk.batch.swept")
    return visit.sentence(
        f"desk.batch.is_{one.state}", done=one.counts.get("done", 0), of=one.size, good=one.counts.get("good", 0)
    )


def _page(room: Room, found: Batch) -> str:
    counts = {state: found.counts.get(state, 0) for state in ("waiting", "good", "wrong", "done", "refused")}
    going = found.state in ("checking", "writing")
    to_do = counts["waiting"] if found.state == "checking" else counts["good"]
    with visit.database().read() as connection:
        rows = batch_rows(connection, found.id) if not going else []
        before = brought_before(connection, found) if found.state == "checked" else None
    action = action_of(room, found)
    bad = [one for one in rows if one.wrong]
    groups = _grouped(room, found, bad)
    repeats = [(one, message) for one in rows if one.state == "good" for message in one.alike]
    return page(
        "desk/batch.html",
        at=room.installed,
        title=title_of(room, found),
        batch=found,
        counts=counts,
        going=going,
        progress=_progress(found, to_do) if going else None,
        stopped={"text": visit.spoken(found.stopped), "advice": visit.advice(found.stopped)} if found.stopped else None,
        before=before,
        before_said=visit.sentence(
            "desk.batch.brought_before", at=before.created_at, who=before.name, done=before.counts.get("done", 0)
        )
        if before
        else "",
        confirm=action.confirm,
        groups=groups[:_GROUPS],
        more_groups=max(len(groups) - _GROUPS, 0),
        repeats=[{"at": place_of(found, one), "text": visit.spoken(message)} for one, message in repeats[:_GROUPS]],
        repeated=len({one.position for one, _ in repeats}),
        shares=_shares(room, found, [one for one in rows if one.state == "good"]) if found.acts else [],
        written=[
            {"place": place_of(found, one), "number": one.number or place_of(found, one),
             "href": url_for(".record", record=one.record)}
            for one in rows
            if one.state == "done"
        ][:_SHOWN],
        again=url_for(".bring", type_=found.type, action=found.action) if not found.acts else "",
        home=url_for(".ledgers"),
    )  # fmt: skip


def _progress(found: Batch, left: int) -> dict[str, Any]:
    """How far a batch is that goes on."""
    numbers = {"done": found.size - left, "of": found.size}
    return {**numbers, "said": visit.sentence(f"desk.batch.going_{found.state}", **numbers)}


def _grouped(room: Room, found: Batch, rows: Sequence[BatchRow]) -> list[dict[str, Any]]:
    """What is wrong, each sentence once with the rows it is said of, the first row on top."""
    fields = room.mechanism.fields[found.type]
    letters: Mapping[str, str] = found.given.get("columns", {})
    places: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for row in rows:
        for one in row.wrong:
            message = one.message.reworded(room.mechanism.definition.translations)
            told = (one.field, visit.spoken(message), visit.advice(message))
            letter = letters.get(one.field, "")
            place = place_of(found, row)
            places[told].append(f"{place}（{letter}{row.position}）" if letter else place)
    return [
        {
            "text": visit.sentence("desk.batch.of_field", field=fields[field].title, text=text)
            if field in fields
            else text,
            "advice": advice,
            "count": len(them),
            "places": show.listed(them[:_LINES]),
            "more": len(them) > _LINES,
        }
        for (field, text, advice), them in places.items()
    ]


def place_of(found: Batch, row: BatchRow) -> str:
    """A row as one finds it: its line in the file, or the number of the record."""
    if found.acts:
        return row.number or visit.sentence("desk.batch.nth", n=row.position)
    return visit.sentence("desk.batch.line", n=row.position)


def _shares(room: Room, found: Batch, rows: Sequence[BatchRow]) -> list[dict[str, Any]]:
    """How many get what, where the records do not all get the same."""
    fields = room.mechanism.fields[found.type]
    shared = []
    for key in dict.fromkeys(key for row in rows for key in row.values):
        if key not in fields or fields[key].kind not in SHARED:
            continue
        told = Counter(
            display(fields[key], row.values[key], lang(), room.around.names) if key in row.values else "—"
            for row in rows
        )
        shared.append({"title": fields[key].title, "counts": told.most_common()})
    return shared
