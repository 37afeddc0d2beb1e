"""The levels of the task trees of the files, each with the one above it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..model import View
from .index import Index


@dataclass(frozen=True, slots=True)
class LevelAt:
    """A level of a file: where it stands, what it says, the list its records are in, and the level above. None: there
    is no such list, or nothing above."""

    file: str
    pointer: str
    body: Mapping[str, Any]
    view: View | None
    above: LevelAt | None


def levels_in(index: Index) -> Iterator[LevelAt]:
    """All levels of all trees, in the order of the file."""
    for file, pointer, tree in index.items("views", "trees"):
        above = None
        for at, body in enumerate(tree["levels"]):
            view = index.definition.views.get(body.get("view", ""))
            above = LevelAt(file, f"{pointer}/levels/{at}", body, view, above)
            yield above
