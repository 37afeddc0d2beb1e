"""The lints that need only the definitions, one module each, registered by name.

Those that read expressions, tables, forms or schedules belong to `conditions`, `rules`, `forms` and `calendars`.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from liaison.texts import Finding

from ..model import Definition
from .index import Index
from .registry import LINTS, DuplicateLintError, Lint

__all__ = ["LINTS", "DuplicateLintError", "Lint", "lint"]

for module in iter_modules(__path__):
    import_module(f"{__name__}.{module.name}")


def lint(definition: Definition, *, previous: Definition | None = None) -> tuple[Finding, ...]:
    """All findings of all lints of this room on `definition`, sorted by file, place and code. `previous` is the last
    published version of the mechanism: with it, renamed keys are found too."""
    index = Index(definition, previous)
    findings = [finding for each in LINTS.values() for finding in each.run(index)]
    return tuple(sorted(findings, key=lambda finding: (finding.file, finding.pointer, finding.code)))
