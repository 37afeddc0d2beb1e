"""The mechanism that ships with documents for its meetings, and the system reading. `held_meeting` is shared."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from held_meeting import NOW, compiled

from liaison.calendars import SHANGHAI
from liaison.documents import Document, Reading, documents_of
from liaison.engine import Mechanism, Surroundings
from liaison.roster import Holding, Person, Roster, RosterDay


@pytest.fixture(scope="session")
def mechanism() -> Mechanism:
    return compiled()


@pytest.fixture(scope="session")
def around(mechanism: Mechanism) -> Surroundings:
    definition = mechanism.definition
    people = {"office": Person("office", "李办"), "economy": Person("economy", "王经促")}
    holdings = (Holding("office", "office_staff", "federation"), Holding("economy", "liaison", "economy"))
    roster = Roster(definition.roster.units, definition.roster.posts, people, holdings)
    return Surroundings(RosterDay(roster, NOW.date()), SHANGHAI, mechanism.hours)


@pytest.fixture(scope="session")
def reading(mechanism: Mechanism, around: Surroundings) -> Reading:
    """The system reading."""
    return Reading(mechanism, around, NOW)


@pytest.fixture(scope="session")
def documents(mechanism: Mechanism) -> Mapping[str, Document]:
    return documents_of(mechanism.definition)
