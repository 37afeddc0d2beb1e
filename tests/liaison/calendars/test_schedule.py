"""Schedules: every kind, the rest-day rule, intervals, and what is doubtful about them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison.calendars import (
    SHANGHAI,
    MalformedError,
    Schedule,
    Span,
    lint_schedule,
    next_occurrence,
    occurrences,
    period_of,
)
from liaison.texts import say

CALENDAR = SHANGHAI.until(2026)


def points(schedule: dict[str, Any], start: str, end: str) -> list[str]:
    found = occurrences(Schedule.from_json(schedule), date.fromisoformat(start), date.fromisoformat(end), CALENDAR)
    return [one.first.isoformat() if one.first == one.last else f"{one.first}/{one.last}" for one in found]


@pytest.mark.parametrize(
    ("schedule", "start", "end", "expected"),
    [
        ({"weekday": 5}, "2026-03-01", "2026-03-20", ["2026-03-06", "2026-03-13", "2026-03-20"]),
        (
            {"weekday": 5, "interval": 2, "starting": "2026-03-02"},
            "2026-02-01",
            "2026-04-03",
            ["2026-03-06", "2026-03-20", "2026-04-03"],
        ),
        # A clamped February does not shift March.
        ({"day_of_month": 31}, "2026-01-01", "2026-04-30", ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        ({"day_of_month": 31, "missing": "skip"}, "2026-01-01", "2026-04-30", ["2026-01-31", "2026-03-31"]),
        ({"day_of_month": 1, "rest_day": "next"}, "2026-10-01", "2026-11-30", ["2026-10-08", "2026-11-02"]),
        ({"day_of_month": 5, "rest_day": "previous"}, "2026-09-01", "2026-10-31", ["2026-09-04", "2026-09-30"]),
        ({"last_workday": "month"}, "2026-01-01", "2026-03-31", ["2026-01-30", "2026-02-28", "2026-03-31"]),
        (
            {"last_workday": "quarter"},
            "2026-01-01",
            "2026-12-31",
            ["2026-03-31", "2026-06-30", "2026-09-30", "2026-12-31"],
        ),
        (
            {"ten_days": "each"},
            "2026-02-01",
            "2026-02-28",
            ["2026-02-01/2026-02-10", "2026-02-11/2026-02-20", "2026-02-21/2026-02-28"],
        ),
        ({"ten_days": "last"}, "2026-02-01", "2026-03-31", ["2026-02-21/2026-02-28", "2026-03-21/2026-03-31"]),
        ({"day_range": {"from": 25, "to": 31}}, "2026-02-01", "2026-02-28", ["2026-02-25/2026-02-28"]),
        ({"day_range": {"from": 30, "to": 31}}, "2026-02-01", "2026-03-31", ["2026-03-30/2026-03-31"]),
        ({"first_week": "days_1_to_7"}, "2026-03-01", "2026-03-31", ["2026-03-01/2026-03-07"]),
        ({"end_of": "quarter"}, "2026-01-01", "2026-12-31", ["2026-03-31", "2026-06-30", "2026-09-30", "2026-12-31"]),
        ({"end_of": "half_year"}, "2026-01-01", "2026-12-31", ["2026-06-30", "2026-12-31"]),
        ({"end_of": "year"}, "2025-01-01", "2026-12-31", ["2025-12-31", "2026-12-31"]),
        ({"date": "12-20"}, "2025-01-01", "2026-12-31", ["2025-12-20", "2026-12-20"]),
        ({"date": "02-29"}, "2024-01-01", "2025-12-31", ["2024-02-29", "2025-02-28"]),
        ({"date": "02-29", "missing": "skip"}, "2024-01-01", "2028-12-31", ["2024-02-29", "2028-02-29"]),
        (
            {"end_of": "month", "interval": 3, "starting": "2026-02-10"},
            "2025-01-01",
            "2026-09-01",
            ["2026-02-28", "2026-05-31", "2026-08-31"],
        ),
    ],
)
def test_every_kind_occurs_when_it_should(schedule: dict[str, Any], start: str, end: str, expected: list[str]) -> None:
    assert points(schedule, start, end) == expected


def test_a_point_rolled_into_the_range_from_outside_is_found() -> None:
    assert points({"day_of_month": 1, "rest_day": "next"}, "2026-10-08", "2026-10-08") == ["2026-10-08"]
    assert points({"day_of_month": 1, "rest_day": "next"}, "2026-10-01", "2026-10-07") == []


def test_a_window_without_a_workday_says_so() -> None:
    [october] = occurrences(
        Schedule.from_json({"first_week": "days_1_to_7"}), date(2026, 10, 1), date(2026, 10, 31), CALENDAR
    )
    assert october.workdays == ()
    assert october.certain


def test_the_next_begins_after_the_day() -> None:
    monthly = Schedule.from_json({"day_of_month": 10})
    for after, expected in ((date(2026, 3, 9), date(2026, 3, 10)), (date(2026, 3, 10), date(2026, 4, 10))):
        found = next_occurrence(monthly, after, CALENDAR)
        assert found is not None
        assert found.first == expected


def test_an_unknown_year_is_provisional() -> None:
    found = next_occurrence(Schedule.from_json({"last_workday": "month"}), date(2027, 1, 1), CALENDAR)
    assert found is not None
    assert not found.certain


@pytest.mark.parametrize(
    ("schedule", "codes"),
    [
        ({"end_of": "month", "rest_day": "next"}, ["calendars.schedule_leaves_period"]),
        ({"day_of_month": 1, "rest_day": "previous"}, ["calendars.schedule_leaves_period"]),
        ({"weekday": 5, "rest_day": "next"}, ["calendars.schedule_leaves_period"]),
        ({"end_of": "month", "rest_day": "previous"}, []),
        ({"last_workday": "month"}, []),
        ({"day_of_month": 10, "rest_day": "next"}, []),
        ({"first_week": "days_1_to_7"}, ["calendars.schedule_without_workday"]),
        ({"first_week": "first_full_week"}, []),
        (
            {"day_of_month": 31, "missing": "skip", "interval": 12, "starting": "2026-02-01"},
            ["calendars.schedule_never"],
        ),
    ],
)
def test_lints(schedule: dict[str, Any], codes: list[str]) -> None:
    findings = lint_schedule(
        Schedule.from_json(schedule), date(2024, 1, 1), date(2026, 12, 31), CALENDAR, file="duties.json", pointer="/x"
    )
    assert [finding.code for finding in findings] == codes
    assert all(say(finding.message) and finding.pointer == "/x" for finding in findings)


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"weekday": 8},
        {"weekday": True},
        {"weekday": 1, "day_of_month": 1},
        {"day_of_month": 0},
        {"day_range": {"from": 7, "to": 1}},
        {"day_range": [1, 7]},
        {"ten_days": "second"},
        {"ten_days": "first", "rest_day": "next"},
        {"last_workday": "week"},
        {"last_workday": "month", "rest_day": "next"},
        {"first_week": "monday"},
        {"date": "02-30"},
        {"date": 3},
        {"weekday": 1, "missing": "skip"},
        {"weekday": 1, "interval": 2},
        {"weekday": 1, "interval": 2, "starting": "soon"},
        {"weekday": 1, "interval": 2, "starting": "20260105"},
        {"weekday": 1, "colour": "red"},
    ],
)
def test_what_is_no_schedule_is_a_finding(value: object) -> None:
    with pytest.raises(MalformedError) as raised:
        Schedule.from_json(value, file="duties.json", pointer="/duties/0/at")
    [finding] = raised.value.findings
    assert (finding.code, finding.pointer) == ("calendars.bad_schedule", "/duties/0/at")


spans = st.sampled_from(["month", "quarter", "half_year", "year"])
rest_day = st.sampled_from(["stay", "previous", "next"])
missing = st.sampled_from(["clamp", "skip"])
intervals: st.SearchStrategy[dict[str, Any]] = st.just({}) | st.fixed_dictionaries(
    {"interval": st.integers(1, 9), "starting": st.dates(date(2004, 1, 1), date(2035, 1, 1)).map(date.isoformat)}
)
kinds = st.one_of(
    st.fixed_dictionaries({"weekday": st.integers(1, 7)}, optional={"rest_day": rest_day}),
    st.fixed_dictionaries({"day_of_month": st.integers(1, 31)}, optional={"rest_day": rest_day, "missing": missing}),
    st.fixed_dictionaries({"last_workday": spans}),
    st.fixed_dictionaries({"ten_days": st.sampled_from(["each", "first", "middle", "last"])}),
    st.fixed_dictionaries(
        {"day_range": st.fixed_dictionaries({"from": st.integers(1, 15), "to": st.integers(15, 31)})}
    ),
    st.fixed_dictionaries({"first_week": st.sampled_from(["days_1_to_7", "first_full_week", "week_of_the_1st"])}),
    st.fixed_dictionaries({"end_of": spans}, optional={"rest_day": rest_day}),
    st.fixed_dictionaries(
        {"date": st.just("02-29") | st.just("12-31")}, optional={"rest_day": rest_day, "missing": missing}
    ),
)
schedules = st.tuples(kinds, intervals).map(lambda parts: {**parts[0], **parts[1]})


@given(schedules)
def test_schedules_go_through_json_unchanged(value: dict[str, Any]) -> None:
    schedule = Schedule.from_json(value)
    assert Schedule.from_json(schedule.to_json()) == schedule


@given(schedules, st.dates(date(2004, 1, 1), date(2035, 1, 1)), st.integers(1, 300))
def test_stepping_to_the_next_gives_the_same_as_listing(value: dict[str, Any], start: date, length: int) -> None:
    schedule, end = Schedule.from_json(value), start + timedelta(days=length)
    listed = [one for one in occurrences(schedule, start, end, CALENDAR) if one.first >= start]
    assert [one.first for one in listed] == sorted(one.first for one in listed)
    stepped = []
    after = start - timedelta(days=1)
    while (one := next_occurrence(schedule, after, CALENDAR)) and one.first <= end:
        stepped.append(one)
        after = one.first
    # Two points may be rolled onto one day; stepping sees that day once.
    assert sorted({one.first for one in stepped}) == sorted({one.first for one in listed})


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.sampled_from(list(Span)))
def test_periods_follow_one_another_without_a_gap(day: date, span: Span) -> None:
    period = period_of(day, span)
    assert period.first <= day <= period.last
    assert period.shifted(1).first == period.last + timedelta(days=1)
    assert period_of(period.last, span) == period == period_of(period.first, span)
    assert period.shifted(-1).last == period.first - timedelta(days=1)


@pytest.mark.parametrize(
    ("span", "key", "words"),
    [
        (Span.WEEK, "2026-W34", "2026年第34周"),
        (Span.TEN_DAYS, "2026-08-3", "2026年8月下旬"),
        (Span.MONTH, "2026-08", "2026年8月"),
        (Span.QUARTER, "2026-Q3", "2026年第3季度"),
        (Span.HALF_YEAR, "2026-H2", "2026年下半年"),
        (Span.YEAR, "2026", "2026年"),
    ],
)
def test_a_period_has_a_key_and_a_name(span: Span, key: str, words: str) -> None:
    period = period_of(date(2026, 8, 23), span)
    assert (period.key, say(period.message)) == (key, words)
    assert say(period.message, "en")


def test_a_week_belongs_to_the_year_of_its_thursday() -> None:
    assert period_of(date(2027, 1, 1), Span.WEEK).key == "2026-W53"


@given(st.dates(date(1950, 1, 1), date(2090, 1, 1)), st.sampled_from(Span), st.integers(1, 40))
def test_no_two_periods_of_a_kind_have_one_key(day: date, span: Span, n: int) -> None:
    one = period_of(day, span)
    assert one.key != one.shifted(n).key
    assert say(one.message) != say(one.shifted(n).message)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"weekday": 5}, "每周五"),
        ({"day_of_month": 5, "rest_day": "next"}, "每月5日"),
        ({"last_workday": "half_year"}, "每半年最后一个工作日"),
        ({"ten_days": "each"}, "每旬"),
        ({"day_range": {"from": 1, "to": 5}}, "每月1日至5日"),
        ({"first_week": "first_full_week"}, "每月第一个星期（首个整周）"),
        ({"end_of": "quarter"}, "每季度末"),
        ({"date": "12-20"}, "每年12月20日"),
        (
            {"weekday": 1, "interval": 2, "starting": "2026-01-05"},
            "每周一，每2期一次，自2026年1月5日所在的一期起",
        ),
    ],
)
def test_a_schedule_in_words(value: dict[str, Any], words: str) -> None:
    said = Schedule.from_json(value).message
    assert say(said) == words
    assert say(said, "en")


def test_a_first_week_has_three_readings_and_all_else_one():
    read = Schedule.from_json({"first_week": "days_1_to_7", "interval": 2, "starting": "2026-01-01"})
    assert [one.value for one in read.readings] == ["days_1_to_7", "first_full_week", "week_of_the_1st"]
    assert {(one.interval, one.starting) for one in read.readings} == {(2, date(2026, 1, 1))}
    other = Schedule.from_json({"end_of": "quarter"})
    assert other.readings == (other,)
