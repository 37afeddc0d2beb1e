"""Try a new table in a process of its own, with a time limit, before anyone may publish it.

The rule engine is written in C and can hang or crash where this room's guards have a hole. Then it does so here.
"""

from __future__ import annotations

import json
import os
import pickle
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from liaison.texts import Finding, Severity

from .analyse import boundary_values
from .decide import Decider, Evaluator
from .model import ColumnType, Table
from .ruleengine import AVAILABLE, limits

SECONDS = 20.0
"""How long a table may take, start of the process included (about half a second)."""
RECORDS = 2_000
"""Records a table is tried on beside those at its boundaries."""


def preflight(table: Table, types: Mapping[str, ColumnType], file: str = "", seconds: float = SECONDS) -> list[Finding]:
    """Findings of trying `table` (sound by `check_table`) on boundary and generated records in a subprocess.

    rules.preflight_timeout, rules.preflight_crash, rules.preflight_disagreed (errors); rules.beyond_engine
    (warning) for a table that only the matcher can decide; nothing where it passed, or where durable_rules is not
    installed and there is nothing to try.
    """
    if not AVAILABLE:
        return []
    if beyond := limits(table, types, file):
        return beyond
    return _outcome(table, _run(trial_command(), pickle.dumps(_portable(table, types)), seconds), seconds, file)


def trial_command() -> list[str]:
    """The command that tries the table it reads from standard input."""
    return [sys.executable, "-m", "liaison.rules.trial"]


def records(table: Table, types: Mapping[str, ColumnType], number: int) -> Iterator[dict[str, Any]]:
    """Records to try a table on: each boundary value of each input beside others drawn by lot, then `number` more.

    The same ones each time.
    """
    lot = random.Random(table.key)  # noqa: S311 - no secret
    keys = [each.key for each in table.inputs]
    values = boundary_values(table, types)
    for key, own in zip(keys, values, strict=True):
        for value in own:
            yield {k: lot.choice(v) for k, v in zip(keys, values, strict=True)} | {key: value}
    for _ in range(number):
        yield {k: lot.choice(v) for k, v in zip(keys, values, strict=True)}


def try_out(table: Table, types: Mapping[str, ColumnType], leads: Evaluator = "durable_rules") -> dict[str, Any]:
    """Decide every record of the trial: {"asked": n} and, at the first disagreement, {"inputs": …} as text."""
    decider = Decider(table, types, leads)
    asked = 0
    for record in records(table, types, RECORDS):
        asked += 1
        if not decider.decide(record).agreed:
            return {"asked": asked, "inputs": {key: str(value) for key, value in record.items()}}
    decider.close()
    return {"asked": asked}


def _run(command: list[str], given: bytes, seconds: float) -> subprocess.CompletedProcess[bytes] | None:
    root = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
    try:
        return subprocess.run(  # noqa: S603 - our own interpreter and module
            command,
            input=given,
            capture_output=True,
            timeout=seconds,
            check=False,
            env={**os.environ, "PYTHONPATH": path},
        )
    except subprocess.TimeoutExpired:
        return None


def _outcome(table: Table, done: subprocess.CompletedProcess[bytes] | None, seconds: float, file: str) -> list[Finding]:
    if done is None:
        params: dict[str, Any] = {"table": table.title, "seconds": f"{seconds:g}"}
        return [Finding("rules.preflight_timeout", Severity.ERROR, file, "", params)]
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        params = {"table": table.title, "status": done.returncode, "said": said}
        return [Finding("rules.preflight_crash", Severity.ERROR, file, "", params)]
    found = json.loads(done.stdout)
    if "inputs" in found:
        params = {"table": table.title, "sample": [f"{k} = {v}" for k, v in found["inputs"].items()]}
        return [Finding("rules.preflight_disagreed", Severity.ERROR, file, "", params)]
    return []


def _portable(table: Table, types: Mapping[str, ColumnType]) -> tuple[Any, ...]:
    # Frozen mappings do not pickle, and what the rows answer does not matter to which rows are met.
    rows = [(row.key, row.at, dict(row.cells)) for row in table.rows]
    return table.key, table.title, [each.key for each in table.inputs], rows, dict(types)
