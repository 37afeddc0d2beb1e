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


def package_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    """`X`: the key of a mechanism that ships, a folder that holds `form_definitions/` and `rules/`, or a zip."""
    return click.argument("source", metavar="X")(command)


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
    kept = None if is_path(source) else stored_package(source, home)
    return read_package(source) if kept is None else kept


def is_path(source: str) -> bool:
    """Whether there is a file or folder of this name."""
    try:
        return Path(source).exists()
    except OSError:  # too long for any file system
        return False


def stored_package(key: str, home: Path) -> Package | None:
    """The mechanism `key` stored at the site, where there is a site and it has one."""
    if not (home / SITE).is_file():
        return None
    from .site import stored  # the store is only opened where there is a site

    return stored(key, home)


def previous_of(package: Package, home: Path) -> Package | None:
    """The version of the same mechanism that was published before `package` at the site, where there is one."""
    if not (home / SITE).is_file():
        return None
    from .site import published_before  # the store is only opened where there is a site

    return published_before(package, home)
