"""Take an action on an assignment, a linked record or the parent."""

from __future__ import annotations

from liaison.definitions import Effect

from ..step import Step


def apply(step: Step, effect: Effect) -> None:
    """`{"on": {"part"} | {"relation"} | "parent", "action"}`: one follow-up for each record found."""
    for record in targets(step, effect.body["on"]):
        step.follow(f"{effect.key}/{record}", effect.body["action"], record=record, reason=step.command.reason)


def targets(step: Step, on: object) -> tuple[str, ...]:
    """The ids of the records that `on` names."""
    if on == "parent":
        return (step.record.parent,) if step.record.parent else ()
    assert isinstance(on, dict), "the schema lets nothing else through"
    if "part" in on:
        held = step.record.parts
        return tuple(part.assignment for part in held if part.part == on["part"] and part.ended is None)
    return tuple(link.record for link in step.record.links if link.relation == on["relation"])
