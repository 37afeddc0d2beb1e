"""Counting: the rules one by one, the properties that hold for all of them, and the reasons given."""

from __future__ import annotations

import subprocess
import sys
import time as clock
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison.calendars import (
    SHANGHAI,
    ZONE,
    Due,
    Length,
    MalformedError,
    OfficeHours,
    Outside,
    Pause,
    Unit,
    due,
    explain_due,
    with_local,
)
from liaison.texts import say

CALENDAR = SHANGHAI.until(2026)
ONE = timedelta(days=1)
DAYS = st.dates(date(2004, 1, 1), date(2035, 12, 31))
MOMENTS = st.builds(datetime.combine, DAYS, st.times(), st.just(ZONE))


def count(start: str, length: str, **options: object) -> Due:
    begin = datetime.fromisoformat(f"{start}+08:00") if " " in start else date.fromisoformat(start)
    return due(begin, Length.parse(length), CALENDAR, **options)  # type: ignore[arg-type]


def at(moment: str) -> datetime:
    return datetime.fromisoformat(f"{moment}+08:00")


def said(found: Due, lang: str = "zh") -> list[str]:
    return [say(step, lang) for step in found.steps]


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("15 workdays", Length(15, Unit.WORKDAY)),
        ("1 workday", Length(1, Unit.WORKDAY)),
        ("-3 days", Length(-3, Unit.DAY)),
        ("0 days", Length(0, Unit.DAY)),
        (" 4 work_hours ", Length(4, Unit.WORK_HOUR)),
        ("4 work hours", Length(4, Unit.WORK_HOUR)),
        ("1 Month", Length(1, Unit.MONTH)),
        ("90 minutes", Length(90, Unit.MINUTE)),
        ("2 hours", Length(2, Unit.HOUR)),
    ],
)
def test_lengths_are_read(text: str, length: Length) -> None:
    assert Length.parse(text) == length
    assert Length.from_json(length.to_json()) == length
    assert say(length.message)
    assert say(length.message, "en")


@pytest.mark.parametrize("text", ["", "15", "days", "1.5 days", "15 weeks", "１５ days", "5 5 days", "9999999999 days"])
def test_what_is_no_length_is_a_finding(text: str) -> None:
    with pytest.raises(MalformedError) as raised:
        Length.parse(text)
    assert [finding.code for finding in raised.value.findings] == ["calendars.bad_length"]
    assert say(raised.value.findings[0].message)


@pytest.mark.parametrize("value", [None, [], {}, {"weeks": 1}, {"days": 1, "months": 1}, {"days": True}, {"days": "1"}])
def test_json_that_is_no_length_is_a_finding_in_its_place(value: object) -> None:
    with pytest.raises(MalformedError) as raised:
        Length.from_json(value, file="terms.json", pointer="/terms/0/length")
    [finding] = raised.value.findings
    assert (finding.file, finding.pointer) == ("terms.json", "/terms/0/length")


def test_a_length_beyond_a_hundred_years_is_a_finding() -> None:
    for length in ("36501 days", "-1201 months"):
        with pytest.raises(MalformedError) as raised:
            Length.parse(length)
        assert raised.value.findings[0].code == "calendars.length_too_long"
    with pytest.raises(MalformedError) as raised:
        Length.from_json({"days": 40_000}, pointer="/length")
    assert raised.value.findings[0].pointer == "/length/days"


def test_the_whole_of_the_last_day_is_in_time() -> None:
    found = count("2026-03-02 10:00", "1 workday")
    assert found.at == datetime.combine(date(2026, 3, 3), time.max, ZONE)
    assert count("2026-03-02", "1 day", cutoff="17:30").at == at("2026-03-03 17:30")
    assert count("2026-03-02", "1 day", cutoff="closing").at == at("2026-03-03 17:30")
    summer = OfficeHours.from_json(
        {
            "hours": "08:30-12:00,14:00-17:30",
            "seasons": [{"key": "summer", "from": "06-01", "to": "09-30", "hours": "08:30-12:00,14:30-18:00"}],
        }
    )
    assert count("2026-07-06", "1 day", cutoff="closing", hours=summer).at == at("2026-07-07 18:00")
    with pytest.raises(MalformedError):
        count("2026-03-02", "1 day", cutoff="noon")


