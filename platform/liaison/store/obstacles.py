"""What stands in the way of a mechanism being in force: slots and names of units that are still to be filled, posts too
few or too many hold, matchings with holes, numbers that another installation of the site gives as well."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, exists, or_, select

from liaison.definitions import Definition, load, read_package, to_fill
from liaison.roster import RosterDay, unheld, unmatched
from liaison.texts import LANGUAGES, Finding, Message

from . import tables as t
from .installing import InForce, files_of
from .pairs import matched_parties
from .shelf import Shelf

_OPEN = "definitions.slot_open"


def obstacles(connection: Connection, shelf: Shelf, installed: InForce, day: date) -> list[Message]:
    """What an installation lacks on `day`."""
    return _obstacles(connection, shelf, installed, day, installed.digest, installed.answers)


def would_lack(
    connection: Connection,
    shelf: Shelf,
    installed: InForce,
    day: date,
    digest: str,
    answers: Mapping[str, Any],
) -> list[Message]:
    """What a version with these answers would lack in the place of the one that is set up, and that one does not:
    while a mechanism is in force, nothing may go out of order by a new version. KeyError: no such version."""
    known = obstacles(connection, shelf, installed, day)
    return [one for one in _obstacles(connection, shelf, installed, day, digest, answers) if one not in known]


def _obstacles(
    connection: Connection, shelf: Shelf, installed: InForce, day: date, digest: str, answers: Mapping[str, Any]
) -> list[Message]:
    package = read_package(files_of(connection, digest))
    loaded = load(package, answers, language=shelf.language)
    here = shelf.installed(connection, installed.id)
    roster = shelf.today(connection, here, day).roster
    open_ = [finding for finding in loaded.findings if finding.code == _OPEN]
    unanswered, unnamed, numbered = [finding.message for finding in open_], list[Message](), list[Message]()
    definition, written = loaded.definition, load(package, answers).definition
    if definition is not None and written is not None:
        unanswered = [_asked(finding, definition) for finding in open_ if not _names_units(finding, definition)]
        units = {**definition.roster.units, **roster.units}
        as_written = shelf.speaking(LANGUAGES[0]).today(connection, here, day).roster
        standing = RosterDay(replace(as_written, units={**written.roster.units, **as_written.units}), day).units
        to_name = [units[key].title for key, unit in standing.items() if to_fill(unit.title)]
        unnamed = [Message("store.units_to_name", {"units": to_name})] if to_name else []
        numbered = list(_numbered_alike(connection, shelf, installed, definition))
        roster = replace(roster, posts=definition.roster.posts, units=units, matchings=definition.roster.matchings)
    parties = matched_parties(connection, installed.organisation, roster.matchings.values(), day)
    lacks = (*unheld(roster, day), *unmatched(RosterDay(roster, day), parties))
    return [*unanswered, *unnamed, *numbered, *(lack.message for lack in lacks)]


def _asked(finding: Finding, definition: Definition) -> Message:
    """That a slot is open, by the question as it is read here: what is found in a file is said in its own words."""
    question = definition.slots[finding.params["slot"]].question
    return Message(finding.code, {**finding.params, "question": question})


def _names_units(finding: Finding, definition: Definition) -> bool:
    """Whether the open slot fills nothing but the units of the roster, which are called what the site calls them."""
    places = [place for place, slot in definition.filled.items() if slot == finding.params["slot"]]
    units = f"rules/{definition.key}/roster.json", "/units"
    return bool(places) and all(file == units[0] and f"{at}/".startswith(f"{units[1]}/") for file, at in places)


def _numbered_alike(
    connection: Connection, shelf: Shelf, installed: InForce, definition: Definition
) -> Iterator[Message]:
    """The series whose numbers an installation in force, or one that has records, gives too: whoever follows a matter
    by its number must find one, not two."""
    others = connection.execute(
        select(t.Installation.edition_id, t.Edition.title, t.Organisation.title.label("organisation"))
        .join(t.Edition, t.Edition.id == t.Installation.edition_id)
        .join(t.Organisation, t.Organisation.id == t.Installation.organisation_id)
        .where(
            t.Installation.id != installed.id,
            or_(t.Installation.in_force, exists().where(t.Record.installation_id == t.Installation.id)),
        )
        .order_by(t.Installation.id)
    )
    theirs = {
        _shape(series.pattern): other
        for other in others
        for series in shelf.mechanism(connection, other.edition_id).definition.series.values()
    }
    for at, series in enumerate(definition.series.values()):
        if (other := theirs.get(_shape(series.pattern))) is not None:
            slot = definition.filled.get((f"rules/{definition.key}/mechanism.json", f"/series/{at}/pattern"))
            params = {"pattern": series.pattern, "organisation": other.organisation, "title": other.title}
            asked = {"question": definition.slots[slot].question} if slot else {}
            yield Message("store.numbers_taken" if slot else "store.numbers_fixed", params | asked)


def _shape(pattern: str) -> str:
    """A pattern without the width of its serial: of two that differ in it alone, long serials are the same number."""
    return re.sub(r":\d+\}", "}", pattern)
