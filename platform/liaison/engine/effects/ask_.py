"""Ask for a sign-off 签批: one child record for each person or unit asked."""

from __future__ import annotations

from liaison.definitions import Effect, read_who

from ..model import PartHeld
from ..step import Step


def apply(step: Step, effect: Effect) -> None:
    """`{"key", "title", "of": [who], "mode": any|all, "order": together|in_turn}`.

    In turn, only the first is asked now; the next is asked when the one before has agreed (`advance.look`)."""
    body = effect.body
    asked = step.everyone([read_who(who) for who in body["of"]])
    for place, one in enumerate(asked):
        values = {
            "ask": body["key"],
            "title": body["title"],
            "mode": body.get("mode", "all"),
            "place": place,
            "person": one.person,
            "waits": "yes" if body.get("order") == "in_turn" and place > 0 else "no",
        }
        # Where a person is asked it is that person's to answer, not the unit's.
        parts = (PartHeld("holder", one.unit, since=step.happened),) if one.unit and not one.person else ()
        step.create(f"{effect.key}/{place}", "signoff", values=values, parent=step.record.id, parts=parts)
