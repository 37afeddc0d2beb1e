"""The house stands as docs/development.md draws it. The contracts are in pyproject.toml, under [tool.importlinter]."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "platform" / "liaison"
CONTRACTS = {
    contract["type"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
}
LAYERS = [[name.strip(" ()") for name in layer.split("|")] for layer in CONTRACTS["layers"]["layers"]]
LAST_PURE = "liaison.checking"


def test_the_contracts_hold() -> None:
    checked = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_room_has_its_layer() -> None:
    here = {f"liaison.{entry.stem}" for entry in PACKAGE.iterdir() if _holds_python(entry)}
    named = {name for layer in LAYERS for name in layer if name != "liaison_admin"}
    assert here - named == set(), "not in the layers of pyproject.toml"


def test_every_pure_room_is_kept_pure() -> None:
    lowest = next(place for place, layer in enumerate(LAYERS) if LAST_PURE in layer)
    pure = {name for layer in LAYERS[lowest:] for name in layer if _holds_python(PACKAGE / name.split(".")[1])}
    assert set(CONTRACTS["forbidden"]["source_modules"]) == pure, "the contract of pyproject.toml names them"


def test_what_a_room_does_not_export_is_private() -> None:
    rooms = {f"liaison.{entry.name}": _public(entry) for entry in PACKAGE.iterdir() if entry.is_dir()}
    trespasses = [
        f"{path.relative_to(ROOT)}:{line} takes {name} of {room}"
        for path in sorted([*PACKAGE.rglob("*.py"), *(ROOT / "admin").rglob("*.py")])
        for line, room, name in _taken(path)
        if room in rooms and not path.is_relative_to(PACKAGE / room.split(".")[1]) and name not in rooms[room]
    ]
    assert trespasses == [], "import from the room itself what its __all__ exports"


def test_no_package_hides_another() -> None:
    # `platform/__init__.py` would hide the standard library's module from everything that runs at the top level;
    # `tests/liaison/__init__.py` would hide the package under test.
    assert not (ROOT / "platform" / "__init__.py").exists()
    tests = {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("__init__.py")}
    assert tests == {"tests/harness/__init__.py"}


def _holds_python(entry: Path) -> bool:
    if entry.is_dir():
        return any(entry.glob("*.py"))
    return entry.suffix == ".py" and entry.stem != "__init__"


def _public(room: Path) -> set[str]:
    """What a room exports, and what a room inside it does that has an `__all__` of its own, by dotted name."""
    inner = {f"{one.parent.name}.{name}" for one in room.glob("*/__init__.py") for name in _exports(one)}
    return _exports(room / "__init__.py") | inner


def _exports(init: Path) -> set[str]:
    """The names in `__all__`."""
    if not init.exists():
        return set()
    for node in ast.parse(init.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return set()


def _taken(path: Path) -> Iterator[tuple[int, str, str]]:
    """Line, room and name of each import in the file; for a module inside a room the name is the dotted rest."""
    package = path.relative_to(next(root for root in (ROOT / "platform", ROOT / "admin") if path.is_relative_to(root)))
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            taken = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = list(package.parts[: -node.level]) if node.level else []
            taken = [".".join([*base, *filter(None, [node.module]), alias.name]) for alias in node.names]
        else:
            continue
        for name in taken:
            parts = name.split(".")
            if len(parts) > 2:
                yield node.lineno, ".".join(parts[:2]), ".".join(parts[2:])
