"""The argument and option that the verbs about packages share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from .words import words

_FORMATS = click.Choice(["text", "json"])


def package_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    """`X`: the key of a mechanism that ships, a folder that holds `form_definitions/` and `rules/`, or a zip."""
    return click.argument("source", metavar="X")(command)


def format_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--format text|json`."""
    return click.option("--format", "format_", type=_FORMATS, default="text", help=words("cli.format"))(command)
