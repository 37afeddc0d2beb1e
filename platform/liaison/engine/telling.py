"""What is told: a template with the data it will be filled with once the record has its number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from liaison.definitions import Who
from liaison.forms import display
from liaison.roster import Responsible
from liaison.texts import spell_date

from .model import Notice, Record, within_day
from .step import Step

PLACE = re.compile(r"\{\{\s*([a-z][a-z0-9_.]*)\s*\}\}")
"""A place in a template. A name is looked up among fields and facts; nothing is evaluated."""
LATE = ("record.number",)
"""Names that only the writer knows: they are filled when the message is made."""


def tell(step: Step, key: str, template: str, whos: Iterable[Who]) -> None:
    """Add a notice to everybody named, each once; nobody named, nothing told."""
    send(step, key, template, step.everyone(whos))


def send(
    step: Step, key: str, template: str, to: tuple[Responsible, ...], known: Mapping[str, str] = MappingProxyType({})
) -> None:
    """The same to people who are known; so is, of the names in the template, what stands in `known`."""
    if to:
        text = step.mechanism.definition.templates[template].text
        names = [name for name in PLACE.findall(text) if name not in LATE]
        data = {name: known[name] if name in known else shown(step, name) for name in names}
        step.notices.append(Notice(step.record.id, template, to, data, f"{step.command.key}/{key}"))


def shown(step: Step, name: str) -> str:
    """A field of the record as people read it, or a fact."""
    field = step.mechanism.fields[step.record.type].get(name)
    if field is not None:
        step.around.learn_named([({name: field}, step.record.values)])
        return display(field, step.record.values.get(name), names=step.around.names)
    fact: Any = step.facts[name]
    if isinstance(fact, date):
        due = _ends_within_day(step, name)
        return spell_date(fact) if due is None else f"{spell_date(fact)} {due:%H:%M}"
    return "" if fact is None else str(fact)


def _ends_within_day(step: Step, name: str) -> datetime | None:
    """The moment a term ends, where the fact is its end and it has not the whole day."""
    match name.split("."):
        case ["term", key, "due"] if (clock := step.record.clock(key)) is not None:
            return within_day(clock.due)
    return None


def fill(text: str, data: Mapping[str, str], record: Record | None = None) -> str:
    """The message's text, with the record's number now that it has one."""
    known = {**data, "record.number": record.number if record is not None else ""}
    return PLACE.sub(lambda place: known.get(place[1], ""), text)
