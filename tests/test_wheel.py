"""The wheel is all one needs: installed with its dependencies outside the checkout, it finds what ships with it."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of a clean environment in which only the wheel is installed."""
    place = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", str(place), str(ROOT), cwd=place)
    [wheel] = place.glob("liaison-*.whl")
    venv.create(place / "venv", with_pip=True)
    run(str(place / "venv/bin/python"), "-m", "pip", "install", str(wheel), cwd=place)
    return place / "venv" / "bin"


def run(*command: str, cwd: Path) -> str:
    """What the command prints, run in `cwd` with nothing of this checkout in its surroundings."""
    ours = ("PYTHON", "VIRTUAL_ENV", "LIAISON")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    done = subprocess.run(command, cwd=cwd, env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout


def test_ships_exactly_the_files_of_the_checkout(installed: Path, tmp_path: Path) -> None:
    for kind in ("form_definitions", "rules", "migrations"):
        tell = f"from liaison.shipped import shipped; print(shipped({kind!r}))"
        folder = Path(run(str(installed / "python"), "-c", tell, cwd=tmp_path).strip())
        assert installed.parent in folder.parents
        assert contents(folder) == contents(ROOT / kind) != {}


def test_every_sentence_and_schema_travels(installed: Path, tmp_path: Path) -> None:
    tell = "import liaison; print(liaison.__path__[0])"
    package = Path(run(str(installed / "python"), "-c", tell, cwd=tmp_path).strip())
    here = contents(ROOT / "platform" / "liaison")
    assert {name: data for name, data in contents(package).items() if not name.startswith("_shipped/")} == here


def test_the_command_runs(installed: Path, tmp_path: Path) -> None:
    assert run(str(installed / "liaison"), "--version", cwd=tmp_path).strip()


def test_the_demonstration_can_be_built_and_opened(installed: Path, tmp_path: Path) -> None:
    assert run(str(installed / "liaison"), "demo", "--check", cwd=tmp_path).strip()
    assert list(tmp_path.iterdir()) == [], "it leaves nothing behind"


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below the folder but compiled Python: relative path → bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
