"""Repeat effects for each row, unit, value or record 逐一; each is guarded and logged alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from liaison.access import SYSTEM
from liaison.definitions import Effect

from ..facts import Facts, Turn
from ..step import Step


def apply(step: Step, effect: Effect) -> None:
    """`{"of": {"field"} | {"kind"} | {"relation"} | {"records": {"type", "where"?}}, "effects": [effect]}`.

    Inside, expressions read `each`: the value, unit or record of the turn; `each.name`: a cell of the row, or a field
    of the record; `each.column.name`: a field of the record that the cell picks."""
    from ..effects import KINDS  # the list closes over this module, so it is read when asked
    from . import apply as apply_one

    around = step.turn
    for place, turn in enumerate(tuple(_turns(step, effect.body["of"]))):
        step.turn = turn
        for inner in effect.body["effects"]:
            kind = next(name for name in KINDS if name in inner)
            apply_one(step, replace(effect, key=f"{effect.key}/{place}/{inner['key']}", kind=kind, body=inner[kind],
                                    when=inner.get("when")))  # fmt: skip
    step.turn = around


def _turns(step: Step, of: dict[str, Any]) -> Iterator[Turn]:
    if "field" in of:
        yield from _of_field(step, of["field"])
    elif "kind" in of:
        yield from (Turn(unit.key) for unit in step.around.today.units_of_kind(of["kind"]))
    elif "records" in of:
        wanted = of["records"]
        for record in step.around.records.found(wanted["type"], wanted.get("where"), SYSTEM):
            yield Turn(record.id, Facts(step.mechanism, record, step.happened))
    else:
        known = {record.id: record for record in step.family.linked.get(of["relation"], ())}
        for link in step.record.links:
            if link.relation == of["relation"]:
                linked = known.get(link.record)  # what this very action has linked is not loaded yet
                yield Turn(link.record, Facts(step.mechanism, linked, step.happened) if linked else {})


def _of_field(step: Step, key: str) -> Iterator[Turn]:
    if step.mechanism.scopes[step.record.type].types[key].kind == "rows":
        yield from (Turn(None, row) for row in step.facts[key])
    else:
        stored = step.record.values.get(key) or []
        yield from (Turn(value) for value in (stored if isinstance(stored, list | tuple) else [stored]))
