"""What somebody is about to do at the desk: an action on a record, the correction of a section, a new record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import abort, url_for

from liaison.definitions import Action, Asks
from liaison.engine import EDIT, Command, Record
from liaison.forms import personal as sort_of_personal
from liaison.store import InForce

from .. import asking, visit
from ..asking import Asking
from . import objects
from .frame import of_record
from .room import Room, way_in

REASON = "reason"
_BELONGS = ("record", "code")
"""Kinds of fields that say what a record belongs to."""


@dataclass(frozen=True)
class Task:
    """An action about to be taken. `record` is None where it begins one.

    `form_url`: its form; `look_url`: what will happen; `draft_url`: where it is saved as one types; `home`: where one
    goes back to. `begun`: the draft a new record is filled in as; `given`: what is filled in of it from the start."""

    asked: Asking
    installed: InForce
    record: Record | None
    form_url: str
    look_url: str
    draft_url: str
    home: str
    begun: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)

    @property
    def action(self) -> Action:
        return self.asked.action

    @property
    def type(self) -> str:
        return self.asked.family.record.type

    @property
    def title(self) -> str:
        """What the page is called: the action, or what is registered by it."""
        if self.record is not None:
            return self.action.title
        return way_in(self.asked.mechanism, self.type, self.action)

    def command(self, typed: Mapping[str, Any], key: str, expected: int | None) -> Command:
        """The command, with what was typed for what is asked now."""
        return Command(
            self.action.key,
            visit.actor(),
            key,
            record=self.record.id if self.record else "",
            type="" if self.record else self.type,
            installation="" if self.record else self.installed.id,
            values={name: typed[name] for name in self._asked & typed.keys()},
            reason=str(typed.get(REASON, "")),
            expected=expected if self.record else None,
        )

    @property
    def suggested(self) -> dict[str, Any]:
        """What tables suggest for fields that this action asks for and nobody has filled in."""
        values = self.asked.family.record.values
        return {key: value for key, value in self._suggestions.items() if values.get(key) is None}

    @property
    def overridable(self) -> dict[str, Any]:
        """Field → the value one may only change with a reason: what is on file, else what was suggested."""
        values = self.asked.family.record.values
        return {key: values.get(key, value) for key, value in self._suggestions.items()}

    @property
    def personal(self) -> list[str]:
        """The fields that this action asks for in which something of a person is kept already."""
        record = self.asked.family.record
        fields = self.asked.mechanism.fields[record.type]
        return sorted(
            key
            for key in self._asked
            if record.values.get(key) and any(map(sort_of_personal, (fields[key], *fields[key].columns.values())))
        )

    @property
    def _asked(self) -> frozenset[str]:
        return frozenset(key for asks in self.action.asks for key in self.asked.keys(asks))

    @property
    def _suggestions(self) -> dict[str, Any]:
        asked = self._asked
        return {
            key: value
            for one in self.asked.family.record.suggestions.values()
            for key, value in one.outputs.items()
            if key in asked and value is not None
        }


def of_action(key: str) -> Task:
    """An action on the opened record. 404: its lifecycle has none."""
    opened = visit.opened()
    action = opened.mechanism.action(opened.family.record.type, key)
    if action is None or action.start:
        abort(404)
    return _on_record(opened, action, "act", {"action": key})


def of_section(section: str) -> Task:
    """The correction of a section, `form.section`, of the opened record. 404: its type has none."""
    opened = visit.opened()
    form, _, key = section.partition(".")
    if form not in opened.mechanism.forms or key not in {one.key for one in opened.mechanism.forms[form].sections}:
        abort(404)
    title = visit.sentence("desk.correct", section=opened.mechanism.definition.section(form, key)["label"])
    action = Action(f"{EDIT}:{section}", title, (), asks=(Asks(form, key),), tone="primary")
    return _on_record(opened, action, "edit", {"section": section})


def of_new(room: Room, type_: str, wanted: str | None, draft: str, about: str = "", under: str = "") -> Task:
    """A new record of a type, begun in the way that is wanted or the first there is, and filled in as this draft; it is
    `about` an entry of the directory, as far as this person may see it, and belongs `under` what a field of it names
    (`field:value`). 404: the desk has no such type; 403: it is not this person's to begin."""
    if type_ not in {one.key for one in room.types}:
        abort(404)
    action = next((one for one in room.starts(type_) if wanted in (None, one.key)), None)
    if action is None:
        abort(403)
    asked = asking.for_start(room.mechanism, type_, action, room.around, room.installed.id)
    entry = objects.seen(room, [about]).get(about) if about else None
    given = objects.filled_in(room, type_, action, entry) if entry is not None else {}
    key, _, value = under.partition(":")
    known = room.mechanism.fields[type_].get(key)
    if known is not None and known.kind in _BELONGS and value and any(key in asked.keys(one) for one in action.asks):
        given = {**given, key: value}
    way = {"action": wanted, "draft": draft, "object": about or None, "under": under or None}
    pages = _pages("begin", {"type_": type_, **way})
    return Task(asked, room.installed, None, *pages, url_for(".todo"), draft, given)


def _on_record(opened: visit.Opened, action: Action, page: str, of: Mapping[str, str]) -> Task:
    record = opened.family.record
    home = url_for(".record", record=record.parent or record.id)
    pages = _pages(page, {"record": record.id, **of})
    return Task(asking.for_record(opened, action), of_record(record.installation), record, *pages, home)


def _pages(page: str, of: Mapping[str, Any]) -> tuple[str, str, str]:
    return url_for(f".{page}", **of), url_for(f".{page}_look", **of), url_for(f".{page}_draft", **of)
