"""The types of everything an expression may read of a record type: its fields and all facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from liaison.conditions import BOOLEAN, DATE, MOMENT, NUMBER, TEXT, Scope, Type, code, list_of, result_type, rows
from liaison.definitions import DUTY_FACTS, Part, record_of_turn
from liaison.rules import ColumnType, Input

from .mechanism import Mechanism
from .referral import REFERRAL

_STATE = "~state:"
"""Before a record type: the name under which its states are known as a code list."""
_RUNG = "~rung:"
"""Before a ladder: the name under which its rungs are known as a code list."""
_OWN: Mapping[str, Type] = {
    "round": NUMBER, "number": TEXT, "id": TEXT, "type": TEXT, "done": BOOLEAN, "today": DATE, "now": MOMENT,
    "since": MOMENT, "created": MOMENT, "reporter": TEXT, "gathers": BOOLEAN,
}  # fmt: skip
_SIGNED = ("asked", "agreed", "refused", "returned", "instructed", "voided")


def scope_for(mechanism: Mechanism, type_: str) -> Scope:
    """What expressions on records of `type_` may read, with the keys of every code list and set of states."""
    codes: dict[str, tuple[str, ...]] = {key: tuple(listed.codes) for key, listed in mechanism.definition.codes.items()}
    for key, lifecycle in mechanism.definition.lifecycles.items():
        codes[_STATE + key] = tuple(lifecycle.states)
    for scope in mechanism.scopes.values():
        codes.update({key: tuple(known) for key, known in scope.codes.items()})
    codes["~signoff"] = _SIGNED
    for key, ladder in mechanism.record_type(type_).ladders.items():
        codes[_RUNG + key] = tuple(ladder.rungs)
    return Scope(dict(_types(mechanism, type_)), codes)


def _types(mechanism: Mechanism, type_: str) -> Iterator[tuple[str, Type]]:
    definition = mechanism.definition
    record_type = definition.record_types[type_]
    yield from _record(mechanism, type_)
    for key, picks in mechanism.picking[type_].items():
        yield key, rows({**mechanism.scopes[type_].types[key].fields, **_through(mechanism, picks)})
    for action in definition.lifecycles[type_].actions.values():
        yield f"times.{action.event_key}", NUMBER
        yield f"times_ever.{action.event_key}", NUMBER
        for effect in action.effects:
            if effect.kind == "ask":
                yield f"signoff.{effect.body['key']}", code("~signoff")
    for term in definition.terms_of.get(type_, ()):
        for what in ("running", "met", "overdue", "was_late"):
            yield f"term.{term.key}.{what}", BOOLEAN
        yield f"term.{term.key}.late_units", list_of(TEXT)
        yield f"term.{term.key}.due", DATE
        yield f"term.{term.key}.extensions", NUMBER
    for key in mechanism.referrals(type_):
        yield f"handed.{key}", code(_STATE + REFERRAL)
    for ladder in record_type.ladders:
        yield f"rung.{ladder}", code(_RUNG + ladder)
    for part in record_type.parts.values():
        yield from _part(mechanism, part)
    for relation in record_type.relations.values():
        yield f"linked.{relation.key}", rows(dict(_record(mechanism, relation.to)))
    for other in definition.record_types.values():
        for relation in other.relations.values():
            if relation.to == type_:
                yield f"linked.~{relation.key}", rows(dict(_record(mechanism, other.key)))
    for duty in definition.duties.values():
        if duty.of == type_:
            yield from (
                (f"within.{duty.key}.{key}", BOOLEAN)
                for key, found in mechanism.scopes[type_].types.items()
                if found == DATE and key in mechanism.fields[type_]
            )
    yield "actor.id", TEXT
    yield "actor.name", TEXT
    yield "actor.kind", TEXT
    yield "actor.units", list_of(TEXT)
    yield "reason", TEXT
    if record_type.child:
        for other in definition.record_types.values():
            if any(part.assignment == type_ for part in other.parts.values()):
                yield from ((f"parent.{path}", found) for path, found in _record(mechanism, other.key))


def _record(mechanism: Mechanism, type_: str) -> Iterator[tuple[str, Type]]:
    yield from mechanism.scopes[type_].types.items()
    yield "record.state", code(_STATE + type_)
    yield from ((f"record.{key}", found) for key, found in _OWN.items())


def _through(mechanism: Mechanism, picks: Mapping[str, str]) -> Mapping[str, Type]:
    """What the rows of a table read through the cells that pick records."""
    return {
        f"{column}.{path}": found
        for column, type_ in picks.items()
        if type_ in mechanism.scopes
        for path, found in _record(mechanism, type_)
    }


def _part(mechanism: Mechanism, part: Part) -> Iterator[tuple[str, Type]]:
    of_assignment = {
        "": TEXT,
        ".unit": TEXT,
        ".state": code(_STATE + part.assignment),
        **{f".{key}": found for key, found in mechanism.scopes[part.assignment].types.items()},
    }
    for path, found in of_assignment.items():
        yield f"part.{part.key}{path}", found if part.maximum == 1 else list_of(found)
    for matching in mechanism.definition.roster.matchings if part.maximum == 1 else ():
        yield f"part.{part.key}.partner.{matching}", list_of(TEXT)


def turn_types(mechanism: Mechanism, type_: str, of: Mapping[str, Any]) -> Mapping[str, Type]:
    """What expressions inside a *for each* over `of` (`for_each.of`), on records of `type_`, may read beside the rest:
    `each`, and `each.name` for the columns of a table or the fields of a record."""
    if "field" in of:
        over = mechanism.scopes[type_].types.get(of["field"], TEXT)
        if over.kind == "rows":
            through = _through(mechanism, mechanism.picking[type_].get(of["field"], {}))
            return {f"each.{key}": found for key, found in {**over.fields, **through}.items()}
        return {"each": over.item or over}
    record = record_of_turn(mechanism.definition, type_, of, "each")
    fields = _record(mechanism, record) if record in mechanism.scopes else ()
    return {"each": TEXT, **{f"each.{path}": found for path, found in fields}}


def duty_types() -> Mapping[str, Type]:
    """What expressions about one instance of a duty may read."""
    return {name: TEXT if name in ("duty.owner", "duty.period") else DATE for name in DUTY_FACTS}


def column_type(mechanism: Mechanism, type_: str, column: Input) -> ColumnType:
    """The type of a decision table's input: of the field it reads, or of the expression it is worth."""
    scope = scope_for(mechanism, type_)
    found = scope.types[column.field] if column.field else result_type(column.value, scope)
    item = found.item
    if found.kind == "list" and item is not None:
        return ColumnType("list", codes=_known(scope, item.codes))
    match found.kind:
        case "code":
            return ColumnType("code", codes=_known(scope, found.codes))
        case "number" | "money":
            return ColumnType("number", decimals=0 if _whole(mechanism, type_, column) else 6)
        case "boolean":
            return ColumnType("boolean")
        case "date" | "moment":
            return ColumnType("date")
    return ColumnType("text")


def _whole(mechanism: Mechanism, type_: str, column: Input) -> bool:
    """Whether the input can only be a whole number: an integer field, or a count."""
    field = mechanism.fields[type_].get(column.field)
    return field.kind == "integer" if field else isinstance(column.value, Mapping) and "count" in column.value


def _known(scope: Scope, codes: str) -> tuple[str, ...] | None:
    return tuple(scope.codes[codes]) if codes in scope.codes else None
