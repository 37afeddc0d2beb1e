"""What is owed for periods as the person at the desk stands to it: what is theirs, what they may see, how it looks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from flask import g

from liaison.calendars import ZONE, Length, Shine, days_left, light
from liaison.definitions import Duty
from liaison.engine.duties import Instance, Standing, Verdict, halves, is_owed_by, owner_title, standings
from liaison.store import SqlWorld, duties

from .. import show, visit
from .room import Room

AHEAD = timedelta(days=31)
"""How long before it is due a duty stands among what waits for one: what is owed by the end of the year need not wait
there all year."""

Owed = tuple[Instance, Standing]


def keys(room: Room) -> tuple[str, ...]:
    """What owners are called who are this person today: units acted for, leading posts held, pairs one is half of."""
    today, me = room.around.today, room.actor.id
    posts = tuple(held.post for held in today.posts_of(me) if not held.unit)
    alone = {me, *room.units}
    pairs = tuple("/".join(pair) for pair in today.pairs() if not alone.isdisjoint(pair))
    return (*room.units, *posts, *pairs)


def mine(room: Room) -> Sequence[Owed]:
    """What this person still has to see to, what is due first on top; worked out once in a request."""
    known: dict[str, Sequence[Owed]] = g.setdefault("_desk_owed", {})
    if room.installed.id not in known:
        known[room.installed.id] = _mine(room) if room.mechanism.definition.duties else ()
    return known[room.installed.id]


def _mine(room: Room) -> Sequence[Owed]:
    with visit.database().read() as connection:
        found = duties.owed(connection, room.installed.id, keys(room), room.units, room.actor.id)
        until = room.now.date() + AHEAD
        near = [one for one in found if one.due <= until and _owes(room, one)]
        now = standings(SqlWorld(connection, visit.shelf()), near, room.now)
    return [(one, now[one.id]) for one in near if now[one.id].verdict.wanting]


def _owes(room: Room, one: Instance) -> bool:
    duty = duty_of(room, one)
    return duty is not None and is_owed_by(room.actor, duty, one, room.around.today)


def duty_of(room: Room, one: Instance) -> Duty | None:
    """The duty it is an instance of; None where the version in force has dropped it."""
    return room.mechanism.definition.duties.get(one.duty)


def sees_all(room: Room, duty: Duty) -> bool:
    """Whether this person sees how everybody stands: whoever sees every record that fulfils it."""
    return duty.of in visit.standings()[room.installed.id].scope.types


def may_see(room: Room, duty: Duty, one: Instance) -> bool:
    """Whether this person sees an instance: with the right to see all, or as one of those who owe it."""
    own = {*keys(room), *room.units, room.actor.id}
    return sees_all(room, duty) or not own.isdisjoint({one.owner, *halves(one.owner), one.unit, one.person})


def stand(room: Room, those: Iterable[Instance]) -> Mapping[str, Standing]:
    """How instances stand now. What is settled stands as it was settled."""
    all_ = list(those)
    with visit.database().read() as connection:
        world = SqlWorld(connection, visit.shelf())
        now = standings(world, [one for one in all_ if one.next_look is not None], room.now)
    return {one.id: now.get(one.id) or Standing(one.state, one.count) for one in all_}


def stand_open(room: Room, those: Iterable[Instance]) -> Mapping[str, Standing]:
    """How instances stand, with the records that count; what is settled stands as it was settled, whatever has become
    of them since."""
    all_ = list(those)
    with visit.database().read() as connection:
        now = standings(SqlWorld(connection, visit.shelf()), all_, room.now)
    return {
        one.id: now[one.id] if one.next_look is not None else replace(now[one.id], verdict=one.state, count=one.count)
        for one in all_
    }


def lamp(room: Room, one: Instance, standing: Standing) -> dict[str, Any]:
    """The light of an instance as `light` draws it."""
    word = visit.sentence(f"engine.duty.{standing.verdict.value}")
    match standing.verdict:
        case Verdict.OPEN:
            return _running(room, one)
        case Verdict.MET:
            return {"state": "in_time", "word": word}
        case Verdict.LATE:
            return {"state": "soon", "word": word}
        case Verdict.LAPSED:
            return {"state": "none", "word": word}
        case Verdict.MISSED if one.next_look is not None:
            return {"state": "overdue", "days": -days_left(room.now, one.due)}
    return {"state": "overdue", "word": word}


def _running(room: Room, one: Instance) -> dict[str, Any]:
    duty = duty_of(room, one)
    reminders = [Length.from_json(each.before) for each in duty.remind if each.before is not None] if duty else []
    end = datetime.combine(one.due, time.max, ZONE)
    shine = light(room.now, end, reminders[0] if reminders else show.SOON, room.around.calendar).shine
    left = days_left(room.now, one.due)
    return {"state": shine.value, "days": left if shine is Shine.SOON else None,
            "word": visit.sentence("desk.duty_open") if shine is Shine.IN_TIME else ""}  # fmt: skip


def counted(one: Instance, standing: Standing) -> str:
    """How many of how many: 1 / 2; without a number that is asked for, how many."""
    if one.minimum:
        return f"{standing.count} / {one.minimum}"
    return visit.sentence("desk.duty_at_most", count=standing.count, maximum=one.maximum or 0)


def days(one: Instance) -> str:
    """The days of its point or window: 8月3日至8月9日."""
    if one.first == one.due:
        return show.day_with_weekday(one.due)
    return visit.sentence("desk.duty_window", first=one.first, last=one.due)


def title(room: Room, one: Instance) -> str:
    """What the owner is called."""
    duty = duty_of(room, one)
    return owner_title(duty, one, room.around) if duty is not None else one.owner
