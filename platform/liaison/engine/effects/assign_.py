"""Give a part to units: each gets an assignment, a child record with a lifecycle of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from liaison.definitions import Effect, read_who, recipients
from liaison.texts import Message

from ..model import PartHeld
from ..step import Step
from ..telling import send
from .withdraw_ import withdraw


def apply(step: Step, effect: Effect) -> None:
    """`{"part", "to", "only"?, "message"?}`; `to`, or each of several: `{"field", "column"?} | {"table", "output"} |
    {"unit": {"var": "each…"}} | who`. A unit that holds the part already keeps it and its assignment; with `only`,
    those not named are replaced. `message`: the template by which those hear of it who did not hold the part."""
    part = step.mechanism.record_type(step.record.type).parts[effect.body["part"]]
    wanted = dict.fromkeys(unit for to, _ in recipients(effect.body) for unit in _units(step, to))
    if effect.body.get("only"):
        withdraw(step, effect.key, part.key, "replace", keep=wanted)
    holding = set(step.record.holders(part.key))
    new = [unit for unit in wanted if unit not in holding]
    for unit in new:
        assignment = step.create(
            f"{effect.key}/{unit}",
            part.assignment,
            parent=step.record.id,
            parts=(PartHeld("holder", unit, since=step.happened),),
            reason=step.command.reason,
        )
        held = PartHeld(part.key, unit, assignment, since=step.happened)
        step.change(parts=(*step.record.parts, held))
        step.why.append(Message("engine.assigned", {"part": part.title, "unit": step.around.today.unit_title(unit)}))
    if "message" in effect.body:
        holders = step.resolve(read_who({"part": part.key}))
        send(step, effect.key, effect.body["message"], tuple(one for one in holders if (one.unit or one.person) in new))


def _units(step: Step, to: Mapping[str, Any]) -> Iterable[str]:
    if "field" in to:
        value = step.record.values.get(to["field"])
        if "column" in to:
            return [unit for row in value or () for unit in _listed(row.get(to["column"]))]
        return _listed(value)
    if "table" in to:
        suggestion = step.record.suggestions.get(to["table"])
        return _listed(suggestion.outputs.get(to["output"]) if suggestion else None)
    if isinstance(to.get("unit"), dict):
        return _listed(step.value(to["unit"]))
    return [one.unit for one in step.resolve(read_who(to)) if one.unit]


def _listed(value: Any) -> list[str]:
    if not value:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]
