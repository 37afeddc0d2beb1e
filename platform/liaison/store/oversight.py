"""Who sees totals of what: the installations below the organisations on which somebody is a viewer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, or_, select

from . import tables as t
from .people import grants_of


@dataclass(frozen=True, slots=True)
class Place:
    """An installation and the organisation it runs in."""

    installation: str
    mechanism: str
    organisation: str
    title: str


@dataclass(frozen=True, slots=True)
class Overseen:
    """What somebody sees totals of through one grant: `id` and `title` of the organisation or installation it is on."""

    id: str
    title: str
    places: tuple[Place, ...]


def overseen(connection: Connection, person: str, day: date) -> tuple[Overseen, ...]:
    """The grants of the role viewer that a person has on `day`, each with the installations it reaches, those of higher
    organisations first. A grant that reaches none is left out."""
    granted = [one for one in grants_of(connection, person, day) if one.role == "viewer"]
    if not granted:
        return ()
    node, below, here = t.Organisation, t.Organisation.__table__.alias(), t.Installation
    places = (
        select(here.id, here.key, below.c.id, below.c.title, below.c.path)
        .select_from(here)
        .join(below, below.c.id == here.organisation_id)
        .order_by(below.c.path, here.key)
    )
    on = {kind: [one.on_id for one in granted if one.on_kind == kind] for kind in ("organisation", "installation")}
    above = connection.execute(
        select(node.id, node.title, node.path).where(node.id.in_(on["organisation"])).order_by(node.path)
    ).all()
    reached = or_(
        here.id.in_(on["installation"]), *(below.c.path.startswith(one.path, autoescape=True) for one in above)
    )
    found = [(Place(*row[:4]), row[4]) for row in connection.execute(places.where(reached))]
    through = [
        Overseen(one.id, one.title, tuple(place for place, path in found if path.startswith(one.path))) for one in above
    ]
    through += [
        Overseen(id_, place.title, (place,))
        for id_ in dict.fromkeys(on["installation"])
        for place, _ in found
        if place.installation == id_
    ]
    return tuple(one for one in through if one.places)
