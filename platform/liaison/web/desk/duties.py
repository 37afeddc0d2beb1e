"""Duties 定期义务: who has done what is owed each period and who has not, what counts for it, and moving it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, cast

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from liaison.access import is_one_of
from liaison.calendars import Period, Schedule
from liaison.definitions import Duty
from liaison.engine import Refusal, called, learn_titles
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
_NAMED = 3
"""Records that fulfil a duty, named in one row of a period."""
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
    period = _period(room, duty, request.args.get("period", ""))
    return _period_page(room, duty, period) if period is not None else _board_page(room, duty)


def _board_page(room: Room, duty: Duty) -> str:
    before = _day(request.args.get("before", ""))
    with visit.database().read() as connection:
        periods = duties.periods(connection, room.installed.id, duty.key, before=before, limit=PERIODS + 1)
        shown, older = periods[:PERIODS], len(periods) > PERIODS
        found = duties.board(connection, room.installed.id, duty.key, shown, objects=duty.share is not None)
    mine = [one for one in found if owed.may_see(room, duty, one)]
    now = owed.stand(room, mine)
    newest = shown[0] if shown and before is None else None
    return page(
        "desk/duties.html",
        **_over(room, duty),
        heads=_heads(duty, shown, mine),
        rows=_rows(room, duty, shown, mine, now),
        newest_period=visit.spoken(newest.message) if newest else "",
        tally=_tally(duty, newest, [now[one.id] for one in mine if one.period == newest]) if newest else [],
        older=url_for(".duties", duty=duty.key, before=shown[-1].first.isoformat()) if older else "",
        newest=url_for(".duties", duty=duty.key) if before is not None else "",
    )


def _over(room: Room, duty: Duty) -> dict[str, Any]:
    """What stands over the board and over one of its periods."""
    return {
        "current": "duties",
        "tabs": [
            {"title": one.title, "href": url_for(".duties", duty=one.key), "current": one is duty}
            for one in room.mechanism.definition.duties.values()
        ],
        "duty": duty,
        "schedule": visit.spoken(Schedule.from_json(duty.schedule).message),
        "asks": _asks(room, duty),
    }


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


def _heads(duty: Duty, shown: Sequence[Period], mine: Sequence[Instance]) -> list[dict[str, Any]]:
    heads: list[dict[str, Any]] = [{"key": "owner", "title": visit.sentence("desk.duty_owner"), "fact": True}]
    for at, period in enumerate(shown):
        there = [one for one in mine if one.period == period]
        heads.append({
            "key": period.key, "title": visit.spoken(period.message), "fact": at < 2, "href": _way(duty, period),
            "first": there[0].first if len({(one.first, one.due) for one in there}) == 1 else None,
            "due": there[0].due if there else None,
            "certain": all(one.certain for one in there),
        })  # fmt: skip
    return heads


def _rows(
    room: Room, duty: Duty, shown: Sequence[Period], mine: Sequence[Instance], now: Mapping[str, Standing]
) -> list[dict[str, Any]]:
    by_owner: dict[str, dict[str, Instance]] = {}
    for one in _in_order(room, duty, mine):
        by_owner.setdefault(one.owner, {})[one.period.key] = one
    rows = []
    for owner, there in by_owner.items():
        cells = {period.key: _cell(room, there[period.key], now) for period in shown if period.key in there}
        rows.append({"id": owner, "owner": owed.title(room, next(iter(there.values()))), "cells": cells})
    return rows


def _in_order(room: Room, duty: Duty, mine: Sequence[Instance]) -> list[Instance]:
    """As the roster has those who owe it, each of them known by name."""
    learn_owners(duty, mine, room.around)
    order = {key: at for at, key in enumerate(room.around.today.roster.units)}
    return sorted(mine, key=lambda one: (order.get(one.owner, len(order)), one.owner))


def _cell(room: Room, one: Instance, now: Mapping[str, Standing]) -> dict[str, Any]:
    return {
        "href": url_for(".duty", duty=one.id),
        "light": owed.lamp(room, one, now[one.id]),
        "counted": owed.counted(one, now[one.id]),
        "moved": owed.days(one) if one.moves else "",
        "idle": one.idle and now[one.id].verdict is Verdict.OPEN,
    }


def _tally(duty: Duty, period: Period, standings: Iterable[Standing]) -> list[dict[str, Any]]:
    """How many stand how in a period, each with the way to those."""
    counts = Counter(one.verdict for one in standings)
    return [
        {
            "title": visit.sentence(f"engine.duty.{verdict.value}"),
            "count": counts[verdict],
            "href": _way(duty, period, verdict),
            "verdict": verdict,
        }
        for verdict in (Verdict.MET, Verdict.LATE, Verdict.OPEN, Verdict.MISSED, Verdict.OVER, Verdict.LAPSED)
        if verdict in counts
    ]


# ── One period ───────────────────────────────────────────────────────────────────────────────────────────────────


def _way(duty: Duty, period: Period, verdict: Verdict | None = None) -> str:
    """The address of a period, or of those in it who stand so."""
    return url_for(".duties", duty=duty.key, period=period.first.isoformat(), standing=verdict)


def _period(room: Room, duty: Duty, text: str) -> Period | None:
    """The period that begins on the day the address says, where the duty has been owed for it."""
    day = _day(text)
    if day is None:
        return None
    with visit.database().read() as connection:
        last = duties.periods(connection, room.installed.id, duty.key, before=day + timedelta(days=1), limit=1)
    return last[0] if last and last[0].first == day else None


def _period_page(room: Room, duty: Duty, period: Period) -> str:
    """Who has done it in a period, with the records that say so, and who has not."""
    with visit.database().read() as connection:
        found = duties.board(connection, room.installed.id, duty.key, [period], objects=duty.share is not None)
    mine = [one for one in found if owed.may_see(room, duty, one)]
    now = owed.stand_open(room, mine)
    asked = next((one for one in Verdict if one.value == request.args.get("standing")), None)
    shown = [one for one in _in_order(room, duty, mine) if asked is None or now[one.id].verdict is asked]
    room.around.learn({found.record for one in shown for found in now[one.id].found[:_NAMED]})
    all_ = {"title": visit.sentence("desk.duty_all"), "count": len(mine), "href": _way(duty, period), "verdict": None}
    return page(
        "desk/duty_period.html",
        **_over(room, duty),
        period=visit.spoken(period.message),
        standings=[{**one, "current": one["verdict"] is asked} for one in (all_, *_tally(duty, period, now.values()))],
        heads=[
            {"key": "owner", "title": visit.sentence("desk.duty_owner"), "fact": True},
            {"key": "light", "title": visit.sentence("desk.duty_standing"), "kind": "light", "fact": True},
            {"key": "counted", "title": visit.sentence("desk.duty_counted"), "fact": True},
            {"key": "due", "title": visit.sentence("desk.column_due_day"), "kind": "date", "fact": True},
            {"key": "records", "title": visit.sentence("desk.duty_found"), "fact": True},
        ],
        rows=[
            {
                "id": one.id,
                "href": url_for(".duty", duty=one.id),
                "cells": {
                    "owner": owed.title(room, one),
                    "light": owed.lamp(room, one, now[one.id]),
                    "counted": owed.counted(one, now[one.id]),
                    "due": one.due,
                    "records": _fulfilling(room, one, now[one.id]),
                },
            }
            for one in shown
        ],
        board=url_for(".duties", duty=duty.key),
    )


def _fulfilling(room: Room, one: Instance, standing: Standing) -> list[dict[str, Any]]:
    """The ways to the first records that count and may be read, each with its day; to all where there are more."""
    ways: list[dict[str, Any]] = [
        {"title": room.around.names("record", found.record), "day": found.day,
         "href": url_for(".record", record=found.record)}
        for found in standing.found[:_NAMED]
        if room.around.opens(found.record)
    ]  # fmt: skip
    more = len(standing.found) - len(ways)
    if more:
        ways.append({"title": visit.sentence("desk.duty_more", count=more), "href": url_for(".duty", duty=one.id)})
    return ways


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
    standing = owed.stand_open(room, [one])[one.id]
    ids = [found.record for found in standing.found]
    wanted = Wanted(one.installation, duty.of, ({"in": [{"var": "record.id"}, ids[:_SHOWN]]},))
    with visit.database().read() as connection:
        seen = records(connection, visit.shelf(), visit.reach(), wanted, room.now, limit=_SHOWN).records
    learn_titles(room.around, ((room.mechanism, record) for record in seen))
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
                    "title": called(room.mechanism, record, room.around.names),
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
