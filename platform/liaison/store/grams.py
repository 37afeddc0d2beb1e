"""Text cut into pairs of neighbouring characters: the words of the search, in Chinese as in anything else."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from liaison.engine import Mechanism, Record

MOST = 600
"""Pairs kept of one record: beyond that a text says everything and finds nothing."""
_SEARCHED = ("line", "text")


def grams(*texts: str) -> tuple[str, ...]:
    """The pairs of neighbouring letters, digits and characters, each once, in order. Blanks and marks part them."""
    found: dict[str, None] = {}
    for text in texts:
        plain = unicodedata.normalize("NFKC", text).casefold()
        for first, second in pairwise(plain):
            if first.isalnum() and second.isalnum():
                found[first + second] = None
    return tuple(found)


def record_grams(record: Record, mechanism: Mechanism) -> frozenset[str]:
    """The pairs a record is found by: its fields of text, apart from personal data and from what only a few may read
    (finding a record by a word would tell the word)."""
    return frozenset(grams(*_texts(record, mechanism))[:MOST])


def _texts(record: Record, mechanism: Mechanism) -> Iterable[str]:
    guarded = mechanism.guarded[record.type]
    for key, field in mechanism.definition.fields[record.type].items():
        value = record.values.get(key)
        if (
            isinstance(value, str)
            and field.get("kind") in _SEARCHED
            and not field.get("personal")
            and key not in guarded
        ):
            yield value
