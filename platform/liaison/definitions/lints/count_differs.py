"""More or fewer indicators, or codes at the top of a task tree, than the source says there are; indicators that stand
below the lowest level."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from liaison.texts import Severity

from .index import Index
from .indicators import trees_in
from .levels import levels_in
from .registry import Found, found, lint


@lint("count_differs", Severity.WARNING)
def count_differs(index: Index) -> Iterator[Found]:
    """Counted level by level; a level that is not named expects none."""
    for tree in trees_in(index):
        given = Counter(tree.depth(node) for node in tree.nodes)
        levels = tree.body["levels"]
        for at in range(max(len(levels), max(given) + 1)):
            level = levels[at] if at < len(levels) else {"title": "—", "expects": 0}
            if level.get("expects", given[at]) != given[at]:
                pointer = f"{tree.pointer}/levels/{at}" if at < len(levels) else f"{tree.pointer}/levels"
                params = {"tree": tree.body["title"], "level": level["title"], "expects": level["expects"]}
                yield found(tree.file, pointer, **params, n=given[at])
    for level in levels_in(index):
        codes = index.definition.codes.get(level.body.get("codes", ""))
        expects = level.body.get("expects")
        if codes is not None and isinstance(expects, int) and expects != len(codes.codes):
            params = {"tree": codes.title, "level": level.body["title"], "expects": expects}
            yield found(level.file, f"{level.pointer}/expects", **params, n=len(codes.codes))
