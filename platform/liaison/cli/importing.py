"""`liaison import X`: keep a mechanism at the site, checked but not in force; `--calendar FILE`: a holiday notice."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from liaison.calendars import LARGEST, read_shape
from liaison.store import Database, import_notice, recompute
from liaison.texts import Severity, say

from .findings import print_findings
from .package import Source, home_option, optional_package_argument
from .publish import keep
from .site import ROOT, ask_for, now, opened, read_site, tell
from .words import words


@click.command(help=words("site.import"))
@optional_package_argument
@click.option("--calendar", type=click.Path(path_type=Path, exists=True, dir_okay=False), help=words("site.calendar"))
@click.option("--in", "organisation", default=ROOT, show_default=True, help=words("site.organisation"))
@home_option
def command(source: Source | None, calendar: Path | None, organisation: str, home: Path) -> None:
    if (source is None) == (calendar is None):
        raise click.UsageError(words("site.import.one"))
    with opened(read_site(home)) as database:
        ask_for(database, organisation)
        if calendar is not None:
            _import_calendar(database, organisation, calendar)
        elif source is not None:
            package = keep(database, source, home)
            tell("site.import.done", key=package.key, digest=package.digest)


def _import_calendar(database: Database, organisation: str, file: Path) -> None:
    """Take in the notice, find the dates anew, and list what moved and what could not be counted."""
    with file.open("rb") as stream:
        body, findings = read_shape(stream.read(LARGEST + 1), file=file.name)
    if findings:
        print_findings(findings)
        sys.exit(1)
    imported = import_notice(database, organisation, body, "cli", now())
    print_findings(imported.findings)
    if any(finding.severity is Severity.ERROR for finding in imported.findings):
        sys.exit(1)
    done = recompute(database, organisation, imported.id, now())
    for clock in done.clocks:
        click.echo(f"{clock.number or clock.record}\t{clock.term}\t{clock.old} -> {clock.new}")
    for duty in done.duties:
        one = duty.instance
        click.echo(f"{one.owner}\t{one.duty} {one.period.key}\t{duty.old} -> {one.due}")
    for left in done.uncounted:
        click.echo(f"{left.number or left.id}\t{say(left.why)}", err=True)
    tell("site.calendar.done", moved=len(done.clocks) + len(done.duties))
    if done.uncounted:
        sys.exit(1)
