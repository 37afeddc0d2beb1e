"""What is read once and used again: mechanisms, rosters and calendars, kept under what they depend on.

Editions never change; rosters and calendars carry a version that grows with each change. So nothing here is ever
stale: whoever asks has just read the versions.
"""

from __future__ import annotations

import copy
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import date
from typing import Generic, TypeVar

from sqlalchemy import Connection, and_, bindparam, or_, select

from liaison.calendars import SHANGHAI, Calendar, with_local, with_notice
from liaison.definitions import Definition, RosterPlan, Unit, restore
from liaison.engine import Mechanism, compile_mechanism
from liaison.roster import Deputy, Holding, Paired, Person, Reader, Roster, RosterDay
from liaison.rules import LEADING, Evaluator
from liaison.texts import LANGUAGES

from . import tables as t

_T = TypeVar("_T")
_INSTALLED = (
    select(
        t.Installation.id,
        t.Installation.organisation_id,
        t.Installation.key,
        t.Installation.edition_id,
        t.Installation.in_force,
        t.Installation.roster_version,
        t.Organisation.calendar_version,
    )
    .join(t.Organisation, t.Organisation.id == t.Installation.organisation_id)
    .where(t.Installation.id == bindparam("installation"))
)
_PUBLISHED = select(t.MechanismVersion.title, t.MechanismVersion.files).where(
    t.MechanismVersion.digest == bindparam("digest")
)


@dataclass(frozen=True, slots=True)
class Installed:
    """An installation as it stands, with the versions its caches go by."""

    id: str
    organisation: str
    key: str
    edition: int
    in_force: bool
    roster_version: int
    calendar_version: int


class Shelf:
    """One for each process and database; shared by all threads."""

    def __init__(self, leads: Evaluator = LEADING) -> None:
        self._leads = leads
        self._language = ""
        self._titles: _Kept[str] = _Kept(1024)
        self._mechanisms: _Kept[Mechanism] = _Kept(256)
        self._rosters: _Kept[RosterDay] = _Kept(256)
        self._calendars: _Kept[Calendar] = _Kept(64)

    def speaking(self, language: str) -> Shelf:
        """The same shelf for who reads in a language: words of mechanisms, and units that nobody has called otherwise,
        as far as they were translated. Whoever acts takes the shelf as it is."""
        found = copy.copy(self)
        found._language = "" if language == LANGUAGES[0] else language
        return found

    @property
    def language(self) -> str:
        """The language it speaks; nothing where that is the one mechanisms are written in."""
        return self._language

    @property
    def own(self) -> bool:
        """Whether it speaks the language that mechanisms are written in."""
        return not self._language

    def installed(self, connection: Connection, installation: str) -> Installed:
        """The installation. KeyError: there is none of that id."""
        row = connection.execute(_INSTALLED, {"installation": installation}).first()
        if row is None:
            raise KeyError(installation)
        return Installed(*row)

    def title(self, connection: Connection, digest: str) -> str:
        """What a published version is called before anybody answers its slots. KeyError: there is none of that
        digest."""

        def make() -> str:
            row = connection.execute(_PUBLISHED, {"digest": digest}).first()
            if row is None:
                raise KeyError(digest)
            definition = None if self.own else restore(row.files, digest, language=self._language).definition
            return definition.title if definition is not None else str(row.title)

        return self._titles.get((digest, self._language), make)

    def mechanism(self, connection: Connection, edition: int) -> Mechanism:
        """The compiled mechanism of an edition. KeyError: there is none of that id."""

        def make() -> Mechanism:
            return compile_mechanism(_definition(connection, edition, self._language), self._leads)

        return self._mechanisms.get((edition, self._language), make)

    def today(self, connection: Connection, installed: Installed, day: date) -> RosterDay:
        """The roster of an installation on `day`."""

        def make() -> RosterDay:
            definition = self.mechanism(connection, installed.edition).definition
            if self.own:
                return RosterDay(_roster(connection, installed, definition, day), day)
            as_written = self.speaking(LANGUAGES[0])
            planned = as_written.mechanism(connection, installed.edition).definition.roster
            roster = as_written.today(connection, installed, day).roster
            return RosterDay(_translated(roster, planned, definition.roster), day)

        identity = (installed.id, installed.roster_version, installed.edition, day, self._language)
        return self._rosters.get(identity, make)

    def calendar(self, connection: Connection, organisation: str, version: int) -> Calendar:
        """The calendar of an organisation: the nation's, with the notices and local days imported there and above."""
        return self._calendars.get((organisation, version), lambda: _calendar(connection, organisation))


