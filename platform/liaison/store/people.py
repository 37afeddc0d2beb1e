"""Who is who: people, the posts they hold, deputies, and grants.

Whatever changes a roster makes its version grow, so that no cache outlives it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, update

from liaison.definitions import Unit
from liaison.roster import Person

from . import tables as t
from .ids import new_id

Role = Literal["configurer", "security", "auditor", "viewer", "reader"]
"""Configures mechanisms and rosters; keeps accounts and grants; reads the audit; sees totals; reads records."""
On = Literal["organisation", "installation", "unit"]
REACHES: Mapping[Role, tuple[On, ...]] = {
    "configurer": ("organisation", "installation"),
    "security": ("organisation",),
    "auditor": ("organisation",),
    "viewer": ("organisation", "installation"),
    "reader": ("organisation", "installation", "unit"),
}
"""What each role may be given on: an organisation with all below it, one mechanism there, one of its units."""


def add_person(
    connection: Connection, organisation: str, name: str, *, phone: str = "", email: str = "", id_: str = ""
) -> str:
    """A new person; the id."""
    id_ = id_ or new_id()
    connection.execute(
        insert(t.Person).values(id=id_, organisation_id=organisation, name=name, phone=phone, email=email)
    )
    return id_


def people(connection: Connection, ids: Collection[str]) -> Mapping[str, Person]:
    """The people with these ids, whether they hold a post or not; unknown ids are absent."""
    if not ids:
        return {}
    rows = connection.execute(
        select(t.Person.id, t.Person.name, t.Person.phone, t.Person.email).where(t.Person.id.in_(ids))
    )
    return {row.id: Person(*row) for row in rows}


def change_person(connection: Connection, person: str, *, name: str, phone: str, email: str) -> None:
    """Correct what is kept of a person. KeyError: nobody has that id."""
    organisation = connection.execute(
        update(t.Person)
        .where(t.Person.id == person)
        .values(name=name, phone=phone, email=email)
        .returning(t.Person.organisation_id)
    ).scalar()
    if organisation is None:
        raise KeyError(person)
    # A person may hold posts in the mechanisms of other organisations too.
    held = select(t.Holding.installation_id).where(t.Holding.person_id == person)
    _touch(connection, or_(t.Installation.organisation_id == organisation, t.Installation.id.in_(held)))


def add_unit(connection: Connection, installation: str, unit: Unit) -> None:
    """A unit beyond those of the plan, at the end of the list."""
    position = len(connection.execute(select(t.Unit.key).where(t.Unit.installation_id == installation)).all())
    connection.execute(
        insert(t.Unit).values(
            installation_id=installation, organisation_id=organisation_of(connection, installation), key=unit.key,
            title=unit.title, kind=unit.kind, region=unit.region, parent=unit.parent, note=unit.note,
            position=position,
        )
    )  # fmt: skip
    touch_roster(connection, installation)


def change_unit(connection: Connection, installation: str, unit: str, *, title: str, region: str) -> None:
    """Call a unit otherwise. Under another name it stands in the directory as another. KeyError: there is none."""
    of_unit = and_(t.Unit.installation_id == installation, t.Unit.key == unit)
    before = connection.execute(select(t.Unit.title).where(of_unit)).scalar()
    if before is None:
        raise KeyError(unit)
    values: dict[str, Any] = {"title": title, "region": region}
    if title != before:
        values["party_id"] = None
    connection.execute(update(t.Unit).where(of_unit).values(values))
    touch_roster(connection, installation)


def end_unit(connection: Connection, installation: str, unit: str, last_day: date | None) -> None:
    """It is one of the units until `last_day`, that day included; or again, where none is given. Whoever acts for it
    may end what it has in hand."""
    connection.execute(
        update(t.Unit).where(t.Unit.installation_id == installation, t.Unit.key == unit).values(last_day=last_day)
    )
    touch_roster(connection, installation)


def hold(
    connection: Connection,
    installation: str,
    person: str,
    post: str,
    unit: str = "",
    *,
    first_day: date | None = None,
    last_day: date | None = None,
) -> int:
    """`person` holds `post` (of `unit`) from a day to a day; the holding's id."""
    id_ = connection.execute(
        insert(t.Holding)
        .values(
            organisation_id=organisation_of(connection, installation), installation_id=installation, person_id=person,
            post=post, unit=unit, first_day=first_day, last_day=last_day,
        )
        .returning(t.Holding.id)
    ).scalar_one()  # fmt: skip
    touch_roster(connection, installation)
    return id_


