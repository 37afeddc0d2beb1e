"""The command `liaison`: run in this process, where it starts at once, or in one of its own as anybody runs it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from liaison.cli import command

COMMAND = Path(sys.executable).with_name("liaison")


@dataclass(frozen=True)
class Ran:
    """What a run printed and how it ended."""

    status: int
    out: str
    error: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


def ran_here(*arguments: object) -> Ran:
    """Run in this process; it ends in no traceback."""
    done = CliRunner().invoke(command, [str(each) for each in arguments], prog_name="liaison")
    assert done.exception is None or isinstance(done.exception, SystemExit), repr(done.exception)
    return Ran(done.exit_code, done.stdout, done.stderr)


def ran_alone(*arguments: object, cwd: Path | None = None) -> Ran:
    """Run in a process of its own."""
    told = [str(COMMAND), *map(str, arguments)]
    done = subprocess.run(told, cwd=cwd, capture_output=True, timeout=60, check=False)
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
