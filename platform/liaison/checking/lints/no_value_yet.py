"""A condition on a field that nobody can have filled in by then: it always comes out the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from liaison.conditions import ExpressionError, dependencies, parse
from liaison.definitions import Action, Effect, read_effect
from liaison.texts import Finding, Severity

from ..look import Look


def no_value_yet(look: Look) -> Iterator[Finding]:
    """Guards, checks, automatic conditions, conditions of effects, of terms, of form elements, and inputs of tables."""
    flows = {of: _Flow(look, of) for of in {of for _, _, of, _ in look.actions()}}
    for file, pointer, of, content in look.actions():
        flow = flows[of]
        action = flow.actions[content["key"]]
        yield from flow.judge(content.get("guard"), flow.at(action, asked=True), file, f"{pointer}/guard")
        for at, check in enumerate(content.get("checks", ())):
            filled = flow.at(action, asked=True)
            yield from flow.judge(check["must"], filled, file, f"{pointer}/checks/{at}/must")
        when = content.get("automatic", {}).get("when")
        yield from flow.judge(when, flow.at(action), file, f"{pointer}/automatic/when")
        for at, effect in enumerate(content.get("effects", ())):
            yield from flow.judge(effect.get("when"), flow.after(action), file, f"{pointer}/effects/{at}/when")
    for file, pointer, of, term in look.terms():
        if of in flows and "event" in term["anchor"] and "relation" not in term["anchor"]:
            flow = flows[of]
            starting = [a for a in flow.actions.values() if a.event_key == term["anchor"]["event"]]
            filled = set[str]().union(*(flow.after(action) for action in starting))
            yield from flow.judge(term.get("when"), filled, file, f"{pointer}/when")
    for file, content in look.definition.data.items():
        if file.startswith("form_definitions/") and content["of"] in flows:
            yield from _form(flows[content["of"]], file, content)
        elif "/tables/" in file and content["on"] in flows:
            yield from _table(flows[content["on"]], file, content)


def _form(flow: _Flow, file: str, content: Any) -> Iterator[Finding]:
    for at, section in enumerate(content["layout"]["elements"]):
        filled = flow.in_section(content["key"], section["key"])
        for pointer, element in _below(section, f"/layout/elements/{at}"):
            for member in ("show", "enable", "require"):
                yield from flow.judge(element.get(member), filled, file, f"{pointer}/{member}")


def _below(element: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    yield pointer, element
    for at, inner in enumerate(element.get("elements", ())):
        yield from _below(inner, f"{pointer}/elements/{at}")


def _table(flow: _Flow, file: str, content: Any) -> Iterator[Finding]:
    deciding = [action for action in flow.actions.values() if content["key"] in action.tables]
    if not deciding:
        return
    filled = set[str]().union(*(flow.at(action, asked=True) for action in deciding))
    for at, column in enumerate(content["inputs"]):
        member = "field" if "field" in column else "value"
        expr = {"var": column["field"]} if member == "field" else column["value"]
        yield from flow.judge(expr, filled, file, f"/inputs/{at}/{member}")


class _Flow:
    """Which fields may have been filled in by the time a record of one type is in each of its states."""

    def __init__(self, look: Look, of: str) -> None:
        self.look, self.of = look, of
        self.actions: Mapping[str, Action] = look.definition.lifecycles[of].actions
        self.fields = look.mechanism.fields[of]
        self._always = self._from_elsewhere()
        self._in: dict[str, set[str]] = {state: set() for state in look.definition.lifecycles[of].states}
        self._spread()

    def _from_elsewhere(self) -> set[str]:
        """Fields that fill themselves, or that other records may fill at any time."""
        found = {key for key, field in self.fields.items() if field.kind == "computed"}
        for _, _, _, effect, _ in self.look.effects():
            if effect.get("set", {}).get("on") == "parent":
                found |= effect["set"]["fields"].keys()
            if effect.get("create", {}).get("type") == self.of:
                found |= effect["create"].get("values", {}).keys()
            found |= effect.get("act", {}).get("values", {}).keys() & self.fields.keys()
        return found

    def _spread(self) -> None:
        states = self.look.definition.lifecycles[self.of].states
        for key, state in states.items():
            for section in state.edit:
                form, _, name = section.partition(".")
                self._in[key] |= self._shown(form, name)
        while True:
            before = sum(map(len, self._in.values()))
            for action in self.actions.values():
                for origin in action.origins:
                    self._in[action.to or origin] |= self._in[origin] | self._filled_by(action)
                if action.start and action.to:
                    self._in[action.to] |= self._filled_by(action)
            if sum(map(len, self._in.values())) == before:
                return

    def _shown(self, form: str, section: str) -> set[str]:
        return {control.field.key for control in self.look.mechanism.forms[form].within(section)}

    def _asked(self, action: Action) -> set[str]:
        return {
            field for asks in action.asks for field in self._shown(asks.form, asks.section) if field not in asks.without
        }

    def _filled_by(self, action: Action) -> set[str]:
        found = self._asked(action) | _set_by(action.effects)
        for key in action.tables:
            table = self.look.definition.tables[key]
            if not table.get("suggests"):
                found |= {output["key"] for output in table["outputs"]}
        return found

    def at(self, action: Action, *, asked: bool = False) -> set[str]:
        """Fields that may be filled when `action` is taken; with `asked`, what it asks for has been filled in."""
        found = self._always.union(*(self._in[origin] for origin in action.origins))
        return found | self._asked(action) if asked else found

    def after(self, action: Action) -> set[str]:
        """Fields that may be filled when `action` has been taken."""
        return self.at(action, asked=True) | self._filled_by(action)

    def in_section(self, form: str, section: str) -> set[str]:
        """Fields that may be filled when somebody fills in this section."""
        found = self._always | self._shown(form, section)
        for action in self.actions.values():
            if any((asks.form, asks.section) == (form, section) for asks in action.asks):
                found |= self.at(action, asked=True)
        for key, state in self.look.definition.lifecycles[self.of].states.items():
            if f"{form}.{section}" in state.edit:
                found |= self._in[key]
        return found

    def judge(self, expr: Any, filled: set[str], file: str, pointer: str) -> Iterator[Finding]:
        """A warning for each field of this type that `expr` reads and that is not among `filled`."""
        if expr is None:
            return
        try:
            read = dependencies(parse(expr))
        except ExpressionError:  # `conditions` has reported it
            return
        for path in sorted(set(read) & self.fields.keys() - filled):
            yield Finding("checking.no_value_yet", Severity.WARNING, file, pointer, {"field": self.fields[path].title})


def _set_by(effects: Iterable[Effect]) -> set[str]:
    found: set[str] = set()
    for effect in effects:
        if effect.kind == "set" and effect.body.get("on") != "parent":
            found |= effect.body["fields"].keys()
        elif effect.kind == "for_each":
            found |= _set_by([read_effect(inner) for inner in effect.body["effects"]])
    return found
