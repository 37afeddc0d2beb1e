"""Many findings of one kind are shown as the first of them and how many more there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from .model import Finding

SHOWN = 20
"""Findings shown of one code in one file: enough to see what they have in common."""


def folded(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings in their order; of those with one code in one file the first `SHOWN`, behind them one that says how
    many more of this kind there are."""
    listed = list(findings)
    counts = Counter((one.code, one.file) for one in listed)
    shown: Counter[tuple[str, str]] = Counter()
    for one in listed:
        kind = (one.code, one.file)
        shown[kind] += 1
        if shown[kind] <= SHOWN:
            yield one
        if shown[kind] == SHOWN < counts[kind]:
            params = {"kind": one.code, "count": counts[kind] - SHOWN}
            yield Finding("texts.more_of_a_kind", one.severity, one.file, "", params)
