"""What comes back to a record that was handed over to another mechanism: acceptance, result, and what was agreed on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from liaison.definitions import Action
from liaison.texts import Message

from .mechanism import to_value
from .step import Step

HANDED = "~handed"
"""The relation in which a record handed over stands to the one it came from; the link says what comes back."""
HEARD = "~heard"
"""The system's command that puts on file what became of a record handed over."""


def report(step: Step, event: str, origin: str) -> None:
    """Tell the record this one came from that it was accepted (it has left the state it began in) or is done, and take
    the actions there that the hand-over asked for at this event. The values they take with them are read here."""
    for link in step.record.links:
        if link.relation != HANDED:
            continue
        wanted = [back for back in link.values["back"] if back["event"] == event]
        if wanted or _accepted(step, origin) or (step.record.done and not step.family.record.done):
            back = [{**one, "values": _read(step, one.get("values", {}))} for one in wanted]
            news = {"told": _told(step, event), "back": back}
            step.follow(f"{HEARD}/{link.record}", HEARD, record=link.record, values=news)


def heard(step: Step) -> None:
    """Put on file what was told, and take the actions that were agreed on: what is not possible is our news alone."""
    step.why.append(Message("engine.heard", step.command.values["told"]))
    for back in step.command.values["back"]:
        step.follow(f"back/{back['key']}", back["action"], record=step.record.id, values=back["values"])


def _read(step: Step, values: Mapping[str, Any]) -> Mapping[str, Any]:
    return {key: to_value(step.value(expr)) for key, expr in values.items()}


def _accepted(step: Step, origin: str) -> bool:
    actions = step.mechanism.definition.lifecycles[step.record.type].actions.values()
    began_in = {action.to for action in actions if action.start}
    return origin in began_in and step.record.state != origin


def _told(step: Step, event: str) -> Mapping[str, Any]:
    lifecycle = step.mechanism.definition.lifecycles[step.record.type]
    action: Action | None = next((one for one in lifecycle.actions.values() if one.event_key == event), None)
    state = lifecycle.states[step.record.state]
    return {
        "mechanism": step.mechanism.definition.title,
        "number": step.record.number,
        "action": action.title if action is not None else "",
        "state": state.public_title or state.title,
    }
