"""What docs/cli.md shows is what the command prints."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from liaison.cli import VERBS

PAGE = (Path(__file__).parents[3] / "docs" / "cli.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```console\n\$ liaison ([^\n]*)\n(.*?)```", PAGE, re.DOTALL)


def test_there_are_examples():
    assert len(EXAMPLES) >= 4


@pytest.mark.parametrize(("arguments", "printed"), EXAMPLES, ids=[arguments for arguments, _ in EXAMPLES])
def test_an_example_prints_what_it_says(liaison, arguments, printed):
    assert liaison(*shlex.split(arguments)).out == printed


def test_every_verb_is_described():
    assert [verb for verb in VERBS if f"`liaison {verb}" not in PAGE] == []
