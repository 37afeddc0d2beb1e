"""Open the instances that it is time to open."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from liaison.calendars import ZONE, Occurrence, Schedule
from liaison.definitions import Duty

from ..mechanism import Mechanism
from ..step import id_from
from ..world import Surroundings
from .model import Change, Instance, Sought
from .occasions import next_moment, opening, placed, since, upcoming
from .owners import Owner, halves, names_by, owners, paths_of
from .world import DutyWorld


@dataclass(frozen=True, slots=True)
class Opened:
    """How many instances were opened, and when to come again; None: never."""

    count: int
    again: datetime | None


def open_duties(world: DutyWorld, installation: str, since: datetime, now: datetime, seed: str) -> Opened:
    """Open every instance of an installation whose time has come at `now` (aware) and that was not over by `since`:
    when it was to be come to, or when the mechanism came into force. Periods gone by unnoticed are opened too, each
    for who owes it now. `seed`: what lots are drawn with."""
    now, since = now.astimezone(ZONE), since.astimezone(ZONE)
    mechanism, around = world.mechanism(installation), world.surroundings(installation, now.date())
    duties = [
        _Opening(world, installation, mechanism, duty, around, now, seed)
        for duty in mechanism.definition.duties.values()
    ]
    again = [at for one in duties if (at := one.open(since.date())) is not None]
    return Opened(sum(one.opened for one in duties), min(again, default=None))


class _Opening:
    """One duty at one moment."""

    def __init__(
        self, world: DutyWorld, installation: str, mechanism: Mechanism, duty: Duty, around: Surroundings,
        now: datetime, seed: str,
    ) -> None:  # fmt: skip
        self.world, self.installation, self.mechanism = world, installation, mechanism
        self.duty, self.around, self.now, self.seed = duty, around, now, seed
        self.opened = 0
        self._owners: list[Owner] | None = None
        self._population: list[tuple[str, frozenset[str] | None]] | None = None

    def open(self, since: date) -> datetime | None:
        """Open what is due and was not over by `since`; when the next one is."""
        last = self.world.last_period(self.installation, self.duty.key)
        schedule = Schedule.from_json(self.duty.schedule)
        for found in upcoming(schedule, last, since, self.around.calendar):
            blank = self._blank(found)
            at = opening(self.duty, blank, self.around.calendar, self.around.hours)
            if at > self.now:
                return at
            self._open(blank, last)
            last = found.period.first
        return None

    def _blank(self, found: Occurrence) -> Instance:
        """An instance of that occurrence that nobody owes yet."""
        day = found.first
        one = Instance(
            id="", installation=self.installation, duty=self.duty.key, owner="", period=found.period, since=day,
            first=day, due=day, until=day, workdays=0, certain=True, minimum=self.duty.minimum,
            maximum=self.duty.maximum, opened=self.now, looked=self.now, next_look=None,
        )  # fmt: skip
        return placed(self.duty, one, found)

    def _open(self, blank: Instance, last: date | None) -> None:
        before = self.world.in_period(self.installation, self.duty.key, last) if last is not None else ()
        previous = {one.owner: one.due for one in before}
        made = [self._instance(blank, owner, previous.get(owner.key)) for owner in self._who_owes()]
        self.world.keep(self.installation, [Change(None, one) for one in made], self.now)
        self.opened += len(made)

    def _who_owes(self) -> list[Owner]:
        if self._owners is None:
            self._owners = owners(self.world, self.installation, self.duty, self.around.today, self.now)
        return self._owners

    def _instance(self, blank: Instance, owner: Owner, previous: date | None) -> Instance:
        calendar, hours = self.around.calendar, self.around.hours
        # What its very first moment asks for is still to be done.
        looked = opening(self.duty, blank, calendar, hours) - timedelta.resolution
        one = replace(
            blank,
            id=id_from(f"duty/{self.installation}/{self.duty.key}/{owner.key}/{blank.period.key}"),
            owner=owner.key,
            unit=owner.unit,
            person=owner.person,
            since=since(blank, previous if self.duty.opens is None else None),
            minimum=self.duty.minimum if owner.minimum is None else owner.minimum,
            looked=looked,
            next_look=next_moment(self.duty, blank, calendar, hours, looked),
        )
        return self._shared(one) if self.duty.share is not None else one

    def _shared(self, one: Instance) -> Instance:
        """`one` with the population it covers a share of, or with what is drawn of it."""
        share = self.duty.share
        assert share is not None
        mine = halves(one.owner)
        all_ = tuple(record for record, names in self._members() if names is None or names.issuperset(mine))
        needed = share.number if share.number is not None else math.ceil(len(all_) * (share.percent or 0) / 100)
        needed = min(needed, len(all_))
        if not share.lot:
            return replace(one, among=all_, minimum=needed)
        seed = hashlib.sha256(f"{self.seed}/{one.id}".encode()).hexdigest()
        return replace(one, among=drawn(all_, needed, seed), minimum=needed, seed=seed)

    def _members(self) -> list[tuple[str, frozenset[str] | None]]:
        """The records of the population, each with whose it is to cover; None: everybody's."""
        share = self.duty.share
        assert share is not None
        if self._population is None:
            relations = self.mechanism.definition.record_types[self.duty.of].relations
            type_ = relations[self.duty.distinct.removeprefix("linked.")].to
            sought = Sought(type_, share.where, paths=paths_of(share.whose))
            names = names_by(share.whose, self.around.today)
            found = self.world.find(self.installation, sought, self.now)
            self._population = [(one.record, names(one)) for one in found]
        return self._population


def drawn(objects: Sequence[str], number: int, seed: str) -> tuple[str, ...]:
    """`number` of `objects` by lot: the first in the order of SHA-256(seed + object), so that anyone can draw again."""
    return tuple(sorted(objects, key=lambda one: hashlib.sha256(f"{seed}{one}".encode()).hexdigest())[:number])
