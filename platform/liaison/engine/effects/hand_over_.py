"""Hand the record over 移交: to another mechanism, to an outside body, or direct the applicant elsewhere.

Whether ours ends or waits is said by the state the action leads to, and so is what its clocks do: with the end of a
record they end, in a state that suspends them they stand still.
"""

from __future__ import annotations

from liaison.definitions import Effect
from liaison.texts import Message

from ..handing import HANDED
from ..mechanism import to_value
from ..model import Link
from ..step import Step


def apply(step: Step, effect: Effect) -> None:
    """`{"to": {"mechanism", "type"} | {"body"} | {"elsewhere"}, "map": {their field: expression}, "back": [{"key",
    "event": theirs, "action": ours, "values": {our field: expression on their record}}]}`.

    To a mechanism: a follow-up creates the record there, with our values mapped; the installation is found by `run` in
    the same organisation. Both stay linked, and what becomes of theirs comes back (`handing.report`). To a body or
    elsewhere: the reason why is put on file, with the name of the receiver."""
    to = effect.body["to"]
    if "mechanism" not in to:
        step.why.append(Message("engine.handed_over", {"to": to.get("body") or to.get("elsewhere")}))
        return
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
