"""A mechanism without a golden case: nothing shows that it does what its scheme says."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Finding, Severity

from ..look import Look


def no_case(look: Look) -> Iterator[Finding]:
    """A warning: it cannot be published like that."""
    if not look.definition.cases:
        yield Finding("checking.no_case", Severity.WARNING)
