"""Where the files that ship beside the code are: the same call in a checkout, an editable install and a wheel."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Literal

Kind = Literal["form_definitions", "rules", "migrations"]


def shipped(kind: Kind) -> Path:
    """The folder of shipped `kind`: one subfolder for each mechanism, or Alembic's script location.

    A wheel carries it inside the package (see `[tool.hatch.build.targets.wheel.sources]`); in a checkout, which an
    editable install points into, it lies at the top level.
    """
    package = Path(str(files("liaison")))
    inside = package / "_shipped" / kind
    return inside if inside.is_dir() else package.parents[1] / kind
