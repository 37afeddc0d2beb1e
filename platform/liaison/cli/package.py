"""The argument and option that the verbs about packages share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from liaison.definitions import Package, read_package

from .words import words

SITE = "site.json"
"""The file that makes a folder a site."""
_FORMATS = click.Choice(["text", "json"])


def package_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    """`X`: the key of a mechanism that ships, a folder that holds `form_definitions/` and `rules/`, or a zip."""
    return click.argument("source", metavar="X")(command)


def format_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--format text|json`."""
    return click.option("--format", "format_", type=_FORMATS, default="text", help=words("cli.format"))(command)


def home_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--home DIR`, or LIAISON_HOME, or `var`: the site whose stored mechanisms may be named."""
    return click.option(
        "--home",
        type=click.Path(path_type=Path, file_okay=False),
        default="var",
        envvar="LIAISON_HOME",
        show_default=True,
        help=words("site.home"),
    )(command)


def package_of(source: str, home: Path) -> Package:
    """The package `source` names: a folder or zip, the key of one stored at the site, or the key of one that ships."""
    if not Path(source).exists() and (home / SITE).is_file():
        from .site import stored  # the store is only opened where there is a site

        if (package := stored(source, home)) is not None:
            return package
    return read_package(source)
