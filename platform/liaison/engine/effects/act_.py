"""Take an action on an assignment, a linked record, the record of the turn, or the parent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from liaison.definitions import Effect

from ..mechanism import to_value
from ..step import Step


def apply(step: Step, effect: Effect) -> None:
    """`{"on": {"part"} | {"relation"} | {"record"} | "parent", "action", "values"?: {field: expression},
    "if_possible"?}`: one follow-up for each record found, which takes the values with it."""
    values = {key: to_value(step.value(expr)) for key, expr in effect.body.get("values", {}).items()}
    for record in _targets(step, effect.body["on"]):
        step.follow(
            f"{effect.key}/{record}",
            effect.body["action"],
            record=record,
            values=values,
            reason=step.command.reason,
            if_possible="if_possible" in effect.body,
        )


def _targets(step: Step, on: str | Mapping[str, Any]) -> tuple[str, ...]:
    """The ids of the records that `on` names."""
    if isinstance(on, str):
        return (step.record.parent,) if step.record.parent else ()
    if "record" in on:
        record = step.value(on["record"])
        return (record,) if record else ()
    if "part" in on:
        held = step.record.parts
        return tuple(part.assignment for part in held if part.part == on["part"] and part.ended is None)
    return tuple(link.record for link in step.record.links if link.relation == on["relation"])
