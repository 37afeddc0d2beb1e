"""`liaison due`: the date, how sure it is, and why."""

from __future__ import annotations

import json
import time

import pytest


def test_the_first_lines_are_the_date_and_how_sure_it_is(liaison):
    ran = liaison("due", "--from", "2026-02-03", "--length", "15 workdays")
    assert ran.status == 0
    assert ran.lines[:2] == ["2026-03-02", "certain"]
    assert len(ran.lines) == 2 + 12, "a line for each day passed over"
    assert "2026-02-16" in ran.out
    assert ran.error == ""


@pytest.mark.parametrize(
    ("arguments", "first", "second"),
    [
        (["--from", "2026-08-20", "--length", "1 month"], "2026-09-20", "certain"),
        (["--from", "2026-08-25", "--length", "1 months"], "2026-09-28", "certain"),
        (["--from", "2025-01-31", "--length", "1 month"], "2025-02-28", "certain"),
        (["--from", "2025-09-01", "--length", "1 month"], "2025-10-09", "certain"),
        (["--from", "2025-09-01", "--length", "1 month", "--roll", "none"], "2025-10-01", "certain"),
        (["--from", "2025-09-01", "--length", "1 month", "--roll", "previous"], "2025-09-30", "certain"),
        (["--from", "2026-12-11", "--length", "15 workdays"], None, "provisional"),
        (["--from", "2026-11-20", "--length", "-3 workdays"], "2026-11-17", "certain"),
        (["--from", "2026-11-16", "--length", "1 day", "--count-start-day"], "2026-11-16", "certain"),
        (["--from", "2026-11-16", "--at", "16:30", "--length", "2 work_hours"], "2026-11-17 09:30", "certain"),
        (["--from", "2026-11-16", "--at", "16:30", "--length", "2 work_hours", "--hours", "09:00-17:00"],
         "2026-11-17 10:30", "certain"),
        (["--from", "2026-11-16", "--at", "23:30", "--length", "45 minutes"], "2026-11-17 00:15", "certain"),
        (["--from", "2026-11-16", "--at", "10:00", "--length", "1 hour"], "2026-11-16 11:00", "certain"),
    ],
)  # fmt: skip
def test_every_kind_of_length(liaison, arguments, first, second):
    ran = liaison("due", *arguments)
    assert ran.status == 0, ran.error
    assert ran.lines[0] == first or first is None
    assert ran.lines[1] == second


def test_a_calendar_file_makes_a_year_certain(liaison, tmp_path):
    notice = tmp_path / "2027.json"
    notice.write_text(
        json.dumps({"year": 2027, "papers": [], "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": True}]})
    )
    ran = liaison("due", "--from", "2026-12-31", "--length", "1 day", "--calendar", notice)
    assert ran.lines[:2] == ["2027-01-04", "certain"]
    assert liaison("due", "--from", "2026-12-31", "--length", "1 day").lines[1] == "provisional"


def test_a_wrong_calendar_file_is_wrong_input(liaison, tmp_path):
    notice = tmp_path / "2027.json"
    notice.write_text('{"year": 2027, "days": [{"date": "2027-02-30"}]}')
    ran = liaison("due", "--from", "2026-12-31", "--length", "1 day", "--calendar", notice)
    assert ran.status == 1
    assert ["error", "2027.json#/days/0/date"] in [line.split("\t")[1:3] for line in ran.lines]


def test_as_json(liaison):
    ran = liaison("due", "--from", "2026-08-20", "--length", "1 month", "--format", "json")
    answer = json.loads(ran.out)
    assert (answer["due"], answer["certain"]) == ("2026-09-20", True)
    assert all(set(why) == {"zh", "en"} for why in answer["why"])


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--from", "2026-02-30", "--length", "1 day"],
        ["--from", "2026-02-03", "--length", "15 bananas"],
        ["--from", "2026-02-03", "--length", "1 day", "--roll", "sideways"],
        ["--from", "2026-02-03", "--length", "1 day", "--at", "25:00"],
        ["--from", "2026-02-03", "--length", "1 day", "--hours", "late"],
        ["--from", "2026-02-03", "--length", "1 day", "--calendar", "nowhere.json"],
        ["--from", "9999-12-30", "--length", "100 days"],
        ["--from", "2026-02-03", "--length", "1 day", "--nothing"],
    ],
)
def test_misuse_is_two(liaison, arguments):
    ran = liaison("due", *arguments)
    assert ran.status == 2
    assert ran.out == ""
    assert "Traceback" not in ran.error


def test_it_starts_quickly(liaison):
    def once() -> float:
        started = time.perf_counter()
        liaison("due", "--from", "2026-02-03", "--length", "1 day")
        return time.perf_counter() - started

    assert min(once() for _ in range(5)) < 0.4
