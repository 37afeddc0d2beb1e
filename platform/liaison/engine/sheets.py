"""What becomes of the sheets of a sign-off 签批 when something happens to the record they are of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from liaison.access import Actor
from liaison.definitions import Who
from liaison.roster import Responsible
from liaison.texts import Message, say

from .mechanism import Mechanism
from .model import Record
from .permitted import may_read
from .signing import SIGNOFF, altered, fingerprint, is_open, outcome, sheets_of, standing
from .step import Step, resolve_for
from .telling import send
from .world import Surroundings

_TELLS = "signoff_voided"
"""The message that tells of a sign-off that is void; the engine ships one, a mechanism may replace it."""
_TOLD = (Who("part", "holder"), Who("field", "asked_by"))


def signed(mechanism: Mechanism, record: Record, sheet: Record, around: Surroundings) -> Mapping[str, str]:
    """What the holder of a new sheet signs of `record`: field → fingerprint. What the definition names, empty fields
    too; where it names nothing, whatever the sections hold that the holder may read."""
    asked = mechanism.asks(record.type).get(sheet.values["ask"], ())
    named = [body["signs"] for _, body in asked if "signs" in body]
    keys = _named(mechanism, named) if named else _held(mechanism, record, sheet, around)
    return {key: fingerprint(record.values.get(key)) for key in sorted(keys)}


def _named(mechanism: Mechanism, scopes: Iterable[Mapping[str, Any]]) -> set[str]:
    found: set[str] = set()
    for scope in scopes:
        found.update(scope.get("fields", ()))
        for name in scope.get("sections", ()):
            form, _, section = name.partition(".")
            found.update(control.field.key for control in mechanism.forms[form].within(section))
    return found


def _held(mechanism: Mechanism, record: Record, sheet: Record, around: Surroundings) -> set[str]:
    holders = resolve_for(mechanism, sheet, _TOLD[0], around)
    people = [one.person for one in holders if one.person]
    open_to = {
        section: not people or any(may_read(mechanism, record, Actor(one), section, around) for one in people)
        for section in set(mechanism.homes[record.type].values())
    }
    homes = mechanism.homes[record.type].items()
    return {key for key, section in homes if open_to[section] and record.values.get(key) is not None}


def attend(step: Step) -> None:
    """Void the sheets of which the command has changed what was signed, or that are asked for anew; take back those
    whose answer is wanted no more; of those that wait in turn, ask the next."""
    record, before = step.record, step.family.record
    anew = {command.values["ask"] for command in step.follow_ups if command.type == SIGNOFF}
    for ask, sheets in sheets_of(step.family.children, record).items():
        here = standing(sheets)
        changed = dict.fromkeys(key for one in here for key in altered(one, record) if key not in altered(one, before))
        if changed or ask in anew:
            for sheet in here:
                step.follow(f"void/{sheet.id}", "void", record=sheet.id)
        if changed:
            _tell(step, ask, here, list(changed))
        elif ask not in anew:
            _carry_on(step, here, wanted=not record.done and outcome(sheets, record) == "asked")
    for child in step.family.children:
        if child.type == SIGNOFF and child.round != record.round and is_open(child):
            step.follow(f"withdraw/{child.id}", "withdraw", record=child.id)


def _carry_on(step: Step, sheets: tuple[Record, ...], *, wanted: bool) -> None:
    for sheet in sheets:
        if not wanted and is_open(sheet):
            step.follow(f"withdraw/{sheet.id}", "withdraw", record=sheet.id)
        elif wanted and sheet.state == "queued" and _turn_has_come(sheet, sheets):
            step.follow(f"turn/{sheet.id}", "turn", record=sheet.id)


def _turn_has_come(sheet: Record, sheets: Iterable[Record]) -> bool:
    """In mode `any` the next is asked when the one before has answered, whatever the answer."""
    earlier = [one for one in sheets if one.values["place"] < sheet.values["place"]]
    if sheet.values.get("mode") == "any":
        return not any(is_open(one) for one in earlier)
    return all(one.state == "agreed" for one in earlier)


def _tell(step: Step, ask: str, sheets: tuple[Record, ...], changed: list[str]) -> None:
    fields = step.mechanism.fields[step.record.type]
    titles = [fields[key].title for key in changed if key in fields]
    title = str(sheets[0].values["title"])
    void = Message("engine.signoff_voided", {"ask": title, "fields": titles})
    step.why.append(void)
    found: dict[tuple[str, str], Responsible] = {}
    for sheet in sheets:
        for who in _TOLD:
            for one in resolve_for(step.mechanism, sheet, who, step.around):
                found.setdefault((one.person, "" if one.person else one.unit), one)
    data = {"ask": title, "changed": say(Message("engine.listed", {"what": titles}))}
    send(step, f"void/{ask}", _TELLS, tuple(found.values()), data)
