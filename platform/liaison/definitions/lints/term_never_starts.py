"""A term whose clock can never begin to run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from liaison.texts import Severity

from ..model import Term
from .index import Index
from .registry import Found, found, lint


@lint("term_never_starts", Severity.ERROR)
def term_never_starts(index: Index) -> Iterator[Found]:
    """Its anchor is an event only of actions never taken, a field nothing asks for, or terms in a circle."""
    grounded = _grounded(index.definition.terms)
    for file, pointer, term in index.items("terms", "terms"):
        if not _starts(index, term, grounded):
            yield found(file, f"{pointer}/anchor", term=term["title"])


def _starts(index: Index, term: Mapping[str, Any], grounded: Collection[str]) -> bool:
    anchor, of = term["anchor"], term["of"]
    if any(effect.kind == "start_clock" and effect.body["term"] == term["key"] for effect in index.effects):
        return True
    if "term" in anchor:
        return term["key"] in grounded
    if "relation" in anchor:
        return True
    if "field" in anchor:
        return anchor["field"] not in index.fields(of) or anchor["field"] in _filled(index, of)
    sources = [of]
    record_type = index.type_of(of)
    if "part" in term and record_type is not None and term["part"] in record_type.parts:
        sources.append(record_type.parts[term["part"]].assignment)
    lifecycles = [index.lifecycles[source] for source in sources if source in index.lifecycles]
    actions = [
        (lifecycle.of, action)
        for lifecycle in lifecycles
        for action in lifecycle.actions.values()
        if action.event_key == anchor["event"]
    ]
    # An event that does not exist at all is a dangling reference.
    return not actions or any(action.start or index.reachable[of] & set(action.origins) for of, action in actions)


def _grounded(terms: Mapping[str, Term]) -> set[str]:
    """The terms that anchor on something else than a term, and those that follow from them."""
    following: dict[str, list[str]] = defaultdict(list)
    reached = []
    for key, term in terms.items():
        if term.anchor.kind == "term" and term.anchor.key in terms:
            following[term.anchor.key].append(key)
        else:
            reached.append(key)
    for key in reached:
        reached += following[key]
    return set(reached)


def _filled(index: Index, of: str) -> set[str]:
    """The fields of a record type that an action asks for, a state lets be edited, or an effect sets."""
    lifecycle = index.lifecycles.get(of)
    if lifecycle is None:  # another lint says so
        return set(index.fields(of))
    asked = {field for action in lifecycle.actions.values() for field in index.asked(action)}
    edited = {
        field
        for state in lifecycle.states.values()
        for form, _, section in (name.partition(".") for name in state.edit)
        for field in index.sections.get((form, section), ())
    }
    written = {name for effect in index.effects if effect.kind == "set" for name in effect.body["fields"]}
    created = {name for effect in index.effects if effect.kind == "create" for name in effect.body.get("values", {})}
    defaults = {name for name, field in index.fields(of).items() if "default" in field or "value" in field}
    return asked | edited | written | created | defaults