def end_holding(connection: Connection, holding: int, last_day: date) -> None:
    """The post is held until `last_day`, that day included. KeyError: no such holding."""
    installation = connection.execute(
        update(t.Holding).where(t.Holding.id == holding).values(last_day=last_day).returning(t.Holding.installation_id)
    ).scalar()
    if installation is None:
        raise KeyError(holding)
    touch_roster(connection, installation)


def deputise(
    connection: Connection, organisation: str, person: str, absent: str, first_day: date, last_day: date
) -> int:
    """`person` stands in for `absent` on the days given, both counted; the deputy's id."""
    id_ = connection.execute(
        insert(t.Deputy)
        .values(
            organisation_id=organisation, person_id=person, absent_id=absent, first_day=first_day, last_day=last_day
        )
        .returning(t.Deputy.id)
    ).scalar_one()
    _touch(connection, t.Installation.organisation_id == organisation)
    return id_


@dataclass(frozen=True, slots=True)
class Granted:
    """A role a person has, and on what."""

    role: str
    on_kind: str
    on_id: str


def grant(
    connection: Connection,
    person: str,
    role: Role,
    on_kind: On,
    on_id: str,
    by: str,
    *,
    organisation: str,
    first_day: date | None = None,
    last_day: date | None = None,
) -> int:
    """Give a role; the grant's id. `on_id` of a unit is `installation/unit`. ValueError: it means nothing there."""
    if on_kind not in REACHES[role]:
        raise ValueError(f"{role} on {on_kind}")
    id_ = connection.execute(
        insert(t.Grant)
        .values(
            organisation_id=organisation, person_id=person, role=role, on_kind=on_kind, on_id=on_id, given_by=by,
            first_day=first_day, last_day=last_day,
        )
        .returning(t.Grant.id)
    ).scalar_one()  # fmt: skip
    _touch_readers(connection, role, on_kind, on_id)
    return id_


def end_grant(connection: Connection, id_: int, last_day: date) -> None:
    """The grant ends with `last_day`; it stays on file. KeyError: no such grant."""
    ended = connection.execute(
        update(t.Grant)
        .where(t.Grant.id == id_)
        .values(last_day=last_day)
        .returning(t.Grant.role, t.Grant.on_kind, t.Grant.on_id)
    ).first()
    if ended is None:
        raise KeyError(id_)
    _touch_readers(connection, *ended)


def grants_of(connection: Connection, person: str, day: date) -> tuple[Granted, ...]:
    """The roles a person has on `day`."""
    rows = connection.execute(
        select(t.Grant.role, t.Grant.on_kind, t.Grant.on_id)
        .where(
            t.Grant.person_id == person,
            or_(t.Grant.first_day.is_(None), t.Grant.first_day <= day),
            or_(t.Grant.last_day.is_(None), t.Grant.last_day >= day),
        )
        .order_by(t.Grant.id)
    )
    return tuple(Granted(*row) for row in rows)


def organisation_of(connection: Connection, installation: str) -> str:
    """The organisation that an installation is in. KeyError: there is no such installation."""
    found = connection.execute(select(t.Installation.organisation_id).where(t.Installation.id == installation)).scalar()
    if found is None:
        raise KeyError(installation)
    return found


def _touch_readers(connection: Connection, role: str, on_kind: str, on_id: str) -> None:
    """Who may read stands on the rosters of all that the grant reaches."""
    if role != "reader":
        return
    if on_kind == "organisation":
        path = select(t.Organisation.path).where(t.Organisation.id == on_id).scalar_subquery()
        below = select(t.Organisation.id).where(t.Organisation.path.startswith(path))
        _touch(connection, t.Installation.organisation_id.in_(below))
    else:
        _touch(connection, t.Installation.id == on_id.partition("/")[0])


def touch_roster(connection: Connection, installation: str) -> None:
    """The roster of an installation has changed."""
    _touch(connection, t.Installation.id == installation)


def _touch(connection: Connection, condition: ColumnElement[bool]) -> None:
    connection.execute(update(t.Installation).where(condition).values(roster_version=t.Installation.roster_version + 1))
