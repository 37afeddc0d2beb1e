"""What is asked before a version is published and before a mechanism is put in force."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from sqlalchemy import Connection

from liaison.checking import Report, check_package
from liaison.definitions import Definition, Loaded, load, read_package
from liaison.roster import unheld
from liaison.store import InForce, files_of
from liaison.texts import Finding, Message
from liaison.web import visit

_OPEN = "definitions.slot_open"


@lru_cache(maxsize=16)
def report_on(package: bytes) -> Report:
    """Findings and golden cases of a zip: the same bytes are checked once."""
    return check_package(package, cases=True)


def publishable(report: Report) -> bool:
    """No error, and golden cases that all pass."""
    return report.sound and bool(report.timelines) and all(timeline.passed for timeline in report.timelines)


def obstacles(connection: Connection, installed: InForce, loaded: Loaded | None = None) -> list[Message]:
    """What stands in the way of the mechanism being in force today: open slots, posts with too few or too many
    holders. With `loaded`, of that version with those answers in the place of the one that is set up."""
    shelf = visit.database().shelf
    today = shelf.today(connection, shelf.installed(connection, installed.id), visit.today())
    roster = today.roster
    if loaded is None:
        loaded = load(read_package(files_of(connection, installed.digest)), installed.answers)
    definition = loaded.definition
    if definition is not None:
        units = {**definition.roster.units, **roster.units}
        roster = replace(roster, posts=definition.roster.posts, units=units)
    return [*open_slots(loaded.findings), *unheld(roster, visit.today())]


def open_slots(findings: Iterable[Finding]) -> list[Message]:
    """The questions nobody has answered."""
    return [finding.message for finding in findings if finding.code == _OPEN]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a post is held: in a unit, or, a leading post, in the mechanism itself."""

    post: str
    post_title: str
    unit: str
    unit_title: str


def post_places(connection: Connection, installed: InForce) -> tuple[Definition, Sequence[Place]]:
    """Every place of every post of a mechanism set up, leading posts first, then unit by unit."""
    shelf = visit.database().shelf
    at = shelf.installed(connection, installed.id)
    definition = shelf.mechanism(connection, at.edition).definition
    units = shelf.today(connection, at, visit.today()).roster.units
    posts = definition.roster.posts.values()
    leading = [Place(post.key, post.title, "", "") for post in posts if not post.kinds and not post.units]
    return definition, leading + [
        Place(post.key, post.title, unit.key, unit.title)
        for unit in units.values()
        for post in posts
        if unit.kind in post.kinds or unit.key in post.units
    ]
