"""Tell people something: a template, to whom, and the data it will be filled with."""

from __future__ import annotations

from liaison.definitions import Effect, read_who

from ..step import Step
from ..telling import tell


def apply(step: Step, effect: Effect) -> None:
    """`{"template", "to": [who], "cc"?: [who]}`: each person, unit or applicant once."""
    whos = [read_who(who) for who in (*effect.body["to"], *effect.body.get("cc", ()))]
    tell(step, effect.key, effect.body["template"], whos)
