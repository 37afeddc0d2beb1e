"""`liaison publish X`: keep a mechanism at the site and put it in force in an organisation."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from liaison.checking import check_package
from liaison.definitions import Package
from liaison.store import Database, UnloadableError, install
from liaison.store import publish as store_version
from liaison.texts import Severity

from .findings import print_findings
from .package import package_argument
from .site import ROOT, find_package, home_option, now, opened, read_site, tell
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
            with database.write() as connection:
                install(connection, organisation, package.digest, "cli", now(), answers=answered)
        except UnloadableError as error:
            print_findings(error.findings)
            sys.exit(1)
    tell("site.publish.done", key=package.key, digest=package.digest, organisation=organisation)


def keep(database: Database, source: str, home: Path) -> Package:
    """Store the package `source` names as a published version, if it has no error and every golden case is green;
    exits 1 with all findings otherwise."""
    report = check_package(find_package(source, home), cases=True)
    print_findings(finding for finding in report.findings if finding.severity is not Severity.NOTE)
    if not report.sound:
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
