"""Schemes of other cities that nobody here had seen, written as files with only the documentation at hand.

The hard test: nothing in the program was made for them, and every date comes out as one reckons it by hand.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from liaison.checking import check_package, prove
from liaison.definitions import read_package
from liaison.texts import Severity

SCHEMES = Path(__file__).parent / "stranger"
KEYS = sorted(path.name for path in (SCHEMES / "rules").iterdir())


@pytest.mark.parametrize("key", KEYS)
def test_a_scheme_that_nobody_had_seen_works(key: str) -> None:
    report = prove(read_package(SCHEMES, key))
    serious = [one for one in report.findings if one.severity is not Severity.NOTE]
    assert not serious, serious
    assert report.timelines
    assert all(timeline.passed for timeline in report.timelines)


def test_what_ends_within_a_day_says_when() -> None:
    [timeline] = [one for one in prove(read_package(SCHEMES, "instant")).timelines if one.case == "an_hour_of_work"]
    record = next(step.record for step in timeline.steps if step.record is not None and step.record.clocks)
    until = {clock.term: str(clock.until) for clock in record.clocks}
    assert until == {"response": "2026-09-30 15:00:00+08:00", "closing": "2026-10-09"}
    told = [notice for step in timeline.steps for notice in step.notices if notice.template == "respond_soon"]
    assert told[0].data["term.response.due"] == "2026年9月30日 15:00"


def test_the_schemes_are_no_part_of_what_ships() -> None:
    assert len(KEYS) >= 2
    assert all(check_package(key).definition is None for key in KEYS)
