"""Have a document made after the commit."""

from __future__ import annotations

from liaison.definitions import Effect

from ..model import Paper
from ..step import Step


def apply(step: Step, effect: Effect) -> None:
    """`{"document"}`."""
    step.papers.append(Paper(step.record.id, effect.body["document"], f"{step.command.key}/{effect.key}"))
