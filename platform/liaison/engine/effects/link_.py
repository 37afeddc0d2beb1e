"""Link the records that a field names, or the record of the turn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from liaison.definitions import Effect

from ..model import Link
from ..step import Step


def apply(step: Step, effect: Effect) -> None:
    """`{"relation", "field", "column"?, "only"?}` or `{"relation", "record": {"var": "each…"}}`: the records that the
    field, or the column of its table, names, or that takes its turn, are linked beside those that stand; with `only`
    those that are not named go. A link that stands stays the one it is."""
    relation, chosen = effect.body["relation"], tuple(_chosen(step, effect.body))
    standing = {link.record: link for link in step.record.links if link.relation == relation}
    named = dict.fromkeys(chosen if effect.body.get("only") else (*standing, *chosen))
    others = (link for link in step.record.links if link.relation != relation)
    step.change(links=(*others, *(standing.get(record) or Link(relation, record) for record in named)))


def _chosen(step: Step, body: Mapping[str, Any]) -> Iterator[str]:
    value: Any = step.value(body["record"]) if "record" in body else step.record.values.get(body["field"])
    column = body.get("column")
    for one in value if isinstance(value, list | tuple) else [value]:
        if one and (record := one.get(column) if column else one):
            yield record
