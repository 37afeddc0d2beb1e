"""`merge`: a template moved on, and so did the district that adopted it; both changes in one, conflicts in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from liaison.texts import Message

from .difference import Place, member_title, named, spelt
from .layout import mechanism_of
from .members import (
    ABSENT,
    as_lists,
    as_objects,
    common_path,
    keyed,
    members,
    own_path,
    read,
    same,
    schema_at,
)
from .shape import Shape, shape
from .spelling import spell


@dataclass(frozen=True)
class Conflict:
    """A place both sides changed, each in its own way. In the merged files ours stands, until a person decides.

    `base`, `theirs`, `ours` are JSON, None where there is nothing there."""

    kind: Literal["changed", "added", "removed_by_them", "removed_by_us", "reordered"]
    place: Place
    base: Any
    theirs: Any
    ours: Any

    @property
    def message(self) -> Message:
        """The conflict in words."""
        values = {"base": spelt(self.base), "theirs": spelt(self.theirs), "ours": spelt(self.ours)}
        return Message(f"definitions.conflict_{self.kind}", {**named(self.place), **values})


@dataclass(frozen=True)
class Merged:
    """The merged files by path, under our key, and what a person must decide."""

    files: Mapping[str, bytes]
    conflicts: tuple[Conflict, ...] = ()


def merge(base: Mapping[str, bytes], theirs: Mapping[str, bytes], ours: Mapping[str, bytes]) -> Merged:
    """`theirs` and `ours`, both grown from `base`, in one. A file that only one side touched keeps its exact bytes.

    Whoever applies the result loads it first: two changes that do not touch may still not fit. BadJsonError where a
    file is not JSON.
    """
    key = next((mechanism_of(path) for path in (*ours, *theirs)), "")
    trees = [read(files) for files in (base, theirs, ours)]
    exact = [{common_path(path): data for path, data in files.items()} for files in (base, theirs, ours)]
    conflicts: list[Conflict] = []
    merged: dict[str, bytes] = {}
    for path in sorted(set().union(*exact)):
        old, they, we = (files.get(path) for files in exact)
        if they == we or old == they:
            chosen = we
        elif old == we:
            chosen = they
        else:
            name = schema_at(path)
            here = shape(name)
            place = Place(path, (), (here.title,))
            node = _Merge(conflicts).node([tree.get(path, ABSENT) for tree in trees], place, here)
            chosen = None if node is ABSENT else spell(name, node)
        if chosen is not None:
            merged[own_path(path, key)] = chosen
    return Merged(dict(sorted(merged.items())), tuple(conflicts))


class _Merge:
    def __init__(self, conflicts: list[Conflict]) -> None:
        self._conflicts = conflicts

    def node(self, three: Sequence[Any], place: Place, here: Shape) -> Any:
        """What stands at `place`, given what stands there in base, theirs and ours."""
        base, theirs, ours = three
        if same(theirs, ours) or same(base, theirs):
            return ours
        if same(base, ours):
            return theirs
        if theirs is not ABSENT and ours is not ABSENT:
            if as_lists(three):
                return self._lists(three, place, here.item())
            if as_objects(three, here):
                return self._objects(three, place, here)
            if base is not ABSENT and all(map(_set, three)):
                return _joined(base, theirs, ours)
        return self._conflict(three, place)

    def _conflict(self, three: Sequence[Any], place: Place) -> Any:
        base, theirs, ours = three
        if theirs is ABSENT:
            kind: Any = "removed_by_them"
        elif ours is ABSENT:
            kind = "removed_by_us"
        else:
            kind = "added" if base is ABSENT else "changed"
        self._conflicts.append(Conflict(kind, place, *(None if node is ABSENT else node for node in three)))
        return ours

    def _objects(self, three: Sequence[Any], place: Place, here: Shape) -> dict[str, Any]:
        made = {}
        for name in dict.fromkeys([*three[2], *three[1]]):
            inner = here.child(name)
            value = self.node([_get(node, name) for node in three], place.member(name, inner.title), inner)
            if value is not ABSENT:
                made[name] = value
        return made

    def _lists(self, three: Sequence[Any], place: Place, inner: Shape) -> list[Any]:
        base, theirs, ours = ({} if node is ABSENT else members(node) for node in three)
        made: dict[str, Any] = {}
        for key in dict.fromkeys([*ours, *theirs]):
            there = [side.get(key, ABSENT) for side in (base, theirs, ours)]
            value = self.node(there, place.member(key, member_title(there[1], there[2], key)), inner)
            if value is not ABSENT:
                made[key] = value
        return [made[key] for key in self._order([list(side) for side in (base, theirs, ours)], place) if key in made]

    def _order(self, three: Sequence[list[str]], place: Place) -> list[str]:
        """The order of the side that moved members; where both did, ours, and a conflict says so."""
        base, theirs, ours = three
        shared = {key for key in ours if key in theirs and key in base}
        orders = [[key for key in side if key in shared] for side in three]
        if orders[0] == orders[1] or orders[1] == orders[2]:
            return _woven(ours, theirs)
        if orders[0] == orders[2]:
            return _woven(theirs, ours)
        self._conflicts.append(Conflict("reordered", place, *orders))
        return _woven(ours, theirs)


def _woven(leading: list[str], other: list[str]) -> list[str]:
    """`leading`, with what only `other` has put in behind the member it follows there."""
    order = list(leading)
    for at, key in enumerate(other):
        if key not in order:
            before = other[at - 1] if at else None
            order.insert(order.index(before) + 1 if before is not None else 0, key)
    return order


def _get(node: Any, name: str) -> Any:
    return ABSENT if node is ABSENT else node.get(name, ABSENT)


def _set(node: Any) -> bool:
    """Whether an array is a set of plain words: keys of states, of forms."""
    return (
        isinstance(node, list)
        and not keyed(node)
        and all(isinstance(item, str) for item in node)
        and len(set(node)) == len(node)
    )


def _joined(base: list[str], theirs: list[str], ours: list[str]) -> list[str]:
    """A word stays unless one side took it out; what either side put in is in."""
    gone = (set(base) - set(theirs)) | (set(base) - set(ours))
    return [word for word in _woven(ours, theirs) if word not in gone]
