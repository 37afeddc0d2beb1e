"""A level of a task tree that does not hang below the one above it: nothing on it would have a place."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Severity

from .index import Index
from .levels import LevelAt, levels_in
from .registry import Found, found, lint


@lint("level_hangs_nowhere", Severity.ERROR)
def level_hangs_nowhere(index: Index) -> Iterator[Found]:
    """Its records name what is above them in one field: a code of that list, or a record of that type. Codes are above
    everything, and the topmost level hangs below nothing."""
    for level in levels_in(index):
        if not _hangs(index, level, level.body.get("under", "")):
            pointer = f"{level.pointer}/under" if "under" in level.body else level.pointer
            above = level.above.body["title"] if level.above is not None else "—"
            yield found(level.file, pointer, level=level.body["title"], above=above)


def _hangs(index: Index, level: LevelAt, under: str) -> bool:
    above = level.above
    if above is None or not under or "codes" in level.body:
        return above is None and not under
    if level.view is None or under not in index.fields(level.view.of):
        return True  # `dangling` speaks of what is not there
    field = index.fields(level.view.of)[under]
    if field.get("type") == "array":
        return False
    if "codes" in above.body:
        return (field.get("kind"), field.get("codes")) == ("code", above.body["codes"])
    wanted = field.get("filter", {}).get("type")
    return above.view is None or (field.get("kind"), wanted) == ("record", above.view.of)
