"""Ask for a sign-off 签批: one sheet, a child record, for each person or unit asked."""

from __future__ import annotations

from liaison.definitions import Effect, read_who
from liaison.roster import Responsible
from liaison.texts import Message

from ..model import PartHeld
from ..signing import SIGNER, SIGNOFF
from ..step import Step, id_from


def apply(step: Step, effect: Effect) -> None:
    """`{"key", "title", "of": [who], "mode": any|all, "order": together|in_turn, "term"?, "signs"?, "paper"?}`.

    In turn, only the first is asked now, the others wait (`sheets.attend`). Those asked may see the record from now
    on. What they sign is noted when the sheet begins: nothing of this command changes it any more."""
    body = effect.body
    asked = step.everyone([read_who(who) for who in body["of"]])
    names = [_name(step, one) for one in asked]
    step.why.append(Message("engine.asked", {"ask": body["title"], "who": [name for name in names if name]}))
    for place, one in enumerate(asked):
        values = {
            "ask": body["key"],
            "title": body["title"],
            "mode": body["mode"],
            "place": place,
            "asked_by": step.command.actor.id,
        }
        holder = one.person or one.unit
        parts = (PartHeld("holder", holder, since=step.happened),) if holder else ()
        action = "queue" if body["order"] == "in_turn" and place > 0 else "ask"
        sheet = step.follow(
            f"{effect.key}/{place}", action, type=SIGNOFF, values=values, parent=step.record.id, parts=parts
        )
        if holder:
            signer = PartHeld(SIGNER, holder, id_from(sheet.key), since=step.happened)
            step.change(parts=(*step.record.parts, signer))


def _name(step: Step, one: Responsible) -> str:
    if one.person:
        return step.around.names("person", one.person) or ""
    return step.around.today.unit_title(one.unit) if one.unit else ""
