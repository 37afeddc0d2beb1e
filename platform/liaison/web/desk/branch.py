"""A part of a task tree: what hangs below one of its nodes, all of it or what stands one way, as a filter of a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from liaison.definitions import Json, Level, TaskTree, View
from liaison.store import Placed, Wanted, placed

from .. import show, visit
from .columns import open_fields
from .lit import lit
from .room import Room

STANDS = ("all", "done", "open", "overdue")
"""Which of the tasks below a node: the numbers a tree says of it."""
LOOSE = "~"
"""Stands for the node above what hangs below nothing that one may see."""
_WHOLE = ""
"""In an address, the level and node of the whole tree."""


@dataclass(frozen=True)
class Branch:
    """The records of `view`, a level of the tree, below the node `node` of the level `above` (None: all of them), of
    those only what `stands` so."""

    room: Room
    tree: TaskTree
    view: View
    above: Level | None
    node: str
    stands: str

    @classmethod
    def of(cls, room: Room, view: View, said: str) -> Branch | None:
        """The branch that an address asks for (`said` of one); None where this list has no such."""
        key, _, rest = said.partition(":")
        tree = room.mechanism.definition.trees.get(key)
        above, _, rest = rest.partition(":")
        stands, _, node = rest.partition(":")
        if tree is None or stands not in STANDS:
            return None
        views = [one.view for one in tree.levels]
        over = tree.levels[: views.index(view.key)] if view.key in views else ()
        level = next((one for one in over if one.key == above), None)
        if view.key not in views or (level is None) != (above == _WHOLE) or (level is None) != (node == _WHOLE):
            return None
        if stands != "all" and view.key != views[-1]:
            return None
        between = tree.levels[over.index(level) + 1 : len(over) + 1] if level is not None else ()
        if not all(tells(room, one) for one in between):
            return None
        return cls(room, tree, view, level, node, stands)

    @property
    def said(self) -> str:
        """How an address asks for it."""
        above = self.above.key if self.above is not None else _WHOLE
        return f"{self.tree.key}:{above}:{self.stands}:{self.node}"

    @cached_property
    def filters(self) -> list[Json]:
        """The same as conditions on the records of the list."""
        level = next(one for one in self.tree.levels if one.view == self.view.key)
        below = [] if self.above is None else [self._below(self.tree.levels.index(level))]
        done: Json = level.done
        late = overdue(self.room, level)
        return below + {"all": [], "done": [done], "open": [{"!": done}], "overdue": [late]}[self.stands]

    def _below(self, at: int) -> Json:
        """That a record of the level at this place hangs below the node, over however many levels."""
        upper, under = self.tree.levels[at - 1], {"var": self.tree.levels[at].under}
        if upper is not self.above:
            wanted = of_level(self.room, upper)
            narrowed = Wanted(wanted.installation, wanted.type, (*wanted.filters, self._below(at - 1)))
            return {"in": [under, [one.record for one in _placed(self.room, upper, narrowed)]]}
        if self.node != LOOSE:
            return {"==": [under, self.node]}
        return {"!": {"in": [under, keys_of(self.room, upper)]}}

    @cached_property
    def in_words(self) -> str:
        """What it is called."""
        node = "" if self.above is None else title_of(self.room, self.above, self.node)
        stands = visit.sentence(f"desk.tree_{self.stands}") if self.stands != "all" or not node else ""
        return show.listed([node, stands])


def title_of(room: Room, level: Level, node: str) -> str:
    """What a node is called where its record is not at hand."""
    if node == LOOSE:
        return visit.sentence("desk.tree_loose", level=level.title)
    if level.codes:
        known = room.mechanism.definition.codes[level.codes].codes.get(node)
        return known.label if known is not None else node
    return (room.around.names("record", node) if room.around.opens(node) else None) or "—"


def overdue(room: Room, level: Level) -> Json:
    """What makes a record of the level count as overdue: its light, as long as it is not done."""
    type_ = room.mechanism.definition.views[level.view].of
    return {"and": [lit(room, type_, "overdue"), {"!": level.done}]}


def of_level(room: Room, level: Level) -> Wanted:
    """The list of the records of a level."""
    view = room.mechanism.definition.views[level.view]
    filters = () if view.filter is None else (view.filter,)
    return Wanted(room.installed.id, view.of, filters, order=view.order)


def keys_of(room: Room, level: Level) -> Sequence[str]:
    """The nodes of a level that this person may see."""
    if level.codes:
        return list(room.mechanism.definition.codes[level.codes].codes)
    return [one.record for one in _placed(room, level, of_level(room, level))]


def tells(room: Room, level: Level) -> bool:
    """Whether this person may read in every state what a record of the level hangs below: else it is not told."""
    return level.under in open_fields(room, room.mechanism.definition.views[level.view].of)


def _placed(room: Room, level: Level, wanted: Wanted) -> Sequence[Placed]:
    with visit.database().read() as connection:
        return placed(connection, visit.shelf(), visit.reach(), wanted, room.now, facts=room.facts)
