"""`liaison due`: the date, how sure it is, and why."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import Any

import pytest
from click.testing import CliRunner

from liaison.cli import due


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


def test_a_calendar_file_without_end_is_not_read_to_its_end(liaison):
    ran = liaison("due", "--from", "2026-12-31", "--length", "1 day", "--calendar", "/dev/zero")
    assert ran.status == 1
    assert "2 MB" in ran.lines[0]


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
        ["--from", "2026-2-3", "--length", "1 day"],
        ["--from", "20260203", "--length", "1 day"],
        ["--from", "２０２６-02-03", "--length", "1 day"],
        ["--from", "2026-02-03", "--length", "1 day", "--at", "9:5"],
        ["--from", "2026-02-03", "--length", "1 day", "--at", "24:00"],
        ["--from", "2026-02-03", "--length", "1.5 days"],
        ["--from", "2026-02-03", "--length", "1201 months"],
        ["--from", "2026-02-03", "--length", "99999999999 days"],
        ["--from", "0001-01-01", "--length", "-1 day"],
        ["--from", "2026-02-03", "--length", "1 day", "--hours", "17:00-09:00"],
        ["--from", "2026-02-03", "--length", "1 day", "--calendar", "."],
    ],
)
def test_misuse_is_two(liaison, arguments):
    ran = liaison("due", *arguments)
    assert ran.status == 2
    assert ran.out == ""
    assert "Traceback" not in ran.error


def test_it_starts_quickly(alone):
    def once() -> float:
        """Seconds of the processor: what else the machine does does not count."""
        before = getrusage(RUSAGE_CHILDREN)
        alone("due", "--from", "2026-02-03", "--length", "1 day")
        after = getrusage(RUSAGE_CHILDREN)
        return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime

    assert min(once() for _ in range(5)) < 0.4


# ── In this process: hundreds of questions ───────────────────────────────────────────────────────────────────────

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "calendars" / "data" / "deadline_vectors.json").read_text("utf-8")
)


def asked(*arguments: str) -> list[str]:
    """The lines of the answer."""
    ran = CliRunner().invoke(due.command, arguments)
    assert ran.exit_code == 0, ran.output
    return ran.output.splitlines()


@pytest.mark.parametrize("vector", VECTORS["workdays"], ids=lambda vector: vector["start"])
def test_the_vectors_of_workdays(vector):
    length = ("--from", vector["start"], "--length", f"{vector['workdays']} workdays")
    assert asked(*length)[:2] == [vector["due"], "certain"]
    assert asked(*length, "--count-start-day")[:2] == [vector["due_if_start_day_counted"], "certain"]


@pytest.mark.parametrize("vector", VECTORS["months"], ids=lambda vector: vector["start"])
def test_the_vectors_of_months(vector):
    length = ("--from", vector["start"], "--length", f"{vector['months']} month")
    assert asked(*length)[:2] == [vector["due"], "certain"]
    assert asked(*length, "--roll", "none")[0] == vector["nominal"]


@pytest.mark.parametrize("vector", VECTORS["unknown_year"], ids=lambda vector: vector["start"])
def test_the_vectors_of_a_year_without_a_notice(vector):
    [(unit, n)] = [(unit, vector[unit]) for unit in ("workdays", "months") if unit in vector]
    first, second, *_ = asked("--from", vector["start"], "--length", f"{n} {unit}")
    assert second == vector["expect"]
    assert first >= vector.get("expect_nominal", "")


DAYS = ["2026-02-03", "2024-02-29", "1900-01-01", "1900-02-28", "2199-12-31", "0001-01-01", "9999-12-31"]
UNITS = ["minute", "hour", "work_hour", "day", "workday", "month"]
OPTIONS = [[], ["--roll", "none"], ["--roll", "next"], ["--roll", "previous"], ["--count-start-day"],
           ["--at", "16:30"], ["--at", "23:59", "--hours", "00:00-24:00"], ["--format", "json"]]  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("start", DAYS)
def test_whatever_is_asked_is_answered_in_its_shape_or_refused_in_words(start, unit):
    for n, options in itertools.product((0, 1, -15, 400), OPTIONS):
        ran = CliRunner().invoke(due.command, ["--from", start, "--length", f"{n} {unit}s", *options])
        assert ran.exception is None or isinstance(ran.exception, SystemExit), (n, options, ran.exception)
        if ran.exit_code:
            assert ran.exit_code == 2
            assert start in ("0001-01-01", "9999-12-31"), "nothing else is beyond the calendar"
            assert "--length" in ran.output
        elif "json" in options:
            assert json.loads(ran.output).keys() == {"due", "certain", "why"}
        else:
            first, second, *_ = ran.output.splitlines()
            moment = r" \d\d:\d\d" if unit in ("minute", "hour", "work_hour") else ""
            assert re.fullmatch(rf"\d{{4}}-\d\d-\d\d{moment}", first), first
            assert second in ("certain", "provisional")


def test_a_rest_day_of_a_year_without_a_notice_may_be_left_standing():
    lines = asked("--from", "2027-01-01", "--length", "1 day", "--roll", "none")
    assert lines == ["2027-01-02", "certain", "2027-01-02（周六）周末（暂定），按规定不顺延"]
