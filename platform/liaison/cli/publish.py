"""`liaison publish X`: keep a mechanism at the site and put it in force in an organisation."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from liaison.checking import prove
from liaison.definitions import BadJsonError, Package, read_json
from liaison.store import (
    Database,
    UnloadableError,
    install,
    installations,
    obstacles,
    put_in_force,
    would_lack,
)
from liaison.store import publish as store_version
from liaison.texts import Finding, Message, Severity

from .findings import print_findings
from .package import Source, home_option, package_argument, package_of, previous_of
from .site import ROOT, ask_for, complaint, now, opened, read_site, tell
from .words import words


@click.command(help=words("site.publish"))
@package_argument
@click.option("--in", "organisation", default=ROOT, show_default=True, help=words("site.organisation"))
@click.option(
    "--answers",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=words("site.publish.answers"),
)
@home_option
def command(source: Source, organisation: str, answers: Path | None, home: Path) -> None:
    given = _answers(answers) if answers is not None else {}
    with opened(read_site(home)) as database:
        ask_for(database, organisation)
        package = keep(database, source, home)
        try:
            missing = _put_in_force(database, package, organisation, given)
        except UnloadableError as error:
            _refuse(error.findings)
    if missing:
        tell("site.publish.waits", key=package.key, organisation=organisation, missing=missing)
    else:
        tell("site.publish.done", key=package.key, digest=package.digest, organisation=organisation)


def _put_in_force(database: Database, package: Package, organisation: str, answers: dict[str, Any]) -> list[Message]:
    """Set the version up; it is in force when every slot is filled and every post held. What is missing.

    Exits 1 and changes nothing where the mechanism is in force there and the new version would lack what it has now.
    """
    day = now().date()
    with database.write() as connection:
        present = {one.key: one for one in installations(connection, organisation)}.get(package.key)
        in_force = present is not None and present.in_force
        if present is not None and in_force:
            lacking = would_lack(connection, database.shelf, present, day, package.digest, answers)
            if lacking:
                raise complaint("site.publish.refused", key=package.key, organisation=organisation, missing=lacking)
        id_ = install(connection, organisation, package.digest, "cli", now(), answers=answers, in_force=in_force)
        if in_force:
            return []
        here = next(one for one in installations(connection, organisation) if one.id == id_)
        missing = obstacles(connection, database.shelf, here, day)
        put_in_force(connection, id_, not missing, now())
        return missing


def keep(database: Database, source: Source, home: Path) -> Package:
    """Store the package `source` names as a published version, if it has no error, every golden case is green and every
    table passes its trial; exits 1 with all findings otherwise."""
    package = package_of(source, home)
    report = prove(package, previous=previous_of(package, home))
    if not report.publishable:
        _refuse(report.findings)
    print_findings(finding for finding in report.findings if finding.severity is not Severity.NOTE)
    with database.write() as connection:
        store_version(connection, report.package, "cli", now())
    return report.package


def _refuse(findings: Iterable[Finding]) -> None:
    print_findings(finding for finding in findings if finding.severity is not Severity.NOTE)
    sys.exit(1)


def _answers(file: Path) -> dict[str, Any]:
    try:
        answers = read_json(file.read_bytes(), file.name)
    except BadJsonError as error:
        _refuse([error.finding])
    if not isinstance(answers, dict):
        raise click.BadParameter(words("site.publish.answers"), param_hint="--answers")
    return answers
