"""How instances stand: which records count for each, and whether that is enough."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from liaison.calendars import ZONE
from liaison.definitions import Duty
from liaison.roster import RosterDay

from ..mechanism import Mechanism
from .model import Found, Instance, Sought, Standing, Verdict
from .owners import Names, halves, names_in
from .world import DutyWorld


def standings(world: DutyWorld, instances: Iterable[Instance], now: datetime) -> Mapping[str, Standing]:
    """Instance → how it stands at `now`, one search for each duty. An instance whose duty the version in force no
    longer has stands as it was left, lapsed if it was open."""
    now = now.astimezone(ZONE)
    groups: dict[tuple[str, str], list[Instance]] = defaultdict(list)
    for one in instances:
        groups[one.installation, one.duty].append(one)
    found: dict[str, Standing] = {}
    for (installation, key), those in groups.items():
        mechanism = world.mechanism(installation)
        duty = mechanism.definition.duties.get(key)
        if duty is None:
            found.update({one.id: Standing(_left(one), one.count) for one in those})
            continue
        today = world.surroundings(installation, now.date()).today
        found.update(_of_duty(world, installation, mechanism, duty, those, today, now))
    return found


def _left(one: Instance) -> Verdict:
    return Verdict.LAPSED if one.state.wanting else one.state


def _of_duty(
    world: DutyWorld, installation: str, mechanism: Mechanism, duty: Duty, those: Sequence[Instance],
    today: RosterDay, now: datetime,
) -> Mapping[str, Standing]:  # fmt: skip
    paths = tuple(path for path in (duty.distinct,) if path)
    if duty.opens is not None:
        opened = tuple(one.record for one in those if one.record)
        sought = Sought(duty.of, duty.counts, duty.on or "record.since", ids=opened, paths=paths)
        by_record = {one.record: one for one in world.find(installation, sought, now)} if opened else {}
        mine = {one.id: [by_record[one.record]] if one.record in by_record else [] for one in those}
    else:
        names, read = names_in(duty, mechanism.definition, today)
        sought = Sought(
            duty.of, duty.counts, duty.on or "record.created",
            min(one.since for one in those), min(max(one.until for one in those), now.date()), paths=(*paths, *read),
        )  # fmt: skip
        mine = _dealt(world.find(installation, sought, now), those, names)
    return {one.id: judge(duty, one, mine[one.id], now.date()) for one in those}


def _dealt(rows: Iterable[Found], those: Sequence[Instance], names: Names) -> dict[str, list[Found]]:
    """The rows dealt out to the instances whose they are, by owner and day."""
    by_half: dict[str, list[Instance]] = defaultdict(list)
    for one in those:
        by_half[halves(one.owner)[0]].append(one)
    mine: dict[str, list[Found]] = {one.id: [] for one in those}
    for row in rows:
        named = names(row)
        near = those if named is None else [one for name in named for one in by_half.get(name, ())]
        for one in near:
            within = row.day is not None and one.since <= row.day <= one.until
            if within and (named is None or named.issuperset(halves(one.owner))):
                mine[one.id].append(row)
    return mine


def judge(duty: Duty, one: Instance, rows: Iterable[Found], today: date) -> Standing:
    """The verdict on an instance from the records that are its own. Pure arithmetic: days and objects."""
    among = None if one.among is None else frozenset(one.among)
    days: dict[str, date] = {}
    counting: list[Found] = []
    for row in sorted(rows, key=lambda row: (row.day or date.max, row.record)):
        objects = [row.record]
        if duty.distinct:
            objects = [str(value) for value in row.values.get(duty.distinct, ())]
        if among is not None:
            objects = [value for value in objects if value in among]
        if objects:
            counting.append(row)
        for value in objects:
            days.setdefault(value, row.day or date.max)
    in_time = sum(day <= one.due for day in days.values())
    wanting = tuple(value for value in one.among or () if value not in days)
    return Standing(_verdict(one, len(days), in_time, today), len(days), tuple(counting), wanting)


def _verdict(one: Instance, count: int, in_time: int, today: date) -> Verdict:
    if one.maximum is not None and count > one.maximum:
        return Verdict.OVER
    if in_time >= one.minimum:
        return Verdict.MET
    if today <= one.due:
        return Verdict.OPEN
    return Verdict.LATE if count >= one.minimum else Verdict.MISSED
