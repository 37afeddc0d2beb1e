"""A translation that nobody will read: its path leads to no text that stands on pages."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Severity

from ..jsontext import escape
from .index import Index
from .registry import Found, found, lint


@lint("lost_translation", Severity.WARNING)
def lost_translation(index: Index) -> Iterator[Found]:
    """With answers nothing is lost: a district may have no use for a text that the package has."""
    if index.definition.answers:
        return
    for file, texts in index.translations.items():
        for path in texts.keys() - index.words.keys():
            yield found(file, f"/texts/{escape(path)}", path=path)
