"""docs/dependencies.md gives a reason for each dependency of pyproject.toml, and for nothing else."""

from __future__ import annotations

import re
import tomllib
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = chain(project["dependencies"], *project["optional-dependencies"].values())
    required = [re.split(r"[\[<>=!~; ]", line)[0] for line in lines]
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in re.findall(r"^\|.*\|$", page, re.MULTILINE)]
    told = {name: reason for name, _licence, reason in rows if name != "package" and not name.startswith("---")}
    assert sorted(told) == sorted(required)
    assert [name for name, reason in told.items() if not reason] == []
