"""A task tree as it stands: which node hangs below which, and of the tasks below each how many are done or late.

One query for each level says what hangs where, and the records that are drawn are loaded together; what somebody may
not open is neither drawn nor counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from liaison.definitions import Json, Level, TaskTree
from liaison.engine import Record
from liaison.store import Placed, Wanted, placed, records

from .. import visit
from .branch import LOOSE, of_level, overdue, tells
from .room import Room

DRAWN = 300
"""Records of a level that a page draws; of the others it says how many there are, and where."""
_CHUNK = 500
"""Records loaded at once."""
SHOWN = ("open", "overdue")
"""To which tasks a tree may be narrowed."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Of the tasks below a node: how many there are, are done, are late."""

    of: int = 0
    done: int = 0
    late: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.of + other.of, self.done + other.done, self.late + other.late)

    @property
    def open(self) -> int:
        return self.of - self.done


@dataclass(slots=True)
class Node:
    """A node of the level `level`: a code, a record, or (`LOOSE`) what stands above what hangs below nothing.

    `record` is None of codes, of `LOOSE`, and of what is not drawn. `below` is what hangs right below it and is asked
    for, `entered` how much that is with what is not asked for; a task counts itself."""

    level: int
    key: str
    record: Record | None = None
    tally: Tally = field(default_factory=Tally)
    below: list[Node] = field(default_factory=list)
    entered: int = 0


@dataclass(frozen=True, slots=True)
class Grown:
    """A tree: its topmost nodes, and how many there are on each level."""

    top: Sequence[Node]
    entered: Sequence[int]
    whole: Tally

    def nodes(self) -> Iterator[Node]:
        """All of them, each before what hangs below it."""
        todo = list(reversed(self.top))
        while todo:
            node = todo.pop()
            yield node
            todo.extend(reversed(node.below))


def grown(room: Room, tree: TaskTree, tasks: Sequence[Json] = (), shown: str = "", most: int | None = None) -> Grown:
    """The tree as this person may see it. `tasks`: conditions on the tasks that count; `shown`: one of `SHOWN`, those
    that stand in it. With either, what has nothing below it does not stand in it. `most`: how many records of a level
    are loaded, `DRAWN` where nothing is said."""
    with visit.database().read() as connection:
        rows = [_placed(connection, room, tree, level, tasks) for level in tree.levels]
        top = [one for one in _hung(tree, rows) if one.below or _in_use(room, tree.levels[0], one.key)]
        whole = sum((_counted(node, shown) for node in top), Tally())
        if tasks or shown:
            top = _pruned(top, len(tree.levels) - 1)
        found = Grown(top, [len(one) for one in rows], whole)
        _load(connection, room, tree, found, DRAWN if most is None else most)
    return found


def _placed(
    connection: Connection, room: Room, tree: TaskTree, level: Level, tasks: Sequence[Json]
) -> Sequence[Placed]:
    if level.codes:
        codes = room.mechanism.definition.codes[level.codes].codes
        return [Placed(key, None, False, False) for key in codes]
    wanted, lowest = of_level(room, level), level is tree.levels[-1]
    if lowest:
        wanted = replace(wanted, filters=(*wanted.filters, *tasks))
    return placed(
        connection, visit.shelf(), visit.reach(), wanted, room.now, facts=room.facts,
        under=level.under if tells(room, level) else "",
        done=level.done if lowest else False, late=overdue(room, level) if lowest else False,
    )  # fmt: skip


def _hung(tree: TaskTree, rows: Sequence[Sequence[Placed]]) -> list[Node]:
    """The topmost nodes with what hangs below each; what hangs below nothing stands last, below a node of its own."""
    top: list[Node] = []
    above: dict[str, Node] = {}
    loose: list[Node] = []
    lowest = len(tree.levels) - 1
    for at, placed_ in enumerate(rows):
        here = {}
        stray = Node(at - 1, LOOSE)
        for one in placed_:
            counts = Tally(1, int(one.done), int(one.late)) if at == lowest else Tally()
            node = here[one.record] = Node(at, one.record, tally=counts)
            if at == 0:
                top.append(node)
                continue
            parent = above.get(one.under or "", stray)
            parent.below.append(node)
            parent.entered += 1
        if stray.below:
            loose.append(stray)
        above = here
    return top + loose


def _in_use(room: Room, level: Level, key: str) -> bool:
    """Whether a node with nothing below it stands in the tree: a code that is chosen no more does not."""
    return not level.codes or room.mechanism.definition.codes[level.codes].codes[key].in_use(room.now.date())


def _counted(node: Node, shown: str) -> Tally:
    """Count what is below a node, and leave of its tasks those that are asked for."""
    node.tally = sum((_counted(one, shown) for one in node.below), node.tally)
    if shown:
        node.below = [one for one in node.below if one.entered or one.below or _stands(one.tally, shown)]
    return node.tally


def _stands(tally: Tally, shown: str) -> bool:
    return bool(tally.late if shown == "overdue" else tally.open)


def _pruned(nodes: Iterable[Node], lowest: int) -> list[Node]:
    """The nodes below which a task is left."""
    left = []
    for node in nodes:
        node.below = _pruned(node.below, lowest)
        if node.below or node.level == lowest:
            left.append(node)
    return left


def _load(connection: Connection, room: Room, tree: TaskTree, found: Grown, most: int) -> None:
    """The records of the first nodes of each level."""
    by_level: dict[int, dict[str, Node]] = {}
    for node in found.nodes():
        level = tree.levels[node.level]
        if level.view and node.key != LOOSE and len(here := by_level.setdefault(node.level, {})) < most:
            here[node.key] = node
    for at, nodes in by_level.items():
        wanted = of_level(room, tree.levels[at])
        for first in range(0, len(nodes), _CHUNK):
            some = list(nodes)[first : first + _CHUNK]
            picked = Wanted(wanted.installation, wanted.type, ({"in": [{"var": "record.id"}, some]},))
            for record in records(
                connection, visit.shelf(), visit.reach(), picked, room.now, facts=room.facts, limit=_CHUNK
            ).records:
                nodes[record.id].record = record


def expected(room: Room, tree: TaskTree, at: int) -> int | None:
    """How many there should be on a level, where the source says so and this person may see them all."""
    level = tree.levels[at]
    view = room.mechanism.definition.views.get(level.view)
    if view is not None and view.of not in visit.reach()[room.installed.id].types:
        return None
    if level.expects_in:
        each = [expected_below(room, tree, at - 1, key) for key in _codes(room, tree.levels[at - 1])]
        return sum(one for one in each if one is not None) if any(one is not None for one in each) else None
    return level.expects


def expected_below(room: Room, tree: TaskTree, at: int, key: str) -> int | None:
    """How many there should be right below a code, where it says so of itself."""
    below = tree.levels[at + 1]
    said = _codes(room, tree.levels[at]).get(key, {}).get(below.expects_in) if below.expects_in else None
    return int(said) if said is not None else None


def _codes(room: Room, level: Level) -> Mapping[str, Mapping[str, Json]]:
    codes = room.mechanism.definition.codes[level.codes].codes
    return {key: code.columns for key, code in codes.items()}
