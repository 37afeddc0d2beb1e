"""A mechanism in another language: the texts of `i18n/<language>.json`, laid over the files at their paths.

Which texts there are is for the schemas to say: those marked as words stand on pages. What is printed, and what is told
in messages, stays in the language of the files. A path is the file, then the way to the text: members of arrays by
their key, by their position where they have none.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from .jsontext import escape
from .layout import RULES, schema_of
from .members import common_path
from .model import Slot
from .schema import locate
from .shape import Shape, shape
from .slots import Filled

Texts = Mapping[str, str]
"""Path → the text in the other language."""


@dataclass(frozen=True, slots=True)
class Words:
    """A text that people read: the member `name` of `holder`, by its path and by its JSON Pointer."""

    path: str
    pointer: str
    holder: Any
    name: str | int

    @property
    def text(self) -> str:
        """What it says now."""
        return str(self.holder[self.name])

    def within(self, pointer: str) -> bool:
        """Whether it stands at a place or below it."""
        return f"{self.pointer}/".startswith(f"{pointer}/")


def words(schema: str, file: str, data: Any) -> Iterator[Words]:
    """The texts that people read in a file that follows `schema` and that paths call `file`, in its order."""
    return _words(data, _whole(schema), f"{file}#", "")


def words_of(path: str, data: Any) -> Iterator[Words]:
    """The same of the file at `path` of a package."""
    schema = schema_of(path)
    assert schema is not None  # read_package lets no other file in
    return words(schema, called(path), data)


def called(path: str) -> str:
    """A file of a package as paths call it, without the key of the mechanism: `lifecycle/matter.json`,
    `form_definitions/report.json`."""
    return common_path(path).removeprefix(f"{RULES}/")


def translated(
    files: Mapping[str, Any], texts: Texts, slots: Mapping[str, Slot], answers: Mapping[str, Any], filled: Filled
) -> tuple[dict[str, Any], dict[str, str]]:
    """The files with the texts laid over, and what is written → what is read for it. What has no text stays as it is,
    and so does what a district calls otherwise than the default of the slot, which is what was translated."""
    asked = {place: slots[key].default for place, key in filled.items() if key in answers}
    named = {path.partition("#")[0] for path in texts}
    made, said = dict(files), dict[str, str]()
    for path in files:
        if called(path) in named:
            made[path] = copy.deepcopy(files[path])
            defaults = {pointer: default for (file, pointer), default in asked.items() if file == path}
            said |= lay(texts, (one for one in words_of(path, made[path]) if _as_translated(one, defaults)))
    return made, said


def lay(texts: Texts, found: Iterator[Words]) -> dict[str, str]:
    """Put the texts in the places found; what was written there → what is there now."""
    said: dict[str, str] = {}
    for one in found:
        if one.path in texts:
            said[one.text] = one.holder[one.name] = texts[one.path]
    return said


def _as_translated(one: Words, defaults: Mapping[str, Any]) -> bool:
    """Whether a text is what the package says, also where a district's answer (pointer → default) stands."""
    for pointer, default in defaults.items():
        if one.within(pointer):
            below = one.path.partition("#")[2].split("/")[pointer.count("/") + 1 :]
            return bool(_at(default, below) == one.text)
    return True


def _at(node: Any, tokens: list[str]) -> Any:
    for token in tokens:
        node = next((value for name, _, value in _members(node) if name == token), None)
    return node


def _members(node: Any) -> Iterator[tuple[str, str | int, Any]]:
    """What stands in an object or an array: how paths call it, its name or position, itself."""
    if isinstance(node, dict):
        yield from ((escape(name), name, value) for name, value in node.items())
    elif isinstance(node, list):
        for at, value in enumerate(node):
            yield (value.get("key", str(at)) if isinstance(value, dict) else str(at)), at, value


class _Place:
    """A place that the schemas know, and those below it, each worked out once: there are a thousand fields and one
    shape of them."""

    def __init__(self, here: Shape) -> None:
        self._here = here
        self._named = frozenset(here.order)
        self._below: dict[str | None, _Place] = {}
        self.open = bool(here.parts) and not here.value
        self.words = any(schema is _marked() for _, schema in here.parts)
        self.choices = frozenset(one for _, schema in here.parts for one in schema.get("enum", ()))

    def below(self, name: str | int) -> _Place:
        """The place of a member of the object or the array that stands here."""
        kept = "" if isinstance(name, int) else name if name in self._named else None
        if kept not in self._below:
            self._below[kept] = _Place(self._here.item() if isinstance(name, int) else self._here.child(name))
        return self._below[kept]


@cache
def _marked() -> Any:
    """What marks a place of words in the schemas."""
    return locate("common", "#/$defs/words")[1]


@cache
def _whole(schema: str) -> _Place:
    return _Place(shape(schema))


def _words(node: Any, place: _Place, path: str, pointer: str) -> Iterator[Words]:
    for name, at, value in _members(node):
        if isinstance(value, str):
            below = place.below(at)
            # Beside the unit of a number stands that of money, which is one of a few words of the format.
            if below.words and value and value not in below.choices:
                yield Words(f"{path}/{name}", f"{pointer}/{escape(str(at))}", node, at)
        elif isinstance(value, dict | list) and (below := place.below(at)).open:
            yield from _words(value, below, f"{path}/{name}", f"{pointer}/{escape(str(at))}")
