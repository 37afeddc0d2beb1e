"""`liaison publish X`: keep a mechanism at the site and put it in force in an organisation."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from liaison.checking import check_package
from liaison.definitions import Package
from liaison.roster import unheld
from liaison.store import Database, UnloadableError, install, installations, put_in_force
from liaison.store import publish as store_version
from liaison.texts import Message, Severity

from .findings import print_findings
from .package import home_option, package_argument, package_of
from .site import ROOT, now, opened, read_site, tell
from .words import words


@click.command(help=words("site.publish"))
@package_argument
@click.option("--in", "organisation", default=ROOT, show_default=True, help=words("site.organisation"))
@click.option("--answers", type=click.File(encoding="utf-8"), help=words("site.publish.answers"))
@home_option
def command(source: str, organisation: str, answers: Any, home: Path) -> None:
    answered = _answers(answers)
    with opened(read_site(home)) as database:
        package = keep(database, source, home)
        try:
            missing = _put_in_force(database, package, organisation, answered)
        except UnloadableError as error:
            print_findings(error.findings)
            sys.exit(1)
    if missing:
        tell("site.publish.waits", key=package.key, organisation=organisation, missing=missing)
    else:
        tell("site.publish.done", key=package.key, digest=package.digest, organisation=organisation)


def _put_in_force(
    database: Database, package: Package, organisation: str, answers: dict[str, Any]
) -> tuple[Message, ...]:
    """Set the version up; a mechanism that is new there is in force only when every post is held. What is missing."""
    with database.write() as connection:
        was = {one.key for one in installations(connection, organisation) if one.in_force}
        id_ = install(connection, organisation, package.digest, "cli", now(), answers=answers)
        if package.key in was:
            return ()
        today = database.shelf.today(connection, database.shelf.installed(connection, id_), now().date())
        missing = unheld(today.roster, today.day)
        put_in_force(connection, id_, not missing, now())
        return missing


def keep(database: Database, source: str, home: Path) -> Package:
    """Store the package `source` names as a published version, if it has no error and every golden case is green;
    exits 1 with all findings otherwise."""
    report = check_package(package_of(source, home), cases=True)
    print_findings(finding for finding in report.findings if finding.severity is not Severity.NOTE)
    if not report.sound or not report.timelines:
        sys.exit(1)
    with database.write() as connection:
        store_version(connection, report.package, "cli", now())
    return report.package


def _answers(file: Any) -> dict[str, Any]:
    try:
        answers: Any = json.load(file) if file is not None else {}
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    if not isinstance(answers, dict):
        raise click.UsageError(words("site.publish.answers"))
    return answers
