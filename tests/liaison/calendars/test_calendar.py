"""The calendar: what is known, what is computed, what is imported, what is pinned."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison.calendars import SHANGHAI, Calendar, edition, read_calendar, read_shape, with_local, with_notice
from liaison.calendars.lunisolar import lunar_day, solar_term
from liaison.texts import Severity, say

ONE = timedelta(days=1)
CN_2026 = SHANGHAI.until(2026)


def name(day: date, calendar: Calendar = CN_2026) -> str:
    return say(calendar.day(day).name)


def days(first: date, last: date) -> list[date]:
    return [first + n * ONE for n in range((last - first).days + 1)]


def test_known_years_agree_with_their_source_day_by_day() -> None:
    for day in days(date(2004, 1, 1), date(2026, 12, 31)):
        assert SHANGHAI.is_workday(day) == SHANGHAI.day(day).workday == chinese_calendar.is_workday(day), day
        assert not SHANGHAI.day(day).provisional


def test_years_have_as_many_workdays_as_the_notices_give() -> None:
    counted = {year: SHANGHAI.count(date(year, 1, 1), date(year, 12, 31)) for year in range(2023, 2027)}
    assert counted == {2023: 249, 2024: 251, 2025: 248, 2026: 248}


def test_a_day_says_what_it_is() -> None:
    assert name(date(2026, 10, 1)) == "国庆节"
    assert name(date(2026, 2, 14)) == "调休上班（春节）"
    assert name(date(2026, 11, 21)) == "周末"
    assert name(date(2026, 11, 23)) == "工作日"
    assert say(CN_2026.day(date(2026, 10, 1)).name, "en") == "National Day"


def test_an_unknown_year_rests_on_the_law_and_says_so() -> None:
    off = [day for day in CN_2026.rest_days(date(2027, 1, 1), date(2027, 12, 31)) if day.date.weekday() < 5]
    assert {day.date.isoformat(): say(day.name) for day in off} == {
        "2027-01-01": "元旦",
        "2027-02-05": "春节",
        "2027-02-08": "春节",
        "2027-02-09": "春节补假",
        "2027-02-10": "春节补假",
        "2027-04-05": "清明节",
        "2027-05-03": "劳动节补假",
        "2027-05-04": "劳动节补假",
        "2027-06-09": "端午节",
        "2027-09-15": "中秋节",
        "2027-10-01": "国庆节",
        "2027-10-04": "国庆节补假",
        "2027-10-05": "国庆节补假",
    }
    assert all(day.provisional and "放假办法" in day.source for day in off)
    assert CN_2026.day(date(2027, 3, 3)).provisional


def test_two_holidays_on_one_day_give_two_days() -> None:
    # 2031 中秋节 is the 1st of October, a Wednesday: the 4th and 5th are a weekend.
    assert name(date(2031, 10, 6)).endswith("补假")
    assert CN_2026.is_workday(date(2031, 10, 7))


@pytest.mark.parametrize("year", [*range(2004, 2036), 1, 1900, 2100, 9998])
def test_no_year_raises(year: int) -> None:
    rest = list(CN_2026.rest_days(date(year, 1, 1), date(year, 12, 31)))
    assert 104 < len(rest) < 125
    assert all(day.provisional == (year not in range(2004, 2027)) for day in rest)


def test_the_moon_is_where_the_notices_had_it() -> None:
    """The festivals computed for years whose notices are known were days off of that name."""
    for year in range(2008, 2027):
        for day, festival in (
            (lunar_day(year, 1, 1), "春节"),
            (lunar_day(year, 5, 5), "端午节"),
            (lunar_day(year, 8, 15), "中秋节"),
            (solar_term(year, 15), "清明节"),
        ):
            assert not SHANGHAI.day(day).workday
            assert name(day) in (festival, "国庆节", "周末"), (day, festival)


def test_the_moon_of_hard_years() -> None:
    # 2033 has its leap month after the eleventh, so 春节 2034 is late; 2023 and 2025 have one in spring and summer.
    assert lunar_day(2034, 1, 1) == date(2034, 2, 19)
    assert lunar_day(2033, 8, 15) == date(2033, 9, 8)
    assert lunar_day(2023, 5, 5) == date(2023, 6, 22)
    assert lunar_day(2025, 8, 15) == date(2025, 10, 6)
    # The new moon of 1978-09-03 was eight minutes past midnight.
    assert lunar_day(1978, 8, 15) == date(1978, 9, 17)


NOTICE: dict[str, Any] = {
    "year": 2027,
    "papers": ["https://example.org/2027"],
    "days": [
        {"name": "元旦", "date": "2026-12-31", "isOffDay": True},
        {"name": "元旦", "date": "2027-01-01", "isOffDay": True},
        {"name": "元旦", "date": "2027-01-02", "isOffDay": False},
    ],
}


def test_a_notice_makes_its_year_certain_and_may_touch_the_december_before() -> None:
    calendar, findings = with_notice(CN_2026, NOTICE)
    assert not calendar.is_workday(date(2026, 12, 31))
    assert CN_2026.is_workday(date(2026, 12, 31))
    assert name(date(2027, 1, 2), calendar) == "调休上班（元旦）"
    assert calendar.certain(date(2027, 1, 1), date(2027, 12, 31))
    assert calendar.day(date(2027, 1, 1)).source == "https://example.org/2027"
    assert calendar.edition == "cn-2027"
    # A notice in which a statutory holiday is missing is taken, with a warning for each such day.
    assert {finding.severity for finding in findings} == {Severity.WARNING}
    assert {say(finding.message)[:9] for finding in findings} == {"2027 年的通知"}


def test_a_corrected_notice_replaces_the_first_and_leaves_the_next_ones_december() -> None:
    with_both, _ = with_notice(CN_2026, NOTICE)
    correction = {"year": 2026, "days": [{"name": "国庆节", "date": "2026-10-01", "isOffDay": True}]}
    corrected, _ = with_notice(with_both, correction)
    assert corrected.is_workday(date(2026, 10, 2))
    assert not corrected.is_workday(date(2026, 12, 31))


def test_importing_2018_again_leaves_the_december_of_the_2019_notice() -> None:
    again, _ = with_notice(CN_2026, {"year": 2018, "days": [{"name": "元旦", "date": "2018-01-01", "isOffDay": True}]})
    assert again.is_workday(date(2018, 12, 29))
    assert not again.is_workday(date(2018, 12, 31))


def test_an_empty_notice_changes_nothing() -> None:
    calendar, [finding] = with_notice(CN_2026, {"year": 2027, "papers": [], "days": []})
    assert calendar is CN_2026
    assert (finding.code, finding.severity) == ("calendars.notice_empty", Severity.NOTE)


def test_local_days_go_before_the_notice_whatever_comes_first() -> None:
    flood = {"papers": ["防汛指挥部通知"], "days": [{"name": "防汛停工", "date": "2027-05-06", "isOffDay": True}]}
    local, findings = with_local(CN_2026, flood)
    assert not findings
    for calendar in (local, with_notice(local, NOTICE)[0]):
        day = calendar.day(date(2027, 5, 6))
        assert (day.workday, say(day.name), day.provisional, day.source) == (False, "防汛停工", False, "防汛指挥部通知")
    assert local.digest != CN_2026.digest


BAD: list[tuple[object, str, str]] = [
    (
        {"year": 2027, "days": [{"name": "元旦", "date": "2027-W01-1", "isOffDay": True}]},
        "/days/0/date",
        "calendars.file_shape",
    ),
    ([], "", "calendars.file_shape"),
    ({"year": "2027", "days": []}, "/year", "calendars.file_shape"),
    ({"year": True, "days": []}, "/year", "calendars.file_shape"),
    ({"year": 2027}, "/days", "calendars.file_lacks"),
    ({"year": 2027, "days": [3]}, "/days/0", "calendars.file_shape"),
    ({"year": 2027, "papers": [1], "days": []}, "/papers/0", "calendars.file_shape"),
    (
        {"year": 2027, "days": [{"name": "元旦", "date": "2027-13-01", "isOffDay": True}]},
        "/days/0/date",
        "calendars.file_shape",
    ),
    (
        {"year": 2027, "days": [{"name": "元旦", "date": "2026-11-30", "isOffDay": True}]},
        "/days/0/date",
        "calendars.notice_date_outside",
    ),
    (
        {"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": "yes"}]},
        "/days/0/isOffDay",
        "calendars.file_shape",
    ),
    (
        {"year": 2027, "days": [{"date": "2027-01-01", "isOffDay": True}]},
        "/days/0/name",
        "calendars.file_lacks",
    ),
    (
        {
            "year": 2027,
            "days": [
                {"name": "元旦", "date": "2027-01-01", "isOffDay": True},
                {"name": "元旦", "date": "2027-01-01", "isOffDay": False},
            ],
        },
        "/days/1",
        "calendars.notice_contradicts",
    ),
]


@pytest.mark.parametrize(("notice", "pointer", "code"), BAD)
def test_bad_notices_are_findings(notice: object, pointer: str, code: str) -> None:
    calendar, findings = with_notice(CN_2026, notice, file="2027.json")
    assert calendar is CN_2026
    assert (code, pointer, "2027.json") in [(f.code, f.pointer, f.file) for f in findings]
    assert all(say(f.message) and say(f.message, "en") for f in findings)


def test_of_a_year_that_cannot_be_read_no_day_is_said_to_be_outside() -> None:
    notice = {"year": "2027-01-01", "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": True}]}
    _, findings = with_notice(CN_2026, notice)
    assert [say(finding.message) for finding in findings] == ['这一处应为四位数的年份，如 2027，写的是 "2027-01-01"']
    _, findings = with_notice(
        CN_2026, {"year": 2027, "days": [{"name": "元旦", "date": "2027-13-01", "isOffDay": True}]}
    )
    assert [say(finding.message) for finding in findings] == ['这一处应为日期，如 2027-01-01，写的是 "2027-13-01"']


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"1" * 10_000, b'"' + b"a" * 3_000_000 + b'"', b"[]", b"{}", b"null"],
)
def test_unreadable_files_are_one_finding(text: bytes) -> None:
    calendar, findings = read_calendar(text, CN_2026)
    assert calendar is CN_2026
    assert len(findings) == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"{", "calendars.file_unreadable"),
        (b"[" * 100_000, "calendars.file_unreadable"),
        (b"[]", "calendars.file_shape"),
        (b'{"year": 2027, "year": 2028, "days": []}', "calendars.file_unreadable"),
        (b'{"days": [{"date": "2027-01-01", "date": "2027-01-02", "isOffDay": true, "name": "x"}]}',
         "calendars.file_unreadable"),
        (b'\xef\xbb\xbf{"days": []}', "calendars.file_unreadable"),
        ('{"days": []}'.encode("utf-16"), "calendars.file_unreadable"),
        (b'{"year": NaN, "days": []}', "calendars.file_unreadable"),
    ],
)  # fmt: skip
def test_what_is_no_json_is_called_that(text: bytes, code: str) -> None:
    assert [finding.code for finding in read_calendar(text, CN_2026)[1]] == [code]
    assert [finding.code for finding in read_shape(text)[1]] == [code]


def test_a_date_that_cannot_be_read_is_said_once() -> None:
    days = [{"name": "元旦", "date": "2027-02-31", "isOffDay": off} for off in (True, False)]
    _, findings = with_notice(CN_2026, {"year": 2027, "days": days})
    assert [(one.code, one.pointer) for one in findings] == [
        ("calendars.file_shape", "/days/0/date"),
        ("calendars.file_shape", "/days/1/date"),
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.sampled_from(["2027-01-01", "2027-02-30"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["year", "days", "papers", "name", "date", "isOffDay", "edition", "years", "local"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_read_without_a_traceback(value: object) -> None:
    calendar, findings = read_calendar(json.dumps(value).encode(), CN_2026)
    assert isinstance(calendar, Calendar)
    assert all(say(finding.message) for finding in findings)


def test_an_edition_goes_through_json_unchanged() -> None:
    calendar, _ = with_notice(CN_2026, NOTICE)
    calendar, _ = with_local(calendar, {"days": [{"name": "停工", "date": "2026-07-01", "isOffDay": True}]})
    read, findings = read_calendar(json.dumps(calendar.to_json()).encode(), CN_2026)
    assert not findings
    assert read == calendar
    assert read.digest == calendar.digest
    assert hash(read) == hash(calendar)
    assert read != CN_2026


def test_an_edition_that_is_wrong_is_findings() -> None:
    wrong = {"edition": "x", "years": ["a"], "days": [{"date": 1}], "local": 3}
    calendar, findings = read_calendar(json.dumps(wrong).encode(), CN_2026)
    assert calendar is CN_2026
    assert {"/years/0", "/days/0/date", "/days/0/workday", "/days/0/name", "/local"} <= {f.pointer for f in findings}


def test_an_older_edition_can_be_had_by_its_name() -> None:
    old = edition("cn-2024")
    assert old.edition == "cn-2024"
    assert old.day(date(2025, 1, 26)).provisional
    # Whoever counted with the edition of 2022 did not know yet what the notice for 2023 did to December.
    assert not SHANGHAI.is_workday(date(2023, 12, 30))
    assert SHANGHAI.until(2022).day(date(2022, 12, 31)).name != SHANGHAI.day(date(2022, 12, 31)).name
    with pytest.raises(KeyError):
        edition("cn-1999")


def test_a_calendar_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        SHANGHAI.marks[date(2026, 1, 1)] = None  # type: ignore[index]
    with pytest.raises(AttributeError):
        SHANGHAI.years = frozenset()  # type: ignore[misc]


@given(st.dates(date(2004, 1, 1), date(2035, 12, 31)), st.integers(1, 400))
def test_the_nth_workday_is_the_one_counting_gives(day: date, n: int) -> None:
    ahead = CN_2026.workday(day, n)
    assert CN_2026.is_workday(ahead)
    assert CN_2026.count(day + ONE, ahead) == n == len(CN_2026.workdays(day + ONE, ahead))
    back = CN_2026.workday(day, -n)
    assert CN_2026.is_workday(back)
    assert CN_2026.count(back, day - ONE) == n
    assert CN_2026.count(ahead, day) == 0 == len(CN_2026.workdays(ahead, day))
