"""Take a part back: its assignments are closed, the unit keeps its place in the history."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Literal

from liaison.definitions import Effect

from ..step import Step


def apply(step: Step, effect: Effect) -> None:
    """`{"part", "as"?: "withdrawn" | "replaced"}`: how each open assignment ends, withdrawn unless it is replaced."""
    withdraw(step, effect.key, effect.body["part"], "replace" if effect.body.get("as") == "replaced" else "withdraw")


def withdraw(
    step: Step, key: str, part: str, action: Literal["withdraw", "replace"], keep: Collection[str] = ()
) -> None:
    """Take `part` back from all units but those in `keep`, by `action` on their assignments that stand open."""
    done = {child.id for child in step.family.children if child.done}
    leaving = [held for held in step.record.parts if held.part == part and not held.ended and held.unit not in keep]
    for held in leaving:
        if held.assignment and held.assignment not in done:
            step.follow(f"{key}/{held.unit}/{action}", action, record=held.assignment)
    step.change(
        parts=tuple(replace(held, ended=step.happened) if held in leaving else held for held in step.record.parts)
    )
