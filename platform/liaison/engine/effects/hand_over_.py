"""Hand the record over 移交: to another mechanism, to an outside body, or direct the applicant elsewhere.

Whether ours ends or waits is said by the state the action leads to, and so is what its clocks do: with the end of a
record they end, in a state that suspends them they stand still.
"""

from __future__ import annotations

from typing import Any

from liaison.definitions import Effect, Who
from liaison.texts import Message

from ..handing import HANDED
from ..mechanism import to_value
from ..model import Link, PartHeld
from ..referral import REFERRAL
from ..step import Step
from ..telling import send, shown

DIRECTED = "engine.directed_elsewhere"
"""Why of an event: the applicant was directed to another place, `to`."""
_TELLS = "directed_elsewhere"
"""The message that tells an applicant where to go; the engine ships one, a mechanism may replace it."""


def apply(step: Step, effect: Effect) -> None:
    """`{"to": {"mechanism", "type"} | {"body", "key"} | {"elsewhere"}, "map": {their field: expression}, "back":
    [{"key", "event": theirs, "action": ours, "values": {our field: expression on their record}}]}`.

    To a mechanism: a follow-up creates the record there, with our values mapped; the installation is found by `run` in
    the same organisation. Both stay linked, and what becomes of theirs comes back (`handing.report`). To a body: a
    sheet is kept of it, held by who hands over. Elsewhere: the applicant is told where."""
    to = effect.body["to"]
    if "mechanism" in to:
        _to_mechanism(step, effect)
    elif "body" in to:
        body, by = _name(step, to["body"]), step.command.actor.id
        step.create(
            effect.key,
            REFERRAL,
            values={"handing": to["key"], "receiver": body},
            parent=step.record.id,
            parts=(PartHeld("holder", by, since=step.happened),) if by else (),
        )
        step.why.append(Message("engine.handed_over", {"to": body}))
    else:
        place = _name(step, to["elsewhere"])
        send(step, effect.key, _TELLS, step.everyone([Who("applicant")]), {"elsewhere": place})
        step.why.append(Message(DIRECTED, {"to": place}))


def _to_mechanism(step: Step, effect: Effect) -> None:
    to = effect.body["to"]
    values = {key: to_value(step.value(expr)) for key, expr in effect.body.get("map", {}).items()}
    step.follow(
        effect.key,
        "",
        type=to["type"],
        values=values,
        installation=f"~{to['mechanism']}",
        applicant=step.record.applicant,
        links=(Link(HANDED, step.record.id, {"back": [dict(back) for back in effect.body.get("back", ())]}),),
    )
    step.why.append(Message("engine.handed_over", {"to": to["mechanism"]}))


def _name(step: Step, named: Any) -> str:
    """The name that is written down, or what the field says."""
    return named if isinstance(named, str) else shown(step, named["field"])
