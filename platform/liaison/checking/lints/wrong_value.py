"""A value put into a field that cannot hold it."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.conditions import ExpressionError, Type, result_type
from liaison.texts import Finding, Message, Severity

from ..look import Look

_ALIKE = {"code": "text", "money": "number"}
_ANYTHING = ("null", "unknown")


def wrong_value(look: Look) -> Iterator[Finding]:
    """What effects set or create with, against the types of the fields it goes into."""
    for file, pointer, of, effect in look.effects():
        if "set" in effect:
            targets = _parents(look, of) if effect["set"].get("on") == "parent" else (of,)
            values, where = effect["set"]["fields"], f"{pointer}/set/fields"
        elif "create" in effect:
            targets, values, where = (
                (effect["create"]["type"],),
                effect["create"].get("values", {}),
                f"{pointer}/create/values",
            )
        else:
            continue
        for field, expr in values.items():
            for target in targets:
                wanted = look.mechanism.scopes[target].types.get(field)
                found = _worth(look, of, expr)
                if wanted is not None and found is not None and not _fits(found, wanted):
                    params = {
                        "field": look.mechanism.fields[target][field].title,
                        "wanted": Message(f"checking.kind.{wanted.kind}"),
                        "found": Message(f"checking.kind.{found.kind}"),
                    }
                    yield Finding("checking.wrong_value", Severity.ERROR, file, f"{where}/{field}", params)


def _parents(look: Look, of: str) -> tuple[str, ...]:
    types = look.definition.record_types.values()
    return tuple(one.key for one in types if any(part.assignment == of for part in one.parts.values()))


def _worth(look: Look, of: str, expr: object) -> Type | None:
    try:
        return result_type(expr, look.scope(of))
    except ExpressionError:
        # `{"each": true}` of a *for each*: what stands there has no type before it runs.
        return None


def _fits(found: Type, wanted: Type) -> bool:
    if found.kind in _ANYTHING or wanted.kind in _ANYTHING:
        return True
    if found.kind == wanted.kind == "list":
        return found.item is None or wanted.item is None or _fits(found.item, wanted.item)
    return _ALIKE.get(found.kind, found.kind) == _ALIKE.get(wanted.kind, wanted.kind)
