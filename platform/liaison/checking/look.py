"""A mechanism, seen the way the lints of this room look at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any

from liaison.conditions import Scope
from liaison.definitions import Definition, effects_in
from liaison.engine import Mechanism, duty_types, scope_for, turn_types
from liaison.forms import Choice


class Look:
    """The compiled mechanism with what expressions may read, worked out once for each record type."""

    def __init__(self, mechanism: Mechanism) -> None:
        self.mechanism = mechanism
        self._scopes: dict[str, Scope] = {}

    @property
    def definition(self) -> Definition:
        """What the files say."""
        return self.mechanism.definition

    def scope(self, type_: str, turn: Any = None) -> Scope:
        """What an expression on records of `type_` may read; inside a *for each* over `turn`, `each` too."""
        if type_ not in self._scopes:
            self._scopes[type_] = scope_for(self.mechanism, type_)
        scope = self._scopes[type_]
        return replace(scope, types={**scope.types, **turn_types(self.mechanism, type_, turn)}) if turn else scope

    def scope_of_duty(self, type_: str) -> Scope:
        """What an expression about one instance of a duty may read: `duty.*`, and of records of `type_` what any
        expression does; without a type nothing of a record."""
        scope = self.scope(type_) if type_ in self.definition.record_types else Scope({}, {})
        return replace(scope, types={**scope.types, **duty_types()})

    def units(self, _kind: str, wish: Mapping[str, Any], _day: date) -> Sequence[Choice]:
        """What a picker of units offers of the roster's initial units."""
        wanted, roster = wish.get("kinds"), self.definition.roster
        units = roster.units.values()
        fitting = (one for one in units if not wanted or any(one.is_of(kind, roster.groups) for kind in wanted))
        return [Choice(unit.key, unit.title) for unit in fitting]

    def answered(self, file: str, pointer: str) -> bool:
        """Whether what stands at `pointer`, or something in it, is the answer to a slot."""
        here = f"{pointer}/"
        return any(
            file == where and (here.startswith(f"{place}/") or f"{place}/".startswith(here))
            for where, place in self.definition.filled
        )

    @cached_property
    def lifecycles(self) -> Mapping[str, Any]:
        """File → content of the package's own lifecycles; what the engine ships is tested by itself."""
        return {file: data for file, data in self.definition.data.items() if "/lifecycle/" in file}

    def actions(self) -> Iterator[tuple[str, str, str, Any]]:
        """File, pointer, record type and content of every action of the package."""
        for file, content in self.lifecycles.items():
            for at, action in enumerate(content["actions"]):
                yield file, f"/actions/{at}", content["of"], action

    def effects(self) -> Iterator[tuple[str, str, str, Any, Any]]:
        """File, pointer, record type and content of every effect, those inside *for each* too; of these also over what
        it goes."""
        for file, pointer, of, action in self.actions():
            yield from ((file, where, of, effect, turn) for where, effect, turn in effects_in(action, pointer))

    def terms(self) -> Iterator[tuple[str, str, str, Any]]:
        """File, pointer, record type the clock runs on (of a part's term, the assignment) and content of every term."""
        file = f"rules/{self.definition.key}/terms.json"
        for at, term in enumerate(self.definition.data.get(file, {}).get("terms", ())):
            of = term["of"]
            if "part" in term:
                of = self.definition.record_types[of].parts[term["part"]].assignment
            yield file, f"/terms/{at}", of, term
