"""`check_package`: the lints of all rooms, in the order in which one makes sense of the next; `prove`: what publishing
asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from liaison.definitions import Definition, Package, lint, load, read_package
from liaison.engine import Mechanism, Timeline, compile_mechanism
from liaison.forms import FormError, lint_form
from liaison.texts import Finding, Severity

from .expressions import expression_findings
from .golden import case_findings, play
from .lints import LINTS
from .look import Look
from .model import Report
from .tables import table_findings, trial_findings
from .times import time_findings

_GRAVITY = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def check_package(
    source: str | Path | bytes | Package,
    key: str | None = None,
    *,
    answers: Mapping[str, Any] | None = None,
    previous: Package | None = None,
    cases: bool = False,
) -> Report:
    """Check the package at `source` (anything `read_package` reads, or a package already read).

    `answers` fill its slots (else their defaults do). `previous` is the version published before it: with it, renamed
    keys are found too. With `cases` the golden cases are played too, if the package has no error. Whatever the input
    is, the answer is findings, never an exception.
    """
    package = source if isinstance(source, Package) else read_package(source, key)
    loaded = load(package, answers)
    findings, timelines = list(loaded.findings), tuple[Timeline, ...]()
    if loaded.definition is not None:
        findings += _examine(loaded.definition, load(previous).definition if previous is not None else None)
        if cases and not _errors(findings):
            timelines = play(loaded.definition)
            findings += case_findings(loaded.definition, timelines)
    return Report(package, loaded.definition, _sorted(findings), timelines)


def prove(source: str | Path | bytes | Package, *, previous: Package | None = None) -> Report:
    """All that publishing asks for: `check_package` with the golden cases, and every decision table of a package that
    has no error tried in a process of its own."""
    report = check_package(source, previous=previous, cases=True)
    if report.definition is None or not report.sound:
        return report
    trials = list(trial_findings(Look(compile_mechanism(report.definition))))
    return replace(report, findings=_sorted([*report.findings, *trials]), tried=True)


def _examine(definition: Definition, previous: Definition | None) -> list[Finding]:
    """Each step rests on what the one before found sound: names, then forms and times, then everything that runs."""
    findings = [*lint(definition, previous=previous), *time_findings(definition)]
    if _errors(findings):
        return findings
    mechanism, problems = _compiled(definition)
    if mechanism is None:
        return [*findings, *problems]
    look = Look(mechanism)
    findings += _forms(look)
    findings += expression_findings(look)
    findings += table_findings(look)
    if not _errors(findings):
        findings += [finding for each in LINTS.values() for finding in each(look)]
    return findings


def _compiled(definition: Definition) -> tuple[Mechanism | None, list[Finding]]:
    """The mechanism ready to run; where a form stands in the way, what is wrong with the forms."""
    try:
        return compile_mechanism(definition), []
    except FormError:
        return None, [
            finding for file, form in _own_forms(definition) for finding in lint_form(form, definition, file=file)
        ]


def _forms(look: Look) -> Iterator[Finding]:
    for file, form in _own_forms(look.definition):
        yield from lint_form(form, look.definition, file=file, around=look.scope(form["of"]))


def _own_forms(definition: Definition) -> Iterator[tuple[str, Any]]:
    for file, content in definition.data.items():
        if file.startswith("form_definitions/"):
            yield file, content


def _errors(findings: Iterable[Finding]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in findings)


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    def place(finding: Finding) -> tuple[str, int, str, str]:
        return finding.file, _GRAVITY[finding.severity], finding.pointer, finding.code

    unique = {(one.code, one.file, one.pointer, repr(one.params)): one for one in findings}
    return tuple(sorted(unique.values(), key=place))
