"""Link the records chosen in a field."""

from __future__ import annotations

from liaison.definitions import Effect

from ..model import Link
from ..step import Step


def apply(step: Step, effect: Effect) -> None:
    """`{"relation", "field"}`: the field holds one record id or a list of them; a link that stands stays one."""
    relation = effect.body["relation"]
    value = step.record.values.get(effect.body["field"]) or []
    chosen = value if isinstance(value, list | tuple) else [value]
    standing = {link.record for link in step.record.links if link.relation == relation}
    new = tuple(Link(relation, record) for record in dict.fromkeys(chosen) if record not in standing)
    step.change(links=(*step.record.links, *new))
