"""A mechanism, seen the way the lints of this room look at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from liaison.conditions import Scope
from liaison.definitions import Definition
from liaison.engine import Mechanism, scope_for


class Look:
    """The compiled mechanism with what expressions may read, worked out once for each record type."""

    def __init__(self, mechanism: Mechanism) -> None:
        self.mechanism = mechanism
        self._scopes: dict[str, Scope] = {}

    @property
    def definition(self) -> Definition:
        """What the files say."""
        return self.mechanism.definition

    def scope(self, type_: str) -> Scope:
        """What an expression on records of `type_` may read."""
        if type_ not in self._scopes:
            self._scopes[type_] = scope_for(self.mechanism, type_)
        return self._scopes[type_]

    @cached_property
    def lifecycles(self) -> Mapping[str, Any]:
        """File → content of the package's own lifecycles; what the engine ships is tested by itself."""
        return {file: data for file, data in self.definition.data.items() if "/lifecycle/" in file}

    def actions(self) -> Iterator[tuple[str, str, str, Any]]:
        """File, pointer, record type and content of every action of the package."""
        for file, content in self.lifecycles.items():
            for at, action in enumerate(content["actions"]):
                yield file, f"/actions/{at}", content["of"], action

    def effects(self) -> Iterator[tuple[str, str, str, Any]]:
        """File, pointer, record type and content of every effect, those inside *for each* too."""
        for file, pointer, of, action in self.actions():
            yield from ((file, where, of, effect) for where, effect in _effects(action, pointer))

    def terms(self) -> Iterator[tuple[str, str, str, Any]]:
        """File, pointer, record type the clock runs on (of a part's term, the assignment) and content of every term."""
        file = f"rules/{self.definition.key}/terms.json"
        for at, term in enumerate(self.definition.data.get(file, {}).get("terms", ())):
            of = term["of"]
            if "part" in term:
                of = self.definition.record_types[of].parts[term["part"]].assignment
            yield file, f"/terms/{at}", of, term


def _effects(holder: Mapping[str, Any], pointer: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for at, effect in enumerate(holder.get("effects", ())):
        where = f"{pointer}/effects/{at}"
        yield where, effect
        if "for_each" in effect:
            yield from _effects(effect["for_each"], f"{where}/for_each")
