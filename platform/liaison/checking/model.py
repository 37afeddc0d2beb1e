"""What a check answers with."""

from __future__ import annotations

from dataclasses import dataclass

from liaison.definitions import Definition, Package
from liaison.engine import Timeline
from liaison.texts import Finding, Severity


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in a package: the findings of every room, sorted by file and place, graver ones first there.

    `definition` is absent where the files could not be loaded; `timelines` are the golden cases, where they were asked
    for and the package is sound enough to be run."""

    package: Package
    definition: Definition | None
    findings: tuple[Finding, ...]
    timelines: tuple[Timeline, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether no finding is an error: warnings and notes want a look and stop nothing."""
        return not any(finding.severity is Severity.ERROR for finding in self.findings)
