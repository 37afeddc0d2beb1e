"""The lints that need the whole mechanism, one module each, listed by name: the code is `checking.<name>`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from liaison.texts import Finding

from ..look import Look
from .never_true import never_true
from .no_case import no_case
from .no_value_yet import no_value_yet
from .unrated_counts import unrated_counts
from .wrong_kind import wrong_kind
from .wrong_output import wrong_output
from .wrong_value import wrong_value

LINTS: Mapping[str, Callable[[Look], Iterator[Finding]]] = MappingProxyType(
    {
        lint.__name__: lint
        for lint in (never_true, no_case, no_value_yet, unrated_counts, wrong_kind, wrong_output, wrong_value)
    }
)
"""Name → lint."""
