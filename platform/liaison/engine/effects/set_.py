"""Set fields from expressions, on this record or on its parent."""

from __future__ import annotations

from liaison.definitions import Effect

from ..mechanism import to_value
from ..step import Step

FILL = "~fill"
"""The system's command that puts values into a record from a child."""


def apply(step: Step, effect: Effect) -> None:
    """`{"fields": {field: expression}, "on"?: "self" | "parent"}`."""
    values = {key: to_value(step.value(expr)) for key, expr in effect.body["fields"].items()}
    if effect.body.get("on") == "parent":
        if step.record.parent:
            step.follow(effect.key, FILL, record=step.record.parent, values=values)
    else:
        step.fill(values)
