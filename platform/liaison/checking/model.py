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
    for and the package is sound enough to be run. `tried`: whether every decision table was."""

    package: Package
    definition: Definition | None
    findings: tuple[Finding, ...]
    timelines: tuple[Timeline, ...] = ()
    tried: bool = False

    @property
    def sound(self) -> bool:
        """Whether no finding is an error: warnings and notes want a look and stop nothing."""
        return not any(finding.severity is Severity.ERROR for finding in self.findings)

    @property
    def publishable(self) -> bool:
        """Whether it may be published: no error, every golden case green (a red one is an error) and there is one,
        every table tried."""
        return self.sound and self.tried and bool(self.timelines)
