"""The command as anybody runs it, in an empty folder."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from harness.command import Ran, ran_alone, ran_here


@pytest.fixture
def liaison(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """`liaison("due", "--from", …)`."""
    monkeypatch.chdir(tmp_path)
    return ran_here


@pytest.fixture
def alone(tmp_path: Path) -> Callable[..., Ran]:
    """The same, in a process of its own."""
    return partial(ran_alone, cwd=tmp_path)
