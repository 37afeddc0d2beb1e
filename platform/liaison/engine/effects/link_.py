"""Link the records that a field names."""

from __future__ import annotations

from liaison.definitions import Effect

from ..model import Link
from ..step import Step


def apply(step: Step, effect: Effect) -> None:
    """`{"relation", "field", "column"?, "only"?}`: the records that the field, or the column of its table, names are
    linked beside those that stand; with `only` those that are not named go. A link that stands stays the one it is."""
    relation, column = effect.body["relation"], effect.body.get("column")
    value = step.record.values.get(effect.body["field"]) or []
    chosen = value if isinstance(value, list | tuple) else [value]
    if column:
        chosen = [row[column] for row in chosen if row.get(column)]
    standing = {link.record: link for link in step.record.links if link.relation == relation}
    named = dict.fromkeys(chosen if effect.body.get("only") else (*standing, *chosen))
    others = (link for link in step.record.links if link.relation != relation)
    step.change(links=(*others, *(standing.get(record) or Link(relation, record) for record in named)))