def test_minutes_and_hours_run_through_the_night_and_the_holiday() -> None:
    assert count("2026-09-30 23:30", "90 minutes").at == at("2026-10-01 01:00")
    assert count("2026-09-30 10:00", "48 hours").at == at("2026-10-02 10:00")
    rolled = count("2026-09-30 10:00", "48 hours", roll="next")
    assert rolled.at == at("2026-10-08 10:00")
    assert rolled.nominal == date(2026, 10, 2)
    assert count("2026-10-02 10:00", "-24 hours").at == at("2026-10-01 10:00")


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        ("2026-09-30 10:00", "2 work_hours", "2026-09-30 12:00"),
        ("2026-09-30 10:00", "3 work_hours", "2026-09-30 15:00"),
        ("2026-09-30 12:30", "1 work_hour", "2026-09-30 15:00"),
        ("2026-09-30 16:30", "2 work_hours", "2026-10-08 09:30"),
        ("2026-10-03 09:00", "1 work_hour", "2026-10-08 09:30"),
        ("2026-09-30 07:00", "7 work_hours", "2026-09-30 17:30"),
        ("2026-10-10 09:00", "8 work_hours", "2026-10-12 10:00"),
        ("2026-10-08 09:30", "-2 work_hours", "2026-09-30 16:30"),
        ("2026-10-08 07:00", "-7 work_hours", "2026-09-30 08:30"),
        ("2026-10-03 09:00", "0 work_hours", "2026-10-03 09:00"),
    ],
)
def test_work_hours_run_while_the_office_is_open(start: str, length: str, expected: str) -> None:
    assert count(start, length).at == at(expected)


def test_the_same_day_is_zero_days() -> None:
    assert count("2026-03-02 16:00", "0 days").day == date(2026, 3, 2)
    assert count("2026-03-02 16:00", "0 workdays").day == date(2026, 3, 2)
    assert count("2026-03-07", "0 days").day == date(2026, 3, 9)
    assert count("2026-03-07", "0 workdays").day == date(2026, 3, 9)
    assert count("2026-03-07", "0 days", roll="none").day == date(2026, 3, 7)


def test_backward_the_end_day_is_not_counted_and_a_rest_day_moves_to_the_workday_before() -> None:
    assert count("2026-10-12", "-3 workdays").day == date(2026, 10, 8)
    assert count("2026-10-10", "-3 days").nominal == date(2026, 10, 7)
    assert count("2026-10-10", "-3 days").day == date(2026, 9, 30)
    assert count("2026-03-31", "-1 month").day == date(2026, 2, 28)
    assert count("2026-10-10", "-3 days", roll="next").day == date(2026, 10, 8)


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        ("2026-03-01", "1 month", "2026-03-31"),
        ("2026-01-31", "1 month", "2026-02-28"),
        ("2026-01-28", "1 month", "2026-02-27"),
        ("2026-03-02", "5 days", "2026-03-06"),
        ("2026-03-06", "-5 days", "2026-03-02"),
        ("2026-03-06", "-5 workdays", "2026-03-02"),
        ("2026-03-31", "-1 month", "2026-03-01"),
        ("2026-03-15", "-1 month", "2026-02-16"),
        ("2026-03-02", "0 days", "2026-03-02"),
    ],
)
def test_the_start_day_can_be_counted(start: str, length: str, expected: str) -> None:
    assert count(start, length, count_start_day=True, roll="none").day.isoformat() == expected


