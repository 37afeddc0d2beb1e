"""The command `liaison`: one module for each verb, imported when the verb is used, so that each starts quickly.

A verb is added by a module of this package that has a click command `command`, and a line in `VERBS`.
Exit status: 0 fine, 1 the input is wrong (every finding is printed), 2 misuse. `docs/cli.md` is the reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any

import click

from .words import words

__all__ = ["VERBS", "command", "main"]

VERBS: Mapping[str, str] = MappingProxyType(
    {
        "audit": "audit",
        "check": "check",
        "demo": "demo",
        "due": "due",
        "export": "exporting",
        "fmt": "fmt",
        "import": "importing",
        "init": "init",
        "publish": "publish",
        "serve": "serve",
        "simulate": "simulate",
        "tick": "tick",
    }
)
"""Verb → module of this package."""


class _Verbs(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        command: click.Command = import_module(f"{__name__}.{VERBS[cmd_name]}").command
        return command


def _version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # slow to import, and nothing else needs it

        click.echo(f"liaison {version('liaison')}")
        ctx.exit()


@click.group(cls=_Verbs, help=words("cli.liaison"), context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help=words("cli.version")
)
def command(**_: Any) -> None:
    pass


def main() -> None:
    """Run the command line of this process."""
    command(prog_name="liaison")
