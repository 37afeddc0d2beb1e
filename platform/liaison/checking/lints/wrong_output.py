"""An output of a decision table in a place that wants another: a category is no length of time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from liaison.texts import Finding, Message, Severity

from ..look import Look


def wrong_output(look: Look) -> Iterator[Finding]:
    """A term wants one length, an assignment one unit or a list of them."""
    for file, pointer, _, term in look.terms():
        yield from _judge(look, term["length"], "length", file, f"{pointer}/length")
    for file, pointer, _, effect, _ in look.effects():
        if "assign" in effect:
            yield from _judge(look, effect["assign"]["to"], "unit", file, f"{pointer}/assign/to")


def _judge(look: Look, holder: Mapping[str, Any], wanted: str, file: str, pointer: str) -> Iterator[Finding]:
    if "table" not in holder:
        return
    table = look.definition.tables[holder["table"]]
    output = next(one for one in table["outputs"] if one["key"] == holder["output"])
    gathers = table.get("collect", "list") if table.get("hit") == "collect" else None
    if output.get("type") != wanted or gathers not in (None, "list" if wanted == "unit" else None):
        params = {
            "table": table["title"],
            "output": output.get("title", output["key"]),
            "wanted": Message(f"checking.output.{wanted}"),
        }
        yield Finding("checking.wrong_output", Severity.ERROR, file, f"{pointer}/output", params)
