"""`liaison simulate X`: play the golden cases in memory, and print what happens."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from liaison.checking import check_package, play
from liaison.engine import Timeline
from liaison.texts import Finding, Message, Severity, say

from .findings import findings_json, format_option, print_findings
from .package import Source, home_option, package_argument, package_of
from .timeline import timeline_json, timeline_lines
from .words import words


@click.command(help=words("cli.simulate"))
@package_argument
@click.option("--case", metavar="KEY", help=words("cli.simulate.case"))
@format_option
@home_option
def command(source: Source, case: str | None, format_: str, home: Path) -> None:
    report = check_package(package_of(source, home))
    findings = [finding for finding in report.findings if finding.severity is Severity.ERROR]
    timelines: tuple[Timeline, ...] = ()
    if report.definition is not None and not findings:
        cases = report.definition.cases
        if not cases or (case is not None and case not in cases):
            params = {"case": case or "—", "cases": sorted(cases) or ["—"]}
            findings = [Finding("cli.simulate.no_case", Severity.ERROR, params=params)]
        else:
            timelines = play(report.definition, None if case is None else [case])
    passed = not findings and all(timeline.passed for timeline in timelines)
    if format_ == "json":
        told = [timeline_json(report.definition, timeline) for timeline in timelines if report.definition is not None]
        answer = {"passed": passed, "cases": told, "findings": findings_json(findings)}
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        print_findings(findings)
        for timeline in timelines:
            assert report.definition is not None, "what was played was loaded"
            for line in timeline_lines(report.definition, timeline):
                click.echo(line)
        if timelines:
            green = sum(timeline.passed for timeline in timelines)
            click.echo(say(Message("cli.simulate.passed", {"green": green, "all": len(timelines)})))
    sys.exit(0 if passed else 1)
