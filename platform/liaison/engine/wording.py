"""What people call everything an expression may read of a record type: its fields by title, facts in words.

The paths are those of `scope`; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from liaison.conditions import Label
from liaison.definitions import Lifecycle, Part
from liaison.forms import Field
from liaison.texts import Message

from .mechanism import Mechanism
from .referral import REFERRAL

_DAYS = frozenset({"date", "datetime"})
_OWN_DAYS = frozenset({"today", "now", "since", "created"})
_OWN = ("round", "number", "id", "type", "today", "now", "since", "created", "reporter")
_ACTORS = ("person", "link", "guest", "system")


def labels_for(mechanism: Mechanism, type_: str) -> Mapping[str, Label]:
    """Path → what people call it, for `conditions.spell`."""
    return dict(_labels(mechanism, type_))


def _labels(mechanism: Mechanism, type_: str) -> Iterator[tuple[str, Label]]:
    definition = mechanism.definition
    record_type = definition.record_types[type_]
    yield from _record(mechanism, type_)
    yield from _cells(mechanism, type_)
    for action in definition.lifecycles[type_].actions.values():
        for times in ("times", "times_ever"):
            yield f"{times}.{action.event_key}", Label(_fact(times, action=action.title), nature="count")
        for effect in action.effects:
            if effect.kind == "ask":
                title = str(effect.body.get("title", action.title))
                yield (
                    f"signoff.{effect.body['key']}",
                    Label(_fact("signoff", ask=title), _states(definition.lifecycles["signoff"])),
                )
    for term in definition.terms_of.get(type_, ()):
        for what in ("running", "met", "overdue", "was_late"):
            words, denied = _fact(what, term=term.title), _fact(f"not_{what}", term=term.title)
            yield f"term.{term.key}.{what}", Label(words, denied=denied)
        yield f"term.{term.key}.late_units", Label(_fact("late_units", term=term.title))
        yield f"term.{term.key}.due", Label(_fact("due", term=term.title), nature="day")
        yield f"term.{term.key}.extensions", Label(_fact("extensions", term=term.title), nature="count")
    for key, given in mechanism.referrals(type_).items():
        action, _ = given[0]
        yield f"handed.{key}", Label(_fact("handed", action=action.title), _states(definition.lifecycles[REFERRAL]))
    for ladder in record_type.ladders.values():
        rungs = {rung.key: rung.title for rung in ladder.rungs.values()}
        yield f"rung.{ladder.key}", Label(_fact("rung", ladder=ladder.title), rungs)
    for part in record_type.parts.values():
        yield from _part(mechanism, part)
    for relation in record_type.relations.values():
        whose = _fact("linked", relation=relation.title)
        yield f"linked.{relation.key}", Label(whose)
        yield from _columns(mechanism, f"linked.{relation.key}", relation.to)
    for other in definition.record_types.values():
        for relation in other.relations.values():
            if relation.to == type_:
                yield f"linked.~{relation.key}", Label(_fact("linked_back", type=other.title))
                yield from _columns(mechanism, f"linked.~{relation.key}", other.key)
    yield from _within(mechanism, type_)
    for name in ("id", "name", "units"):
        yield f"actor.{name}", Label(_fact(f"actor_{name}"))
    yield "actor.kind", Label(_fact("actor_kind"), {kind: _fact(f"actor_{kind}") for kind in _ACTORS})
    yield "reason", Label(_fact("reason"))
    if record_type.child:
        for other in definition.record_types.values():
            if any(part.assignment == type_ for part in other.parts.values()):
                whose = _fact("parent", type=other.title)
                yield from ((f"parent.{path}", _of(whose, label)) for path, label in _record(mechanism, other.key))


def _cells(mechanism: Mechanism, type_: str) -> Iterator[tuple[str, Label]]:
    """What the rows of tables read through the cells that pick records."""
    for table, picks in mechanism.picking[type_].items():
        for column, picked in picks.items():
            whose = _fact("cell", column=mechanism.fields[type_][table].columns[column].title)
            for path, label in _record(mechanism, picked):
                yield f"{table}.{column}.{path}", _of(whose, label)


def _within(mechanism: Mechanism, type_: str) -> Iterator[tuple[str, Label]]:
    """Whether the days in fields lie within the times of duties."""
    days = [field for field in mechanism.fields[type_].values() if field.kind == "date"]
    for duty in mechanism.definition.duties.values():
        for field in days if duty.of == type_ else ():
            words = {"field": field.title, "duty": duty.title}
            label = Label(_fact("within", **words), denied=_fact("not_within", **words))
            yield f"within.{duty.key}.{field.key}", label


def _record(mechanism: Mechanism, type_: str) -> Iterator[tuple[str, Label]]:
    for key, field in mechanism.fields[type_].items():
        yield key, _field(field)
        yield from ((f"{key}.{column}", _field(inner)) for column, inner in field.columns.items())
        yield from ((f"{key}.{column}", label) for column, label in _of_code(field))
    yield "record.state", Label(_fact("state"), _states(mechanism.definition.lifecycles[type_]))
    for name in ("done", "gathers"):
        yield f"record.{name}", Label(_fact(name), denied=_fact(f"not_{name}"))
    for name in _OWN:
        yield f"record.{name}", Label(_fact(name), nature="day" if name in _OWN_DAYS else "")


def _part(mechanism: Mechanism, part: Part) -> Iterator[tuple[str, Label]]:
    whose = _fact("part", part=part.title)
    yield f"part.{part.key}", Label(whose)
    yield f"part.{part.key}.unit", Label(whose)
    states = _states(mechanism.definition.lifecycles[part.assignment])
    yield f"part.{part.key}.state", Label(_fact("part_state", part=part.title), states)
    for matching in mechanism.definition.roster.matchings.values() if part.maximum == 1 else ():
        yield f"part.{part.key}.partner.{matching.key}", _of(whose, Label(matching.title))
    for key, field in mechanism.fields[part.assignment].items():
        yield f"part.{part.key}.{key}", _of(whose, _field(field))
        yield from ((f"part.{part.key}.{key}.{column}", _of(whose, label)) for column, label in _of_code(field))


def _columns(mechanism: Mechanism, path: str, type_: str) -> Iterator[tuple[str, Label]]:
    return ((f"{path}.{inner}", label) for inner, label in _record(mechanism, type_))


def _field(field: Field) -> Label:
    codes = {code.key: code.label for code in field.codes.codes.values()} if field.codes else {}
    codes |= {choice["key"]: choice["label"] for choice in field.spec.get("choices", ())}
    return Label(field.title, codes, "day" if field.kind in _DAYS else "")


def _of_code(field: Field) -> Iterator[tuple[str, Label]]:
    """What the code in a field says in its columns."""
    for column in field.codes.columns.values() if field.codes is not None and not field.many else ():
        words = {"field": field.title, "column": column.title or column.key}
        yield column.key, Label(_fact("code_column", **words), nature="day" if column.type == "date" else "")


def _of(whose: Message, label: Label) -> Label:
    return Label(_fact("of", whose=whose, what=label.text), label.codes, label.nature)


def _states(lifecycle: Lifecycle) -> Mapping[str, str]:
    return {state.key: state.title for state in lifecycle.states.values()}


def _fact(name: str, **params: Any) -> Message:
    return Message(f"engine.fact.{name}", params)
