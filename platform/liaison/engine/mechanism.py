"""A definition made ready to run: forms, tables and expressions compiled once, kept by digest and slot answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from datetime import date, datetime
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any

from liaison.calendars import ZONE, OfficeHours
from liaison.conditions import Scope, compile_expression, dependencies, read_stored
from liaison.definitions import Action, Definition, Effect, Json, RecordType, Term, read_effect
from liaison.forms import Coded, Field, Form, coded_in, compile_form, field_of, scope_of
from liaison.rules import LEADING, Decider, Evaluator, read_table

_Given = Mapping[str, Mapping[str, tuple[tuple[Action, Json], ...]]]
"""Record type → key → the actions that give out sheets under it, each with the body of its effect."""


class Mechanism:
    """One definition, compiled. Immutable as far as anybody outside can see; shared by all threads."""

    def __init__(self, definition: Definition, leads: Evaluator = LEADING) -> None:
        self.definition = definition
        self._leads = leads
        self._expressions: dict[int, tuple[Json, Callable[[Mapping[str, Any]], Any]]] = {}
        self._reads: dict[int, tuple[Json, frozenset[str]]] = {}
        self._guarded_by_asked: dict[tuple[str, str], bool] = {}
        self.forms: Mapping[str, Form] = {key: compile_form(form, definition) for key, form in definition.forms.items()}
        self.fields: Mapping[str, Mapping[str, Field]] = {
            type_: {key: field_of(key, spec, type_, definition.codes) for key, spec in specs.items()}
            for type_, specs in definition.fields.items()
        }
        """Record type → its fields, whichever form defines them."""
        self.scopes: Mapping[str, Scope] = {type_: scope_of(fields) for type_, fields in self.fields.items()}
        """Record type → what expressions may read of its fields."""
        self.coded: Mapping[str, Mapping[str, Coded]] = {
            type_: coded_in(fields) for type_, fields in self.fields.items()
        }
        """Record type → `field.column` → what the code in the field says."""
        self.hours: OfficeHours | None = (
            OfficeHours.from_json(definition.office_hours) if definition.office_hours else None
        )

    @cached_property
    def homes(self) -> Mapping[str, Mapping[str, str]]:
        """Record type → field → the section (`form.section`) that owns it: of the form that defines it, not of those
        that repeat it."""
        found: dict[str, dict[str, str]] = {key: {} for key in self.definition.record_types}
        for key, form in self.forms.items():
            for control in form.controls.values():
                if "$ref" not in form.json["schema"]["properties"][control.field.key]:
                    found[form.of][control.field.key] = f"{key}.{control.section}"
        return found

    @cached_property
    def picking(self) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
        """Record type → table → the columns that pick a record → of which type."""
        return {
            type_: {key: picks for key, table in fields.items() if (picks := _picks(table))}
            for type_, fields in self.fields.items()
        }

    @cached_property
    def guarded(self) -> Mapping[str, frozenset[str]]:
        """Record type → the fields whose section some state opens to a few only. No search may find by them."""
        return {
            key: frozenset(
                field
                for field, home in self.homes[key].items()
                if any(home in state.read for state in lifecycle.states.values())
            )
            for key, lifecycle in self.definition.lifecycles.items()
        }

    @cached_property
    def tables(self) -> Mapping[str, Decider]:
        """The decision tables, compiled when one is first asked: rulesets are built after a fork."""
        from .scope import column_type  # the types of columns come from the compiled fields, so from this object

        tables = [read_table(table) for table in self.definition.tables.values()]
        return {
            table.key: Decider(table, {one.key: column_type(self, table.on, one) for one in table.inputs}, self._leads)
            for table in tables
        }

    def asks(self, type_: str) -> Mapping[str, tuple[tuple[Action, Json], ...]]:
        """Sign-off → the actions of a record type that ask for it, each with what its effect says of it."""
        return self._asks.get(type_, {})

    def referrals(self, type_: str) -> Mapping[str, tuple[tuple[Action, Json], ...]]:
        """Hand-over to an outside body → the actions of a record type that make it, each with what its effect says."""
        return self._referrals.get(type_, {})

    @cached_property
    def _asks(self) -> _Given:
        return self._given(lambda effect: str(effect.body["key"]) if effect.kind == "ask" else "")

    @cached_property
    def _referrals(self) -> _Given:
        return self._given(lambda effect: effect.body["to"].get("key", "") if effect.kind == "hand_over" else "")

    def _given(self, key_of: Callable[[Effect], str]) -> _Given:
        found: dict[str, dict[str, tuple[tuple[Action, Json], ...]]] = {}
        for type_, lifecycle in self.definition.lifecycles.items():
            given = found.setdefault(type_, {})
            for action in lifecycle.actions.values():
                for effect in _with_inner(action.effects):
                    if key := key_of(effect):
                        given[key] = (*given.get(key, ()), (action, effect.body))
        return found

    @cached_property
    def terms_of_asks(self) -> frozenset[str]:
        """The terms that run on the sheets of those sign-offs only which name them."""
        bodies = (body for asked in self._asks.values() for those in asked.values() for _, body in those)
        return frozenset(body["term"] for body in bodies if "term" in body)

    def read(self, type_: str, field: str, stored: Any) -> Any:
        """A stored value of a field as expressions read it: a date for a date, a decimal for money."""
        known = self.scopes[type_].types.get(field) if type_ in self.scopes else None
        return read_stored(known, stored) if known is not None else stored

    def value(self, expr: Json, facts: Mapping[str, Any]) -> Any:
        """What `expr` is worth; None when missing. Compiled the first time it is met."""
        # The definition keeps every expression alive, so its id names it for as long as this object lives.
        known = self._expressions.get(id(expr))
        if known is None:
            known = self._expressions[id(expr)] = (expr, compile_expression(expr))
        return known[1](facts)

    def reads(self, expr: Json) -> frozenset[str]:
        """The paths a condition reads."""
        known = self._reads.get(id(expr))
        if known is None:
            known = self._reads[id(expr)] = (expr, frozenset(dependencies(expr)))
        return known[1]

    def asks_what_guards(self, type_: str, action: Action) -> bool:
        """Whether the guard of an action reads what the action asks for (or the reason given for it)."""
        known = self._guarded_by_asked.get((type_, action.key))
        if known is None:
            asked = {"reason"} if action.reason else set()
            for asks in action.asks:
                form = self.forms[asks.form]
                asked.update(control.field.key for control in form.within(asks.section, asks.without))
                asked.update(form.computed)
            read = () if action.guard is None else self.reads(action.guard)
            known = any(path.partition(".")[0] in asked for path in read)
            self._guarded_by_asked[type_, action.key] = known
        return known

    def holds(self, expr: Json, facts: Mapping[str, Any]) -> bool:
        """Whether a condition holds; an absent one does."""
        return expr is None or self.value(expr, facts) is True

    def ruled_out(
        self, condition: Json, facts: Mapping[str, Any] = MappingProxyType({}), known: Set[str] = frozenset()
    ) -> bool:
        """Whether a condition can no longer come true: a part of it reads nothing but what is `known`, and does not
        hold. With nothing known it is what this district's answers alone rule out, whatever the record."""
        if condition is None:
            return False
        parts = condition["and"] if isinstance(condition, Mapping) and "and" in condition else [condition]
        return any(self.reads(part) <= known and not self.holds(part, facts) for part in parts)

    def action(self, type_: str, key: str) -> Action | None:
        """The action `key` of a record type, or None."""
        lifecycle = self.definition.lifecycles.get(type_)
        return lifecycle.actions.get(key) if lifecycle else None

    def record_type(self, type_: str) -> RecordType:
        """The record type. KeyError where the definition has none of that key."""
        return self.definition.record_types[type_]

    def terms(self, type_: str) -> tuple[Term, ...]:
        """The terms of records of a type, those owed on assignments apart."""
        return tuple(term for term in self.definition.terms_of.get(type_, ()) if not term.part)

    def terms_of_part(self, type_: str, part: str) -> tuple[Term, ...]:
        """The terms that run on assignments of `part` of records of type `type_`."""
        return tuple(term for term in self.definition.terms_of.get(type_, ()) if term.part == part)


