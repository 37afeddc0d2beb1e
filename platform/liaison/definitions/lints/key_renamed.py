"""A key that was renamed since the last published version: what refers to it from outside, records first, is lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from liaison.texts import Severity

from ..difference import Change, diff
from ..jsontext import escape
from ..layout import RULES, stem
from ..members import common_path
from .index import Index
from .registry import Found, found, lint


@lint("key_renamed", Severity.ERROR)
def key_renamed(index: Index) -> Iterator[Found]:
    """A member gone and a member new, side by side and of the same title, are one member under another key; so are a
    form, a table or a lifecycle. Golden cases may be called as one likes: nothing refers to them."""
    if index.previous is None or index.previous.digest == index.definition.digest:
        return
    files = {common_path(path): path for path in index.definition.data}
    changes = [
        change
        for change in diff(index.previous.files, index.definition.files)
        if not change.place.file.startswith(f"{RULES}/cases/")
    ]
    gone = {_identity(change): change for change in changes if change.kind == "removed" and _title(change.before)}
    for change in changes:
        if change.kind == "added" and (old := gone.get(_identity(change))) is not None:
            file = files[change.place.file]
            yield found(
                file,
                _pointer(index.definition.data[file], change.place.path) if change.place.path else "/key",
                title=_title(change.after),
                before=_key(old),
                after=_key(change),
            )


def _title(member: Any) -> str:
    if not isinstance(member, dict):
        return ""
    return str(member.get("title") or member.get("label") or member.get("question") or "")


def _key(change: Change) -> str:
    """The permanent key of a member, or of what stands in a file of its own."""
    return change.place.path[-1] if change.place.path else stem(change.place.file)


def _identity(change: Change) -> tuple[str, tuple[str, ...], str]:
    member = change.after if change.kind == "added" else change.before
    folder = change.place.file.rpartition("/")[0]
    return (change.place.file if change.place.path else folder), change.place.path[:-1], _title(member)


def _pointer(node: Any, path: tuple[str, ...]) -> str:
    """The JSON Pointer of what stands at a path of permanent keys."""
    pointer = ""
    for name in path:
        if isinstance(node, list):
            at = next(at for at, item in enumerate(node) if item["key"] == name)
            node, pointer = node[at], f"{pointer}/{at}"
        else:
            node, pointer = node[name], f"{pointer}/{escape(name)}"
    return pointer
