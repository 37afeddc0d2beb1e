"""Format upgrades: pure functions N → N+1 over the parsed files, applied when loading; stored bytes stay as they are.

One module for each past format, `from_<N>.py` with `upgrade(files) -> files`, and one fixture for each in the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..layout import FORMAT
from . import from_0

Files = Mapping[str, Any]
"""Path → the JSON of the file."""

UPGRADES: Mapping[int, Callable[[Files], Files]] = {0: from_0.upgrade}


def upgrade(files: Files, number: int) -> Files:
    """The files, written in format `number`, in the present format. The argument is left untouched."""
    for step in range(number, FORMAT):
        files = UPGRADES[step](files)
    return files
