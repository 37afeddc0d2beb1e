"""The project's own sources, read for the tests that say what may stand in them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOUSES = (ROOT / "platform", ROOT / "admin")
OUTHOUSES = (ROOT / "scripts", ROOT / "migrations", ROOT / "benchmarks")


@dataclass(frozen=True)
class Literal:
    """A string in Python code that is no docstring; of an f-string, one fixed piece of it."""

    path: Path
    line: int
    text: str
    in_fstring: bool
    starts_fstring: bool
    endpoint: bool
    """Whether it names a page: the first argument of `url_for`."""

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line}: {self.text!r}"


def source_files(*suffixes: str) -> list[Path]:
    """Files of these suffixes under `platform/` and `admin/`, without what others made (`vendor` folders)."""
    found = (path for house in HOUSES for path in house.rglob("*") if path.suffix in suffixes)
    return sorted(path for path in found if not {"vendor", "__pycache__"} & set(path.parts))


def everything() -> dict[Path, str]:
    """Every file of text that is code or serves it, scripts, migrations and benchmarks too; not what others made."""
    found = (path for house in (*HOUSES, *OUTHOUSES) for path in sorted(house.rglob("*")) if path.is_file())
    texts: dict[Path, str] = {}
    for path in found:
        if not {"vendor", "__pycache__"} & set(path.parts):
            with suppress(UnicodeDecodeError):
                texts[path] = path.read_text("utf-8")
    return texts


@cache
def literals() -> tuple[Literal, ...]:
    """Every string literal of the Python sources."""
    return tuple(literal for path in source_files(".py") for literal in _literals(path))


def _literals(path: Path) -> Iterator[Literal]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    # A string that is a statement of its own is a docstring, of a module, a function or an attribute.
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    pieces: dict[int, bool] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            pieces |= {id(value): place == 0 for place, value in enumerate(node.values)}
    endpoints = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "url_for" and node.args
        for part in ast.walk(node.args[0])
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            inside = id(node) in pieces
            yield Literal(path, node.lineno, node.value, inside, pieces.get(id(node), False), id(node) in endpoints)
