"""Repeat effects for each row, unit, code or linked record 逐一; each is guarded and logged alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from liaison.definitions import Effect

from ..step import Step
from .act_ import targets


def apply(step: Step, effect: Effect) -> None:
    """`{"of": {"field"} | {"kind"} | {"relation"}, "effects": [effect]}`.

    Inside, `{"each": true}` stands for the value, unit or record of the turn."""
    from ..effects import KINDS  # the list closes over this module, so it is read when asked
    from . import apply as apply_one

    for turn, each in enumerate(_members(step, effect.body["of"])):
        for inner in effect.body["effects"]:
            kind = next(name for name in KINDS if name in inner)
            body = _with(inner[kind], each)
            apply_one(step, replace(effect, key=f"{effect.key}/{turn}/{inner['key']}", kind=kind, body=body,
                                    when=inner.get("when")))  # fmt: skip


def _members(step: Step, of: dict[str, Any]) -> list[Any]:
    if "field" in of:
        value = step.record.values.get(of["field"]) or []
        return list(value) if isinstance(value, list | tuple) else [value]
    if "kind" in of:
        return [unit.key for unit in step.around.today.units_of_kind(of["kind"])]
    return list(targets(step, of))


def _with(body: Any, each: Any) -> Any:
    if body == {"each": True}:
        return each
    if isinstance(body, dict):
        return {key: _with(value, each) for key, value in body.items()}
    return [_with(value, each) for value in body] if isinstance(body, list) else body
