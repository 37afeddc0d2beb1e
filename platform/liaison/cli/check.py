"""`liaison check X`: everything that can be said about a package without running it."""

from __future__ import annotations

import json
import sys

import click

from liaison.checking import check_package

from .findings import findings_json, print_findings
from .package import format_option, package_argument
from .words import words


@click.command(help=words("cli.check"))
@package_argument
@format_option
def command(source: str, format_: str) -> None:
    report = check_package(source)
    if format_ == "json":
        found = {"sound": report.sound, "findings": findings_json(report.findings)}
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        print_findings(report.findings)
    sys.exit(0 if report.sound else 1)
