"""Duties 定期义务: who has done what is owed each period and who has not, what counts for it, and moving it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from liaison.access import is_one_of
from liaison.calendars import Period, Schedule
from liaison.definitions import Duty
from liaison.engine import Refusal, called
from liaison.engine.duties import Instance, Standing, Verdict, learn_owners, responsible
from liaison.roster import Subject
from liaison.store import Wanted, duties, records
from liaison.texts import Message

from .. import permissions, show, visit
from . import blueprint, owed
from .frame import of_record, page
from .room import Room, here, room_of

PERIODS = 6
"""Periods side by side: what a desktop screen holds."""
_SHOWN = 200
"""Records, and objects still open, that a page names one by one."""


def _at_duty() -> ResponseReturnValue | None:
    answer = permissions.DESK.closed()
    if answer is not None:
        return answer
    with visit.database().read() as connection:
        found = duties.one(connection, str((request.view_args or {})["duty"]))
    if found is None:
        abort(404)
    if found.installation not in {one.id for one in visit.desks()}:
        abort(403)
    room = room_of(of_record(found.installation))
    duty = owed.duty_of(room, found)
    if duty is None:
        abort(404)
    if not owed.may_see(room, duty, found):
        abort(403)
    g.duty_opened = (room, duty, found)
    return None


AT_DUTY = permissions.Rule("desk_duty", _at_duty)
"""Opens to who may see what is owed under the address."""


# ── The board ────────────────────────────────────────────────────────────────────────────────────────────────────


@blueprint.get("/duties", endpoint="duties")
@permissions.opens_to(permissions.DESK)
def board() -> ResponseReturnValue:
    """Who has done it and who has not, period by period, of the duty the address asks for."""
    room = here()
    all_ = room.mechanism.definition.duties
    duty = all_.get(request.args.get("duty", ""), next(iter(all_.values()), None))
    if duty is None:
        return page("desk/duties.html", current="duties", tabs=[], duty=None)
    before = _day(request.args.get("before", ""))
    with visit.database().read() as connection:
        periods = duties.periods(connection, room.installed.id, duty.key, before=before, limit=PERIODS + 1)
        shown, older = periods[:PERIODS], len(periods) > PERIODS
        found = duties.board(connection, room.installed.id, duty.key, shown, objects=duty.share is not None)
    mine = [one for one in found if owed.may_see(room, duty, one)]
    now = owed.stand(room, mine)
    return page(
        "desk/duties.html",
        current="duties",
        tabs=[
            {"title": one.title, "href": url_for(".duties", duty=one.key), "current": one is duty}
            for one in all_.values()
        ],
        duty=duty,
        schedule=visit.spoken(Schedule.from_json(duty.schedule).message),
        asks=_asks(room, duty),
        heads=_heads(shown, mine),
        rows=_rows(room, duty, shown, mine, now),
        tally=_tally(mine, now, shown[0] if shown and before is None else None),
        older=url_for(".duties", duty=duty.key, before=shown[-1].first.isoformat()) if older else "",
        newest=url_for(".duties", duty=duty.key) if before is not None else "",
    )


def _asks(room: Room, duty: Duty) -> str:
    """What fulfils it, in a line."""
    type_ = room.mechanism.record_type(duty.of).title
    if duty.share is not None:
        share = duty.share
        code = "desk.duty_asks_lot" if share.lot else "desk.duty_asks_share"
        amount = Message("desk.duty_percent", {"n": share.percent}) if share.percent else str(share.number)
        return visit.sentence(code, amount=amount, type=type_)
    if duty.minimum_field:
        return visit.sentence("desk.duty_asks_field", type=type_)
    if not duty.minimum:
        return visit.sentence("desk.duty_asks_at_most", n=duty.maximum or 0, type=type_)
    said = visit.sentence("desk.duty_asks", n=duty.minimum, type=type_)
    return said + visit.sentence("desk.duty_different", what=_object(room, duty)) if duty.distinct else said


def _object(room: Room, duty: Duty) -> str:
    """By what the records that fulfil it are told apart."""
    relation = duty.distinct.removeprefix("linked.")
    if relation != duty.distinct:
        return room.mechanism.record_type(duty.of).relations[relation].title
    return room.mechanism.fields[duty.of][duty.distinct].title


def _heads(shown: Sequence[Period], mine: Sequence[Instance]) -> list[dict[str, Any]]:
    heads: list[dict[str, Any]] = [{"key": "owner", "title": visit.sentence("desk.duty_owner"), "fact": True}]
    for at, period in enumerate(shown):
        there = [one for one in mine if one.period == period]
        heads.append({
            "key": period.key, "title": visit.spoken(period.message), "fact": at < 2,
            "first": there[0].first if len({(one.first, one.due) for one in there}) == 1 else None,
            "due": there[0].due if there else None,
            "certain": all(one.certain for one in there),
        })  # fmt: skip
    return heads


def _rows(
    room: Room, duty: Duty, shown: Sequence[Period], mine: Sequence[Instance], now: Mapping[str, Standing]
) -> list[dict[str, Any]]:
    by_owner: dict[str, dict[str, Instance]] = {}
    for one in mine:
        by_owner.setdefault(one.owner, {})[one.period.key] = one
    learn_owners(duty, mine, room.around)
    order = {key: at for at, key in enumerate(room.around.today.roster.units)}
    rows = []
    for owner in sorted(by_owner, key=lambda key: (order.get(key, len(order)), key)):
        there = by_owner[owner]
        cells = {period.key: _cell(room, there[period.key], now) for period in shown if period.key in there}
        rows.append({"id": owner, "owner": owed.title(room, next(iter(there.values()))), "cells": cells})
    return rows


def _cell(room: Room, one: Instance, now: Mapping[str, Standing]) -> dict[str, Any]:
    return {
        "href": url_for(".duty", duty=one.id),
        "light": owed.lamp(room, one, now[one.id]),
        "counted": owed.counted(one, now[one.id]),
        "moved": owed.days(one) if one.moves else "",
        "idle": one.idle and now[one.id].verdict is Verdict.OPEN,
    }


def _tally(mine: Sequence[Instance], now: Mapping[str, Standing], period: Period | None) -> list[dict[str, Any]]:
    """How many stand how in the newest period."""
    there = [now[one.id].verdict for one in mine if one.period == period]
    return [
        {"word": visit.sentence(f"engine.duty.{verdict.value}"), "count": there.count(verdict)}
        for verdict in (Verdict.MET, Verdict.LATE, Verdict.OPEN, Verdict.MISSED, Verdict.OVER, Verdict.LAPSED)
        if verdict in there
    ]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


# ── One instance ─────────────────────────────────────────────────────────────────────────────────────────────────


@blueprint.get("/duties/<duty>", endpoint="duty")
@permissions.opens_to(AT_DUTY)
def one_duty(duty: str) -> ResponseReturnValue:
    """What is owed, by whom, what counts for it, and what became of it."""
    return _page()


@blueprint.post("/duties/<duty>/move", endpoint="move_duty")
@permissions.opens_to(AT_DUTY)
def move_duty(duty: str) -> ResponseReturnValue:
    """Take it to another day."""
    to, reason = request.form.get("to", "").strip(), request.form.get("reason", "").strip()[:1000]
    day = _day(to)
    if day is None:
        return _page(to=to, reason=reason, problem=visit.sentence("desk.duty_no_day")), 422
    said = duties.move(visit.database(), duty, day, visit.actor(), reason, visit.now())
    if isinstance(said, Refusal):
        return _page(to=to, reason=reason, problem=visit.spoken(said.message)), 422
    flash(visit.sentence("desk.duty_moved", day=said.due), "success")
    return redirect(url_for(".duty", duty=duty), 303)


def _page(to: str = "", reason: str = "", problem: str = "") -> str:
    room, duty, one = cast("tuple[Room, Duty, Instance]", g.duty_opened)
    standing = owed.stand_open(room, one)
    ids = [found.record for found in standing.found]
    wanted = Wanted(one.installation, duty.of, ({"in": [{"var": "record.id"}, ids[:_SHOWN]]},))
    with visit.database().read() as connection:
        seen = records(connection, visit.shelf(), visit.reach(), wanted, room.now, limit=_SHOWN).records
    day_of = {found.record: found.day for found in standing.found}
    movable = one.next_look is not None and is_one_of(room.actor, duty.may_move, Subject(), "", room.around.today)
    return page(
        "desk/duty.html",
        current="duties",
        at=room.installed,
        one=one,
        title=duty.title,
        owner=owed.title(room, one),
        period=visit.spoken(one.period.message),
        light=owed.lamp(room, one, standing),
        pairs=_pairs(room, duty, one, standing),
        heads=[
            {"key": "title", "title": room.mechanism.record_type(duty.of).title, "kind": "title", "fact": True},
            {"key": "state", "title": visit.sentence("desk.column_state"), "fact": True},
            {"key": "day", "title": visit.sentence("desk.duty_day"), "kind": "date", "fact": True},
        ],
        rows=[
            {
                "id": record.id,
                "href": url_for(".record", record=record.id),
                "cells": {
                    "title": called(room.mechanism, record),
                    "state": show.state_title(room.mechanism, record),
                    "day": day_of[record.id],
                },
            }
            for record in sorted(seen, key=lambda record: (day_of[record.id] or room.now.date(), record.id))
        ],
        unseen=len(ids) - len(seen),
        opened=url_for(".record", record=one.record) if one.record else "",
        wanting=_objects(room, one, standing),
        events=_events(room, one),
        movable=movable,
        idle=one.idle and standing.verdict is Verdict.OPEN,
        to=to,
        reason=reason,
        problem=problem,
        today=room.now.date(),
    )


def _pairs(room: Room, duty: Duty, one: Instance, standing: Standing) -> list[dict[str, Any]]:
    people = responsible(duty, one, room.around.today)
    said: list[tuple[str, str]] = [
        ("desk.duty_owner", owed.title(room, one)),
        ("desk.duty_people", show.called(room.around, people)),
        ("desk.duty_schedule", visit.spoken(Schedule.from_json(duty.schedule).message)),
        ("desk.duty_days", owed.days(one)),
        ("desk.duty_asked", _asks(room, duty)),
        ("desk.duty_counted", owed.counted(one, standing)),
    ]
    if duty.source:
        said.append(("desk.duty_source", duty.source))
    return [{"label": visit.sentence(code), "value": value} for code, value in said if value]


def _objects(room: Room, one: Instance, standing: Standing) -> list[dict[str, Any]]:
    """What was drawn, each with whether it is covered; without a lot what is still to be covered."""
    if one.among is None:
        return []
    those = (one.among if one.seed else standing.open)[:_SHOWN]
    room.around.learn(those)
    return [{"name": room.around.names("record", id_) or id_, "done": id_ not in standing.open} for id_ in those]


def _events(room: Room, one: Instance) -> list[dict[str, Any]]:
    """What became of it, the newest first."""
    told: list[dict[str, Any]] = [{"title": visit.sentence("desk.duty_opened"), "at": one.opened, "system": True}]
    for move in one.moves:
        told.append({
            "title": visit.sentence("desk.duty_was_moved", was=move.was, to=move.to),
            "at": move.at, "by": move.name, "text": move.reason,
        })  # fmt: skip
    if one.next_look is None:
        word = visit.sentence(f"engine.duty.{one.state.value}")
        told.append({"title": visit.sentence("desk.duty_settled", how=word), "at": one.looked, "system": True})
    return told[::-1]