class _Kept(Generic[_T]):
    """The last `size` things made, by key. Two threads may make the same thing; one of the two is kept."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._things: OrderedDict[Hashable, _T] = OrderedDict()
        self._turn = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], _T]) -> _T:
        with self._turn:
            if key in self._things:
                self._things.move_to_end(key)
                return self._things[key]
        thing = make()
        with self._turn:
            thing = self._things.setdefault(key, thing)
            while len(self._things) > self._size:
                self._things.popitem(last=False)
        return thing


def _translated(roster: Roster, planned: RosterPlan, translated: RosterPlan) -> Roster:
    """The roster in another language; a unit that is called otherwise than in the plan keeps its name."""

    def title(unit: Unit) -> str:
        plan = planned.units.get(unit.key)
        return translated.units[unit.key].title if plan is not None and plan.title == unit.title else unit.title

    units = {key: replace(unit, title=title(unit)) for key, unit in roster.units.items()}
    return replace(
        roster, units=units, posts=translated.posts, groups=translated.groups, matchings=translated.matchings
    )


def _definition(connection: Connection, edition: int, language: str) -> Definition:
    row = connection.execute(
        select(t.MechanismVersion.files, t.Edition.digest, t.Edition.answers)
        .join(t.MechanismVersion, t.MechanismVersion.digest == t.Edition.digest)
        .where(t.Edition.id == edition)
    ).first()
    if row is None:
        raise KeyError(edition)
    loaded = restore(row.files, row.digest, row.answers, language=language)
    if loaded.definition is None:
        raise ValueError(f"edition {edition} no longer loads: {[finding.code for finding in loaded.findings]}")
    return loaded.definition


def _roster(connection: Connection, installed: Installed, definition: Definition, day: date) -> Roster:
    here = installed.id
    rows = connection.execute(
        select(t.Unit.key, t.Unit.title, t.Unit.kind, t.Unit.region, t.Unit.parent, t.Unit.note, t.Unit.last_day)
        .where(t.Unit.installation_id == here)
        .order_by(t.Unit.position)
    ).all()
    units = {row.key: Unit(*row[:-1]) for row in rows}
    holdings = tuple(
        Holding(*row)
        for row in connection.execute(
            select(t.Holding.person_id, t.Holding.post, t.Holding.unit, t.Holding.first_day, t.Holding.last_day)
            .where(t.Holding.installation_id == here)
            .order_by(t.Holding.id)
        )
    )
    deputies = tuple(
        Deputy(*row)
        for row in connection.execute(
            select(t.Deputy.person_id, t.Deputy.absent_id, t.Deputy.first_day, t.Deputy.last_day)
            .where(t.Deputy.organisation_id == installed.organisation, t.Deputy.last_day >= day)
            .order_by(t.Deputy.id)
        )
    )
    pairs = tuple(
        Paired(*row)
        for row in connection.execute(
            select(t.Pair.matching, t.Pair.left, t.Pair.right, t.Pair.first_day, t.Pair.last_day)
            .where(t.Pair.installation_id == here, or_(t.Pair.last_day.is_(None), t.Pair.last_day >= day))
            .order_by(t.Pair.id)
        )
    )
    people = {
        row.id: Person(*row)
        for row in connection.execute(
            select(t.Person.id, t.Person.name, t.Person.phone, t.Person.email).where(
                t.Person.id.in_(
                    select(t.Holding.person_id)
                    .where(t.Holding.installation_id == here)
                    .union(select(t.Deputy.person_id).where(t.Deputy.organisation_id == installed.organisation))
                )
            )
        )
    }
    return Roster(
        units,
        definition.roster.posts,
        people,
        holdings,
        deputies,
        pairs,
        definition.roster.groups,
        definition.roster.matchings,
        _readers(connection, installed),
        {row.key: row.last_day for row in rows if row.last_day is not None},
    )


def _readers(connection: Connection, installed: Installed) -> tuple[Reader, ...]:
    """Those with a grant to read here: on the organisation or one above it, on the mechanism, on one of its units."""
    grant = t.Grant
    rows = connection.execute(
        select(grant.person_id, grant.on_kind, grant.on_id, grant.first_day, grant.last_day)
        .where(
            grant.role == "reader",
            or_(
                and_(grant.on_kind == "organisation", grant.on_id.in_(_upward(connection, installed.organisation))),
                and_(grant.on_kind == "installation", grant.on_id == installed.id),
                and_(grant.on_kind == "unit", grant.on_id.startswith(f"{installed.id}/", autoescape=True)),
            ),
        )
        .order_by(grant.id)
    )
    return tuple(
        Reader(person, on.partition("/")[2] if kind == "unit" else "", first, last)
        for person, kind, on, first, last in rows
    )


def _upward(connection: Connection, organisation: str) -> list[str]:
    """The ids of the organisations from the root down to `organisation`."""
    path = connection.execute(select(t.Organisation.path).where(t.Organisation.id == organisation)).scalar_one()
    return path.strip("/").split("/")


def _calendar(connection: Connection, organisation: str) -> Calendar:
    above = _upward(connection, organisation)
    calendar = SHANGHAI
    rows = connection.execute(
        select(t.CalendarNotice.organisation_id, t.CalendarNotice.kind, t.CalendarNotice.body)
        .where(t.CalendarNotice.organisation_id.in_(above))
        .order_by(t.CalendarNotice.id)
    ).all()
    for row in sorted(rows, key=lambda row: above.index(row.organisation_id)):
        calendar, _ = (with_notice if row.kind == "notice" else with_local)(calendar, row.body)
    return calendar