def test_a_rolled_date_gives_each_day_as_a_reason() -> None:
    found = count("2026-08-25", "1 month")
    assert said(found) == [
        "2026年9月25日（周五）中秋节，顺延",
        "2026年9月26日（周六）中秋节，顺延",
        "2026年9月27日（周日）中秋节，顺延",
    ]
    assert said(count("2026-08-25", "1 month", roll="none")) == ["2026年9月25日（周五）中秋节，按规定不顺延"]
    assert said(count("2026-08-20", "1 month")) == ["2026年9月20日（周日）是调休上班日，不顺延"]
    assert said(count("2025-01-31", "1 month")) == ["当月没有 31 日，以月末2025年2月28日为准"]


def test_the_lines_of_the_command() -> None:
    length = Length.parse("15 workdays")
    lines = explain_due(due(date(2026, 2, 3), length, CALENDAR), length.unit)
    assert lines[:2] == ["2026-03-02", "certain"]
    assert len(lines) == 2 + 12
    assert [line[:10] for line in lines[2:]] == [
        day.date.isoformat() for day in CALENDAR.rest_days(date(2026, 2, 3), date(2026, 3, 2))
    ]
    hour = Length.parse("1 hour")
    assert explain_due(due(at("2026-02-03 10:00"), hour, CALENDAR), hour.unit) == ["2026-02-03 11:00", "certain"]
    unknown = explain_due(due(date(2026, 12, 11), length, CALENDAR), length.unit, "en")
    assert unknown[:2] == ["2027-01-04", "provisional"]
    assert unknown[-1] == "No notice for 2027 yet: computed from the statutory holidays"


def test_what_does_not_rest_on_the_calendar_is_certain() -> None:
    assert count("2026-12-30", "5 days", roll="none").certain
    assert not count("2026-12-30", "5 days").certain
    assert count("2026-12-30", "100 hours").certain
    assert not count("2026-12-31 17:00", "2 work_hours").certain


def test_what_arrives_outside_office_hours_counts_as_the_hours_say() -> None:
    strict = OfficeHours("08:30-12:00,14:00-17:30", outside=Outside.NEXT_OPENING)
    assert count("2026-03-06 17:30", "1 workday", hours=strict).day == date(2026, 3, 10)
    assert count("2026-03-06 17:29", "1 workday", hours=strict).day == date(2026, 3, 9)
    assert said(count("2026-03-06 20:00", "2 hours", hours=strict)) == [
        "2026年3月6日 20:00不在办公时间，自2026年3月9日 08:30起算"
    ]
    assert count("2026-03-07", "1 workday", hours=strict).day == date(2026, 3, 9), "a date has no time of day"
    lenient = OfficeHours("08:30-12:00,14:00-17:30")
    assert count("2026-03-06 20:00", "1 workday", hours=lenient).day == date(2026, 3, 9)


def test_paused_workdays_do_not_count() -> None:
    pause = Pause(at("2026-03-09 10:00"), at("2026-03-16 09:00"))
    found = count("2026-03-02", "10 workdays", pauses=[pause])
    assert count("2026-03-02", "10 workdays").day == date(2026, 3, 16)
    assert found.day == date(2026, 3, 23)
    assert "2026年3月9日至2026年3月15日中止，不计" in said(found)
    # Two pauses that overlap are one; one that begins after the end changes nothing.
    both = [
        pause,
        Pause(at("2026-03-10 00:00"), at("2026-03-12 00:00")),
        Pause(at("2026-05-06 00:00"), at("2026-06-01 00:00")),
    ]
    assert count("2026-03-02", "10 workdays", pauses=both).day == date(2026, 3, 23)


def test_paused_days_shift_days_and_months_and_then_roll() -> None:
    pause = Pause(at("2026-03-09 10:00"), at("2026-03-14 09:00"))
    found = count("2026-03-02", "10 days", pauses=[pause])
    assert (found.nominal, found.day) == (date(2026, 3, 17), date(2026, 3, 17))
    month = count("2026-03-02", "1 month", pauses=[Pause(at("2026-03-09 10:00"), at("2026-03-11 09:00"))])
    assert (month.nominal, month.day) == (date(2026, 4, 4), date(2026, 4, 7))


