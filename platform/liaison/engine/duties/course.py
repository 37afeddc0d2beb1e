"""What becomes of instances as time passes: reminded, their record opened, settled; or moved to another day."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime

from liaison.access import SYSTEM, Actor, is_one_of
from liaison.calendars import ZONE, Occurrence, Schedule
from liaison.definitions import Duty, Reminder
from liaison.roster import Responsible, Subject, resolve
from liaison.texts import Message, say, spell_date

from ..mechanism import Mechanism, to_value
from ..model import Command, Link, Notice, Refusal
from ..run import run
from ..world import Surroundings
from .model import Change, Instance, Move, Sought, Standing, Verdict
from .occasions import ONE, OPENS, moments, next_moment, occurrence_of, placed, since, until, upcoming
from .owners import owner_title, owners, responsible
from .standing import standings
from .world import DutyWorld


def look(world: DutyWorld, ids: Collection[str], now: datetime) -> Mapping[str, Refusal]:
    """Do what the moments of these instances of one installation ask for that have come by `now` (aware), in one
    write. What could not be done, because the record to open was refused, stays to be done: instance → why."""
    now = now.astimezone(ZONE)
    due = world.instances(ids)
    if not due:
        return {}
    installation = due[0].installation
    looking = _Looking(world, installation, now)
    refusals: dict[str, Refusal] = {}
    ready: list[tuple[Instance, Instance]] = []
    for before in due:
        one = looking.open_record(looking.place(before))
        if isinstance(one, Refusal):
            refusals[before.id] = one
        else:
            ready.append((before, one))
    standing = standings(world, [one for _, one in ready], now)
    changes = [looking.settle(before, one, standing[one.id]) for before, one in ready]
    world.keep(installation, changes, now)
    return refusals


def recount(world: DutyWorld, ids: Collection[str], now: datetime) -> tuple[Change, ...]:
    """Put instances of one installation, none of them settled, on the days they have by the calendar of today; what
    that changed. What it makes due is for the next `look` to do."""
    found = world.instances(ids)
    if not found:
        return ()
    looking = _Looking(world, found[0].installation, now)
    pairs = [(one, looking.place(one)) for one in found]
    changes = tuple(
        Change(before, replace(after, revision=before.revision + 1)) for before, after in pairs if after != before
    )
    world.keep(found[0].installation, changes, now)
    return changes


class _Looking:
    """One look at instances of one installation."""

    def __init__(self, world: DutyWorld, installation: str, now: datetime) -> None:
        self.world, self.installation, self.now = world, installation, now
        self.mechanism: Mechanism = world.mechanism(installation)
        self.around: Surroundings = world.surroundings(installation, now.date())
        self._owed: dict[str, frozenset[str]] = {}

    def place(self, one: Instance) -> Instance:
        """`one` on the days it has by the calendar and schedule of today. One that was moved stays where it is."""
        duty = self.mechanism.definition.duties.get(one.duty)
        if duty is None or one.moves:
            return one
        found = occurrence_of(Schedule.from_json(duty.schedule), one.period, self.around.calendar)
        if found is None or one.due < self.now.date():
            return one
        return placed(duty, one, found)

    def open_record(self, one: Instance) -> Instance | Refusal:
        """`one` with the record that fulfils it, where the moment for that has come."""
        duty = self.mechanism.definition.duties.get(one.duty)
        if duty is None or duty.opens is None or one.record or OPENS not in self._come(duty, one):
            return one
        facts = facts_of(duty, one)
        key = f"duty/{one.id}"
        values = {name: to_value(self.mechanism.value(expr, facts)) for name, expr in duty.opens.values.items()}
        command = Command(
            "", SYSTEM, key, type=duty.of, installation=self.installation, values=values, cause=key,
            links=self._links(duty, facts),
        )  # fmt: skip
        result = run(self.world, command, self.now)
        return result.refusal if result.refusal is not None else replace(one, record=result.record)

    def _links(self, duty: Duty, facts: Mapping[str, object]) -> tuple[Link, ...]:
        assert duty.opens is not None
        relation = duty.opens.relation
        if not relation:
            return ()
        to = self.mechanism.record_type(duty.of).relations[relation].to
        found = self.world.find(self.installation, Sought(to, duty.opens.where, facts=facts), self.now)
        return tuple(Link(relation, one.record) for one in found)

    def settle(self, before: Instance, one: Instance, standing: Standing) -> Change:
        """What the moments that have come make of `one`."""
        duty = self.mechanism.definition.duties.get(one.duty)
        if duty is None:
            return Change(before, self._closed(one, standing.verdict, standing.count))
        verdict = standing.verdict
        passed = self.now.date() > one.due
        if passed and verdict is Verdict.MISSED and one.owner not in self._owing(duty):
            return Change(before, self._closed(one, Verdict.LAPSED, standing.count))
        come = self._come(duty, one)
        told = tuple(
            self._notice(duty, one, standing, reminder)
            for reminder in duty.remind
            if reminder.key in come and verdict.wanting and (reminder.before is None or not passed)
        )
        final = self.now.date() > one.until or (
            passed and verdict in (Verdict.MET, Verdict.LATE) and one.maximum is None
        )
        after = replace(
            one,
            state=verdict if passed else Verdict.OPEN,
            count=standing.count,
            looked=self.now,
            next_look=None if final else next_moment(duty, one, self.around.calendar, self.around.hours, self.now),
            revision=before.revision + 1,
        )
        return Change(before, after, tuple(notice for notice in told if notice.to))

    def _closed(self, one: Instance, verdict: Verdict, count: int) -> Instance:
        return replace(one, state=verdict, count=count, looked=self.now, next_look=None, revision=one.revision + 1)

    def _come(self, duty: Duty, one: Instance) -> frozenset[str]:
        all_ = moments(duty, one, self.around.calendar, self.around.hours)
        return frozenset(key for at, key in all_ if one.looked < at <= self.now)

    def _owing(self, duty: Duty) -> frozenset[str]:
        if duty.key not in self._owed:
            found = owners(self.world, self.installation, duty, self.around.today, self.now)
            self._owed[duty.key] = frozenset(one.key for one in found)
        return self._owed[duty.key]

    def _notice(self, duty: Duty, one: Instance, standing: Standing, reminder: Reminder) -> Notice:
        beside = [found for who in reminder.tell for found in resolve(who, Subject(), self.around.today)]
        to: dict[tuple[str, str], Responsible] = {}
        for found in (*responsible(duty, one, self.around.today), *beside):
            to.setdefault((found.person, "" if found.person else found.unit), found)
        data = told_of(duty, one, standing, self.around)
        key = f"duty/{one.id}/{reminder.key}/{one.due.isoformat()}"
        return Notice("", reminder.template, tuple(to.values()), data, key, duty=one.id)


def move(world: DutyWorld, id_: str, to: date, actor: Actor, reason: str, now: datetime) -> Instance | Refusal:
    """Take the occurrence of an instance to another day: within the right its duty gives, with a reason, and before
    the next one."""
    now = now.astimezone(ZONE)
    found = world.instances([id_])
    if not found:
        return _refuse("engine.duty_gone")
    [one] = found
    mechanism, around = world.mechanism(one.installation), world.surroundings(one.installation, now.date())
    duty = mechanism.definition.duties.get(one.duty)
    if duty is None or one.next_look is None:
        return _refuse("engine.duty_settled")
    if not is_one_of(actor, duty.may_move, Subject(), "", around.today):
        return _refuse("engine.duty_not_yours", duty=duty.title)
    if not reason.strip():
        return _refuse("engine.duty_reason_needed")
    schedule = Schedule.from_json(duty.schedule)
    following = next(upcoming(schedule, one.period.first, one.period.first, around.calendar), None)
    earliest = max(now.date(), one.period.first)
    latest = following.last - ONE if following is not None else date.max
    if not earliest <= to <= latest:
        return _refuse("engine.duty_not_that_day", first=earliest, last=latest)
    moved = replace(
        one,
        first=to,
        due=to,
        until=until(duty, one.period, to),
        workdays=int(around.calendar.is_workday(to)),
        certain=around.calendar.certain(to, to),
        state=Verdict.OPEN,
        looked=now,
        moves=(*one.moves, Move(now, one.due, to, actor.id, actor.name, reason.strip())),
        revision=one.revision + 1,
    )
    moved = replace(moved, next_look=next_moment(duty, moved, around.calendar, around.hours, now))
    world.keep(one.installation, [Change(one, moved), *_next(world, duty, moved, following)], now)
    return moved


def _next(world: DutyWorld, duty: Duty, moved: Instance, following: Occurrence | None) -> list[Change]:
    """What the move means for the one owed next, if it is open already: it counts only what comes after."""
    if following is None or duty.opens is not None:
        return []
    there = world.in_period(moved.installation, duty.key, following.period.first)
    return [
        Change(one, replace(one, since=since(one, moved.due), revision=one.revision + 1))
        for one in there
        if one.owner == moved.owner and since(one, moved.due) != one.since
    ]


def facts_of(duty: Duty, one: Instance) -> dict[str, object]:
    """What the expressions of a duty may read of an instance."""
    return {
        "duty.first": one.period.first,
        "duty.last": one.period.last,
        "duty.due": one.due,
        "duty.owner": one.owner,
        "duty.period": say(one.period.message),
    }


def told_of(duty: Duty, one: Instance, standing: Standing, around: Surroundings) -> dict[str, str]:
    """What a message about an instance may name."""
    return {
        "duty.title": duty.title,
        "duty.period": say(one.period.message),
        "duty.due": spell_date(one.due),
        "duty.owner": owner_title(duty, one, around),
        "duty.count": str(standing.count),
        "duty.minimum": str(one.minimum),
    }


def _refuse(code: str, **params: object) -> Refusal:
    return Refusal(Message(code, params))
