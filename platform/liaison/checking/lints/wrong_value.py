"""A value put into a field that cannot hold it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from liaison.conditions import ExpressionError, Scope, Type, result_type
from liaison.definitions import VALUES, record_of_turn
from liaison.forms import refuses
from liaison.texts import Finding, Message, Severity

from ..look import Look

_ALIKE = {"code": "text", "money": "number"}
_ANYTHING = ("null", "unknown")


def wrong_value(look: Look) -> Iterator[Finding]:
    """What effects set or create with, and duties open records with, against the types of the fields it goes into."""
    for file, pointer, of, effect, turn in look.effects():
        kind = next((kind for kind in VALUES if kind in effect), "")
        if not kind:
            continue
        for field, expr in effect[kind].get(VALUES[kind], {}).items():
            where = f"{pointer}/{kind}/{VALUES[kind]}/{field}"
            for target in _targets(look, of, effect, turn):
                yield from _judge(look, target, field, expr, look.scope(of, turn), file, where)
    file = f"rules/{look.definition.key}/duties.json"
    for at, duty in enumerate(look.definition.data.get(file, {}).get("duties", ())):
        for field, expr in duty.get("opens", {}).get("values", {}).items():
            where = f"/duties/{at}/opens/values/{field}"
            yield from _judge(look, duty["of"], field, expr, look.scope_of_duty(""), file, where)


def _judge(look: Look, target: str, field: str, expr: Any, scope: Scope, file: str, pointer: str) -> Iterator[Finding]:
    into, wanted = look.mechanism.fields[target].get(field), look.mechanism.scopes[target].types.get(field)
    if into is None or wanted is None:
        return
    if not isinstance(expr, Mapping):
        if not look.answered(file, pointer) and (why := refuses(into, expr, look.units)):
            yield Finding("checking.refused_value", Severity.ERROR, file, pointer, {"field": into.title, "why": why})
        return
    found = _worth(expr, scope)
    if found is not None and not _fits(found, wanted, look.scope(target).codes):
        params = {"field": into.title, "wanted": _called(wanted), "found": _called(found)}
        if params["found"] == params["wanted"]:
            params["found"] = Message("checking.kind.other_code")
        yield Finding("checking.wrong_value", Severity.ERROR, file, pointer, params)


def _called(one: Type) -> Message:
    if one.item is None:
        return Message(f"checking.kind.{one.kind}")
    return Message("checking.kind.several", {"items": _called(one.item)})


def _targets(look: Look, of: str, effect: Mapping[str, Any], turn: Any) -> tuple[str, ...]:
    """The record types whose fields the values go into; none where another mechanism's, which is not at hand."""
    if "set" in effect:
        return _parents(look, of) if effect["set"].get("on") == "parent" else (of,)
    if "create" in effect:
        return (effect["create"]["type"],)
    if "act" not in effect:
        return ()
    on, record_type = effect["act"]["on"], look.definition.record_types[of]
    if on == "parent":
        return _parents(look, of)
    if "record" in on:
        return (record_of_turn(look.definition, of, turn or {}, on["record"]["var"]),)
    return (record_type.parts[on["part"]].assignment if "part" in on else record_type.relations[on["relation"]].to,)


def _parents(look: Look, of: str) -> tuple[str, ...]:
    types = look.definition.record_types.values()
    return tuple(one.key for one in types if any(part.assignment == of for part in one.parts.values()))


def _worth(expr: object, scope: Scope) -> Type | None:
    try:
        return result_type(expr, scope)
    except ExpressionError:  # `conditions` has reported it
        return None


def _fits(found: Type, wanted: Type, codes: Mapping[str, Collection[str]]) -> bool:
    if found.kind in _ANYTHING or wanted.kind in _ANYTHING:
        return True
    if found.kind == wanted.kind == "list":
        return found.item is None or wanted.item is None or _fits(found.item, wanted.item, codes)
    if wanted.kind == "code":
        return found.kind == "code" and set(codes[found.codes]) <= set(codes[wanted.codes])
    return _ALIKE.get(found.kind, found.kind) == _ALIKE.get(wanted.kind, wanted.kind)