def test_a_pause_that_the_extension_runs_into_counts_too() -> None:
    first = Pause(at("2026-03-04 10:00"), at("2026-03-06 10:00"))
    second = Pause(at("2026-03-10 10:00"), at("2026-03-11 10:00"))
    assert count("2026-03-02", "7 days", pauses=[first]).day == date(2026, 3, 11)
    assert count("2026-03-02", "7 days", pauses=[second, first]).day == date(2026, 3, 12)


def test_a_term_never_ends_in_a_pause() -> None:
    weekend = Pause(at("2026-03-06 10:00"), at("2026-03-08 10:00"))
    assert count("2026-03-05", "1 workday", pauses=[weekend]).day == date(2026, 3, 9)
    # The 7th is a Saturday: rolled on, the term would end on Monday, in the pause.
    rolled = Pause(at("2026-03-09 00:00"), at("2026-03-11 00:00"))
    assert count("2026-03-02", "5 days", pauses=[rolled]).day == date(2026, 3, 11)
    assert count("2026-03-06", "0 days", pauses=[weekend]).day == date(2026, 3, 9)


def test_paused_time_is_added_to_hours() -> None:
    pause = Pause(at("2026-03-02 11:00"), at("2026-03-02 15:00"))
    assert count("2026-03-02 10:00", "2 hours", pauses=[pause]).at == at("2026-03-02 16:00")
    # 11:00–12:00 and 14:00–15:00 of the pause are office time.
    assert count("2026-03-02 10:00", "2 work_hours", pauses=[pause]).at == at("2026-03-02 16:00")
    assert said(count("2026-03-02 10:00", "2 hours", pauses=[pause])) == [
        "2026年3月2日 11:00至2026年3月2日 15:00中止，不计"
    ]


def test_a_pause_does_not_move_what_counts_backward() -> None:
    pause = Pause(at("2026-03-04 00:00"), at("2026-03-06 00:00"))
    assert count("2026-03-10", "-5 workdays", pauses=[pause]) == count("2026-03-10", "-5 workdays")


def test_a_pause_has_two_aware_moments_in_order() -> None:
    with pytest.raises(ValueError, match="aware"):
        Pause(datetime(2026, 3, 1), at("2026-03-02 00:00"))  # noqa: DTZ001
    with pytest.raises(ValueError, match="aware"):
        Pause(at("2026-03-02 00:00"), at("2026-03-01 00:00"))


def test_a_local_closure_moves_a_date() -> None:
    closed, _ = with_local(CALENDAR, {"days": [{"name": "防汛停工", "date": "2026-06-08", "isOffDay": True}]})
    assert due(date(2026, 6, 5), Length(1, Unit.WORKDAY), closed).day == date(2026, 6, 9)


