"""`diff`: what changed from one package to another, member by member, order apart."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from liaison.texts import Bilingual, Message

from .members import ABSENT, as_lists, as_objects, members, read, same, schema_at
from .shape import Shape, shape

Kind = Literal["added", "removed", "changed", "reordered"]


@dataclass(frozen=True)
class Place:
    """Where in a package something stands: the file by its path without the mechanism's key, then keys and names.

    `words` says the same in Chinese, as the schemas call it: 时限「一般问题评价」／长度."""

    file: str
    path: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def member(self, name: str, title: str) -> Place:
        """The place of what stands below under `name`, called `title`; what is called like its holder is not said
        twice (the terms of the file of terms)."""
        words = (title or name,) if (title or name) not in self.words[-1:] else ()
        return Place(self.file, (*self.path, name), (*self.words, *words))

    @property
    def object_path(self) -> str:
        """`rules/terms.json#/terms/general_rating/length`: by permanent keys, never by position."""
        return self.file + "".join(f"{'#' if at == 0 else ''}/{name}" for at, name in enumerate(self.path))


@dataclass(frozen=True)
class Change:
    """One difference. `before` and `after` are JSON, None where there is nothing (see `kind`)."""

    kind: Kind
    place: Place
    before: Any = None
    after: Any = None

    @property
    def message(self) -> Message:
        """The change in words."""
        params = {"before": spelt(self.before), "after": spelt(self.after)}
        return Message(f"definitions.change_{self.kind}", {**named(self.place), **params})


def named(place: Place) -> dict[str, Any]:
    """The parameters by which a sentence names a place."""
    words = "／".join(place.words)  # zh: parts the titles of the file
    return {"place": Bilingual(words or place.file, place.object_path)}


def spelt(value: Any) -> str:
    """A value for a sentence, cut where it is long: a member by its title, anything else as JSON."""
    if isinstance(value, dict) and isinstance(value.get("title"), str):
        return f"{value['title']}（{value['key']}）" if "key" in value else str(value["title"])
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 120 else f"{text[:119]}…"


def diff(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> tuple[Change, ...]:
    """The changes from the files `before` to the files `after`. The mechanism's key in paths does not matter.

    BadJsonError where a file is not JSON."""
    old, new = read(before), read(after)
    changes: list[Change] = []
    for path in sorted({*old, *new}):
        here = shape(schema_at(path))
        changes += _between(old.get(path, ABSENT), new.get(path, ABSENT), Place(path, (), (here.title,)), here)
    return tuple(changes)


def _between(old: Any, new: Any, place: Place, here: Shape) -> Iterator[Change]:
    if same(old, new):
        return
    if old is ABSENT:
        yield Change("added", place, None, new)
    elif new is ABSENT:
        yield Change("removed", place, old, None)
    elif as_lists((old, new)):
        yield from _lists(members(old), members(new), place, here.item())
    elif as_objects((old, new), here):
        for name in dict.fromkeys([*old, *new]):
            inner = here.child(name)
            yield from _between(old.get(name, ABSENT), new.get(name, ABSENT), place.member(name, inner.title), inner)
    else:
        yield Change("changed", place, old, new)


def _lists(old: dict[str, Any], new: dict[str, Any], place: Place, inner: Shape) -> Iterator[Change]:
    for key in dict.fromkeys([*old, *new]):
        one, other = old.get(key, ABSENT), new.get(key, ABSENT)
        yield from _between(one, other, place.member(key, member_title(one, other, key)), inner)
    stayed = [key for key in old if key in new]
    moved = [key for key in new if key in old]
    if stayed != moved:
        yield Change("reordered", place, stayed, moved)


def member_title(one: Any, other: Any, key: str) -> str:
    """How people call a member: 「its title」, or its key where it has none."""
    for member in (other, one):
        if isinstance(member, dict):
            for name in ("title", "label", "question", "name"):
                if isinstance(member.get(name), str):
                    return f"「{member[name]}」"
    return f"「{key}」"
