"""Office hours: read, refused, seasonal."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison.calendars import SHANGHAI, ZONE, MalformedError, OfficeHours
from liaison.texts import say

SEASONAL = {
    "hours": "08:30-12:00,14:00-17:30",
    "seasons": [{"key": "summer", "from": "06-01", "to": "09-30", "hours": "08:30-12:00,14:30-18:00"}],
    "outside": "next_opening",
}


def test_a_season_has_its_own_hours() -> None:
    hours = OfficeHours.from_json(SEASONAL)
    assert hours.closing(date(2026, 5, 31)) == datetime(2026, 5, 31, 17, 30, tzinfo=ZONE)
    assert hours.closing(date(2026, 6, 1)) == datetime(2026, 6, 1, 18, 0, tzinfo=ZONE)
    assert hours.closing(date(2026, 9, 30)) == datetime(2026, 9, 30, 18, 0, tzinfo=ZONE)


def test_a_season_may_cross_the_new_year() -> None:
    hours = OfficeHours.from_json(
        {"hours": "08:00-18:00", "seasons": [{"key": "winter", "from": "11-01", "to": "02-29", "hours": "09:00-17:00"}]}
    )
    closing = {day: hours.closing(day).hour for day in (date(2026, 12, 31), date(2026, 2, 28), date(2026, 3, 1))}
    assert list(closing.values()) == [17, 17, 18]


def test_hours_go_through_json_unchanged() -> None:
    hours = OfficeHours.from_json(SEASONAL)
    assert hours.to_json() == SEASONAL
    assert OfficeHours.from_json(hours.to_json()) == hours


def test_an_office_may_be_open_to_midnight() -> None:
    hours = OfficeHours("00:00-24:00")
    assert hours.closing(date(2026, 3, 2)) == datetime(2026, 3, 3, tzinfo=ZONE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "08:30",
        "08:30-12:00,",
        "12:00-08:30",
        "08:30-12:00,11:00-17:30",
        "08:30-12:00,12:00-13:00",
        "8:30-12:00",
        "08:30-25:00",
    ],
)
def test_hours_that_cannot_be_read_are_a_finding(text: str) -> None:
    with pytest.raises(MalformedError) as raised:
        OfficeHours.from_json({"hours": text}, file="mechanism.json", pointer="/office_hours")
    [finding] = raised.value.findings
    assert (finding.code, finding.pointer) == ("calendars.bad_hours", "/office_hours/hours")
    assert text in say(finding.message)


def season(key: str, start: str, end: str) -> dict[str, str]:
    return {"key": key, "from": start, "to": end, "hours": "08:00-12:00"}


@pytest.mark.parametrize(
    ("seasons", "code", "pointer"),
    [
        ([season("a", "06-31", "09-30")], "calendars.bad_season", "/seasons/0"),
        ([season("a", "6-1", "09-30")], "calendars.bad_season", "/seasons/0"),
        ([season("a", "06-01", "09-30"), season("b", "09-30", "10-01")], "calendars.seasons_overlap", "/seasons/1"),
        ([{"key": "a"}], "calendars.bad_hours", ""),
        ([3], "calendars.bad_hours", ""),
    ],
)
def test_seasons_that_cannot_be_are_a_finding(seasons: object, code: str, pointer: str) -> None:
    with pytest.raises(MalformedError) as raised:
        OfficeHours.from_json({"hours": "08:00-12:00", "seasons": seasons})
    assert [(finding.code, finding.pointer) for finding in raised.value.findings] == [(code, pointer)]


@given(st.builds(datetime.combine, st.dates(date(2004, 1, 1), date(2035, 1, 1)), st.times(), st.just(ZONE)))
def test_what_counts_as_received_is_in_office_hours_and_not_before(moment: datetime) -> None:
    hours = OfficeHours.from_json(SEASONAL)
    received = hours.received(moment, SHANGHAI)
    assert received >= moment
    assert any(opening <= received < closing for opening, closing in hours.spans(received.date()))
    assert SHANGHAI.is_workday(received.date())
    assert hours.received(received, SHANGHAI) == received
