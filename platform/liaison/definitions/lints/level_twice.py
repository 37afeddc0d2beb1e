"""Records of one type on two levels of a task tree: one could stand below itself."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.texts import Severity

from .index import Index
from .levels import levels_in
from .registry import Found, found, lint


@lint("level_twice", Severity.ERROR)
def level_twice(index: Index) -> Iterator[Found]:
    """Looked for from each level upwards."""
    for level in levels_in(index):
        above = level.above
        while above is not None:
            if level.view is not None and above.view is not None and level.view.of == above.view.of:
                title = index.definition.record_types[level.view.of].title if index.type_of(level.view.of) else ""
                yield found(
                    level.file, f"{level.pointer}/view",
                    level=level.body["title"], above=above.body["title"], type=title or level.view.of,
                )  # fmt: skip
                break
            above = above.above
