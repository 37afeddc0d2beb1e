"""Golden cases 验收用例: play them, and say as findings what did not come true."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from liaison.definitions import Definition, Json, Package, load
from liaison.engine import Timeline, simulate
from liaison.texts import Finding, Message, Severity


def play(definition: Definition, only: Collection[str] | None = None) -> tuple[Timeline, ...]:
    """The timelines of the golden cases, in the order of their keys; with `only`, of those."""
    keys = sorted(definition.cases if only is None else only)
    return tuple(play_one(definition, definition.cases[key]) for key in keys)


def play_one(definition: Definition, case: Json, *, whole: bool = True) -> Timeline:
    """A case may answer the slots in its own way: then it is played on the files with those answers. Not `whole`: as
    far as the first step that fails."""
    if answers := case.get("answers"):
        loaded = load(Package(definition.files), {**definition.answers, **answers})
        if loaded.definition is None:
            wrong = (finding.message for finding in loaded.findings if finding.severity is Severity.ERROR)
            return Timeline(case["key"], case["title"], (), tuple(wrong))
        definition = loaded.definition
    return simulate(definition, case, whole=whole)


def case_file(definition: Definition, key: str) -> str:
    """The path of a golden case in its package."""
    return f"rules/{definition.key}/cases/{key}.json"


def case_findings(definition: Definition, timelines: Collection[Timeline]) -> Iterator[Finding]:
    """An error for everything that a case says must be true and is not."""
    for timeline in timelines:
        file = case_file(definition, timeline.case)
        for failure in timeline.failures:
            yield _failed(file, "", timeline, "", failure)
        for at, step in enumerate(timeline.steps):
            for failure in step.failures:
                yield _failed(file, f"/story/{at}", timeline, step.key, failure)


def _failed(file: str, pointer: str, timeline: Timeline, step: str, why: Message) -> Finding:
    return Finding(
        "checking.case_failed", Severity.ERROR, file, pointer, {"case": timeline.title, "step": step, "why": why}
    )