def test_moments_are_read_in_shanghai() -> None:
    evening_in_utc = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)
    assert due(evening_in_utc, Length(1, Unit.WORKDAY), CALENDAR).day == date(2026, 3, 3)
    with pytest.raises(ValueError, match="aware"):
        due(datetime(2026, 3, 1), Length(1, Unit.DAY), CALENDAR)  # noqa: DTZ001


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Kiritimati"])
def test_the_zone_of_the_machine_does_not_matter(zone: str) -> None:
    script = (
        "from datetime import datetime, timezone\n"
        "from liaison.calendars import *\n"
        "found = due(datetime(2026, 3, 1, 16, 30, tzinfo=timezone.utc), Length.parse('4 work_hours'), SHANGHAI)\n"
        "print(found.at.isoformat())"
    )
    ran = subprocess.run([sys.executable, "-c", script], env={"TZ": zone}, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "2026-03-02T14:30:00+08:00"


def test_past_the_end_of_time_is_an_overflow() -> None:
    for length in ("1 month", "1 day", "1 workday", "1 hour", "1 work_hour"):
        with pytest.raises(OverflowError):
            due(datetime(9999, 12, 31, 23, 30, tzinfo=ZONE), Length.parse(length), CALENDAR)


@pytest.mark.parametrize("unit", list(Unit))
@given(start=MOMENTS, n=st.integers(-400, 400))
def test_a_longer_term_never_ends_earlier(unit: Unit, start: datetime, n: int) -> None:
    one, other = (due(start, Length(m, unit), CALENDAR) for m in (n, n + 1))
    assert one.at <= other.at


@given(start=MOMENTS, n=st.integers(-400, 400), counted=st.booleans())
def test_a_workday_term_ends_on_a_workday(start: datetime, n: int, counted: bool) -> None:
    found = due(start, Length(n, Unit.WORKDAY), CALENDAR, count_start_day=counted)
    assert CALENDAR.is_workday(found.day)


@given(start=DAYS, n=st.integers(-400, 400), unit=st.sampled_from([Unit.DAY, Unit.MONTH]))
def test_a_rolled_term_ends_on_a_workday_with_only_rest_days_between(start: date, n: int, unit: Unit) -> None:
    found = due(start, Length(n, unit), CALENDAR)
    assert CALENDAR.is_workday(found.day)
    between = (found.nominal, found.day - ONE) if n >= 0 else (found.day + ONE, found.nominal)
    assert CALENDAR.count(*between) == 0


@given(start=DAYS, n=st.integers(1, 400))
def test_backward_is_the_inverse_from_a_workday(start: date, n: int) -> None:
    begin = CALENDAR.on_or_after(start)
    end = due(begin, Length(n, Unit.WORKDAY), CALENDAR).day
    assert due(end, Length(-n, Unit.WORKDAY), CALENDAR).day == begin
    plain = due(start, Length(n, Unit.DAY), CALENDAR, roll="none").day
    assert due(plain, Length(-n, Unit.DAY), CALENDAR, roll="none").day == start


@given(start=DAYS, n=st.integers(1, 60))
def test_work_hours_backward_are_the_inverse_from_an_opening(start: date, n: int) -> None:
    hours = OfficeHours("08:30-12:00,14:00-17:30")
    begin = hours.spans(CALENDAR.on_or_after(start))[0][0]
    end = due(begin, Length(n, Unit.WORK_HOUR), CALENDAR, hours=hours).at
    assert due(end, Length(-n, Unit.WORK_HOUR), CALENDAR, hours=hours).at == begin
    assert hours.between(begin, end, CALENDAR) == timedelta(hours=n)


@given(start=MOMENTS, n=st.integers(-60, 60), unit=st.sampled_from(list(Unit)), counted=st.booleans())
def test_every_reason_can_be_said_and_none_is_said_twice(start: datetime, n: int, unit: Unit, counted: bool) -> None:
    found = due(start, Length(n, unit), CALENDAR, count_start_day=counted)
    for lang in ("zh", "en"):
        lines = said(found, lang)
        assert all(lines)
        assert len(set(lines)) == len(lines)


@given(
    start=MOMENTS,
    n=st.integers(0, 40),
    unit=st.sampled_from(list(Unit)),
    spans=st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 500)), max_size=3),
)
def test_a_pause_never_shortens_and_no_end_lies_in_one(
    start: datetime, n: int, unit: Unit, spans: list[tuple[int, int]]
) -> None:
    pauses = [Pause(start + timedelta(hours=after), start + timedelta(hours=after + long)) for after, long in spans]
    plain, paused = (due(start, Length(n, unit), CALENDAR, pauses=those) for those in ((), pauses))
    assert paused.at >= plain.at
    assert not any(pause.start < paused.at < pause.end for pause in pauses)


def test_counting_is_quick() -> None:
    """Recomputing ten thousand open clocks takes a moment, not a minute (a wide bound: machines differ)."""
    length = Length(15, Unit.WORKDAY)
    began = clock.perf_counter()
    for n in range(10_000):
        due(date(2020, 1, 1) + n % 2000 * ONE, length, CALENDAR)
    assert clock.perf_counter() - began < 5
