"""The standard export: plain JSON Schema 2020-12 and a JSON Forms UI schema that any JSON Forms program reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .kind import kind_of
from .model import Conditions, Control, Form, Section

_BOUNDS = {"<": "exclusiveMaximum", "<=": "maximum", ">": "exclusiveMinimum", ">=": "minimum"}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


class _InexpressibleError(Exception):
    """JSON Schema cannot say this: facts, sums, dates before dates."""


def to_json_schema(form: Form) -> dict[str, Any]:
    """`{"schema", "uischema"}`. `show` and `enable` become rules, `require` becomes `if`/`then`.

    A condition that JSON Schema cannot express stays in the element's `options.liaison`, as it is in the file.
    """
    properties = {
        key: {
            "title": field.title,
            **({"description": field.help} if field.help else {}),
            **kind_of(field).fragment(field),
            **({"readOnly": True} if field.kind == "computed" else {}),
        }
        for key, field in form.fields.items()
        if field.kind != "note"
    }
    controls = form.controls.values()
    always = [c.field.key for c in controls if c.required and c.conditions.show is None]
    sometimes = [rule for control in controls if (rule := _required_rule(control)) is not None]
    given = form.json["schema"]
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": form.title,
        "type": "object",
        "properties": properties,
        "required": always,
        **{name: given[name] for name in ("anyOf", "oneOf", "not", "if", "then", "else") if name in given},
        "allOf": [*given.get("allOf", ()), *sometimes],
    }
    layout = {"type": "VerticalLayout", "elements": [_group(section) for section in form.sections]}
    return {"schema": {key: value for key, value in schema.items() if value != []}, "uischema": layout}


def _group(section: Section) -> dict[str, Any]:
    rows = [
        _control(row[0])
        if len(row) == 1
        else {"type": "HorizontalLayout", "elements": [_control(control) for control in row]}
        for row in section.rows
    ]
    return {"type": "Group", "label": section.label, "elements": rows}


def _control(control: Control) -> dict[str, Any]:
    if control.field.kind == "note":
        element: dict[str, Any] = {"type": "Label", "text": control.field.help or control.label}
    else:
        element = {"type": "Control", "scope": f"#/properties/{control.field.key}", "label": control.label}
    return _with_rules(element, control.conditions)


def _with_rules(element: dict[str, Any], conditions: Conditions) -> dict[str, Any]:
    """An element has one rule in JSON Forms, so one that is both shown and enabled by rule gets a layout around it."""
    left: dict[str, Any] = {}
    for effect, expression in (("ENABLE", conditions.enable_json), ("SHOW", conditions.show_json)):
        if expression is None:
            continue
        try:
            rule = {"effect": effect, "condition": {"scope": "#", "schema": _schema(expression)}}
        except _InexpressibleError:
            left[effect.lower()] = expression
            continue
        if "rule" in element:
            element = {"type": "VerticalLayout", "elements": [element]}
        element["rule"] = rule
    if conditions.require_json is not None:
        try:
            _schema(conditions.require_json)
        except _InexpressibleError:
            left["require"] = conditions.require_json
    if left:
        element["options"] = {"liaison": left}
    return element


def _required_rule(control: Control) -> dict[str, Any] | None:
    conditions = control.conditions
    wanted = [e for e in (conditions.show_json, None if control.required else conditions.require_json) if e is not None]
    if not (control.required or conditions.require_json is not None) or not wanted:
        return None
    try:
        when = [_schema(expression) for expression in wanted]
    except _InexpressibleError:
        return None
    condition = when[0] if len(when) == 1 else {"allOf": when}
    return {"if": condition, "then": {"required": [control.field.key]}}


def _schema(expression: Any) -> dict[str, Any]:
    """A schema that the whole object meets exactly when the expression holds."""
    if isinstance(expression, bool):
        return {} if expression else {"not": {}}
    if not isinstance(expression, Mapping) or len(expression) != 1:
        raise _InexpressibleError
    operator, operands = next(iter(expression.items()))
    members = operands if isinstance(operands, list) else [operands]
    match operator:
        case "and":
            return {"allOf": [_schema(member) for member in members]}
        case "or":
            return {"anyOf": [_schema(member) for member in members]}
        case "missing":
            return {"not": {"required": [_variable(members[0])]}}
        case "!":
            return {"not": _schema(members[0])}
        case "==" | "!=" | "<" | "<=" | ">" | ">=":
            return _comparison(operator, *members)
        case "in":
            return _membership(*members)
    raise _InexpressibleError


def _comparison(operator: str, left: Any, right: Any) -> dict[str, Any]:
    if not isinstance(left, Mapping):
        return _comparison(_MIRRORED.get(operator, operator), right, left)
    key = _variable(left)
    if isinstance(right, Mapping | list):
        raise _InexpressibleError
    if operator in _BOUNDS:
        if isinstance(right, bool) or not isinstance(right, int | float):
            raise _InexpressibleError
        return _has(key, {_BOUNDS[operator]: right})
    if right is None:
        raise _InexpressibleError
    same = _has(key, {"const": right})
    return same if operator == "==" else {"not": same}


def _membership(needle: Any, haystack: Any) -> dict[str, Any]:
    if isinstance(haystack, list) and all(isinstance(entry, str | int) for entry in haystack):
        return _has(_variable(needle), {"enum": haystack})
    if isinstance(needle, str) and isinstance(haystack, Mapping):
        return _has(_variable(haystack), {"contains": {"const": needle}})
    raise _InexpressibleError


def _has(key: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"required": [key], "properties": {key: schema}}


def _variable(expression: Any) -> str:
    if isinstance(expression, Mapping) and list(expression) == ["var"]:
        name = expression["var"]
        if isinstance(name, str) and name and "." not in name:
            return name
    raise _InexpressibleError
