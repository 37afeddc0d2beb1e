"""Task trees: plates, aspects and measures folding open, each node with how far what is below it has got."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue

from liaison.definitions import Action, Json, Level, TaskTree, View
from liaison.engine import hidden_fields, title_of

from .. import permissions, show, visit
from ..exporting import MOST, List, hand_out
from ..language import lang
from ..sheets import Head
from . import blueprint, columns
from .asked import Asked
from .branch import LOOSE, Branch
from .branch import title_of as node_title
from .frame import page
from .growing import SHOWN, Grown, Node, Tally, expected, expected_below, grown
from .room import Room, here

_CHUNK = 500
"""Rows of a file written at once."""
_UNIT = "lead_unit"
"""The facet that says whose a task is."""


@blueprint.get("/trees/<tree>")
@permissions.opens_to(permissions.DESK)
def tree(tree: str) -> ResponseReturnValue:
    """A task tree, narrowed as its address asks."""
    reading = _Reading.of(tree)
    found = reading.grown()
    return page(
        "desk/tree.html",
        current=f"trees.{tree}",
        tree=reading.tree,
        reading=reading,
        nodes=_Drawing(reading, found).nodes(found.top),
        tabs=_tabs(reading, found),
        numbers=_numbers(reading, None, "", found.whole),
        parts=_bar(found.whole),
        levels=_levels(reading, found),
        begins=_begins(reading, None, LOOSE),
        empty=not any(found.entered),
    )


@blueprint.get("/trees/<tree>/file")
@permissions.opens_to(permissions.DESK)
def tree_file(tree: str) -> ResponseReturnValue:
    """The tree as a file: a row for each task, and for each node that has none; personal data masked, and logged who
    took it."""
    reading = _Reading.of(tree)
    levels = reading.tree.levels
    shown = columns.of_view(reading.room, reading.tasks)
    return hand_out(
        List(
            reading.tree.title,
            reading.room.installed.organisation,
            [*(Head(one.title) for one in levels[:-1]), *(Head(one.title, one.kind) for one in shown)],
            _rows(reading, shown),
            {"installation": reading.room.installed.id, "task_tree": tree},
        )
    )


@dataclass(frozen=True)
class _Reading:
    """A tree as the address asks for it: whose tasks (`unit`), which of them (`shown`), and whether all is folded open.
    What it does not know is left out."""

    room: Room
    tree: TaskTree
    unit: str
    shown: str
    opened: bool

    @classmethod
    def of(cls, key: str) -> _Reading:
        """What this request asks for. 404: there is no such tree."""
        room = here()
        found = room.mechanism.definition.trees.get(key)
        if found is None:
            abort(404)
        plain = cls(room, found, "", "", False)
        unit, shown = request.args.get("unit", ""), request.args.get("only", "")
        return cls(
            room, found, unit if unit in plain.units else "", shown if shown in SHOWN else "", "open" in request.args
        )

    @cached_property
    def views(self) -> Sequence[View | None]:
        """The list of each level; None where its nodes are codes."""
        return [self.room.mechanism.definition.views.get(one.view) for one in self.tree.levels]

    @property
    def tasks(self) -> View:
        """The list of the tasks, which stand on the lowest level."""
        return self.room.mechanism.definition.views[self.tree.levels[-1].view]

    @cached_property
    def units(self) -> Mapping[str, str]:
        """Whose tasks one may ask for → what that is called."""
        return Asked(self.room, self.tasks).offered.get(_UNIT, {})

    @property
    def unit_title(self) -> str:
        """What the unit of a task is called."""
        return Asked(self.room, self.tasks).title_of(_UNIT)

    @property
    def narrowed(self) -> bool:
        return bool(self.unit or self.shown)

    def grown(self, most: int | None = None) -> Grown:
        """The tree as it stands."""
        theirs: Json = {"==": [{"var": Asked(self.room, self.tasks).paths.get(_UNIT, "")}, self.unit]}
        return grown(self.room, self.tree, [theirs] if self.unit else [], self.shown, most)

    def address(self, endpoint: str = ".tree", **changes: Any) -> str:
        """This tree with something changed; an empty value takes it away."""
        asked = {"unit": self.unit, "only": self.shown, "open": "1" if self.opened else "", **changes}
        return url_for(endpoint, tree=self.tree.key, **{name: value for name, value in asked.items() if value})

    @property
    def whole(self) -> str:
        """The tree with nothing left out."""
        return self.address(unit="", only="")

    def file(self, ending: str) -> str:
        """Where the tree is handed out as a file."""
        return self.address(".tree_file", open="", **{"as": ending})

    def ledger(self, at: int, above: Level | None, node: str, stands: str = "all") -> str:
        """The list behind a number: the records of a level below a node."""
        view = self.views[at]
        assert view is not None, "codes stand in no list"
        branch = Branch(self.room, self.tree, view, above, node, stands)
        lowest = at == len(self.views) - 1
        kept = {_UNIT: self.unit} if self.unit and lowest else {}
        return Asked(self.room, view, given=kept, branch=branch).address()


class _Drawing:
    """The nodes of a tree as the page draws them."""

    def __init__(self, reading: _Reading, found: Grown) -> None:
        self._reading, self._found = reading, found
        self._shown = [_facts(reading, at, view) if view is not None else [] for at, view in enumerate(reading.views)]
        records = [node.record for node in found.nodes() if node.record is not None]
        show.learn(reading.room.around, reading.room.mechanism, records)

    def nodes(self, nodes: Sequence[Node]) -> list[dict[str, Any]]:
        """Those that are drawn, in order."""
        return [self._node(node) for node in nodes if self._drawn(node)]

    def _drawn(self, node: Node) -> bool:
        return node.record is not None or node.key == LOOSE or bool(self._reading.tree.levels[node.level].codes)

    def _node(self, node: Node) -> dict[str, Any]:
        reading, level = self._reading, self._reading.tree.levels[node.level]
        room, record = reading.room, node.record
        drawn: dict[str, Any] = {
            "title": _title(reading, node),
            "href": url_for(".record", record=record.id) if record is not None else "",
            "facts": [],
        }
        if record is not None:
            cells = columns.cells(room, record, self._shown[node.level])
            drawn |= {
                "state": show.state_title(room.mechanism, record),
                "done": record.done,
                "light": columns.light(room, [record]),
                "facts": [
                    {"label": one.title, "value": cells[one.path], "kind": one.kind}
                    for one in self._shown[node.level]
                    if cells[one.path] not in (None, "")
                ],
            }
        if node.level == len(reading.tree.levels) - 1:
            return drawn
        below = reading.tree.levels[node.level + 1]
        more = sum(1 for one in node.below if not self._drawn(one))
        return drawn | {
            "gathers": True,
            "open": reading.opened or reading.narrowed or node.level + 2 < len(reading.tree.levels),
            "below": self.nodes(node.below),
            "numbers": _numbers(reading, level, node.key, node.tally),
            "bar": _bar(node.tally),
            "said": _said(reading, node, below),
            "more": more,
            "more_href": reading.ledger(node.level + 1, level, node.key) if more else "",
            "begins": _begins(reading, node.level, node.key),
        }


def _facts(reading: _Reading, at: int, view: View) -> list[columns.Column]:
    """What stands beside the title of a record of a level: the columns of its list that say something else."""
    type_ = reading.room.mechanism.record_type(view.of)
    named = {type_.facets.get("title", ""), *type_.named_by}
    told = {reading.tree.levels[at].under, "record.state", columns.LIGHT} | named
    return [one for one in columns.of_view(reading.room, view) if one.path not in told]


def _title(reading: _Reading, node: Node) -> str:
    room = reading.room
    if node.record is None:
        return node_title(room, reading.tree.levels[node.level], node.key)
    hidden = hidden_fields(room.mechanism, node.record, room.actor, room.around)
    return title_of(room.mechanism, node.record, room.around.names, hidden, lang())


def _said(reading: _Reading, node: Node, below: Level) -> str:
    """How much of what should be below a node is there."""
    if not node.entered:
        return visit.sentence("desk.tree_none", level=below.title)
    above = reading.tree.levels[node.level]
    wanted = None
    if above.codes and not reading.narrowed and node.key != LOOSE:
        wanted = expected_below(reading.room, reading.tree, node.level, node.key)
    if wanted is None or expected(reading.room, reading.tree, node.level + 1) is None:
        return ""
    return visit.sentence("desk.tree_expected", level=below.title, expects=wanted, entered=node.entered)


def _numbers(reading: _Reading, above: Level | None, node: str, tally: Tally) -> dict[str, dict[str, Any]]:
    """What the tasks below a node come to, each number with the list behind it."""
    lowest = len(reading.tree.levels) - 1
    counts = {"all": tally.of, "done": tally.done, "overdue": tally.late}
    return {
        stands: {"count": count, "href": reading.ledger(lowest, above, node, stands) if count else ""}
        for stands, count in counts.items()
    }


def _bar(tally: Tally) -> list[dict[str, Any]]:
    """How far it has got, as parts of a bar 100 wide."""
    parts, at = [], 0.0
    for shine, count in (("in-time", tally.done), ("overdue", tally.late), ("none", tally.open - tally.late)):
        width = round(100 * count / tally.of, 1) if tally.of else 0.0
        parts.append({"shine": shine, "x": round(at, 1), "width": width})
        at += width
    return parts


def _levels(reading: _Reading, found: Grown) -> list[dict[str, Any]]:
    """How many there are on each level, and how many there should be."""
    told = []
    for at, level in enumerate(reading.tree.levels):
        wanted = expected(reading.room, reading.tree, at) if level.view and not reading.narrowed else None
        told.append(
            {
                "title": level.title,
                "count": found.entered[at],
                "expects": wanted,
                "lacks": max(wanted - found.entered[at], 0) if wanted is not None else 0,
                "href": reading.ledger(at, None, "") if level.view and found.entered[at] else "",
            }
        )
    return told


def _tabs(reading: _Reading, found: Grown) -> list[dict[str, Any]]:
    """To which tasks one may narrow the tree, with how many they are."""
    counts = {"": found.whole.of, "open": found.whole.open, "overdue": found.whole.late}
    return [
        {
            "title": visit.sentence(f"desk.tree_{shown or 'all'}"),
            "count": count,
            "href": reading.address(only=shown),
            "current": reading.shown == shown,
        }
        for shown, count in counts.items()
    ]


def _begins(reading: _Reading, at: int | None, node: str) -> list[dict[str, str]]:
    """What this person may begin right below a node, with where that is done; with None, on the topmost level."""
    below = 0 if at is None else at + 1
    view, under = reading.views[below], reading.tree.levels[below].under
    room = reading.room
    if view is None or (under and node == LOOSE) or room.mechanism.record_type(view.of).child:
        return []
    ways = [one for one in room.starts(view.of) if not under or under in _asked(room, one)]
    return [
        {
            "title": visit.sentence("desk.tree_add", level=reading.tree.levels[below].title),
            "href": url_for(".begin", type_=view.of, action=one.key, under=f"{under}:{node}" if under else None),
        }
        for one in ways[:1]
    ]


def _asked(room: Room, action: Action) -> set[str]:
    return {
        control.field.key
        for asks in action.asks
        for control in room.mechanism.forms[asks.form].within(asks.section, asks.without)
    }


def _rows(reading: _Reading, shown: Sequence[columns.Column]) -> Iterator[list[list[Any]]]:
    found = reading.grown(MOST + 1)
    room, lowest = reading.room, len(reading.tree.levels) - 1
    show.learn(room.around, room.mechanism, [one.record for one in found.nodes() if one.record is not None])
    rows: list[list[Any]] = []
    path: list[str] = []
    for node in found.nodes():
        if node.key == LOOSE:
            path = [""] * node.level
        path[node.level :] = [""] * (node.level - len(path)) + [_title(reading, node)]
        if node.level < lowest and node.below:
            continue
        cells = columns.cells(room, node.record, shown) if node.level == lowest and node.record is not None else {}
        above = [*path[:lowest], *[""] * (lowest - len(path))]
        rows.append([*above, *(columns.kept(one, cells[one.path]) if cells else None for one in shown)])
        if len(rows) == _CHUNK:
            yield rows
            rows = []
    yield rows
