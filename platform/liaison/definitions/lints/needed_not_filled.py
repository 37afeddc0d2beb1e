"""A field that an action's effects need, and that cannot have been filled by then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from liaison.texts import Severity

from ..model import Action
from ..recipients import recipients
from .index import EffectAt, Index
from .registry import Found, found, lint


@lint("needed_not_filled", Severity.ERROR)
def needed_not_filled(index: Index) -> Iterator[Found]:
    """Filled means: asked for by this action or one before it, editable in a state before it, or set by an effect."""
    for effect in index.effects:
        fields = index.fields(effect.of)
        for name, pointer in _needed(effect):
            if name in fields and name not in _fillable(index, effect):
                title = fields[name].get("title", name)
                action = index.lifecycles[effect.of].actions[effect.action].title
                yield found(effect.file, pointer, field=title, action=action)


def _needed(effect: EffectAt) -> Iterator[tuple[str, str]]:
    """The fields an effect reads, each with its place."""
    if effect.kind == "assign":
        yield from (
            (to["field"], f"{effect.pointer}/assign{where}/field")
            for to, where in recipients(effect.body)
            if "field" in to
        )
    places: Mapping[str, tuple[str, ...]] = {
        "link": ("field",),
        "for_each": ("of", "field"),
        "extend": ("until", "field"),
    }
    node: Any = effect.body
    for name in places.get(effect.kind, ()):
        node = node.get(name) if isinstance(node, dict) else None
    if isinstance(node, str):
        yield node, f"{effect.pointer}/{effect.kind}/{'/'.join(places[effect.kind])}"


def _fillable(index: Index, effect: EffectAt) -> set[str]:
    lifecycle = index.lifecycles[effect.of]
    this = lifecycle.actions[effect.action]
    before = _before(lifecycle.actions.values(), set(this.origins))
    states = set(this.origins) | {state for action in before for state in action.origins}
    filled = {field for action in (this, *before) for field in index.asked(action)}
    for state in states & lifecycle.states.keys():
        for section in lifecycle.states[state].edit:
            form, _, key = section.partition(".")
            filled.update(index.sections.get((form, key), ()))
    for other in index.effects:
        if other.kind == "set":
            filled |= other.body["fields"].keys()
        elif (other.kind == "create" and other.body["type"] == effect.of) or other.kind == "act":
            filled |= other.body.get("values", {}).keys()
    return filled | {name for name, field in index.fields(effect.of).items() if "default" in field or "value" in field}


def _before(actions: Any, states: set[str]) -> list[Action]:
    """The actions that may have been taken by the time a record is in one of `states`."""
    found_actions: dict[str, Action] = {}
    reached = set(states)
    while True:
        more = [
            action
            for action in actions
            if action.key not in found_actions
            and (action.to in reached or (not action.to and reached & set(action.origins)))
        ]
        if not more:
            return list(found_actions.values())
        for action in more:
            found_actions[action.key] = action
            reached |= set(action.origins)
