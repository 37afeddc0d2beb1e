"""Texts that a translation leaves out: pages in that language show them as the files do."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Severity

from .index import Index
from .registry import Found, found, lint


@lint("untranslated", Severity.NOTE)
def untranslated(index: Index) -> Iterator[Found]:
    """Said once for each language, with the first of them. What has no letter says the same in every language, as does
    what stands for a slot that nobody has answered."""
    said = [path for path, one in index.words.items() if any(map(str.isalpha, one.text))]
    for file, texts in index.translations.items():
        missing = [path for path in said if path not in texts]
        if missing:
            yield found(file, "/texts", count=len(missing), first=missing[0])
