"""`liaison due`: count a term, and say why it ends when it does."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, TypeVar

import click

from liaison.calendars import (
    LARGEST,
    SHANGHAI,
    ZONE,
    Calendar,
    Length,
    MalformedError,
    OfficeHours,
    Roll,
    due,
    explain_due,
    read_calendar,
)
from liaison.texts import Severity, hint, say

from .findings import both, format_option, print_findings
from .words import words

_T = TypeVar("_T", date, time)


class _Read(click.ParamType[Any]):
    """An option read by `read`, whose errors are those of a bad option value."""

    def __init__(self, name: str, read: Callable[[str], Any]) -> None:
        self.name, self._read = name, read

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return self._read(value)
        except MalformedError as error:
            said = [finding.message for finding in error.findings]
            self.fail(" ".join(f"{say(one)} {say(one, 'en')}. {hint(one)}" for one in said), param, ctx)
        except ValueError:
            self.fail(f"{value!r}: {self.name}", param, ctx)


def _day(text: str) -> date:
    return _as_written(date.fromisoformat(text), text)


def _time(text: str) -> time:
    return _as_written(time.fromisoformat(f"{text}:00"), f"{text}:00")


def _as_written(found: _T, text: str) -> _T:
    """What was read, if it is spelt like this and in no other way of ISO 8601."""
    if found.isoformat() != text:
        raise ValueError(text)
    return found


def _hours(text: str) -> OfficeHours:
    return OfficeHours.from_json({"hours": text})


@click.command(help=words("cli.due"))
@click.option("--from", "start", type=_Read("YYYY-MM-DD", _day), required=True, help=words("cli.due.from"))
@click.option("--length", type=_Read("LENGTH", Length.parse), required=True, help=words("cli.due.length"))
@click.option("--roll", type=click.Choice([roll.value for roll in Roll]), help=words("cli.due.roll"))
@click.option("--count-start-day", is_flag=True, help=words("cli.due.count_start_day"))
@click.option("--at", type=_Read("HH:MM", _time), help=words("cli.due.at"))
@click.option(
    "--calendar",
    "calendar_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=words("cli.due.calendar"),
)
@click.option("--hours", type=_Read("HH:MM-HH:MM,…", _hours), help=words("cli.due.hours"))
@format_option
def command(
    start: date,
    length: Length,
    roll: str | None,
    count_start_day: bool,
    at: time | None,
    calendar_file: Path | None,
    hours: OfficeHours | None,
    format_: str,
) -> None:
    calendar = SHANGHAI if calendar_file is None else _calendar(calendar_file)
    moment = start if at is None else datetime.combine(start, at, ZONE)
    try:
        found = due(moment, length, calendar, roll=roll, count_start_day=count_start_day, hours=hours)
    except OverflowError:
        raise click.BadParameter(words("cli.due.too_far"), param_hint="--length") from None
    lines = explain_due(found, length.unit)
    if format_ == "json":
        answer = {"due": lines[0], "certain": found.certain, "why": [both(step) for step in found.steps]}
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(lines))


def _calendar(path: Path) -> Calendar:
    with path.open("rb") as opened:
        calendar, findings = read_calendar(opened.read(LARGEST + 1), SHANGHAI, file=path.name)
    if any(finding.severity is Severity.ERROR for finding in findings):
        print_findings(findings)
        sys.exit(1)
    return calendar
