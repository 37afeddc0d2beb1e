"""Take a part back: its assignments are closed, the unit keeps its place in the history."""

from __future__ import annotations

from dataclasses import replace

from liaison.definitions import Effect

from ..step import Step


def apply(step: Step, effect: Effect) -> None:
    """`{"part", "as"?: action}`: the action taken on each open assignment, `withdraw` unless another is named."""
    part = effect.body["part"]
    for held in step.record.parts:
        if held.part == part and held.ended is None and held.assignment:
            step.follow(f"{effect.key}/{held.unit}", effect.body.get("as", "withdraw"), record=held.assignment)
    step.change(
        parts=tuple(
            replace(held, ended=step.happened) if held.part == part and held.ended is None else held
            for held in step.record.parts
        )
    )
