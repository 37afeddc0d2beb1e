"""The lints by name, and what each of them is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from liaison.texts import Finding, Severity

from .index import Index


class DuplicateLintError(Exception):
    """Two lints of one name: said at start."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a lint found, before it has its code and severity: where, and the parameters of the sentence."""

    file: str
    pointer: str
    params: dict[str, Any]


Check = Callable[[Index], Iterator[Found]]


@dataclass(frozen=True, slots=True)
class Lint:
    """One lint. Its code is `definitions.<name>`."""

    name: str
    severity: Severity
    check: Check

    def run(self, index: Index) -> Iterator[Finding]:
        """Its findings on one mechanism."""
        for found in self.check(index):
            yield Finding(f"definitions.{self.name}", self.severity, found.file, found.pointer, found.params)


LINTS: dict[str, Lint] = {}


def lint(name: str, severity: Severity) -> Callable[[Check], Check]:
    """Register the decorated check. DuplicateLintError where the name is taken."""

    def register(check: Check) -> Check:
        if name in LINTS:
            raise DuplicateLintError(name)
        LINTS[name] = Lint(name, severity, check)
        return check

    return register


def found(file: str, pointer: str, **params: Any) -> Found:
    """A finding in the making."""
    return Found(file, pointer, params)
