"""What is asked before a version is published and before a mechanism is put in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Connection

from liaison.checking import Report, prove
from liaison.definitions import Definition, read_package
from liaison.store import InForce, Shelf, before, obstacles
from liaison.texts import Message
from liaison.web import visit


def report_on(connection: Connection, package: bytes) -> Report:
    """All that publishing a zip asks for, beside the version published before it."""
    read = read_package(package)
    return _proven(package, before(connection, read.key, read.digest))


@lru_cache(maxsize=16)
def _proven(package: bytes, previous: bytes | None) -> Report:
    """The same bytes are looked at once."""
    return prove(package, previous=None if previous is None else read_package(previous))


def lacking(connection: Connection, installed: InForce) -> list[Message]:
    """What stands in the way of the mechanism being in force today."""
    return obstacles(connection, visit.shelf(), installed, visit.today())


@dataclass(frozen=True, slots=True)
class Place:
    """Where a post is held: in a unit, or, a leading post, in the mechanism itself."""

    post: str
    post_title: str
    unit: str
    unit_title: str


def definition_of(installed: InForce) -> Definition:
    """The mechanism that is set up, with its slots answered, in the visitor's language."""
    with visit.database().read() as connection:
        return visit.shelf().mechanism(connection, installed.edition).definition


def post_places(
    connection: Connection, installed: InForce, shelf: Shelf | None = None
) -> tuple[Definition, Sequence[Place]]:
    """Every place of every post of a mechanism set up, leading posts first, then unit by unit; called as the visitor
    reads, or as on another `shelf`."""
    shelf = shelf or visit.shelf()
    at = shelf.installed(connection, installed.id)
    definition = shelf.mechanism(connection, at.edition).definition
    units = shelf.today(connection, at, visit.today()).units
    posts = definition.roster.posts.values()
    leading = [Place(post.key, post.title, "", "") for post in posts if not post.kinds and not post.units]
    return definition, leading + [
        Place(post.key, post.title, unit.key, unit.title)
        for unit in units.values()
        for post in posts
        if unit.kind in post.kinds or unit.key in post.units
    ]
