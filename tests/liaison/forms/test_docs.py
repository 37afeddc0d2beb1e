"""The examples of docs/forms.md run."""

from __future__ import annotations

import json
import re
from pathlib import Path

from liaison.forms import all_kinds

PAGE = (Path(__file__).parents[3] / "docs" / "forms.md").read_text(encoding="utf-8")


def test_the_examples_run(package_of, options):
    form = json.loads(re.search(r"```json form\n(.*?)```", PAGE, re.DOTALL)[1])
    space = {"visit": form, "package": package_of(form), "options": options}
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) == 8
    for block in blocks:
        exec(block, space)


def test_every_kind_is_listed():
    for name in all_kinds():
        assert f"(fields/{name}.md)" in PAGE