def _with_inner(effects: Iterable[Effect]) -> Iterator[Effect]:
    """The effects, and those inside *for each*."""
    for effect in effects:
        yield effect
        if effect.kind == "for_each":
            yield from _with_inner(map(read_effect, effect.body["effects"]))


def _picks(table: Field) -> dict[str, str]:
    """Of a table, the columns that pick a record, and of which type."""
    return {column.key: column.spec["filter"]["type"] for column in table.columns.values() if column.kind == "record"}


@lru_cache(maxsize=256)
def _compiled(_identity: tuple[str, str, str, int], holder: _Holder, leads: Evaluator) -> Mechanism:
    return Mechanism(holder.definition, leads)


class _Holder:
    """Carries a definition past the cache's key: equal to every other, so that only the identity counts."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Holder)

    def __hash__(self) -> int:
        return 0


def compile_mechanism(definition: Definition, leads: Evaluator = LEADING) -> Mechanism:
    """The compiled mechanism of a definition: the same object for the same digest, answers and language, apart for one
    that was restored, of which a check must not take it that files nobody read are not there. `leads`: which evaluator
    its decision tables ask first."""
    answers = json.dumps(definition.answers, ensure_ascii=False, sort_keys=True, default=str)
    identity = (definition.digest, answers, definition.language, len(definition.files))
    return _compiled(identity, _Holder(definition), leads)


def to_value(fact: Any) -> Any:
    """A fact as it is stored."""
    if isinstance(fact, datetime):
        return fact.astimezone(ZONE).isoformat()
    return fact.isoformat() if isinstance(fact, date) else fact
