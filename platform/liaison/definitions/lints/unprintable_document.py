"""A document that is to look like a form which has no table to print, or which is of another record type."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Severity

from .index import Index
from .registry import Found, found, lint


@lint("unprintable_document", Severity.ERROR)
def unprintable_document(index: Index) -> Iterator[Found]:
    """Nothing can be put on its paper."""
    forms = index.definition.forms
    for file, pointer, document in index.items("documents", "documents"):
        form = forms.get(document.get("form", ""))
        if form is not None and ("print" not in form or form["of"] != document["of"]):
            yield found(file, f"{pointer}/form", document=document["title"], form=form["title"])
