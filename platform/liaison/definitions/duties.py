"""What a duty of duties.json reads of records: its conditions, and the paths by which it dates them, tells them apart
and knows whose they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .model import Definition

DUTY_FACTS = ("duty.first", "duty.last", "duty.due", "duty.owner", "duty.period")
"""What expressions may read that are about one instance: the first and last day of its period, when it is due, the key
of who owes it, what the period is called."""
TOLD_FACTS = (*DUTY_FACTS, "duty.title", "duty.count", "duty.minimum")
"""What messages about an instance may name."""

Use = Literal["on", "whose", "distinct", "minimum"]


@dataclass(frozen=True, slots=True)
class Condition:
    """At `pointer`, below the duty, records of type `of` are chosen by `expr`, which may read `duty.*` if it is about
    one instance."""

    pointer: str
    of: str
    expr: Any
    one: bool = False


@dataclass(frozen=True, slots=True)
class Path:
    """At `pointer`, below the duty, `path` is read of records of type `of`, to be used for `use`."""

    pointer: str
    of: str
    path: str
    use: Use


def population(definition: Definition, duty: Mapping[str, Any]) -> str:
    """The record type that the `distinct` relation of a duty leads to; empty where it is no relation."""
    record_type = definition.record_types.get(duty["of"])
    root, _, relation = str(duty.get("distinct", "")).partition(".")
    if root != "linked" or record_type is None or relation not in record_type.relations:
        return ""
    return record_type.relations[relation].to


def linked_by(definition: Definition, duty: Mapping[str, Any]) -> str:
    """The record type whose records a duty links to the one it opens; empty where it links none."""
    relation = duty.get("opens", {}).get("link", {}).get("relation", "")
    record_type = definition.record_types.get(duty["of"])
    return record_type.relations[relation].to if record_type and relation in record_type.relations else ""


def conditions(definition: Definition, duty: Mapping[str, Any]) -> Iterator[Condition]:
    """The conditions on records that stand in a duty."""
    if "counts" in duty:
        yield Condition("/counts", duty["of"], duty["counts"])
    if "where" in duty.get("each", {}):
        yield Condition("/each/where", duty["each"]["of"], duty["each"]["where"])
    if "where" in duty.get("share", {}):
        yield Condition("/share/where", population(definition, duty), duty["share"]["where"])
    link = duty.get("opens", {}).get("link", {})
    if "where" in link:
        yield Condition("/opens/link/where", linked_by(definition, duty), link["where"], one=True)


def paths(definition: Definition, duty: Mapping[str, Any]) -> Iterator[Path]:
    """The paths that a duty reads of records, relations and what every record has apart."""
    if not str(duty.get("on", "record.")).startswith("record."):
        yield Path("/on", duty["of"], duty["on"], "on")
    for at, who in enumerate(duty.get("whose", ())):
        yield from _named(f"/whose/{at}", duty["of"], who)
    if "." not in duty.get("distinct", "."):
        yield Path("/distinct", duty["of"], duty["distinct"], "distinct")
    for at, who in enumerate(duty.get("share", {}).get("whose", ())):
        yield from _named(f"/share/whose/{at}", population(definition, duty), who)
    if "each" in duty:
        yield from _named("/owed_by", duty["each"]["of"], duty["owed_by"])
        if isinstance(duty.get("minimum"), dict):
            yield Path("/minimum", duty["each"]["of"], duty["minimum"]["field"], "minimum")


def _named(pointer: str, of: str, who: Mapping[str, Any]) -> Iterator[Path]:
    named = who.get("of", who)
    if "part" in named:
        yield Path(pointer, of, f"part.{named['part']}", "whose")
    elif "field" in named:
        yield Path(pointer, of, named["field"], "whose")
    elif "for" in named:
        yield Path(pointer, of, "region", "whose")
