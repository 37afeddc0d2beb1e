"""Take a part back: its assignments are closed, the unit keeps its place in the history."""

from __future__ import annotations

from dataclasses import replace

from liaison.definitions import Effect

from ..step import Step


def apply(step: Step, effect: Effect) -> None:
    """`{"part", "as"?: "withdrawn" | "replaced"}`: how each open assignment ends, withdrawn unless it is replaced."""
    action = "replace" if effect.body.get("as") == "replaced" else "withdraw"
    part = effect.body["part"]
    for held in step.record.parts:
        if held.part == part and held.ended is None and held.assignment:
            step.follow(f"{effect.key}/{held.unit}", action, record=held.assignment)
    step.change(
        parts=tuple(
            replace(held, ended=step.happened) if held.part == part and held.ended is None else held
            for held in step.record.parts
        )
    )
