"""A record stays on the version it began with, and its children with it."""

from __future__ import annotations

import json

from sqlalchemy import select

from liaison.definitions import read_package, to_zip
from liaison.store import install, publish
from liaison.store import tables as t


def _next_version(place) -> None:
    """The same scheme under another version, put in the place of the first."""
    files = dict(read_package("shunde").files)
    mechanism = json.loads(files["rules/shunde/mechanism.json"])
    mechanism["version"] = "9.0.0"
    files["rules/shunde/mechanism.json"] = json.dumps(mechanism, ensure_ascii=False).encode()
    with place.database.write() as connection:
        digest = publish(connection, read_package(to_zip(files)), "seed", place.now)
        install(connection, "district", digest, "seed", place.now)


def _editions(place, record: str) -> set[int]:
    with place.database.read() as connection:
        rows = connection.execute(
            select(t.Record.edition_id).where((t.Record.id == record) | (t.Record.parent_id == record))
        )
        return set(rows.scalars())


def test_an_assignment_is_on_the_version_of_its_matter(place):
    matter = place.submit().record
    place.do(matter, "accept")
    began = _editions(place, matter)
    _next_version(place)
    asked = {"level": "general", "subject": "续贷", "lead_unit": "economy", "support_units": ["housing_water"]}
    assert place.do(matter, "assign", values=asked)
    assert _editions(place, matter) == began, "matter and assignments alike"


def test_what_begins_later_is_on_the_version_in_force(place):
    first = place.submit().record
    _next_version(place)
    second = place.submit().record
    assert _editions(place, first) != _editions(place, second)
