"""`liaison check X`: everything that can be said about a package without running it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from liaison.checking import check_package

from .findings import counts, findings_json, format_option, print_findings
from .package import Source, home_option, package_argument, package_of, previous_of
from .words import words


@click.command(help=words("cli.check"))
@package_argument
@format_option
@home_option
def command(source: Source, format_: str, home: Path) -> None:
    package = package_of(source, home)
    report = check_package(package, previous=previous_of(package, home))
    if format_ == "json":
        found = {
            "sound": report.sound,
            "counts": counts(report.findings),
            "findings": findings_json(report.findings),
        }
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        print_findings(report.findings)
    sys.exit(0 if report.sound else 1)
