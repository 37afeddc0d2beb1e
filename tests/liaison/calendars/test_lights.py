"""The lights: a word and a number of days."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison.calendars import SHANGHAI, ZONE, Length, Unit, days_left, due, light, workdays_left
from liaison.texts import say

CALENDAR = SHANGHAI.until(2026)
AT = due(date(2026, 9, 18), Length(15, Unit.WORKDAY), CALENDAR).at  # 2026-10-15, the end of the day


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


@pytest.mark.parametrize(
    ("now", "soon", "word"),
    [
        ("2026-09-20 10:00", "3 workdays", "在期"),
        ("2026-10-11 10:00", "3 workdays", "在期"),
        ("2026-10-12 00:00", "3 workdays", "临期 3 个工作日"),
        ("2026-10-12 10:00", "3 days", "临期 3 天"),
        ("2026-10-15 23:59", "3 days", "今天到期"),
        ("2026-10-16 00:00", "3 days", "逾期 1 天"),
        ("2026-10-17 09:00", "3 days", "逾期 2 天"),
        ("2026-10-18 09:00", "3 workdays", "逾期 1 个工作日"),
        ("2026-10-15 20:00", "4 hours", "今天到期"),
        ("2026-10-15 19:00", "4 hours", "在期"),
    ],
)
def test_the_light_says(now: str, soon: str, word: str) -> None:
    assert say(light(moment(now), AT, Length.parse(soon), CALENDAR).message) == word


def test_overdue_on_the_very_day_is_overdue_by_one() -> None:
    at = moment("2026-03-02 12:00")
    assert say(light(moment("2026-03-02 12:00"), at, Length.parse("1 day"), CALENDAR).message) == "今天到期"
    assert say(light(moment("2026-03-02 12:01"), at, Length.parse("1 day"), CALENDAR).message) == "逾期 1 天"


@given(
    st.builds(datetime.combine, st.dates(date(2024, 1, 1), date(2028, 1, 1)), st.times(), st.just(ZONE)),
    st.integers(0, 200),
)
def test_left_is_what_a_term_of_that_length_gives(now: datetime, n: int) -> None:
    assert workdays_left(now, due(now, Length(n, Unit.WORKDAY), CALENDAR).day, CALENDAR) >= n
    last = due(now, Length(n, Unit.WORKDAY), CALENDAR).day
    if CALENDAR.is_workday(now.date()) or n:
        assert workdays_left(now, last, CALENDAR) == n
    assert days_left(now, due(now, Length(n, Unit.DAY), CALENDAR, roll="none").day) == n
    assert workdays_left(now, now.date(), CALENDAR) == 0
