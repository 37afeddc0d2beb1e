"""Create a record of another type, with values from this one, linked to it where a relation is named."""

from __future__ import annotations

from liaison.definitions import Effect

from ..mechanism import to_value
from ..model import Link
from ..step import Step


def apply(step: Step, effect: Effect) -> None:
    """`{"type", "values": {field: expression}, "link"?: relation, "applicant"?}`."""
    body = effect.body
    values = {key: to_value(step.value(expr)) for key, expr in body.get("values", {}).items()}
    applicant = step.record.applicant if "applicant" in body else ""
    made = step.create(effect.key, body["type"], values=values, applicant=applicant)
    if relation := body.get("link"):
        step.change(links=(*step.record.links, Link(relation, made)))
