"""Findings on a terminal: one a line, or as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import click

from liaison.texts import Finding, Message, Severity, folded, hint, say

from .words import words

_SEPARATOR = "\t"
_FORMATS = click.Choice(["text", "json"])


def format_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--format text|json`."""
    return click.option("--format", "format_", type=_FORMATS, default="text", help=words("cli.format"))(command)


def print_findings(findings: Iterable[Finding]) -> None:
    """Code, severity, `file#pointer`, sentence and hint of each, with tabs between: five columns on one line. Of many
    of one kind the first, and how many more there are."""
    for finding in folded(findings):
        columns = (
            finding.code,
            finding.severity.value,
            f"{finding.file}#{finding.pointer}",
            say(finding.message),
            hint(finding.message),
        )
        click.echo(_SEPARATOR.join(" ".join(column.split()) for column in columns))


def findings_json(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """The same as objects, with the sentence in both languages."""
    return [
        {
            "code": finding.code,
            "severity": finding.severity.value,
            "file": finding.file,
            "pointer": finding.pointer,
            "message": both(finding.message),
            "hint": {"zh": hint(finding.message), "en": hint(finding.message, "en")},
        }
        for finding in findings
    ]


def counts(findings: Iterable[Finding]) -> dict[str, int]:
    """How many there are of each severity."""
    severities = [finding.severity for finding in findings]
    return {severity.value: severities.count(severity) for severity in Severity}


def both(message: Message) -> dict[str, str]:
    """A message in Chinese and English."""
    return {"zh": say(message), "en": say(message, "en")}
